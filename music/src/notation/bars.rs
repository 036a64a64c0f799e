//! The bars of a song as they are written.

use crate::{
    meter::{Meter, MeterChange},
    time::{TICKS_PER_QUARTER, Tick},
};
use std::ops::Range;

/// The shortest written value, a sixty-fourth: bars that were cut short are as long as a number of these.
const SHORTEST: Tick = TICKS_PER_QUARTER / 16;

/// A bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// Where it begins on the written axis.
    pub start: Tick,
    /// Its length on the written axis.
    pub ticks: Tick,
    /// Its meter.
    pub meter: Meter,
    /// Its stretch of the song.
    pub song: Range<Tick>,
}

/// All bars, side by side from the song's position 0 on; at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bars(Vec<Bar>);

impl Bar {
    /// Whether it is shorter than its meter's bars.
    pub const fn is_cut(&self) -> bool {
        self.ticks < self.meter.bar_ticks()
    }

    /// Ticks of a beat as musicians count it: dotted in 6/8, 9/8 and 12/8, and never longer than a quarter otherwise.
    pub const fn beat(&self) -> Tick {
        let beat = self.meter.beat_ticks();
        if self.is_compound() {
            3 * beat
        } else if beat > TICKS_PER_QUARTER {
            TICKS_PER_QUARTER
        } else {
            beat
        }
    }

    /// Whether its beats have three parts.
    pub const fn is_compound(&self) -> bool {
        self.meter.denominator >= 8 && self.meter.numerator.is_multiple_of(3)
    }

    /// How strong a position in the bar is, which says what a note must not hide: 4 for its beginning, 3 for its middle,
    /// 2 for a beat, 1 for an eighth (in a compound meter for the beats' parts), then less.
    pub const fn weight(&self, at: Tick) -> i8 {
        const HALF: Tick = 2 * TICKS_PER_QUARTER;
        let beat = self.beat();
        let half = if self.is_compound() { 2 * beat } else { HALF };
        if at == 0 || at == self.ticks {
            4
        } else if self.ticks % half == 0 && at % half == 0 {
            3
        } else if at % beat == 0 {
            2
        } else if self.is_compound() && at % (beat / 3) == 0 || at % (TICKS_PER_QUARTER / 2) == 0 {
            1
        } else if at % (TICKS_PER_QUARTER / 4) == 0 {
            0
        } else if at % (TICKS_PER_QUARTER / 8) == 0 {
            -1
        } else {
            -2
        }
    }
}

impl Bars {
    /// The bars up to the song's end, with meters that begin at position 0.
    pub fn of(meters: &[MeterChange], end: Tick) -> Self {
        let mut bars: Vec<Bar> = Vec::new();
        for (index, change) in meters.iter().enumerate() {
            let until = meters.get(index + 1).map_or(end, |next| next.tick.min(end));
            let whole = change.meter.bar_ticks().max(SHORTEST);
            let mut from = change.tick;
            while from < until {
                let to = (from + whole).min(meters.get(index + 1).map_or(Tick::MAX, |next| next.tick));
                let rounded = (to - from + SHORTEST / 2) / SHORTEST * SHORTEST;
                let start = bars.last().map_or(0, |bar| bar.start + bar.ticks);
                bars.push(Bar { start, ticks: rounded.max(SHORTEST), meter: change.meter, song: from..to });
                from = to;
            }
        }
        if bars.is_empty() {
            let meter = meters.first().map_or(Meter::COMMON, |change| change.meter);
            bars.push(Bar { start: 0, ticks: meter.bar_ticks(), meter, song: 0..meter.bar_ticks() });
        }
        Self(bars)
    }

    /// All of them, in order.
    pub fn all(&self) -> &[Bar] {
        &self.0
    }

    /// Whether the first bar is shorter than the others will be: what sounds there leads to the first full bar.
    pub fn has_pickup(&self) -> bool {
        match self.0.as_slice() {
            [first, second, ..] => first.is_cut() || first.ticks < second.ticks && first.meter != second.meter,
            _ => false,
        }
    }

    /// The meter that is written for a bar: a pickup has the meter of the bar that it leads to.
    pub fn written_meter(&self, index: usize) -> Option<Meter> {
        let index = if index == 0 && self.has_pickup() && !self.0[0].is_cut() { 1 } else { index };
        self.0.get(index).map(|bar| bar.meter)
    }

    /// The index of the bar that holds a position of the song: the first or the last for what lies outside.
    pub fn at(&self, tick: Tick) -> usize {
        self.0.partition_point(|bar| bar.song.end <= tick).min(self.0.len() - 1)
    }

    /// The index of the bar whose beginning is nearest to a position of the song.
    pub fn nearest(&self, tick: Tick) -> usize {
        let index = self.at(tick);
        let span = &self.0[index].song;
        let is_late = index + 1 < self.0.len() && span.end - tick < tick - span.start;
        if is_late { index + 1 } else { index }
    }

    /// The index of the bar that holds a place on the written axis, or the last.
    pub fn holding(&self, written: Tick) -> usize {
        self.0.partition_point(|bar| bar.start + bar.ticks <= written).min(self.0.len() - 1)
    }

    /// A position of the song on the written axis.
    pub fn written(&self, tick: Tick) -> Tick {
        let bar = &self.0[self.at(tick)];
        bar.start + (tick - bar.song.start).clamp(0, bar.ticks)
    }
}
