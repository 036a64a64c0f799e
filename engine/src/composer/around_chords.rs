//! Phrases that are being made again around chords.

use crate::score::{hand_chords::HandChord, passage::PhraseState, recipe::Recalled};
use continuo_music::{meter::PhraseSpan, time::Tick};
use std::collections::VecDeque;

/// Phrases that are made again around chords, one at a time, so that facts are processed in between.
pub struct AroundChords {
    /// Those that are still to be made.
    pub waiting: VecDeque<PhraseSpan>,
    /// What is recorded when all are made; `None` while an edit is undone or redone.
    pub record: Option<Before>,
}

/// What an edit of chords changes, as it was before.
pub struct Before {
    /// The first tick whose chord changes.
    pub start: Tick,
    /// The chords that were set by hand.
    pub chords: Vec<HandChord>,
    /// The phrases that are made again.
    pub phrases: Vec<PhraseState>,
    /// What later phrases take over from earlier ones.
    pub returns: Vec<(PhraseSpan, Recalled)>,
}
