//! Carries out edits of the chords that the player sets by hand, and finds what the network would choose instead.

use super::{
    around_chords::{AroundChords, Before},
    planner::Planner,
    policy::Occasion,
};
use crate::{
    arranging::{ChordGuess, ChordGuesses, PhraseRequest, given_chords},
    score::{
        hand_chords::{ChordEdit, HandChord, chord_place},
        history::Step,
        passage::{Passage, Passages},
        recipe::Recalled,
        score::Score,
    },
};
use continuo_music::{chord::ChordSpan, meter::PhraseSpan, settings::Settings, time::Tick};
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
        let record = Some(Before { start, chords, phrases, returns });
        self.around_chords = Some(AroundChords { waiting: spans.into(), record });
        self.make_around_chords();
    }

    /// Makes the next phrase around chords that changed. Once all are made, the edit is recorded. Returns whether there
    /// was anything to do.
    pub(super) fn make_around_chords(&mut self) -> bool {
        let Some(mut around) = self.around_chords.take() else { return false };
        if let Some(span) = around.waiting.pop_front() {
            let knowledge = self.knowledge_at_request(&span);
            self.make(span, &knowledge, Occasion::Chords);
        }
        if !around.waiting.is_empty() {
            self.around_chords = Some(around);
        } else if let Some(before) = around.record {
            self.record_chords(before);
        }
        true
    }

    fn record_chords(&mut self, before: Before) {
        let Before { start, chords, phrases, returns } = before;
        let made: Vec<Tick> = phrases.iter().map(|phrase| phrase.span().start).collect();
        // Phrases that took over what changed stay as they are from now on: the player changed this phrase only.
        let freed: Vec<Tick> = returns
            .iter()
            .filter(|(span, recalled)| !made.contains(&span.start) && self.recalled(span) != Some(*recalled))
            .map(|(span, _)| span.start)
            .collect();
        let Passages { before, after } = self.shared.score.edit(|score| {
            for &start in &freed {
                score.set_independent(start, true);
            }
            Passages::of(score, chords, phrases, &freed)
        });
        self.record(Step::Chords { start, before: before.to_json(), after: after.to_json() });
    }

    /// Undoes or redoes an edit of chords.
    pub(super) fn bring_back(&mut self, passage: &Passage) {
        let (back, waiting) = self.shared.score.edit(|score| {
            let kept = score.given_chords().to_vec();
            let (back, mut others) = score.bring_back(passage);
            for span in under_other_chords(score, &kept) {
                if !others.contains(&span) && !back.iter().any(|phrase| phrase.span == span) {
                    others.push(span);
                }
            }
            (back, others)
        });
        for phrase in &back {
            self.play(phrase);
        }
        self.around_chords = Some(AroundChords { waiting: waiting.into(), record: None });
        self.make_around_chords();
    }

    /// The phrases that take something over from an earlier one, as it is now.
    fn returns(&self) -> Vec<(PhraseSpan, Recalled)> {
        let known: Vec<(PhraseSpan, Recalled)> = self.shared.score.read(|score| {
            let following = score.phrases().iter().filter_map(|phrase| {
                let recipe = phrase.recipe.as_ref().filter(|recipe| !recipe.independent)?;
                Some((phrase.span, recipe.recalled?))
            });
            following.collect()
        });
        known.into_iter().filter(|(span, recalled)| self.recalled(span) == Some(*recalled)).collect()
    }

    /// What the phrase with this span would take over from an earlier one if it were made now.
    fn recalled(&self, span: &PhraseSpan) -> Option<Recalled> {
        let knowledge = self.knowledge_at_request(span);
        self.shared.score.read(|score| {
            let recipe = score.phrase(span)?.recipe.as_ref()?;
            Some(knowledge.recall(score, span, &recipe.shape, recipe.own_styles)?.recalled)
        })
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

/// The phrases for which other chords are kept now than before. The rest of a phrase that another one cut is never made
/// again.
fn under_other_chords(score: &Score, before: &[ChordSpan]) -> Vec<PhraseSpan> {
    let is_under_others = |span: &PhraseSpan| {
        let stretch = span.start..span.end;
        given_chords::fingerprint(before, &stretch) != given_chords::fingerprint(score.given_chords(), &stretch)
    };
    let made = score.phrases().iter().filter(|phrase| phrase.recipe.is_some()).map(|phrase| phrase.span);
    made.filter(is_under_others).collect()
}

/// The first tick at which two lists of chords differ.
fn first_difference(before: &[HandChord], after: &[HandChord]) -> Tick {
    let same = before.iter().zip(after).take_while(|(before, after)| before == after).count();
    let next = [before.get(same), after.get(same)];
    next.into_iter().flatten().map(|chord| chord.span.start).min().unwrap_or_default()
}
