//! Undoes and redoes what the history holds.

use crate::editor::{
    gesture::{Hands, step as moves},
    state::State,
};
use crate::process::wiring::Wiring;
use continuo_engine::{
    edit::Edit,
    export::bar_number,
    history::{History, Step},
    score::Score,
};
use nice_plug::prelude::Params;

/// What a step did, for people.
pub fn words(step: &Step, wiring: &Wiring, score: &Score) -> String {
    match step {
        Step::Parameter { .. } | Step::Parameters(_) => {
            let map = wiring.params.param_map();
            let name = |id: &str| {
                // SAFETY: the pointer belongs to the parameters in `wiring`, which live on.
                let name = map.iter().find(|(other, ..)| other == id).map(|(_, pointer, _)| unsafe { pointer.name() });
                name.unwrap_or("a parameter").to_owned()
            };
            moves::of(step).iter().map(|moved| name(&moved.id)).collect::<Vec<_>>().join(" and ")
        }
        Step::Take { start, .. } => format!("take of bar {}", bar_number(score, *start)),
        Step::Favourite { start, .. } => format!("favourite at bar {}", bar_number(score, *start)),
        Step::Score { .. } => "replaced score".to_owned(),
    }
}

/// Undoes the last step.
pub fn undo(hands: &Hands, state: &mut State) {
    let shared = &hands.wiring.shared;
    // Taken out at once: while it is undone, the composer may note another step.
    let Some(step) = shared.with_history(History::take_done) else { return };
    let undone = act(&step, true, hands, state);
    shared.with_history(|history| match undone {
        Some(undone) => history.keep_undone(undone),
        None => history.keep_done(step),
    });
    state.expect_answer();
}

/// Does again what was undone last.
pub fn redo(hands: &Hands, state: &mut State) {
    let shared = &hands.wiring.shared;
    let Some(step) = shared.with_history(History::take_undone) else { return };
    let done = act(&step, false, hands, state);
    shared.with_history(|history| match done {
        Some(done) => history.keep_done(done),
        None => history.keep_undone(step),
    });
    state.expect_answer();
}

/// Does a step, or takes it back; returns it as it is kept for the way back, or nothing if it could not be done.
fn act(step: &Step, back: bool, hands: &Hands, state: &mut State) -> Option<Step> {
    let shared = &hands.wiring.shared;
    match step {
        Step::Parameter { .. } | Step::Parameters(_) => {
            for moved in moves::of(step) {
                hands.put_back(&moved.id, if back { moved.before } else { moved.after }, &mut state.pending);
            }
        }
        Step::Take { start, from, to } => {
            let take = if back { *from } else { *to };
            shared.ask(Edit::Choose { start: *start, take, undoing: true });
        }
        Step::Favourite { start, take, on } => {
            shared.ask(Edit::Favourite { start: *start, take: Some(*take), on: *on != back, undoing: true });
        }
        Step::Score { other } => {
            let now = shared.score().to_json();
            match Score::from_json(other) {
                Ok(score) => shared.replace(score),
                Err(error) => {
                    state.complain(error.to_string());
                    return None;
                }
            }
            return Some(Step::Score { other: now });
        }
    }
    Some(step.clone())
}
