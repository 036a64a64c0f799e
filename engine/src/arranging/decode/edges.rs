//! Where notes start and end between the steps: the network's timing, as ticks.
//!
//! A note starts a little before or after its step: this carries swing, triplets and a player's feel. A note ends where
//! the first silent step begins, with the timing of the notes that start there, if any, so that a legato line stays
//! legato.

use crate::network::fit::Cell;
use continuo_music::time::{TICKS_PER_STEP, Tick};

/// A note that starts less than this beside its step starts on it: nobody hears the difference, but programs that cut a
/// song by its bars lose a downbeat that starts a tick early.
const LEAST_SHIFT: Tick = 3;

/// Where each cell begins, and finally where the last one ends. `starts(index)` says whether a note of the part begins
/// in a cell, `timing` how much later, for each step, in steps.
///
/// The ticks rise strictly, whatever the timing: no note overtakes another. All stay within the cells, and each is nearer
/// to its own cell than to any other, so that the notes are read back onto the same steps.
pub(super) fn edges(cells: &[Cell], timing: &[f32], starts: impl Fn(usize) -> bool) -> Vec<Tick> {
    let mut edges: Vec<Tick> = Vec::with_capacity(cells.len() + 1);
    let mut previous_length = 0;
    for (index, cell) in cells.iter().enumerate() {
        let length = cell.to - cell.from;
        let mut at = cell.from;
        if starts(index) {
            let shift = (timing[cell.step] * TICKS_PER_STEP as f32).round() as Tick;
            let shift = if shift.abs() < LEAST_SHIFT { 0 } else { shift };
            // A cell may be shorter than a step where a bar is not a whole number of steps.
            at += shift.clamp(-(previous_length / 2), (length - 1) / 2);
        }
        if let Some(&last) = edges.last() {
            at = at.max(last + (previous_length / 4).max(1));
        }
        edges.push(at);
        previous_length = length;
    }
    edges.extend(cells.last().map(|cell| cell.to));
    edges
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{
        contract::STEPS,
        fit::{Fit, nearest},
    };
    use continuo_music::meter::{Meter, PhraseSpan};
    use proptest::prelude::*;

    #[test]
    fn notes_that_start_almost_on_their_step_start_on_it() {
        let fit = Fit::new(&PhraseSpan { start: 0, end: 3840, meter: Meter::COMMON });
        let cells = fit.window(0);
        for ticks in -10_i16..=10 {
            let timing = [f32::from(ticks) / TICKS_PER_STEP as f32; STEPS];
            let edges = edges(cells, &timing, |index| index == 4);
            let expected = if ticks.abs() < 3 { 0 } else { Tick::from(ticks) };
            assert_eq!(edges[4] - cells[4].from, expected);
        }
    }

    proptest! {
        #[test]
        fn edges_rise_stay_inside_and_are_read_back_onto_their_steps(
            numerator in 1u8..=20, exponent in 0u32..=6, start in -50_000i64..50_000, cut in 0i64..4000,
            timing in prop::collection::vec(-0.5f32..=0.5, STEPS), starting in prop::collection::vec(any::<bool>(), STEPS),
        ) {
            let meter = Meter { numerator, denominator: 1 << exponent };
            let end = start + (4 * meter.bar_ticks() - cut).max(1);
            let fit = Fit::new(&PhraseSpan { start, end, meter });
            for window in 0..fit.windows() {
                let cells = fit.window(window);
                let edges = edges(cells, &timing, |index| starting[cells[index].step]);
                prop_assert_eq!(edges.len(), cells.len() + 1);
                prop_assert!(edges.windows(2).all(|pair| pair[0] < pair[1]), "{:?}", edges);
                prop_assert!(edges[0] >= cells[0].from && edges[cells.len()] == cells[cells.len() - 1].to);
                for (index, cell) in cells.iter().enumerate() {
                    prop_assert_eq!(nearest(cells, edges[index]), index as i64);
                    if !starting[cell.step] {
                        prop_assert_eq!(edges[index], cell.from);
                    }
                }
            }
        }
    }
}
