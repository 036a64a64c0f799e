//! What the player did, to undo and redo it: takes, marks, parameters, whole songs.
//!
//! Saved with the project as JSON with a version. One that cannot be read, since it is damaged or newer, goes back into the
//! project as it came until something is done that is to be undone.

use super::takes::TakeChange;
use continuo_music::time::Tick;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// How many steps are kept.
pub const MOST_STEPS: usize = 200;
/// How many bytes of replaced scores are kept in memory.
const MOST_BYTES: usize = 16 << 20;
/// How many bytes of replaced scores go into a project.
const MOST_SAVED_BYTES: usize = 1 << 20;
/// The version that is written.
const SAVED_VERSION: u32 = 1;

/// A parameter that was moved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Move {
    /// Its identifier.
    pub id: String,
    /// Its value before, 0 to 1.
    pub before: f32,
    /// Its value after, 0 to 1.
    pub after: f32,
}

/// Something that can be undone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// A parameter was moved.
    Parameter {
        /// Its identifier.
        id: String,
        /// Its value before, 0 to 1.
        before: f32,
        /// Its value after, 0 to 1.
        after: f32,
    },
    /// One gesture moved several parameters, as on the pad.
    Parameters(Vec<Move>),
    /// Another take plays.
    Take {
        /// The phrase's first tick.
        start: Tick,
        /// The take that played.
        from: u32,
        /// The take that plays.
        to: u32,
    },
    /// A take was marked, or its mark was taken away.
    Favourite {
        /// The phrase's first tick.
        start: Tick,
        /// The take.
        take: u32,
        /// Marked or not.
        on: bool,
    },
    /// The whole score was replaced.
    Score {
        /// The other score as [`crate::score::score::Score::to_json`] writes it: the one before if the step is done, the one
        /// after if it is undone.
        other: String,
    },
}

impl From<TakeChange> for Step {
    fn from(change: TakeChange) -> Self {
        Self::Take { start: change.start, from: change.from, to: change.to }
    }
}

impl Step {
    fn bytes(&self) -> usize {
        if let Self::Score { other } = self { other.len() } else { 0 }
    }

    /// Whether every number in it is one. A number in a file may be too large for its type and become infinite, for which
    /// JSON has no word: a history that is saved with it could not be read again.
    fn is_finite(&self) -> bool {
        let finite = |before: f32, after: f32| before.is_finite() && after.is_finite();
        match self {
            Self::Parameter { before, after, .. } => finite(*before, *after),
            Self::Parameters(moves) => moves.iter().all(|moved| finite(moved.before, moved.after)),
            Self::Take { .. } | Self::Favourite { .. } | Self::Score { .. } => true,
        }
    }
}

/// What was done, and what was undone and can be done again. Owned by [`crate::composer::shared::Shared`], behind its lock.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    done: VecDeque<Step>,
    undone: Vec<Step>,
    /// The text of a saved history that could not be read, until there is a step.
    unread: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Saved {
    version: u32,
    done: VecDeque<Step>,
    undone: Vec<Step>,
}

impl History {
    /// Notes a step. What was undone before it can no longer be redone.
    pub fn note(&mut self, step: Step) {
        if !step.is_finite() {
            return;
        }
        self.unread = None;
        self.undone.clear();
        self.done.push_back(step);
        self.keep_within(MOST_BYTES);
    }

    /// Notes a move of a parameter. Moves of one parameter that follow each other with `joined` are one step.
    pub fn note_parameter(&mut self, id: &str, before: f32, after: f32, joined: bool) {
        if let (true, Some(Step::Parameter { id: last, after: end, .. })) = (joined, self.done.back_mut())
            && last == id
            && after.is_finite()
        {
            *end = after;
            self.undone.clear();
            return;
        }
        self.note(Step::Parameter { id: id.to_owned(), before, after });
    }

    /// Whether there is anything to undo and to redo, and how many steps.
    pub fn depth(&self) -> (usize, usize) {
        (self.done.len(), self.undone.len())
    }

    /// The step that is undone next.
    pub fn last_done(&self) -> Option<&Step> {
        self.done.back()
    }

