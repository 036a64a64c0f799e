//! Makes phrases again around an edit of chords or of the melody, records it, and brings back what it changed.

use super::{
    around_edit::{AroundEdit, Changed, Recorded},
    planner::Planner,
    policy::Occasion,
};
use crate::{
    arranging::given_chords,
    score::{
        history::Step,
        passage::{BroughtBack, Passage, Passages},
        recipe::Recalled,
        score::Score,
    },
};
use continuo_music::{chord::ChordSpan, meter::PhraseSpan, time::Tick};

impl Planner {
    /// Makes the next phrase around an edit. Once all are made, the edit is recorded. Returns whether there was anything to
    /// do.
    pub(super) fn make_around_edit(&mut self) -> bool {
        let Some(mut around) = self.around_edit.take() else { return false };
        if let Some(span) = around.waiting.pop_front() {
            let knowledge = self.knowledge_at_request(&span);
            self.make(span, &knowledge, Occasion::Edited);
        }
        if !around.waiting.is_empty() {
            self.around_edit = Some(around);
        } else if let Some(recorded) = around.record {
            self.record_edit(recorded);
        }
        true
    }

    fn record_edit(&mut self, recorded: Recorded) {
        let Recorded { start, changed, before, returns } = recorded;
        let made: Vec<Tick> = before.phrases.iter().map(|phrase| phrase.span().start).collect();
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
            Passages::of(score, before, &freed)
        });
        let (before, after) = (before.to_json(), after.to_json());
        let step = match changed {
            Changed::Chords => Step::Chords { start, before, after },
            Changed::Melody => Step::Melody { start, before, after },
            Changed::Part(part) => Step::Part { part, start, before, after },
        };
        self.record(step);
    }

    /// Undoes or redoes an edit.
    pub(super) fn bring_back(&mut self, passage: &Passage) {
        let (found, waiting) = self.shared.score.edit(|score| {
            let kept = score.given_chords().to_vec();
            let found = score.bring_back(passage);
            let mut waiting = found.others.clone();
            for span in under_other_chords(score, &kept) {
                if !waiting.contains(&span) && !found.back.iter().any(|phrase| phrase.span == span) {
                    waiting.push(span);
                }
            }
            (found, waiting)
        });
        let BroughtBack { back, removed, .. } = found;
        if removed {
            self.send_table();
        } else {
            for phrase in &back {
                self.play(phrase);
            }
        }
        self.around_edit = Some(AroundEdit { waiting: waiting.into(), record: None });
        self.make_around_edit();
    }

    /// The phrases that take something over from an earlier one, as it is now.
    pub(super) fn returns(&self) -> Vec<(PhraseSpan, Recalled)> {
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
}

/// The phrases for which other chords are kept now than before. The rest of a phrase that another one cut is never made
/// again.
pub(super) fn under_other_chords(score: &Score, before: &[ChordSpan]) -> Vec<PhraseSpan> {
    let is_under_others = |span: &PhraseSpan| {
        let stretch = span.start..span.end;
        given_chords::fingerprint(before, &stretch) != given_chords::fingerprint(score.given_chords(), &stretch)
    };
    let made = score.phrases().iter().filter(|phrase| phrase.recipe.is_some()).map(|phrase| phrase.span);
    made.filter(is_under_others).collect()
}
