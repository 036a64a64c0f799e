//! The room that a note has: its part's register, and what it clashes with.

use continuo_music::{note::Note, part::Part};

/// The lowest and highest MIDI pitch of a part.
pub const fn register(part: Part) -> (u8, u8) {
    match part {
        Part::Drums => (0, 127),
        Part::Bass => (28, 55),
        Part::Chords => (48, 79),
        Part::Strings => (48, 84),
        Part::Counter => (55, 88),
    }
}

/// Whether a melody note a semitone away, in any octave, sounds for the whole length of this note.
pub fn clashes(note: &Note, melody: &[Note]) -> bool {
    melody.iter().any(|other| {
        let distance = (i16::from(other.pitch) - i16::from(note.pitch)).rem_euclid(12);
        (distance == 1 || distance == 11) && other.start <= note.start && note.end() <= other.end()
    })
}
