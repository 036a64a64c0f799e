//! From swung to straight time and back.

use super::Swing;
use crate::{
    meter::PhraseSpan,
    note::Note,
    time::{TICKS_PER_STEP, Tick},
};

/// The pairs of notes of a phrase and of what surrounds it, counted anew in each bar, and how they swing.
///
/// Time is stretched step by step: each step of a sixteenth of the straight grid has its place in swung time, and what lies
/// between two steps stays between them. A pair that a bar or the phrase cuts short stays straight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SwingGrid {
    swing: Option<Swing>,
    /// Where any bar starts.
    start: Tick,
    bar: Tick,
    /// Where the phrase ends.
    end: Tick,
}

impl SwingGrid {
    /// The grid of a phrase. Without a swing, and where its level does not fit the meter, nothing moves.
    pub fn of(span: &PhraseSpan, swing: Option<Swing>) -> Self {
        let swing = swing.filter(|swing| swing.level.fits(span.meter));
        Self { swing, start: span.start, bar: span.meter.bar_ticks().max(1), end: span.end }
    }

    /// Whether anything moves.
    pub const fn is_straight(&self) -> bool {
        self.swing.is_none()
    }

    /// Where a place in straight time sounds. Rises with the tick. For each step of a sixteenth, [`unswing`](Self::unswing)
    /// leads back.
    ///
    /// ```
    /// use continuo_music::{meter::{Meter, PhraseSpan}, swing::{Level, Swing, SwingGrid}};
    ///
    /// let span = PhraseSpan { start: 0, end: 3840, meter: Meter::COMMON };
    /// let shuffle = SwingGrid::of(&span, Swing::new(Level::Eighths, 67));
    /// assert_eq!([0, 240, 480, 720, 960].map(|tick| shuffle.swing(tick)), [0, 320, 640, 800, 960]);
    /// assert_eq!([0, 320, 640, 800, 960].map(|tick| shuffle.unswing(tick)), [0, 240, 480, 720, 960]);
    /// ```
    pub fn swing(&self, tick: Tick) -> Tick {
        self.moved(tick, |knot| (knot.0, knot.1))
    }

    /// Where a place in swung time lies in straight time. Rises with the tick.
    pub fn unswing(&self, tick: Tick) -> Tick {
        self.moved(tick, |knot| (knot.1, knot.0))
    }

    /// The note, from straight to swung time.
    #[must_use]
    pub fn swung(&self, note: Note) -> Note {
        let start = self.swing(note.start);
        Note { start, length: (self.swing(note.end()) - start).max(1), ..note }
    }

    /// The note, from swung to straight time.
    #[must_use]
    pub fn straightened(&self, note: Note) -> Note {
        let start = self.unswing(note.start);
        Note { start, length: (self.unswing(note.end()) - start).max(1), ..note }
    }

    /// Where the pair of notes that contains a tick begins, if it swings.
    pub fn pair_start(&self, tick: Tick) -> Option<Tick> {
        let pair = self.swing?.level.pair();
        let bar = self.start + (tick - self.start).div_euclid(self.bar) * self.bar;
        let start = tick - (tick - bar) % pair;
        let is_cut = start + pair > bar + self.bar || (start < self.end && start + pair > self.end);
        (!is_cut).then_some(start)
    }

    /// Moves a tick within its pair; `sides` gives where a step comes from and where it goes, of its straight and its
    /// swung place.
    fn moved(&self, tick: Tick, sides: impl Fn((Tick, Tick)) -> (Tick, Tick)) -> Tick {
        let (Some(swing), Some(start)) = (self.swing, self.pair_start(tick)) else { return tick };
        let (pair, second) = (swing.level.pair(), swing.second());
        let sounds_at = |straight: Tick| {
            let half = pair / 2;
            if straight <= half {
                (straight * second + half / 2) / half
            } else {
                second + ((straight - half) * (pair - second) + half / 2) / half
            }
        };
        let at = tick - start;
        let mut from = (0, 0);
        for straight in (TICKS_PER_STEP..=pair).step_by(TICKS_PER_STEP as usize) {
            let to = sides((straight, sounds_at(straight)));
            if at < to.0 {
                let (old, new) = (to.0 - from.0, to.1 - from.1);
                return start + from.1 + ((at - from.0) * new + old / 2) / old;
            }
            from = to;
        }
        tick
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Level, *};
    use crate::meter::Meter;
    use proptest::prelude::*;

    fn grids() -> impl Strategy<Value = SwingGrid> {
        let level = prop_oneof![Just(Level::Eighths), Just(Level::Sixteenths)];
        (1u8..=20, 0u32..=4, -50i64..50, 0i64..2000, level, 50u8..=75).prop_map(
            |(numerator, exponent, start, cut, level, percent)| {
                let meter = Meter { numerator, denominator: 1 << exponent };
                let start = 60 * start;
                let end = start + (4 * meter.bar_ticks() - cut).max(1);
                SwingGrid::of(&PhraseSpan { start, end, meter }, Swing::new(level, percent))
            },
        )
    }

    #[test]
    fn nothing_moves_where_a_pair_is_cut_short() {
        let seven = PhraseSpan { start: 0, end: 13_440, meter: Meter { numerator: 7, denominator: 4 } };
        let cut = PhraseSpan { end: 1200, ..seven };
        let swing = Swing::new(Level::Eighths, 67);
        let (whole, cut) = (SwingGrid::of(&seven, swing), SwingGrid::of(&cut, swing));
        assert_eq!((whole.swing(1440), cut.swing(480), cut.swing(1100)), (1600, 640, 1100));
        let six = PhraseSpan { meter: Meter { numerator: 6, denominator: 8 }, ..seven };
        assert!(SwingGrid::of(&six, swing).is_straight(), "a pair of eighths is no beat there");
        assert_eq!(SwingGrid::of(&six, Swing::new(Level::Sixteenths, 60)).swing(240), 288);
    }

    proptest! {
        #[test]
        fn steps_come_back(grid in grids(), bar in -2i64..4, step in 0i64..80) {
            let straight = grid.start + bar * grid.bar + (step * TICKS_PER_STEP) % grid.bar;
            let swung = grid.swing(straight);
            prop_assert_eq!(grid.unswing(swung), straight);
            prop_assert_eq!(grid.swing(grid.unswing(swung)), swung);
        }

        #[test]
        fn what_swings_stays_where_it_is_when_it_is_straightened_and_swung_again(grid in grids(), tick in -9000i64..20_000) {
            let swung = grid.swing(tick);
            prop_assert_eq!(grid.swing(grid.unswing(swung)), swung);
            prop_assert!((grid.swing(grid.unswing(tick)) - tick).abs() <= 1);
        }

        #[test]
        fn time_never_runs_backwards(grid in grids(), tick in -9000i64..20_000) {
            prop_assert!(grid.swing(tick) <= grid.swing(tick + 1));
            prop_assert!(grid.unswing(tick) <= grid.unswing(tick + 1));
            prop_assert_eq!(grid.swing(grid.end), grid.end);
            prop_assert_eq!(grid.swing(grid.start + grid.bar), grid.start + grid.bar);
        }

        #[test]
        fn without_a_swing_nothing_moves(grid in grids(), tick in -9000i64..20_000) {
            let straight = SwingGrid { swing: None, ..grid };
            prop_assert_eq!((straight.swing(tick), straight.unswing(tick)), (tick, tick));
            let fifty = SwingGrid { swing: Swing::new(Level::Eighths, 50), ..grid };
            prop_assert_eq!(fifty.swing(tick), tick);
        }
    }
}
