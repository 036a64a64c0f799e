//! A phrase of the score in the form that the audio thread plays.

use crate::{
    realtime::queues::{PartNote, PlayablePhrase, RolledTick},
    score::phrase::Phrase,
};
use continuo_music::key::Key;

/// A phrase that plays once it is entered at the rolled time `ready_at` or later, of a song in this key.
pub fn playable(phrase: &Phrase, ready_at: RolledTick, key: Option<Key>) -> PlayablePhrase {
    let differs_from = phrase.span.start;
    let mut notes: Vec<PartNote> =
        phrase.parts.iter().flat_map(|(part, notes)| notes.iter().map(move |&note| PartNote { part, note })).collect();
    notes.sort_by_key(|note| (note.note.start, note.part, note.note.pitch));
    PlayablePhrase {
        span: phrase.span,
        notes: notes.into_boxed_slice(),
        ready_at,
        differs_from,
        programs: phrase.programs,
        key,
    }
}