    /// The step that is redone next.
    pub fn last_undone(&self) -> Option<&Step> {
        self.undone.last()
    }

    /// Takes out the step that is undone next. Whoever takes it undoes it, without the lock, and hands it to
    /// [`History::keep_undone`]; or back to [`History::keep_done`] if that fails.
    pub fn take_done(&mut self) -> Option<Step> {
        self.done.pop_back()
    }

    /// As [`History::take_done`], the other way.
    pub fn take_undone(&mut self) -> Option<Step> {
        self.undone.pop()
    }

    /// Keeps a step that was undone, as it is redone. Steps that were noted since it was taken out stay.
    pub fn keep_undone(&mut self, step: Step) {
        self.undone.push(step);
        self.keep_within(MOST_BYTES);
    }

    /// Keeps a step that was done again, as it is undone. Unlike [`History::note`] it leaves what was undone.
    pub fn keep_done(&mut self, step: Step) {
        self.done.push_back(step);
        self.keep_within(MOST_BYTES);
    }

    /// Drops the steps that are farthest away until the rest is within bounds. What was undone must fit by itself, so that
    /// nothing of what was done is dropped in vain.
    fn keep_within(&mut self, bytes: usize) {
        let bytes_of_undone: usize = self.undone.iter().map(Step::bytes).sum();
        let (mut held, mut dropped) = (bytes_of_undone, 0);
        while held > bytes || self.undone.len() - dropped > MOST_STEPS {
            held -= self.undone.get(dropped).map_or(held, Step::bytes);
            dropped += 1;
        }
        self.undone.drain(..dropped.min(self.undone.len()));
        held += self.done.iter().map(Step::bytes).sum::<usize>();
        while held > bytes || self.done.len() > MOST_STEPS {
            let Some(step) = self.done.pop_front() else { break };
            held -= step.bytes();
        }
    }

    /// The history as JSON text. Replaced scores beyond a megabyte, and what was done before them, are left out. A text
    /// that could not be read is given back as it came.
    pub fn to_json(&self) -> String {
        if let Some(unread) = &self.unread {
            return unread.clone();
        }
        let mut kept = self.clone();
        kept.keep_within(MOST_SAVED_BYTES);
        let saved = Saved { version: SAVED_VERSION, done: kept.done, undone: kept.undone };
        // Plain numbers and strings have no way to fail.
        serde_json::to_string(&saved).unwrap_or_default()
    }

