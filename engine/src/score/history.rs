//! What the player did, to undo and redo it: takes, marks, parameters, whole songs.
//!
//! Saved with the project as JSON with a version. A history that cannot be read, because it is damaged or newer, is
//! saved again unchanged until a step is recorded.

use super::takes::TakeChange;
use continuo_music::{part::Part, sections::Sections, time::Tick};
use serde::{Deserialize, Serialize};
use std::{collections::VecDeque, ops::Range};

/// How many steps are kept.
pub const MAX_STEPS: usize = 200;
/// How many bytes of replaced scores are kept in memory.
const MAX_BYTES: usize = 16 << 20;
/// How many bytes of replaced scores go into a project.
const MAX_SAVED_BYTES: usize = 1 << 20;
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
    /// Other sections of the song were named.
    Sections {
        /// All sections before.
        before: Sections,
        /// All sections after.
        after: Sections,
    },
    /// Chords were set by hand, and phrases made again around them.
    Chords {
        /// The first tick whose chord changed.
        start: Tick,
        /// What undoing brings back, as a [`Passage`](super::passage::Passage) is written.
        before: String,
        /// What redoing brings back.
        after: String,
    },
    /// Notes of the melody were changed, and phrases made again around them.
    Melody {
        /// The first tick at which a note changed.
        start: Tick,
        /// What undoing brings back, as a [`Passage`](super::passage::Passage) is written.
        before: String,
        /// What redoing brings back.
        after: String,
    },
    /// A tool changed notes of a part.
    Part {
        /// The part.
        part: Part,
        /// The first tick at which notes may have changed.
        start: Tick,
        /// What undoing brings back, as a [`Passage`](super::passage::Passage) is written.
        before: String,
        /// What redoing brings back.
        after: String,
    },
    /// Another take of Lead was made.
    Lead {
        /// The first tick of the stretch.
        start: Tick,
        /// What undoing brings back, as a [`LeadPassage`](super::lead_passage::LeadPassage) is written.
        before: String,
        /// What redoing brings back.
        after: String,
    },
    /// Bars rest, since the host plays their melody no more.
    Rest {
        /// Where.
        bars: Vec<Range<Tick>>,
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
        match self {
            Self::Score { other } => other.len(),
            // About as many as a section has in a project.
            Self::Sections { before, after } => 64 * (before.all().len() + after.all().len()),
            Self::Chords { before, after, .. }
            | Self::Melody { before, after, .. }
            | Self::Part { before, after, .. }
            | Self::Lead { before, after, .. } => before.len() + after.len(),
            Self::Rest { bars } => size_of_val(bars.as_slice()),
            Self::Parameter { .. } | Self::Parameters(_) | Self::Take { .. } | Self::Favourite { .. } => 0,
        }
    }

    /// Whether all its numbers are finite. A number in a file may be too large for its type and become infinite, which
    /// JSON cannot express: a history saved with it could not be read again.
    fn is_finite(&self) -> bool {
        let finite = |before: f32, after: f32| before.is_finite() && after.is_finite();
        match self {
            Self::Parameter { before, after, .. } => finite(*before, *after),
            Self::Parameters(moves) => moves.iter().all(|moved| finite(moved.before, moved.after)),
            Self::Take { .. }
            | Self::Favourite { .. }
            | Self::Sections { .. }
            | Self::Chords { .. }
            | Self::Melody { .. }
            | Self::Part { .. }
            | Self::Lead { .. }
            | Self::Rest { .. }
            | Self::Score { .. } => true,
        }
    }
}

/// The steps that can be undone, and those that can be redone. Owned by [`crate::composer::Shared`], behind its
/// lock.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    done: VecDeque<Step>,
    undone: Vec<Step>,
    /// The text of a saved history that could not be read, until a step is recorded.
    unread: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Saved {
    version: u32,
    done: VecDeque<Step>,
    undone: Vec<Step>,
}

impl History {
    /// Records a step. Steps that were undone before can no longer be redone.
    pub fn record(&mut self, step: Step) {
        if !step.is_finite() {
            return;
        }
        self.unread = None;
        self.undone.clear();
        self.done.push_back(step);
        self.keep_within(MAX_BYTES);
    }

