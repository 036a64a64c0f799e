//! What the player is doing with the melody's notes.

use continuo_music::{note::Note, time::Tick};

/// What the player is doing with the melody's notes. Owned by the editor's thread.
#[derive(Debug, Default)]
pub struct MelodyInHand {
    /// Whether the notes are shown large, to be edited.
    pub open: bool,
    /// The selected notes.
    pub selected: Vec<Note>,
    /// What the mouse drags.
    pub drag: Option<NoteDrag>,
    /// What was copied.
    pub copied: Option<CopiedNotes>,
    /// The lowest and the highest pitch that are shown; they stay while something is dragged.
    pub shown: (u8, u8),
}

/// What the mouse drags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteDrag {
    /// A new note.
    Draw(Note),
    /// The selected notes, to another place.
    Move {
        /// Where the mouse took hold: tick and pitch.
        from: (Tick, u8),
        /// By how much.
        ticks: Tick,
        /// By how many semitones.
        semitones: i32,
    },
    /// The ends of the selected notes.
    Lengthen {
        /// Where the mouse took hold.
        from: Tick,
        /// By how much.
        ticks: Tick,
    },
    /// The velocities of the selected notes.
    Velocity(i32),
    /// A rectangle around notes: tick and pitch of two corners.
    Select((Tick, u8), (Tick, u8)),
}

impl NoteDrag {
    /// A selected note as this drag makes it.
    pub fn applied(self, note: Note) -> Note {
        match self {
            Self::Move { ticks, semitones, .. } => moved(note, ticks, semitones),
            Self::Lengthen { ticks, .. } => lengthened(note, ticks),
            Self::Velocity(by) => louder(note, by),
            Self::Draw(_) | Self::Select(..) => note,
        }
    }

    /// Whether a note lies in a rectangle around notes.
    pub fn selects(self, note: &Note) -> bool {
        let Self::Select(one, other) = self else { return false };
        let ticks = one.0.min(other.0)..=one.0.max(other.0);
        let pitches = one.1.min(other.1)..=one.1.max(other.1);
        pitches.contains(&note.pitch) && note.start <= *ticks.end() && *ticks.start() < note.end()
    }
}

/// The note at another place; it stays in the song and in MIDI's range.
pub fn moved(note: Note, ticks: Tick, semitones: i32) -> Note {
    let pitch = (i32::from(note.pitch) + semitones).clamp(0, 127) as u8;
    Note { start: (note.start + ticks).max(0), pitch, ..note }
}

/// The note with another length; at least a thirty-second is left, unless it was shorter.
pub fn lengthened(note: Note, ticks: Tick) -> Note {
    const SHORTEST: Tick = 120;
    Note { length: (note.length + ticks).max(SHORTEST.min(note.length)), ..note }
}

/// The note with another velocity.
pub fn louder(note: Note, by: i32) -> Note {
    Note { velocity: (i32::from(note.velocity) + by).clamp(1, 127) as u8, ..note }
}

/// Notes that were copied, counted from the bar in which the first one begins, and how long their bars are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopiedNotes {
    /// The notes.
    pub notes: Vec<Note>,
    /// The length of their bars.
    pub length: Tick,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edited_notes_stay_in_range() {
        let note = Note { start: 100, pitch: 2, length: 480, velocity: 120 };
        assert_eq!(moved(note, -200, -5), Note { start: 0, pitch: 0, ..note });
        assert_eq!((lengthened(note, -9000).length, lengthened(Note { length: 50, ..note }, -9).length), (120, 50));
        assert_eq!((louder(note, 50).velocity, louder(note, -500).velocity), (127, 1));
        let drag = NoteDrag::Select((50, 10), (150, 0));
        assert!(drag.selects(&note) && !drag.selects(&Note { start: 151, ..note }));
    }
}
