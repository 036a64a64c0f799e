//! What a phrase may know of the melody and of the parts before it.

use super::{recall::Recall, request::PhraseRequest};
use crate::{score::score::Score, styles::Shelf};
use continuo_music::{
    melody::{fingerprint, heard_until},
    meter::PhraseSpan,
    note::Note,
    part::{PartMap, PartNotes},
    settings::{Settings, Shape},
    time::{TICKS_PER_QUARTER, Tick},
};
use std::ops::Range;

/// How far back a phrase's context may reach, in ticks: four bars of twelve quarter notes.
pub const CONTEXT: Tick = 4 * 12 * TICKS_PER_QUARTER;

/// The melody and the parts as far as one phrase may know them.
pub struct Knowledge {
    /// The melody, sorted.
    pub melody: Vec<Note>,
    /// Where the melody is known.
    pub heard: Vec<Range<Tick>>,
    /// The parts before the phrase.
    pub before: PartNotes,
    /// A number that changes when the melody that the phrase sees changes, see [`fingerprint`].
    pub fingerprint: u64,
}

impl Knowledge {
    /// The knowledge of a phrase in the song's order: the melody up to the phrase's end, and the parts that `score` has
    /// before it. `melody` and `heard` are the whole song's, as far as they are known.
    pub fn in_song(score: &Score, melody: Vec<Note>, heard: &[Range<Tick>], span: &PhraseSpan) -> Self {
        let heard = heard_until(heard, span.end);
        let before = parts_before(score, span.start, 0);
        Self { fingerprint: fingerprint(&melody, &heard, span), melody, heard, before }
    }

    /// What a phrase of this shape takes over from an earlier stretch whose melody comes back in it. `own_styles` is the
    /// fingerprint of the user's own styles in the shape.
    pub fn recall(&self, score: &Score, span: &PhraseSpan, shape: &Shape, own_styles: Option<u64>) -> Option<Recall> {
        Recall::find(score, &self.melody, &self.heard, span, (&shape.within_ranges(), own_styles))
    }

    /// The request for a phrase with this knowledge.
    pub fn request<'a>(
        &'a self,
        span: PhraseSpan,
        given: &'a PartMap<Option<Vec<Note>>>,
        settings: &'a Settings,
        styles: &'a Shelf,
    ) -> PhraseRequest<'a> {
        PhraseRequest {
            span,
            melody: &self.melody,
            heard: &self.heard,
            before: &self.before,
            given,
            settings,
            shelf: styles,
            take: 0,
            preferred: None,
            recall: None,
        }
    }
}

/// The parts that sounded before `start - shift`, moved by `shift` ticks.
pub fn parts_before(score: &Score, start: Tick, shift: Tick) -> PartNotes {
    let stretch = start - shift - CONTEXT..start - shift;
    PartMap::from_fn(|part| {
        let mut notes = score.part_notes(part, &stretch);
        for note in &mut notes {
            note.start += shift;
        }
        notes
    })
}
