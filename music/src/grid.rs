//! Whether notes lie on the file's beats.

use crate::{
    note::Note,
    time::{TICKS_PER_QUARTER, Tick},
};
use std::f64::consts::TAU;

/// Grids on which played music lies: quarters, eighths, triplets, sixteenths and finer.
const GRIDS: [Tick; 6] = [
    TICKS_PER_QUARTER,
    TICKS_PER_QUARTER / 2,
    TICKS_PER_QUARTER / 3,
    TICKS_PER_QUARTER / 4,
    TICKS_PER_QUARTER / 6,
    TICKS_PER_QUARTER / 8,
];
/// Notes that are played to a click, even loosely or swung, agree more than this with one of the grids.
const LEAST_AGREEMENT: f64 = 0.4;
/// Fewer beginnings of notes show nothing.
const FEWEST_BEGINNINGS: usize = 20;

/// How well beginnings agree with a grid, from 0 (anywhere) to 1 (all at the same distance from its lines): the length
/// of the mean of their phases as unit vectors.
fn agreement(beginnings: &[Tick], grid: Tick) -> f64 {
    let angles = beginnings.iter().map(|tick| tick.rem_euclid(grid) as f64 / grid as f64 * TAU);
    let (x, y) = angles.fold((0.0, 0.0), |(x, y), angle| (x + angle.cos(), y + angle.sin()));
    f64::hypot(x, y) / beginnings.len().max(1) as f64
}

/// Whether notes (sorted) were written or played to the beats of their file. Too few notes count as such.
///
/// ```
/// use continuo_music::{grid::follows_the_grid, note::Note};
///
/// let line = |step: i64| -> Vec<Note> {
///     (0..40).map(|index| Note { start: index * step, pitch: 72, length: 400, velocity: 90 }).collect()
/// };
/// assert!(follows_the_grid(&line(480)));
/// // Eighths at 97 beats a minute, recorded at 120 beats a minute.
/// assert!(!follows_the_grid(&line(594)));
/// ```
pub fn follows_the_grid(notes: &[Note]) -> bool {
    let mut beginnings: Vec<Tick> = notes.iter().map(|note| note.start).collect();
    beginnings.dedup();
    beginnings.len() < FEWEST_BEGINNINGS || GRIDS.iter().any(|&grid| agreement(&beginnings, grid) > LEAST_AGREEMENT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn notes(starts: impl IntoIterator<Item = Tick>) -> Vec<Note> {
        let mut starts: Vec<_> = starts.into_iter().collect();
        starts.sort_unstable();
        starts.into_iter().map(|start| Note { start, pitch: 72, length: 200, velocity: 90 }).collect()
    }

    proptest! {
        #[test]
        fn notes_on_a_grid_follow_it_also_played_loosely(
            steps in prop::collection::vec((0_i64..400, -40_i64..=40), 20..200),
            grid in prop::sample::select(vec![240_i64, 320, 480, 960]),
        ) {
            prop_assert!(follows_the_grid(&notes(steps.into_iter().map(|(step, off)| (step * grid + off).max(0)))));
        }

        #[test]
        fn swung_eighths_follow_the_grid(long in 480_i64..720, jitter in prop::collection::vec(-20_i64..20, 40..80)) {
            let swung = jitter.into_iter().enumerate().map(|(index, off)| {
                960 * (index as i64 / 2) + long * (index as i64 % 2) + off
            });
            prop_assert!(follows_the_grid(&notes(swung)));
        }
    }

    #[test]
    fn a_steady_player_without_the_click_does_not_follow_it() {
        for tempo in [67.0, 83.0, 97.0, 104.0, 113.0, 131.0, 139.0] {
            let starts =
                (0..80).map(|index| (f64::from(index / 3 * 2 + index % 3 / 2) * 960.0 * 120.0 / tempo) as Tick);
            assert!(!follows_the_grid(&notes(starts)), "{tempo}");
        }
    }
}
