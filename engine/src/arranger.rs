//! From a melody to the parts of one phrase: the pure core that the composer thread, the command line and the tests
//! share. The same request gives the same notes, whoever asks and whenever.

use crate::{meter::PhraseSpan, note::Note, part::PartMap, settings::Settings, time::Tick};
use std::ops::Range;

/// The notes of every part.
pub type PartNotes = PartMap<Vec<Note>>;

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
    /// Genre, temperature, seed and densities.
    pub settings: &'a Settings,
    /// Which take of this phrase: the same request with another take gives other notes.
    pub take: u32,
}

/// Why a phrase could not be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ComposeError {
    /// The network gave values that are no probabilities.
    #[error("the model gave numbers that are not probabilities ({0}); the phrase was left as it was")]
    NotProbabilities(String),
    /// The runtime failed.
    #[error("the model could not be run: {0}")]
    Runtime(String),
}

/// Makes phrases. [`PhraseRequest`] in, notes out, inside the span, sorted by start.
pub trait Compose {
    /// Makes the parts of one phrase.
    ///
    /// # Errors
    /// When the network cannot be run or gives no probabilities; the score is to stay as it was.
    fn compose(&mut self, request: &PhraseRequest<'_>) -> Result<PartNotes, ComposeError>;
}
