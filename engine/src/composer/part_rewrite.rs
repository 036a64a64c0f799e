//! A part whose bars are written again.

use crate::score::ToolRequest;
use continuo_music::{meter::PhraseSpan, note::Note, part::Part};
use std::collections::VecDeque;

/// A part that is being written again, one phrase at a time, so that facts are processed in between.
pub struct PartRewrite {
    /// What the player asked for.
    pub request: ToolRequest,
    /// The part.
    pub part: Part,
    /// Phrases that are still to be made.
    pub waiting: VecDeque<PhraseSpan>,
    /// How many there were.
    pub all: usize,
    /// The new notes in the selected bars.
    pub notes: Vec<Note>,
    /// How often the score had been replaced when it began.
    pub replacements: u64,
}
