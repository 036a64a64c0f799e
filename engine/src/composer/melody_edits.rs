//! Carries out edits of the melody's notes.

use super::{
    around_edit::{AroundEdit, Changed, Recorded},
    planner::Planner,
};
use crate::{
    realtime::queues::PLAY_AT_ONCE,
    score::{
        melody_edit::{MelodyChange, MelodyEdit},
        passage::{Before, PhraseState},
        phrase::Phrase,
        score::Score,
    },
};
use continuo_music::{
    melody::onsets,
    meter::PhraseSpan,
    note::Note,
    settings::Mode,
    time::{TICKS_PER_STEP, Tick},
};
use std::ops::Range;

impl Planner {
    /// Changes notes of the melody, and begins to make the phrases around them again.
    pub(super) fn edit_melody(&mut self, edit: &MelodyEdit) {
        let Some(stretch) = stretch_of(edit.gone.iter().chain(&edit.new)) else { return };
        // What rests where the player edits is wanted again.
        let woken: Vec<Phrase> = self.shared.score.edit(|score| score.wake(&stretch));
        self.send(&woken, PLAY_AT_ONCE);
        let returns = self.returns();
        let change = self.shared.score.edit(|score| score.edit_melody(edit));
        if change.is_empty() {
            return;
        }
        let (mut phrases, mut missing) = (vec![], vec![]);
        // In the other modes, phrases are made for what is heard while they play.
        if self.settings.mode == Mode::Arrange {
            let bars = self.settings.phrase_bars;
            phrases = self.shared.score.edit(|score| changed(score, &change));
            missing = self.shared.score.read(|score| without_phrase(score, &change, bars));
        }
        let chords = self.shared.score.read(|score| score.hand_chords().to_vec());
        let mut waiting: Vec<PhraseSpan> = phrases.iter().map(PhraseState::span).chain(missing.clone()).collect();
        waiting.sort_unstable_by_key(|span| span.start);
        let start = change.start();
        let before = Before { chords, melody: Some(change), phrases, missing };
        self.around_edit = Some(AroundEdit {
            waiting: waiting.into(),
            record: Some(Recorded { start, changed: Changed::Melody, before, returns }),
        });
        self.make_around_edit();
    }
}

/// From where the first of some notes begins to where the last one ends; `None` without notes.
fn stretch_of<'a>(notes: impl Iterator<Item = &'a Note> + Clone) -> Option<Range<Tick>> {
    let start = notes.clone().map(|note| note.start).min()?;
    Some(start..notes.map(Note::end).max().unwrap_or(start).max(start + 1))
}

/// The phrases in which a change that was made changed the melody, as they were before it.
fn changed(score: &mut Score, change: &MelodyChange) -> Vec<PhraseState> {
    let Some(stretch) = stretch_of(change.notes()) else { return vec![] };
    // A phrase also hears the step after its end.
    let stretch = stretch.start - TICKS_PER_STEP..stretch.end + TICKS_PER_STEP;
    let spans: Vec<PhraseSpan> =
        score.phrases_in(&stretch).filter(|phrase| phrase.recipe.is_some()).map(|phrase| phrase.span).collect();
    score.change_melody(&change.reversed());
    let mut states: Vec<PhraseState> = spans.iter().filter_map(|span| score.state_of(span)).collect();
    score.change_melody(change);
    states.retain(|state| state.melody() != score.melody_fingerprint(&state.span()));
    states
}

/// The phrases of `bars` bars that a change brought notes into, and that were never made.
fn without_phrase(score: &Score, change: &MelodyChange, bars: u8) -> Vec<PhraseSpan> {
    let mut spans: Vec<PhraseSpan> = vec![];
    for note in change.new_notes() {
        let span = score.meters.phrase_at(note.start, bars);
        let stretch = span.start..span.end;
        let is_known = spans.last() == Some(&span) || score.phrases_in(&stretch).next().is_some();
        if !is_known && !onsets(score.melody(), &stretch).is_empty() {
            spans.push(span);
        }
    }
    spans
}
