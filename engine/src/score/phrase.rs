//! A generated phrase.

use super::recipe::Recipe;
use crate::network::conductor::Judged;
use continuo_music::{
    meter::PhraseSpan,
    note::Note,
    part::{PartMap, PartNotes},
    time::Tick,
};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A generated phrase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Phrase {
    /// The stretch it covers.
    pub span: PhraseSpan,
    /// What it was made from; `None` for the rest of a phrase that another one cut.
    pub recipe: Option<Recipe>,
    /// The number of its take: the first of those that were drawn.
    pub take: u32,
    /// The conductor's judgement, if several takes were drawn.
    pub judged: Option<Judged>,
    /// The genre's General MIDI programs of bass, chords, strings, counter (zero-based).
    pub programs: [u8; 4],
    /// Each part's notes, sorted, inside the span.
    pub parts: PartNotes,
}

impl Phrase {
    /// The rest of the phrase in a stretch inside its span.
    pub(super) fn cut_to(&self, stretch: Range<Tick>) -> Self {
        let parts = PartMap::from_fn(|part| cut_notes(&self.parts[part], &stretch));
        let span = PhraseSpan { start: stretch.start, end: stretch.end, ..self.span };
        Self { span, recipe: None, take: self.take, judged: None, programs: self.programs, parts }
    }
}

/// The notes that begin in a stretch, cut at its end.
pub fn cut_notes(notes: &[Note], stretch: &Range<Tick>) -> Vec<Note> {
    notes
        .iter()
        .filter(|note| stretch.contains(&note.start))
        .map(|note| Note { length: note.length.min(stretch.end - note.start), ..*note })
        .collect()
}
