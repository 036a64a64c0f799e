//! The networks' grid of steps, and rounding: what lies on the grid but for a host's or a file's rounding is treated as
//! if it lay on it, so that one sample decides nothing.

use crate::{
    meter::{MeterMap, PhraseSpan},
    note::Note,
    time::{TICKS_PER_QUARTER, TICKS_PER_STEP, Tick},
};

/// A triplet of sixteenths.
const TRIPLET: Tick = TICKS_PER_QUARTER / 6;
/// What lies this close to a step lies on it: a tenth of a step.
const ROUNDING: Tick = TICKS_PER_STEP / 10;
/// What lies this close to the middle of a step lies there: no more than samples and files round. What players do not hit
/// exactly stays.
const MIDDLE_ROUNDING: Tick = 2;

/// No song reaches so far: what lies there stands for "everything", and stays where it is.
const FAR: u64 = Tick::MAX as u64 / 4;

/// Steps of a sixteenth, counted anew from the start of each bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepGrid {
    /// Where any bar starts.
    start: Tick,
    bar: Tick,
    /// Where a phrase ends, in the middle of a step if the meter changes there.
    end: Tick,
}

impl StepGrid {
    /// Steps counted from position 0, where a quarter starts.
    pub const FROM_ZERO: Self = Self { start: 0, bar: TICKS_PER_QUARTER, end: Tick::MAX };

    /// The grid of a phrase and of everything around it.
    pub fn of(span: &PhraseSpan) -> Self {
        Self { start: span.start, bar: span.meter.bar_ticks().max(1), end: span.end }
    }

    /// The grid around a position in a song.
    pub fn at(meters: &MeterMap, tick: Tick) -> Self {
        let change = meters.at(tick);
        Self { start: change.tick, bar: change.meter.bar_ticks().max(1), end: Tick::MAX }
    }

    /// The start of the nearest step, the later one of two equally near.
    pub fn nearest(&self, tick: Tick) -> Tick {
        self.nearest_of(TICKS_PER_STEP, tick)
    }

    fn nearest_of(&self, unit: Tick, tick: Tick) -> Tick {
        if tick.unsigned_abs() > FAR {
            return tick;
        }
        let bar = self.start + (tick - self.start).div_euclid(self.bar) * self.bar;
        let before = tick - (tick - bar) % unit;
        let after = (before + unit).min(bar + self.bar);
        let (before, after) = match self.end {
            end if tick < end => (before, after.min(end)),
            end => (before.max(end), after),
        };
        if tick - before < after - tick { before } else { after }
    }

    /// The position without its rounding; unchanged if it is further from the grid.
    pub fn rounded(&self, tick: Tick) -> Tick {
        self.rounded_to(TICKS_PER_STEP, tick).unwrap_or(tick)
    }

    fn rounded_to(&self, unit: Tick, tick: Tick) -> Option<Tick> {
        Some(self.nearest_of(unit, tick)).filter(|nearest| (tick - nearest).abs() <= ROUNDING)
    }

    /// The note without its rounding: if it begins on the grid but for rounding, on a triplet or on a thirty-second, the
    /// whole note is moved there. If it then ends on the grid but for rounding, it ends there.
    ///
    /// ```
    /// use continuo_music::{step_grid::StepGrid, note::Note};
    ///
    /// let note = |start, length| Note { start, pitch: 72, length, velocity: 90 };
    /// let rounded = |start, length| StepGrid::FROM_ZERO.rounded_note(note(start, length));
    /// assert_eq!(rounded(961, 864), note(960, 864));
    /// assert_eq!(rounded(959, 960), note(960, 960));
    /// assert_eq!(rounded(960, 959), note(960, 960));
    /// assert_eq!(rounded(1281, 300), note(1280, 300), "a triplet");
    /// assert_eq!(rounded(1079, 120), note(1080, 120), "a thirty-second");
    /// assert_eq!(rounded(1000, 959), note(1000, 959), "this one was played late");
    /// ```
    #[must_use]
    pub fn rounded_note(&self, note: Note) -> Note {
        let Some(start) = self.rounded_start(note.start) else { return note };
        let end = Some(self.rounded(start + note.length)).filter(|&end| end > start);
        Note { start, length: end.map_or(note.length, |end| end - start), ..note }
    }

    /// The note moved as a whole to where it begins without its rounding.
    #[must_use]
    pub fn moved_note(&self, note: Note) -> Note {
        Note { start: self.rounded_start(note.start).unwrap_or(note.start), ..note }
    }

