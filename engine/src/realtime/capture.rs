//! Melody input: key strokes, and which keys are held.

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

    /// The key stroke with a valid channel and velocity; `None` for an invalid pitch.
    pub fn checked(self) -> Option<Self> {
        let velocity = self.velocity.filter(|&velocity| velocity > 0).map(|velocity| velocity.min(127));
        (self.pitch <= 127).then_some(Self { channel: self.channel & 15, velocity, ..self })
    }
}

/// The held keys of the melody, and the notes that its pedals sustain. Owned by the audio thread alone.
#[derive(Debug)]
pub struct Capture {
    /// The channels that hold each pitch, one bit per channel.
    channels: [u16; 128],
    velocities: [u8; 128],
    /// The channels whose sustain pedal is down.
    pedals: u16,
    /// The pitches that sound on after their keys went up, a bit each.
    sustained: u128,
}

impl Default for Capture {
    fn default() -> Self {
        Self { channels: [0; 128], velocities: [0; 128], pedals: 0, sustained: 0 }
    }
}

impl Capture {
    /// Follows a key stroke of the melody and returns whether it ends a sounding note of its pitch. The composer ignores
    /// channels: a pitch held on several channels is one note until the last channel releases it, and striking a held
    /// pitch again ends the note and begins another. While a pedal is down, a note sounds on.
    pub fn follow(&mut self, stroke: KeyStroke) -> bool {
        let channels = &mut self.channels[usize::from(stroke.pitch & 127)];
        let held = *channels != 0;
        let bit = 1 << (stroke.channel & 15);
        let sustained = 1_u128 << (stroke.pitch & 127);
        if let Some(velocity) = stroke.velocity {
            *channels |= bit;
            self.velocities[usize::from(stroke.pitch & 127)] = velocity;
            let sounds = held || self.sustained & sustained != 0;
            self.sustained &= !sustained;
            sounds
        } else {
            *channels &= !bit;
            let released = held && *channels == 0;
            if released && self.pedals != 0 {
                self.sustained |= sustained;
            }
            released && self.pedals == 0
        }
    }

    /// Follows the sustain pedal of a channel. The channels are one melody: while any pedal is down, all its notes sound
    /// on. Returns the pitches whose notes end, a bit each.
    pub fn pedal(&mut self, channel: u8, down: bool) -> u128 {
        let bit = 1 << (channel & 15);
        self.pedals = if down { self.pedals | bit } else { self.pedals & !bit };
        if self.pedals == 0 { self.end_sustained() } else { 0 }
    }

    /// Ends the notes that only a pedal sustains, and returns their pitches, a bit each.
    pub fn end_sustained(&mut self) -> u128 {
        std::mem::take(&mut self.sustained)
    }

    /// Whether keys of a channel are held.
    pub fn holds(&self, channel: u8) -> bool {
        self.channels.iter().any(|channels| channels >> (channel & 15) & 1 == 1)
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
        (self.pedals, self.sustained) = (0, 0);
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
    fn a_pedal_sustains_notes_until_it_goes_up_or_they_are_struck_again() {
        let mut capture = Capture::default();
        assert_eq!(capture.pedal(0, true), 0);
        for pitch in [60, 64, 67] {
            capture.follow(KeyStroke::down(0, 0, pitch, 80));
            assert!(!capture.follow(KeyStroke::up(0, 0, pitch)), "it sounds on");
        }
        assert_eq!(capture.held().count(), 0);
        assert!(capture.follow(KeyStroke::down(0, 0, 64, 80)), "the sustained note ends, and another begins");
        capture.pedal(3, true);
        assert_eq!(capture.pedal(0, false), 0, "another pedal is down");
        assert_eq!(capture.pedal(3, false), 1 << 60 | 1 << 67);
        assert!(capture.follow(KeyStroke::up(0, 0, 64)), "the held key ends by itself");
    }

    #[test]
    fn numbers_outside_the_ranges_of_midi_are_clamped_or_ignored() {
        assert_eq!(KeyStroke::up(0, 200, 128).checked(), None);
        assert_eq!(KeyStroke::down(0, 200, 127, 200).checked(), Some(KeyStroke::down(0, 8, 127, 127)));
        assert_eq!(KeyStroke::down(5, 0, 60, 0).checked(), Some(KeyStroke::up(5, 0, 60)));
    }
}