    /// Records a move of a parameter. Consecutive moves of one parameter with `joined` are one step.
    pub fn record_parameter(&mut self, id: &str, before: f32, after: f32, joined: bool) {
        if let (true, Some(Step::Parameter { id: last, after: end, .. })) = (joined, self.done.back_mut())
            && last == id
            && after.is_finite()
        {
            *end = after;
            self.undone.clear();
            return;
        }
        self.record(Step::Parameter { id: id.to_owned(), before, after });
    }

    /// How many steps can be undone, and how many can be redone.
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

    /// Removes and returns the next step to undo. The caller undoes it without holding the lock, then passes it to
    /// [`History::keep_undone`], or back to [`History::keep_done`] if that failed.
    pub fn pop_done(&mut self) -> Option<Step> {
        self.done.pop_back()
    }

    /// Removes and returns the next step to redo, as [`History::pop_done`] does for undoing.
    pub fn pop_undone(&mut self) -> Option<Step> {
        self.undone.pop()
    }

    /// Keeps an undone step in the form in which it is redone. Steps that were recorded meanwhile stay.
    pub fn keep_undone(&mut self, step: Step) {
        self.undone.push(step);
        self.keep_within(MAX_BYTES);
    }

    /// Keeps a redone step in the form in which it is undone. Unlike [`History::record`], it keeps the steps that can
    /// be redone.
    pub fn keep_done(&mut self, step: Step) {
        self.done.push_back(step);
        self.keep_within(MAX_BYTES);
    }

    /// Drops the farthest steps until the rest is within bounds. The undone steps must fit by themselves, so that no
    /// done step is dropped in vain.
    fn keep_within(&mut self, bytes: usize) {
        let bytes_of_undone: usize = self.undone.iter().map(Step::bytes).sum();
        let (mut held, mut dropped) = (bytes_of_undone, 0);
        while held > bytes || self.undone.len() - dropped > MAX_STEPS {
            held -= self.undone.get(dropped).map_or(held, Step::bytes);
            dropped += 1;
        }
        self.undone.drain(..dropped.min(self.undone.len()));
        held += self.done.iter().map(Step::bytes).sum::<usize>();
        while held > bytes || self.done.len() > MAX_STEPS {
            let Some(step) = self.done.pop_front() else { break };
            held -= step.bytes();
        }
    }

    /// The history as JSON text. Replaced scores beyond a megabyte, and the steps before them, are left out. A text
    /// that could not be read is returned unchanged.
    pub fn to_json(&self) -> String {
        if let Some(unread) = &self.unread {
            return unread.clone();
        }
        let mut kept = self.clone();
        kept.keep_within(MAX_SAVED_BYTES);
        let saved = Saved { version: SAVED_VERSION, done: kept.done, undone: kept.undone };
        // Serialising plain numbers and strings cannot fail.
        serde_json::to_string(&saved).unwrap_or_default()
    }

    /// Reads what [`History::to_json`] wrote. A text that cannot be read gives a history without steps, since a project
    /// opens without one too; that history is saved as the same text until a step is recorded.
    pub fn from_json(text: &str) -> Self {
        let saved = serde_json::from_str::<Saved>(text).ok().filter(|saved| saved.version <= SAVED_VERSION);
        let Some(Saved { mut done, mut undone, .. }) = saved else {
            return Self { unread: Some(text.to_owned()), ..Self::default() };
        };
        done.retain(Step::is_finite);
        undone.retain(Step::is_finite);
        let mut history = Self { done, undone, unread: None };
        history.keep_within(MAX_BYTES);
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
        (0..3).for_each(|start| history.record(step(start)));
        undo(&mut history);
        assert_eq!(history.last_undone(), Some(&step(2)));
        undo(&mut history);
        assert_eq!(history.depth(), (1, 2));
        let again = history.pop_undone().unwrap();
        history.keep_done(again);
        assert_eq!(history.last_done(), Some(&step(1)));
        history.record(step(9));
        let moved = |id: &str| Move { id: id.into(), before: 0.1, after: 0.9 };
        history.record(Step::Parameters(vec![moved("blend"), moved("temperature")]));
        assert_eq!(history.depth(), (4, 0));
        assert_eq!(History::from_json(&history.to_json()), history);
    }

