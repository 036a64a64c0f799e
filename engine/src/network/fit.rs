//! Maps any meter to the network's windows of four bars of 4/4 or four bars of 3/4.
//!
//! A window has four slots of 16 or of 12 steps. A bar fills whole slots, or several bars share a slot that they divide
//! evenly, so that each bar starts at a slot's start or at an even division of it. The slot size is the one that leaves
//! the fewest steps unused. Unused steps are written as silence and never played.

use crate::network::contract::STEPS;
use continuo_music::{
    meter::{Meter, PhraseSpan},
    time::{TICKS_PER_STEP, Tick},
};
use std::ops::Range;

/// Slots in a window.
const SLOTS: i64 = 4;

/// One step of a window and the ticks of the song that it covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Counted from the phrase's first step; negative before it.
    position: i64,
    /// The step in its window, 0 to 63.
    pub step: usize,
    /// First tick.
    pub from: Tick,
    /// First tick after it. A bar's last step is shorter if the bar is not a whole number of steps.
    pub to: Tick,
}

/// How a phrase maps to windows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fit {
    /// 16 or 12.
    slot: i64,
    windows: usize,
    /// The window before the phrase, then the phrase, in order of time.
    cells: Vec<Cell>,
}

impl Fit {
    /// Fits a phrase, whose span a meter change may have cut short.
    pub fn new(span: &PhraseSpan) -> Self {
        let bar_ticks = span.meter.bar_ticks().max(1);
        let bar_steps = bar_ticks.div_euclid(TICKS_PER_STEP) + i64::from(bar_ticks % TICKS_PER_STEP != 0);
        let slot = slot_size(span.meter);
        let shared = if slot % bar_steps == 0 { slot / bar_steps } else { 1 };
        let bar_slots = (bar_steps + slot - 1) / slot;
        let window = SLOTS * slot;
        let bars_after = (span.ticks() + bar_ticks - 1) / bar_ticks;
        // At most this many bars reach into the window before.
        let bars_before = SLOTS * shared;
        let mut cells = Vec::new();
        for bar in -bars_before..bars_after {
            let start = span.start + bar * bar_ticks;
            let first = bar.div_euclid(shared) * bar_slots * slot + bar.rem_euclid(shared) * bar_steps;
            for index in 0..bar_steps {
                let from = start + index * TICKS_PER_STEP;
                let to = (from + TICKS_PER_STEP).min(start + bar_ticks).min(if bar < 0 { Tick::MAX } else { span.end });
                let position = first + index;
                if position >= -window && from < span.end {
                    cells.push(Cell { position, step: position.rem_euclid(window) as usize, from, to });
                }
            }
        }
        let last = cells.last().map_or(0, |cell| cell.position);
        Self { slot, windows: (last.div_euclid(window) + 1).max(1) as usize, cells }
    }

    /// The number of windows that the phrase fills.
    pub const fn windows(&self) -> usize {
        self.windows
    }

    /// Whether the windows have the form of four bars of 3/4.
    pub const fn in_three(&self) -> bool {
        self.slot == 12
    }

    /// From the start of the window before to the end of the phrase, and a step on either side: a note that lies
    /// completely outside touches no cell.
    pub fn visible_range(&self) -> Range<Tick> {
        let from = self.cells.first().map_or(0, |cell| cell.from);
        from - TICKS_PER_STEP..self.cells.last().map_or(from, |cell| cell.to) + TICKS_PER_STEP
    }

    /// The cells of a window of the phrase, in order of time.
    pub fn window(&self, window: usize) -> &[Cell] {
        self.between(window as i64)
    }

    /// The cells of the window before this one, in order of time.
    pub fn context(&self, window: usize) -> &[Cell] {
        self.between(window as i64 - 1)
    }

    fn between(&self, window: i64) -> &[Cell] {
        let length = SLOTS * self.slot;
        let first = self.cells.partition_point(|cell| cell.position < window * length);
        let after = self.cells.partition_point(|cell| cell.position < (window + 1) * length);
        &self.cells[first..after]
    }
}

/// The steps of one chord of the network's plan in a meter: 8, or 12 in windows of the form of 3/4.
pub(crate) fn plan_steps(meter: Meter) -> Tick {
    if slot_size(meter) == 12 { 12 } else { 8 }
}

/// 16 or 12, whichever leaves fewer steps of a slot unused; 16 on a tie.
fn slot_size(meter: Meter) -> i64 {
    let bar_steps = (meter.bar_ticks() + TICKS_PER_STEP - 1) / TICKS_PER_STEP;
    let unused = |slot: i64| if slot % bar_steps == 0 { 0 } else { (slot - bar_steps % slot) % slot };
    if unused(12) < unused(16) { 12 } else { 16 }
}

