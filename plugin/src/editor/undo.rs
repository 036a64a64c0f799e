//! Undo and redo.
//!
//! An edit's step is known when the composer has carried it out. Until then Undo waits, or it would take the step before.

use crate::editor::{
    context::EditorContext,
    gesture::step,
    state::{State, history_wish::HistoryWish},
};
use continuo_engine::score::{Edit, History, LeadPassage, Passage, Score, Step};
use std::time::{Duration, Instant};

/// So long an edit may keep Undo waiting: longer than the phrases around it take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Undoes the last step.
pub fn undo(context: &EditorContext, state: &mut State) {
    wish(HistoryWish::Undo, context, state);
}

/// Redoes the step that was undone last.
pub fn redo(context: &EditorContext, state: &mut State) {
    wish(HistoryWish::Redo, context, state);
}

fn wish(wish: HistoryWish, context: &EditorContext, state: &mut State) {
    state.history_wishes.push_back((wish, Instant::now()));
    carry_out_wishes(context, state);
}

/// Undoes or redoes what the player wants, once the edits before it are carried out. Call it in each frame.
pub fn carry_out_wishes(context: &EditorContext, state: &mut State) {
    while let Some(&(wish, since)) = state.history_wishes.front() {
        state.expect_answer();
        if !context.wiring.shared.edits.is_settled() && since.elapsed() < PATIENCE {
            return;
        }
        state.history_wishes.pop_front();
        match wish {
            HistoryWish::Undo => step_back(context, state),
            HistoryWish::Redo => step_forth(context, state),
        }
    }
}

fn step_back(context: &EditorContext, state: &mut State) {
    let shared = &context.wiring.shared;
    // Popped first: while it is being undone, the composer may note another step.
    let Some(step) = shared.history.edit(History::pop_done) else { return };
    let undone = apply(&step, true, context, state);
    shared.history.edit(|history| match undone {
        Some(undone) => history.keep_undone(undone),
        None => history.keep_done(step),
    });
}

fn step_forth(context: &EditorContext, state: &mut State) {
    let shared = &context.wiring.shared;
    let Some(step) = shared.history.edit(History::pop_undone) else { return };
    let done = apply(&step, false, context, state);
    shared.history.edit(|history| match done {
        Some(done) => history.keep_done(done),
        None => history.keep_undone(step),
    });
}

/// Does a step, or reverses it if `back`. Returns the step for the opposite direction, or `None` if this failed.
fn apply(step: &Step, back: bool, context: &EditorContext, state: &mut State) -> Option<Step> {
    let shared = &context.wiring.shared;
    match step {
        Step::Parameter { .. } | Step::Parameters(_) => {
            for one in step::moves(step) {
                context.restore(&one.id, if back { one.before } else { one.after }, &mut state.pending);
            }
        }
        Step::Take { start, from, to } => {
            let take = if back { *from } else { *to };
            shared.edits.push(Edit::Choose { start: *start, take, undoing: true });
        }
        Step::Favourite { start, take, on } => {
            shared.edits.push(Edit::Favourite { start: *start, take: Some(*take), on: *on != back, undoing: true });
        }
        Step::Sections { before, after } => {
            let sections = if back { before } else { after }.clone();
            shared.edits.push(Edit::SetSections { sections, undoing: true });
        }
        Step::Chords { before, after, .. } | Step::Melody { before, after, .. } | Step::Part { before, after, .. } => {
            match Passage::from_json(if back { before } else { after }) {
                Ok(passage) => {
                    shared.edits.push(Edit::BringBack(Box::new(passage)));
                }
                Err(error) => {
                    state.show_error(error.to_string());
                    return None;
                }
            }
        }
        Step::Lead { before, after, .. } => match LeadPassage::from_json(if back { before } else { after }) {
            Ok(passage) => {
                shared.edits.push(Edit::BringBackLead(Box::new(passage)));
            }
            Err(error) => {
                state.show_error(error.to_string());
                return None;
            }
        },
        Step::Rest { bars } => {
            shared.edits.push(Edit::Rest { bars: bars.clone(), on: !back });
        }
        Step::Score { other } => {
            let now = shared.score.copy().to_json();
            match Score::from_json(other) {
                Ok(score) => shared.replace(score),
                Err(error) => {
                    state.show_error(error.to_string());
                    return None;
                }
            }
            return Some(Step::Score { other: now });
        }
    }
    Some(step.clone())
}