    /// Reads what [`History::to_json`] wrote. From a text that cannot be read a history without steps is made, since a
    /// project opens all the same without one; it gives the text back when it is saved, until a step is noted.
    pub fn from_json(text: &str) -> Self {
        let saved = serde_json::from_str::<Saved>(text).ok().filter(|saved| saved.version <= SAVED_VERSION);
        let Some(Saved { mut done, mut undone, .. }) = saved else {
            return Self { unread: Some(text.to_owned()), ..Self::default() };
        };
        done.retain(Step::is_finite);
        undone.retain(Step::is_finite);
        let mut history = Self { done, undone, unread: None };
        history.keep_within(MOST_BYTES);
        history
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(start: Tick) -> Step {
        Step::Take { start, from: 1, to: 2 }
    }

    #[test]
    fn steps_are_undone_and_redone_in_order_and_a_new_one_forgets_what_was_undone() {
        let mut history = History::default();
        (0..3).for_each(|start| history.note(step(start)));
        undo(&mut history);
        assert_eq!(history.last_undone(), Some(&step(2)));
        undo(&mut history);
        assert_eq!(history.depth(), (1, 2));
        let again = history.take_undone().unwrap();
        history.keep_done(again);
        assert_eq!(history.last_done(), Some(&step(1)));
        history.note(step(9));
        let moved = |id: &str| Move { id: id.into(), before: 0.1, after: 0.9 };
        history.note(Step::Parameters(vec![moved("blend"), moved("temperature")]));
        assert_eq!(history.depth(), (4, 0));
        assert_eq!(History::from_json(&history.to_json()), history);
    }

    fn undo(history: &mut History) {
        let undone = history.take_done().unwrap();
        history.keep_undone(undone);
    }

    #[test]
    fn a_step_that_is_noted_while_another_is_undone_is_kept() {
        let mut history = History::default();
        history.note(step(1));
        let undone = history.take_done().unwrap();
        history.note(step(2));
        history.keep_undone(undone);
        assert_eq!((history.last_done(), history.last_undone()), (Some(&step(2)), Some(&step(1))));
    }

    #[test]
    fn moves_of_one_knob_are_one_step() {
        let mut history = History::default();
        history.note_parameter("seed", 0.0, 0.1, false);
        history.note_parameter("seed", 0.1, 0.2, true);
        history.note_parameter("genre", 0.0, 0.5, true);
        assert_eq!(history.depth(), (2, 0));
        history.take_done();
        let seed = Step::Parameter { id: "seed".into(), before: 0.0, after: 0.2 };
        assert_eq!(history.last_done(), Some(&seed));
    }

    #[test]
    fn a_long_history_loses_its_beginning() {
        let mut history = History::default();
        (0..500).for_each(|start| history.note(step(start)));
        assert_eq!(history.depth(), (MOST_STEPS, 0));
        assert_eq!(history.last_done(), Some(&step(499)));
        const { assert!(MOST_STEPS >= 100) };
    }

    #[test]
    fn a_project_does_not_grow_by_scores_that_were_replaced() {
        let mut history = History::default();
        history.note(step(1));
        (0..5).for_each(|_| history.note(Step::Score { other: "x".repeat(MOST_SAVED_BYTES / 2) }));
        history.note(step(2));
        assert!(history.to_json().len() < MOST_SAVED_BYTES + 1000);
        assert_eq!(History::from_json(&history.to_json()).last_done(), Some(&step(2)));
        (0..50).for_each(|_| history.note(Step::Score { other: "x".repeat(MOST_BYTES / 2) }));
        assert!(history.depth().0 <= 2);
    }

    #[test]
    fn a_replaced_score_that_is_too_large_to_be_saved_costs_only_its_redo() {
        let mut history = History::default();
        (0..10).for_each(|start| history.note(step(start)));
        history.note(Step::Score { other: "x".repeat(MOST_SAVED_BYTES + 1) });
        undo(&mut history);
        undo(&mut history);
        assert_eq!(history.depth(), (9, 2));
        let saved = History::from_json(&history.to_json());
        assert_eq!((saved.depth(), saved.last_undone()), ((9, 1), Some(&step(9))), "what is redone first is nearest");
        assert_eq!(saved.last_done(), Some(&step(8)));
    }

    #[test]
    fn of_what_was_undone_the_nearest_is_kept() {
        let undone = (0..500).map(step).collect();
        let text = serde_json::to_string(&Saved { version: 1, done: VecDeque::new(), undone }).unwrap();
        let history = History::from_json(&text);
        assert_eq!((history.depth(), history.last_undone()), ((0, MOST_STEPS), Some(&step(499))));
    }

    #[test]
    fn what_cannot_be_read_is_saved_again_until_there_is_a_step() {
        for text in ["{}", r#"{"version":2,"done":[],"undone":[]}"#, "no history"] {
            let mut history = History::from_json(text);
            assert_eq!((history.depth(), history.to_json().as_str()), ((0, 0), text));
            history.note(step(1));
            assert_eq!(History::from_json(&history.to_json()), {
                let mut one = History::default();
                one.note(step(1));
                one
            });
        }
    }

    #[test]
    fn a_number_too_large_for_its_type_costs_one_step() {
        let mut history = History::default();
        history.note(step(1));
        history.note_parameter("seed", 0.25, 0.5, false);
        history.note_parameter("seed", 0.5, f32::NAN, true);
        history.note_parameter("genre", 0.0, f32::INFINITY, false);
        assert_eq!(history.depth(), (2, 0));
        let saved = history.to_json().replace("0.25", "1e39");
        let mut read = History::from_json(&saved);
        assert_eq!((read.depth(), read.last_done()), ((1, 0), Some(&step(1))));
        read.note(step(2));
        assert_eq!(History::from_json(&read.to_json()).depth(), (2, 0), "it can be read again");
    }
}
