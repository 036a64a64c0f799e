//! What the player did, to undo and redo it: takes, marks, parameters, whole songs.
//!
//! Saved with the project as JSON with a version.

use crate::{score::TakeChange, time::Tick};
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
        /// The other score as [`crate::score::Score::to_json`] writes it: the one before if the step is done, the one
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
}

/// What was done, and what was undone and can be done again. Owned by [`crate::shared::Shared`], behind its lock.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    done: VecDeque<Step>,
    undone: Vec<Step>,
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
        self.undone.clear();
        self.done.push_back(step);
        self.keep_within(MOST_BYTES);
    }

    /// Notes a move of a parameter. Moves of one parameter that follow each other with `joined` are one step.
    pub fn note_parameter(&mut self, id: &str, before: f32, after: f32, joined: bool) {
        if let (true, Some(Step::Parameter { id: last, after: end, .. })) = (joined, self.done.back_mut())
            && last == id
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

    /// Takes the last step to undo it. `replace` gets it and returns it as it is kept for redoing; `None` drops it.
    pub fn undo(&mut self, replace: impl FnOnce(Step) -> Option<Step>) {
        if let Some(step) = self.done.pop_back().and_then(replace) {
            self.undone.push(step);
        }
    }

    /// As [`History::undo`], the other way.
    pub fn redo(&mut self, replace: impl FnOnce(Step) -> Option<Step>) {
        if let Some(step) = self.undone.pop().and_then(replace) {
            self.done.push_back(step);
            self.keep_within(MOST_BYTES);
        }
    }

    /// Drops the oldest steps until the rest is within bounds.
    fn keep_within(&mut self, bytes: usize) {
        let mut held: usize = self.done.iter().chain(&self.undone).map(Step::bytes).sum();
        while self.done.len() > MOST_STEPS || (held > bytes && !self.done.is_empty()) {
            held -= self.done.pop_front().map_or(0, |step| step.bytes());
        }
        if held > bytes {
            self.undone.clear();
        }
    }

    /// The history as JSON text. Replaced scores beyond a megabyte, and what was done before them, are left out.
    pub fn to_json(&self) -> String {
        let mut kept = self.clone();
        kept.keep_within(MOST_SAVED_BYTES);
        let saved = Saved { version: SAVED_VERSION, done: kept.done, undone: kept.undone };
        // Plain numbers and strings have no way to fail.
        serde_json::to_string(&saved).unwrap_or_default()
    }

    /// Reads what [`History::to_json`] wrote; what cannot be read is an empty history, since a project opens all the
    /// same without one.
    pub fn from_json(text: &str) -> Self {
        let saved = serde_json::from_str::<Saved>(text).ok().filter(|saved| saved.version <= SAVED_VERSION);
        let mut history = saved.map_or_else(Self::default, |saved| Self { done: saved.done, undone: saved.undone });
        history.undone.truncate(MOST_STEPS);
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
        history.undo(|undone| Some(undone).filter(|undone| *undone == step(2)));
        history.undo(Some);
        assert_eq!(history.depth(), (1, 2));
        history.redo(Some);
        assert_eq!(history.last_done(), Some(&step(1)));
        history.note(step(9));
        let moved = |id: &str| Move { id: id.into(), before: 0.1, after: 0.9 };
        history.note(Step::Parameters(vec![moved("blend"), moved("temperature")]));
        assert_eq!(history.depth(), (4, 0));
        assert_eq!(History::from_json(&history.to_json()), history);
    }

    #[test]
    fn moves_of_one_knob_are_one_step() {
        let mut history = History::default();
        history.note_parameter("seed", 0.0, 0.1, false);
        history.note_parameter("seed", 0.1, 0.2, true);
        history.note_parameter("genre", 0.0, 0.5, true);
        assert_eq!(history.depth(), (2, 0));
        history.undo(|_| None);
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
    fn what_is_no_history_is_an_empty_one() {
        assert_eq!(History::from_json("{}"), History::default());
        assert_eq!(History::from_json(r#"{"version":2,"done":[],"undone":[]}"#), History::default());
    }
}
