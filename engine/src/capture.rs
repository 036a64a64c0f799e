//! The melody as it comes in: which keys are held, and what of it is news to the composer.
//!
//! Belongs to the audio thread alone.

/// Something the player or the host's clip did, at a sample of the block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MelodyEvent {
    /// Samples from the start of the block.
    pub offset: u32,
    /// What happened.
    pub kind: MelodyEventKind,
}

/// What the player did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MelodyEventKind {
    /// A key went down.
    NoteOn {
        /// Zero-based MIDI channel.
        channel: u8,
        /// MIDI pitch, 0 to 127; others are ignored.
        pitch: u8,
        /// MIDI velocity; 0 means the key went up.
        velocity: u8,
    },
    /// A key went up.
    NoteOff {
        /// Zero-based MIDI channel.
        channel: u8,
        /// MIDI pitch, 0 to 127; others are ignored.
        pitch: u8,
    },
}

/// A key going down or up, checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyStroke {
    /// Zero-based MIDI channel, 0 to 15.
    pub channel: u8,
    /// MIDI pitch, 0 to 127.
    pub pitch: u8,
    /// MIDI velocity, 1 to 127; `None` for a key that goes up.
    pub velocity: Option<u8>,
}

impl KeyStroke {
    /// What an event means; `None` if it means nothing.
    pub fn of(event: MelodyEvent) -> Option<Self> {
        let (channel, pitch, velocity) = match event.kind {
            MelodyEventKind::NoteOn { channel, pitch, velocity } => (channel, pitch, velocity),
            MelodyEventKind::NoteOff { channel, pitch } => (channel, pitch, 0),
        };
        let velocity = (velocity > 0).then_some(velocity.min(127));
        (pitch <= 127).then_some(Self { channel: channel & 15, pitch, velocity })
    }
}

/// What a key stroke does to the melody as the composer hears it, where channels do not matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// A sounding note of this pitch ends.
    pub ends: bool,
    /// A note begins.
    pub begins: bool,
}

/// The keys that are held.
#[derive(Debug)]
pub struct Capture {
    /// For each pitch, the channels that hold it, a bit each.
    channels: [u16; 128],
    velocities: [u8; 128],
}

impl Default for Capture {
    fn default() -> Self {
        Self { channels: [0; 128], velocities: [0; 128] }
    }
}

impl Capture {
    /// Takes a key stroke. A pitch that is held on several channels is one note until the last lets go; a pitch that
    /// is struck again while held begins a new note.
    pub fn take(&mut self, stroke: KeyStroke) -> Heard {
        let channels = &mut self.channels[usize::from(stroke.pitch & 127)];
        let held = *channels != 0;
        let bit = 1 << (stroke.channel & 15);
        if let Some(velocity) = stroke.velocity {
            *channels |= bit;
            self.velocities[usize::from(stroke.pitch & 127)] = velocity;
            Heard { ends: held, begins: true }
        } else {
            *channels &= !bit;
            Heard { ends: held && *channels == 0, begins: false }
        }
    }

    /// The held keys with their velocities, from the lowest.
    pub fn held(&self) -> impl Iterator<Item = (u8, u8)> + '_ {
        (0u8..128)
            .filter(|&pitch| self.channels[usize::from(pitch)] != 0)
            .map(|pitch| (pitch, self.velocities[usize::from(pitch)]))
    }

    /// Forgets what is held.
    pub fn clear(&mut self) {
        self.channels = [0; 128];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stroke(channel: u8, velocity: u8) -> KeyStroke {
        let kind = MelodyEventKind::NoteOn { channel, pitch: 60, velocity };
        KeyStroke::of(MelodyEvent { offset: 0, kind }).unwrap()
    }

    #[test]
    fn a_key_is_one_note_until_every_channel_lets_go() {
        let mut capture = Capture::default();
        assert_eq!(capture.take(stroke(0, 80)), Heard { ends: false, begins: true });
        assert_eq!(capture.take(stroke(3, 90)), Heard { ends: true, begins: true });
        assert_eq!(capture.take(stroke(0, 0)), Heard { ends: false, begins: false });
        assert_eq!(capture.held().collect::<Vec<_>>(), [(60, 90)]);
        assert_eq!(capture.take(stroke(3, 0)), Heard { ends: true, begins: false });
        assert_eq!(capture.take(stroke(3, 0)), Heard::default(), "a key that is not held cannot go up");
        assert_eq!(capture.held().count(), 0);
    }

    #[test]
    fn strokes_that_mean_nothing_are_ignored() {
        let kind = MelodyEventKind::NoteOff { channel: 200, pitch: 128 };
        assert_eq!(KeyStroke::of(MelodyEvent { offset: 0, kind }), None);
    }
}
