//! What tools make.

use crate::{melodies::Change, score::MelodyEdit};
use continuo_music::{note::Note, part::Part, time::Tick};
use std::ops::Range;

/// What becomes of the music.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Other notes of the melody.
    Melody {
        /// The notes that go and those that come.
        edit: MelodyEdit,
        /// The bars that were worked on.
        bars: Range<Tick>,
        /// How much changed, where the player wants to know.
        counts: Option<Counts>,
    },
    /// Other notes of a part, in place of those that begin in these bars.
    Part {
        /// The part.
        part: Part,
        /// The bars.
        bars: Range<Tick>,
        /// The notes, sorted.
        notes: Vec<Note>,
    },
}

/// How much of a melody changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// New notes.
    pub added: usize,
    /// Notes that are gone.
    pub removed: usize,
    /// Notes that have another pitch.
    pub repitched: usize,
}

impl Counts {
    /// Counts changes.
    pub fn of(changes: &[Change]) -> Self {
        let count = |is: fn(&&Change) -> bool| changes.iter().filter(is).count();
        Self {
            added: count(|change| change.was.is_none()),
            removed: count(|change| change.is.is_none()),
            repitched: count(|change| change.was.is_some() && change.is.is_some()),
        }
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { added, removed, repitched } = self;
        let notes = if *added == 1 { "note" } else { "notes" };
        write!(formatter, "{added} {notes} added, {removed} removed, {repitched} with another pitch")
    }
}
