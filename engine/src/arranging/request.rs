//! What a phrase is arranged from, and what comes out.

use crate::{
    network::{conductor::Judged, runtime::InferenceError},
    styles::Shelf,
};
use continuo_music::{
    meter::PhraseSpan,
    note::Note,
    part::{PartMap, PartNotes},
    settings::Settings,
    time::Tick,
};
use std::ops::Range;

/// What one phrase is made from. Nothing else shapes it, apart from the model.
#[derive(Clone, Debug)]
pub struct PhraseRequest<'a> {
    /// The stretch to fill.
    pub span: PhraseSpan,
    /// The melody of the whole song as far as it is known, sorted; only what lies in `heard` is looked at.
    pub melody: &'a [Note],
    /// Where the melody is known, sorted, not overlapping. A note that leaves a range is cut at its end.
    pub heard: &'a [Range<Tick>],
    /// The parts as the score holds them before `span.start` (at least four bars), sorted.
    pub before: &'a PartNotes,
    /// Parts that are kept: their notes in the span. The others are generated around them.
    pub given: &'a PartMap<Option<Vec<Note>>>,
    /// Genres and their mix, temperature, seed and densities.
    pub settings: &'a Settings,
    /// The user's own styles, which the genres of the settings may name.
    pub shelf: &'a Shelf,
    /// Which take of this phrase: the same request with another take gives other notes. With more than one take in the
    /// settings it is the first of those that are drawn: `take`, `take + 1` and so on.
    pub take: u32,
    /// Which of the takes that are drawn is to be played, counted from 0; the one that the conductor likes best if there
    /// is no such one.
    pub preferred: Option<u8>,
}

/// A phrase as it was made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ArrangedPhrase {
    /// The notes, inside the span, sorted by start.
    pub parts: PartNotes,
    /// General MIDI programs of bass, chords, strings, counter (zero-based) that suit the style.
    pub programs: [u8; 4],
    /// What the conductor said, if several takes were drawn.
    pub judged: Option<Judged>,
}

impl From<PartNotes> for ArrangedPhrase {
    fn from(parts: PartNotes) -> Self {
        Self { parts, programs: [0; 4], judged: None }
    }
}

/// Makes phrases: [`PhraseRequest`] in, [`ArrangedPhrase`] out.
pub trait Arrange {
    /// Makes the parts of one phrase.
    ///
    /// # Errors
    /// When the network cannot be run or gives no probabilities; the score is to stay as it was.
    fn arrange_phrase(&mut self, request: &PhraseRequest<'_>) -> Result<ArrangedPhrase, InferenceError>;
}
