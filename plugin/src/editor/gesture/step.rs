//! Between the moves of a gesture and the step of the history that they make.

use continuo_engine::score::{Move, Step};

/// The step for the moves of a gesture; `None` if no value has changed.
pub fn from_moves(mut moves: Vec<Move>) -> Option<Step> {
    moves.retain(|one| one.before.to_bits() != one.after.to_bits());
    if moves.len() > 1 {
        return Some(Step::Parameters(moves));
    }
    let Move { id, before, after } = moves.pop()?;
    Some(Step::Parameter { id, before, after })
}

/// The moves in a step; empty for a step of another kind.
pub fn moves(step: &Step) -> Vec<Move> {
    match step {
        Step::Parameters(moves) => moves.clone(),
        Step::Parameter { id, before, after } => vec![Move { id: id.clone(), before: *before, after: *after }],
        Step::Take { .. }
        | Step::Favourite { .. }
        | Step::Sections { .. }
        | Step::Chords { .. }
        | Step::Melody { .. }
        | Step::Part { .. }
        | Step::Lead { .. }
        | Step::Rest { .. }
        | Step::Score { .. } => Vec::new(),
    }
}

/// Joins the moves of two gestures in a row.
pub fn joined(first: Vec<Move>, second: Vec<Move>) -> Vec<Move> {
    let mut all = first;
    for later in second {
        match all.iter_mut().find(|earlier| earlier.id == later.id) {
            Some(earlier) => earlier.after = later.after,
            None => all.push(later),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(id: &str, before: f32, after: f32) -> Move {
        Move { id: id.to_owned(), before, after }
    }

    #[test]
    fn a_step_returns_the_moves_it_was_made_from() {
        let both = vec![moved("blend", 0.1, 1.0 / 3.0), moved("temperature", 0.5, 0.0)];
        assert_eq!(moves(&from_moves(both.clone()).unwrap()), both);
        let one = from_moves(vec![moved("blend", 0.0, 0.0), moved("temperature", 0.5, 0.0)]).unwrap();
        assert_eq!(one, Step::Parameter { id: "temperature".into(), before: 0.5, after: 0.0 });
        assert_eq!(moves(&one), [moved("temperature", 0.5, 0.0)]);
        assert_eq!(from_moves(vec![moved("blend", 0.5, 0.5)]), None);
        assert_eq!(moves(&Step::Take { start: 0, from: 1, to: 2 }), []);
    }

    #[test]
    fn two_gestures_become_one_from_the_first_value_to_the_last() {
        let click = vec![moved("blend", 0.0, 0.7)];
        let back = vec![moved("blend", 0.7, 0.0), moved("temperature", 0.2, 0.5)];
        let both = joined(click, back);
        assert_eq!(both, [moved("blend", 0.0, 0.0), moved("temperature", 0.2, 0.5)]);
        assert_eq!(moves(&from_moves(both).unwrap()), [moved("temperature", 0.2, 0.5)]);
    }
}