    fn rounded_start(&self, start: Tick) -> Option<Tick> {
        let middle = || {
            let nearest = self.nearest_of(TICKS_PER_STEP / 2, start);
            Some(nearest).filter(|nearest| (start - nearest).abs() <= MIDDLE_ROUNDING)
        };
        self.rounded_to(TICKS_PER_STEP, start).or_else(|| self.rounded_to(TRIPLET, start)).or_else(middle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meter::Meter;
    use proptest::prelude::*;

    #[test]
    fn a_bar_and_a_phrase_may_end_within_a_step() {
        // A bar of two steps and five eighths of one.
        let grid = StepGrid { start: 10, bar: 630, end: 10 + 630 + 300 };
        assert_eq!([9, 129, 130, 500, 600, 640].map(|tick| grid.nearest(tick)), [10, 10, 250, 490, 640, 640]);
        assert_eq!([880, 920, 960, 1200].map(|tick| grid.nearest(tick)), [880, 940, 940, 1270]);
    }

    #[test]
    fn what_stands_for_everything_stays() {
        let grid = StepGrid::of(&PhraseSpan { start: 7, end: 15360, meter: Meter::COMMON });
        for grid in [StepGrid::FROM_ZERO, grid] {
            for tick in [Tick::MIN, Tick::MIN / 2, Tick::MAX / 2, Tick::MAX] {
                assert_eq!((grid.nearest(tick), grid.rounded(tick)), (tick, tick));
            }
        }
    }

    proptest! {
        #[test]
        fn a_note_on_the_grid_comes_back_however_it_was_rounded(
            numerator in 1u8..=20, exponent in 0u32..=5, start in -50i64..50, at in 0i64..200, steps in 1i64..20,
            shift in -24i64..=24, late_end in -11i64..=11, slight in -11i64..=11, gate in 1i64..3000,
        ) {
            let meter = Meter { numerator, denominator: 1 << exponent };
            let span = PhraseSpan { start: 60 * start, end: 60 * start + 4 * meter.bar_ticks(), meter };
            let grid = StepGrid::of(&span);
            let (start, end) = (grid.nearest(240 * at - 20_000), grid.nearest(240 * (at + steps) - 20_000));
            let note = |start, length| Note { start, pitch: 60, length, velocity: 90 };
            prop_assume!(start < end);
            let whole = note(start, end - start);
            prop_assert_eq!(grid.rounded_note(whole), whole);
            prop_assert_eq!(grid.rounded_note(note(start + shift, whole.length)), whole, "moved as a whole");
            let uneven = note(start + slight, whole.length - slight + late_end);
            prop_assert_eq!(grid.rounded_note(uneven), whole, "start and end rounded on their own");
            let gated = grid.rounded_note(note(start, gate));
            prop_assert_eq!(grid.rounded_note(note(start + shift, gate)), gated, "however long it is");
            prop_assert_eq!(grid.rounded_note(gated), gated);
        }

        #[test]
        fn what_is_played_off_the_grid_stays(tick in -5000i64..5000, length in 1i64..2000) {
            let grid = StepGrid::of(&PhraseSpan { start: 0, end: 15360, meter: Meter::COMMON });
            let far = |unit: Tick| tick.rem_euclid(unit).min((-tick).rem_euclid(unit)) > 24;
            let note = Note { start: tick, pitch: 60, length, velocity: 90 };
            prop_assert_eq!(grid.nearest(tick), crate::melody::nearest_step(tick) * TICKS_PER_STEP);
            prop_assert_eq!(grid.rounded(tick) == tick, far(240) || tick % 240 == 0);
            let near_middle = (tick.rem_euclid(240) - 120).abs() <= 2;
            prop_assert!(!(far(240) && far(160)) || near_middle || grid.rounded_note(note) == note);
        }

        #[test]
        fn a_triplet_comes_back_wherever_it_was_moved(at in -50i64..200, shift in -24i64..=24, length in 1i64..3000) {
            let grid = StepGrid::of(&PhraseSpan { start: 2880, end: 14400, meter: Meter { numerator: 3, denominator: 4 } });
            let note = |start| Note { start, pitch: 60, length, velocity: 90 };
            let kept = grid.rounded_note(note(160 * at));
            prop_assert_eq!((kept.start, grid.rounded_note(note(160 * at + shift))), (160 * at, kept));
        }
    }
}
