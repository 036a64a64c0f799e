//! The request for a phrase, and the phrase that is arranged.

use super::{chord_guesses::ChordGuess, home::Home, own_parts::OwnInPhrase, place::PhrasePlace, recall::Recall};
use crate::{
    network::{conductor::Judged, runtime::InferenceError},
    styles::Shelf,
};
use continuo_music::{
    chord::ChordSpan,
    key::Key,
    meter::PhraseSpan,
    note::Note,
    part::{PartMap, PartNotes},
    settings::Settings,
    swing::Feel,
    time::Tick,
};
use std::ops::Range;

/// Everything that shapes a phrase, apart from the model.
#[derive(Clone, Debug)]
pub struct PhraseRequest<'a> {
    /// The span to fill.
    pub span: PhraseSpan,
    /// The melody of the whole song as far as it is known, sorted; only notes that begin in `heard` are used.
    pub melody: &'a [Note],
    /// Where the melody is known, sorted, not overlapping. A note is cut at the end of the range in which it begins.
    pub heard: &'a [Range<Tick>],
    /// The notes of the parts in the score before `span.start` (at least four bars), sorted.
    pub before: &'a PartNotes,
    /// Parts that are kept: their notes in the span. The others are generated around them.
    pub given: &'a PartMap<Option<Vec<Note>>>,
    /// The parts that the player plays, as far as they are known; `given` has their notes too.
    pub own: Option<&'a OwnInPhrase>,
    /// Genres and their mix, temperature, seed and densities.
    pub settings: &'a Settings,
    /// The user's own styles, which the genres of the settings may name.
    pub shelf: &'a Shelf,
    /// The number of the take: the same request with another number gives other notes. If the settings ask for several
    /// takes, this is the first number: `take`, `take + 1` and so on.
    pub take: u32,
    /// Which of the generated takes to play, counted from 0; if `None` or out of range, the conductor chooses.
    pub preferred: Option<u8>,
    /// The key at the phrase; `None` until any melody was heard.
    pub key: Option<Key>,
    /// How the melody swings, and how the parts are to.
    pub feel: Feel,
    /// The chords that the parts keep to in the phrase, in order; a model without chords ignores them.
    pub chords: &'a [ChordSpan],
    /// The phrase's place, if the song begins or ends in it.
    pub home: Option<Home>,
    /// Where the phrase stands in the song and its sections.
    pub place: &'a PhrasePlace,
    /// What the phrase takes over from an earlier stretch whose melody comes back in it.
    pub recall: Option<&'a Recall>,
}

/// An arranged phrase.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ArrangedPhrase {
    /// The notes, inside the span, sorted by start.
    pub parts: PartNotes,
    /// General MIDI programs (zero-based) of bass, chords, strings and counter that suit the style.
    pub programs: [u8; 4],
    /// The conductor's verdict, if several takes were generated.
    pub judged: Option<Judged>,
}

impl From<PartNotes> for ArrangedPhrase {
    fn from(parts: PartNotes) -> Self {
        Self { parts, programs: [0; 4], judged: None }
    }
}

/// Arranges phrases: [`PhraseRequest`] in, [`ArrangedPhrase`] out.
pub trait Arrange {
    /// Arranges the parts of one phrase.
    ///
    /// # Errors
    /// When the network cannot be run or returns invalid numbers; the caller leaves the score as it was.
    fn arrange_phrase(&mut self, request: &PhraseRequest<'_>) -> Result<ArrangedPhrase, InferenceError>;

    /// Whether it keeps to chords, and tells which ones it would choose.
    fn knows_chords(&self) -> bool {
        false
    }

    /// What it would choose at a tick of the phrase, the likeliest chord first, after the chords that the request's first
    /// take has before; empty if it knows no chords, or no key is known.
    ///
    /// # Errors
    /// As [`Arrange::arrange_phrase`].
    fn guess_chords(&mut self, _: &PhraseRequest<'_>, _: Tick) -> Result<Vec<ChordGuess>, InferenceError> {
        Ok(Vec::new())
    }
}
