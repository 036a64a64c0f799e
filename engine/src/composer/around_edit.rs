//! Phrases that are being made again around an edit of chords or of the melody.

use crate::score::{passage::Before, recipe::Recalled};
use continuo_music::{meter::PhraseSpan, part::Part, time::Tick};
use std::collections::VecDeque;

/// Phrases that are made again around an edit, one at a time, so that facts are processed in between.
pub struct AroundEdit {
    /// Those that are still to be made.
    pub waiting: VecDeque<PhraseSpan>,
    /// What is recorded when all are made; `None` while an edit is undone or redone.
    pub record: Option<Recorded>,
}

/// What an edit changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// Chords.
    Chords,
    /// Notes of the melody.
    Melody,
    /// Notes of a part.
    Part(Part),
}

/// What the history gets of an edit.
pub struct Recorded {
    /// The first tick that changes.
    pub start: Tick,
    /// What changes.
    pub changed: Changed,
    /// What was there before.
    pub before: Before,
    /// What later phrases take over from earlier ones.
    pub returns: Vec<(PhraseSpan, Recalled)>,
}
