//! Melody input: key strokes, and which keys are held.

use continuo_music::part::PAD_CHANNEL;

/// A melody key that goes down or up at a sample of the block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyStroke {
    /// Samples from the start of the block.
    pub offset: u32,
    /// Zero-based MIDI channel; only its lowest four bits count.
    pub channel: u8,
    /// MIDI pitch, 0 to 127; keys with other pitches are ignored.
    pub pitch: u8,
    /// MIDI velocity, 1 to 127; `None` or 0 (as in MIDI) when the key goes up.
    pub velocity: Option<u8>,
}

impl KeyStroke {
    /// A key that goes down.
    pub const fn down(offset: u32, channel: u8, pitch: u8, velocity: u8) -> Self {
        Self { offset, channel, pitch, velocity: Some(velocity) }
    }

    /// A key that goes up.
    pub const fn up(offset: u32, channel: u8, pitch: u8) -> Self {
        Self { offset, channel, pitch, velocity: None }
    }

    /// Whether the key is a drum pad, which is not melody.
    pub const fn is_pad(self) -> bool {
        self.channel & 15 == PAD_CHANNEL
    }

    /// The key stroke with a valid channel and velocity; `None` for an invalid pitch.
    pub fn checked(self) -> Option<Self> {
        let velocity = self.velocity.filter(|&velocity| velocity > 0).map(|velocity| velocity.min(127));
        (self.pitch <= 127).then_some(Self { channel: self.channel & 15, velocity, ..self })
    }
}

/// The held keys of the melody. Owned by the audio thread alone.
#[derive(Debug)]
pub struct Capture {
    /// The channels that hold each pitch, one bit per channel.
    channels: [u16; 128],
    velocities: [u8; 128],
}

impl Default for Capture {
    fn default() -> Self {
        Self { channels: [0; 128], velocities: [0; 128] }
    }
}

impl Capture {
    /// Follows a key stroke of the melody and returns whether it ends a sounding note of its pitch. The composer ignores channels: a
    /// pitch held on several channels is one note until the last channel releases it, and striking a held pitch again
    /// ends the note and begins another.
    pub fn follow(&mut self, stroke: KeyStroke) -> bool {
        let channels = &mut self.channels[usize::from(stroke.pitch & 127)];
        let held = *channels != 0;
        let bit = 1 << (stroke.channel & 15);
        if let Some(velocity) = stroke.velocity {
            *channels |= bit;
            self.velocities[usize::from(stroke.pitch & 127)] = velocity;
            held
        } else {
            *channels &= !bit;
            held && *channels == 0
        }
    }

    /// The held keys with their velocities, lowest first.
    pub fn held(&self) -> impl Iterator<Item = (u8, u8)> + '_ {
        (0u8..128)
            .filter(|&pitch| self.channels[usize::from(pitch)] != 0)
            .map(|pitch| (pitch, self.velocities[usize::from(pitch)]))
    }

    /// The velocity of a key if it is held.
    pub fn held_at(&self, pitch: u8) -> Option<u8> {
        (self.channels[usize::from(pitch & 127)] != 0).then_some(self.velocity(pitch))
    }

    /// The velocity with which a key was struck last.
    pub fn velocity(&self, pitch: u8) -> u8 {
        self.velocities[usize::from(pitch & 127)].max(1)
    }

    /// Forgets the held keys.
    pub fn clear(&mut self) {
        self.channels = [0; 128];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_one_note_until_every_channel_lets_go() {
        let mut capture = Capture::default();
        assert!(!capture.follow(KeyStroke::down(0, 0, 60, 80)));
        assert!(capture.follow(KeyStroke::down(0, 3, 60, 90)), "the note ends and another begins");
        assert!(!capture.follow(KeyStroke::up(0, 0, 60)));
        assert_eq!(capture.held().collect::<Vec<_>>(), [(60, 90)]);
        assert!(capture.follow(KeyStroke::up(0, 3, 60)));
        assert!(!capture.follow(KeyStroke::up(0, 3, 60)), "a key that is not held cannot go up");
        assert_eq!(capture.held().count(), 0);
    }

    #[test]
    fn numbers_outside_the_ranges_of_midi_are_clamped_or_ignored() {
        assert_eq!(KeyStroke::up(0, 200, 128).checked(), None);
        assert_eq!(KeyStroke::down(0, 200, 127, 200).checked(), Some(KeyStroke::down(0, 8, 127, 127)));
        assert_eq!(KeyStroke::down(5, 0, 60, 0).checked(), Some(KeyStroke::up(5, 0, 60)));
    }
}
