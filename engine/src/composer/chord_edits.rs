//! Carries out edits of the chords that the player sets by hand, and finds what the network would choose instead.

use super::{
    around_edit::{AroundEdit, Changed, Recorded},
    edits_around::under_other_chords,
    planner::Planner,
};
use crate::{
    arranging::{ChordGuess, ChordGuesses, PhraseRequest, given_chords},
    score::{
        hand_chords::{ChordEdit, HandChord, chord_place},
        passage::Before,
    },
};
use continuo_music::{settings::Settings, time::Tick};
use std::ops::Range;

impl Planner {
    /// Changes the chords that are set by hand, and begins to make the phrases around them again.
    pub(super) fn edit_chords(&mut self, edit: &ChordEdit) {
        let (chords, kept) =
            self.shared.score.read(|score| (score.hand_chords().to_vec(), score.given_chords().to_vec()));
        // What returns take over is compared with what they would take over afterwards.
        let returns = self.returns();
        if !self.shared.score.edit(|score| score.edit_chords(edit)) {
            return;
        }
        let (start, spans, phrases) = self.shared.score.read(|score| {
            let spans = under_other_chords(score, &kept);
            let phrases = spans.iter().filter_map(|span| score.state_of(span)).collect();
            (first_difference(&chords, score.hand_chords()), spans, phrases)
        });
        let before = Before { chords, phrases, ..Before::default() };
        let record = Some(Recorded { start, changed: Changed::Chords, before, returns });
        self.around_edit = Some(AroundEdit { waiting: spans.into(), record });
        self.make_around_edit();
    }

    /// Finds what the network would choose at a tick, and shows it.
    pub(super) fn guess_chords(&mut self, tick: Tick) {
        let place = self.shared.score.read(|score| chord_place(&score.meters, tick));
        let found = self.guesses_at(tick, &place);
        self.shared.guesses.set(ChordGuesses { place, found });
    }

    fn guesses_at(&mut self, tick: Tick, place: &Range<Tick>) -> Result<Vec<ChordGuess>, String> {
        let Some(model) = self.model.name().map(str::to_owned) else {
            return Err("no model is loaded, so the band has no guess".to_owned());
        };
        if !self.model.knows_chords() {
            return Err(format!("{model} knows no chords: choose a model of contract 3"));
        }
        let span = self.shared.score.read(|score| score.span_at(tick, self.settings.phrase_bars));
        let mut knowledge = self.knowledge_at_request(&span);
        knowledge.chords = given_chords::without(&knowledge.chords, place);
        let old = self.shared.score.read(|score| score.phrase(&span).cloned());
        let recipe = old.as_ref().and_then(|old| old.recipe.as_ref());
        let settings = recipe.map_or(self.settings, |recipe| Settings { shape: recipe.shape, ..self.settings });
        let recall = recipe.filter(|recipe| recipe.recalled.is_some() && !recipe.independent).and_then(|recipe| {
            self.shared.score.read(|score| knowledge.recall(score, &span, &recipe.shape, recipe.own_styles))
        });
        // The chords before the place are those of the take that plays.
        let chosen = old.as_ref().and_then(|old| old.judged.as_ref()).map_or(0, |judged| u32::from(judged.chosen));
        let given = self.parts_that_stay(&span, |part| settings.parts[part].lock);
        let own_styles = self.shared.styles.shelf();
        let request = PhraseRequest {
            take: old.as_ref().map_or(0, |old| old.take).wrapping_add(chosen),
            recall: recall.as_ref(),
            ..knowledge.request(span, &given, &settings, &own_styles)
        };
        let found = self.model.guess_chords(&request, tick).unwrap_or_default();
        if found.is_empty() {
            return Err("no melody was heard up to here, so the band has no guess yet".to_owned());
        }
        Ok(found)
    }
}

/// The first tick at which two lists of chords differ.
fn first_difference(before: &[HandChord], after: &[HandChord]) -> Tick {
    let same = before.iter().zip(after).take_while(|(before, after)| before == after).count();
    let next = [before.get(same), after.get(same)];
    next.into_iter().flatten().map(|chord| chord.span.start).min().unwrap_or_default()
}
