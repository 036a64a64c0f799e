//! What one gesture moved, as one step of the history.

use continuo_engine::history::{Move, Step};

/// The step that a gesture is; none if nothing is elsewhere than before.
pub fn step(mut moves: Vec<Move>) -> Option<Step> {
    moves.retain(|one| one.before.to_bits() != one.after.to_bits());
    if moves.len() > 1 {
        return Some(Step::Parameters(moves));
    }
    let Move { id, before, after } = moves.pop()?;
    Some(Step::Parameter { id, before, after })
}

/// What a step moved; nothing if it is of another kind.
pub fn of(step: &Step) -> Vec<Move> {
    match step {
        Step::Parameters(moves) => moves.clone(),
        Step::Parameter { id, before, after } => vec![Move { id: id.clone(), before: *before, after: *after }],
        Step::Take { .. } | Step::Favourite { .. } | Step::Score { .. } => Vec::new(),
    }
}

/// Two gestures in a row as one.
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
    fn a_step_tells_what_it_was_made_of() {
        let both = vec![moved("blend", 0.1, 1.0 / 3.0), moved("temperature", 0.5, 0.0)];
        assert_eq!(of(&step(both.clone()).unwrap()), both);
        let one = step(vec![moved("blend", 0.0, 0.0), moved("temperature", 0.5, 0.0)]).unwrap();
        assert_eq!(one, Step::Parameter { id: "temperature".into(), before: 0.5, after: 0.0 });
        assert_eq!(of(&one), [moved("temperature", 0.5, 0.0)]);
        assert_eq!(step(vec![moved("blend", 0.5, 0.5)]), None);
        assert_eq!(of(&Step::Take { start: 0, from: 1, to: 2 }), []);
    }

    #[test]
    fn two_gestures_become_one_from_the_first_place_to_the_last() {
        let click = vec![moved("blend", 0.0, 0.7)];
        let back = vec![moved("blend", 0.7, 0.0), moved("temperature", 0.2, 0.5)];
        let both = joined(click, back);
        assert_eq!(both, [moved("blend", 0.0, 0.0), moved("temperature", 0.2, 0.5)]);
        assert_eq!(of(&step(both).unwrap()), [moved("temperature", 0.2, 0.5)]);
    }
}