    fn undo(history: &mut History) {
        let undone = history.pop_done().unwrap();
        history.keep_undone(undone);
    }

    #[test]
    fn a_step_that_is_recorded_while_another_is_undone_is_kept() {
        let mut history = History::default();
        history.record(step(1));
        let undone = history.pop_done().unwrap();
        history.record(step(2));
        history.keep_undone(undone);
        assert_eq!((history.last_done(), history.last_undone()), (Some(&step(2)), Some(&step(1))));
    }

    #[test]
    fn moves_of_one_knob_are_one_step() {
        let mut history = History::default();
        history.record_parameter("seed", 0.0, 0.1, false);
        history.record_parameter("seed", 0.1, 0.2, true);
        history.record_parameter("genre", 0.0, 0.5, true);
        assert_eq!(history.depth(), (2, 0));
        history.pop_done();
        let seed = Step::Parameter { id: "seed".into(), before: 0.0, after: 0.2 };
        assert_eq!(history.last_done(), Some(&seed));
    }

    #[test]
    fn a_long_history_loses_its_beginning() {
        let mut history = History::default();
        (0..500).for_each(|start| history.record(step(start)));
        assert_eq!(history.depth(), (MAX_STEPS, 0));
        assert_eq!(history.last_done(), Some(&step(499)));
        const { assert!(MAX_STEPS >= 100) };
    }

    #[test]
    fn a_project_does_not_grow_by_scores_that_were_replaced() {
        let mut history = History::default();
        history.record(step(1));
        (0..5).for_each(|_| history.record(Step::Score { other: "x".repeat(MAX_SAVED_BYTES / 2) }));
        history.record(step(2));
        assert!(history.to_json().len() < MAX_SAVED_BYTES + 1000);
        assert_eq!(History::from_json(&history.to_json()).last_done(), Some(&step(2)));
        (0..50).for_each(|_| history.record(Step::Score { other: "x".repeat(MAX_BYTES / 2) }));
        assert!(history.depth().0 <= 2);
    }

    #[test]
    fn a_replaced_score_that_is_too_large_to_be_saved_costs_only_its_redo() {
        let mut history = History::default();
        (0..10).for_each(|start| history.record(step(start)));
        history.record(Step::Score { other: "x".repeat(MAX_SAVED_BYTES + 1) });
        undo(&mut history);
        undo(&mut history);
        assert_eq!(history.depth(), (9, 2));
        let saved = History::from_json(&history.to_json());
        assert_eq!(
            (saved.depth(), saved.last_undone()),
            ((9, 1), Some(&step(9))),
            "the step that is redone first is the nearest"
        );
        assert_eq!(saved.last_done(), Some(&step(8)));
    }

    #[test]
    fn the_nearest_undone_steps_are_kept() {
        let undone = (0..500).map(step).collect();
        let text = serde_json::to_string(&Saved { version: 1, done: VecDeque::new(), undone }).unwrap();
        let history = History::from_json(&text);
        assert_eq!((history.depth(), history.last_undone()), ((0, MAX_STEPS), Some(&step(499))));
    }

    #[test]
    fn an_unreadable_history_is_saved_again_until_a_step_is_recorded() {
        for text in ["{}", r#"{"version":2,"done":[],"undone":[]}"#, "no history"] {
            let mut history = History::from_json(text);
            assert_eq!((history.depth(), history.to_json().as_str()), ((0, 0), text));
            history.record(step(1));
            assert_eq!(History::from_json(&history.to_json()), {
                let mut one = History::default();
                one.record(step(1));
                one
            });
        }
    }

    #[test]
    fn a_number_too_large_for_its_type_costs_one_step() {
        let mut history = History::default();
        history.record(step(1));
        history.record_parameter("seed", 0.25, 0.5, false);
        history.record_parameter("seed", 0.5, f32::NAN, true);
        history.record_parameter("genre", 0.0, f32::INFINITY, false);
        assert_eq!(history.depth(), (2, 0));
        let saved = history.to_json().replace("0.25", "1e39");
        let mut read = History::from_json(&saved);
        assert_eq!((read.depth(), read.last_done()), ((1, 0), Some(&step(1))));
        read.record(step(2));
        assert_eq!(History::from_json(&read.to_json()).depth(), (2, 0), "it can be read again");
    }
}