/// The index of the cell whose start is nearest to a tick, the later one of two equally near. -1 before the first cell,
/// the number of cells after the last.
pub(crate) fn nearest(cells: &[Cell], tick: Tick) -> i64 {
    let (Some(first), Some(last)) = (cells.first(), cells.last()) else { return 0 };
    if tick < first.from {
        return if first.from - tick <= TICKS_PER_STEP / 2 { 0 } else { -1 };
    }
    if tick >= last.to {
        return cells.len() as i64;
    }
    let index = cells.partition_point(|cell| cell.from <= tick) - 1;
    let next = cells.get(index + 1).map_or(last.to, |cell| cell.from);
    index as i64 + i64::from(tick - cells[index].from >= next - tick)
}

const _: () = assert!(SLOTS * 16 == STEPS as i64);

#[cfg(test)]
mod tests {
    use super::*;
    use continuo_music::step_grid::StepGrid;
    use proptest::prelude::*;

    fn span(numerator: u8, denominator: u8, bars: i64) -> PhraseSpan {
        let meter = Meter { numerator, denominator };
        PhraseSpan { start: 0, end: bars * meter.bar_ticks(), meter }
    }

    #[test]
    fn common_meters_use_the_expected_slots() {
        for (numerator, denominator, slot, windows) in [
            (4, 4, 16, 1),
            (3, 4, 12, 1),
            (6, 8, 12, 1),
            (12, 8, 12, 2),
            (2, 4, 16, 1),
            (5, 4, 12, 2),
            (7, 8, 16, 1),
            (3, 8, 12, 1),
        ] {
            let fit = Fit::new(&span(numerator, denominator, 4));
            assert_eq!((fit.slot, fit.windows()), (slot, windows), "{numerator}/{denominator}");
        }
    }

    #[test]
    fn five_four_lies_on_three_and_two_beats() {
        let fit = Fit::new(&span(5, 4, 1));
        let steps: Vec<_> = fit.window(0).iter().map(|cell| cell.step).collect();
        assert_eq!(steps, (0..20).collect::<Vec<_>>());
        assert_eq!(Fit::new(&span(5, 4, 2)).window(0)[20].step, 24, "the second bar starts a slot");
    }

    proptest! {
        #[test]
        fn every_tick_of_the_phrase_and_of_the_context_is_in_one_step(
            numerator in 1u8..=64, exponent in 0u32..=6, bars in 1i64..=4, start in -100_000i64..100_000, cut in 0i64..5000,
        ) {
            let meter = Meter { numerator, denominator: 1 << exponent };
            let full = bars * meter.bar_ticks();
            let span = PhraseSpan { start, end: start + (full - cut).max(1), meter };
            let fit = Fit::new(&span);
            let mut at = fit.context(0).first().map_or(start, |cell| cell.from);
            prop_assert!(at < start);
            for cell in fit.context(0) {
                prop_assert_eq!(cell.from, at);
                prop_assert!(cell.to > cell.from && cell.to - cell.from <= TICKS_PER_STEP);
                at = cell.to;
            }
            prop_assert_eq!(at, start);
            for window in 0..fit.windows() {
                let mut last = None;
                for cell in fit.window(window) {
                    prop_assert_eq!(cell.from, at);
                    prop_assert!(cell.to > cell.from && cell.step < STEPS && Some(cell.step) > last);
                    last = Some(cell.step);
                    at = cell.to;
                }
                prop_assert!(!fit.window(window).is_empty());
            }
            prop_assert_eq!(at, span.end);
        }

        #[test]
        fn the_nearest_step_is_the_same_in_a_window_and_on_the_grid(
            numerator in 1u8..=64, exponent in 0u32..=6, start in -100_000i64..100_000, cut in 0i64..5000, at in 0.0..1.0,
        ) {
            let meter = Meter { numerator, denominator: 1 << exponent };
            let span = PhraseSpan { start, end: start + (2 * meter.bar_ticks() - cut).max(1), meter };
            let fit = Fit::new(&span);
            for cells in (0..fit.windows()).flat_map(|window| [fit.window(window), fit.context(window)]) {
                let (from, to) = (cells[0].from, cells[cells.len() - 1].to);
                let tick = from + ((to - from) as f64 * at) as Tick;
                let edge = cells.get(nearest(cells, tick) as usize).map_or(to, |cell| cell.from);
                prop_assert_eq!(StepGrid::of(&span).nearest(tick), edge);
            }
        }
    }
}
