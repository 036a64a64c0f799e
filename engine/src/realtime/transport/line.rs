//! The straight line between samples and ticks, valid as long as the tempo stays.

use continuo_music::time::Tick;

/// How far before its exact time a tick may be played, in samples. Positions are computed in floating point: without
/// it, a tick that lies exactly on a sample would be played one sample late every now and then.
const EPSILON: f64 = 1e-4;

/// A song position at a moment, and how fast it moves.
///
/// Moments count samples from the activation. The moment is kept in two numbers, whole and fraction, so that long
/// sessions lose no precision.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    tick: f64,
    sample: u64,
    fraction: f64,
    ticks_per_sample: f64,
}

impl Line {
    /// The line that is at `tick` at `sample`.
    pub fn new(tick: f64, sample: u64, ticks_per_sample: f64) -> Self {
        Self { tick, sample, fraction: 0.0, ticks_per_sample }
    }

    /// Ticks that pass in one sample.
    pub fn ticks_per_sample(&self) -> f64 {
        self.ticks_per_sample
    }

    /// The exact position at a sample.
    pub fn position(&self, sample: u64) -> f64 {
        self.tick + (self.elapsed(sample) - self.fraction) * self.ticks_per_sample
    }

    /// The first sample at or after the exact time of a position; 0 if that is before the activation.
    pub fn sample(&self, tick: f64) -> u64 {
        let after = (self.fraction + (tick - self.tick) / self.ticks_per_sample - EPSILON).ceil();
        self.sample.saturating_add_signed(after as i64)
    }

    /// The first tick that is not played before `sample`.
    pub fn first_tick(&self, sample: u64) -> Tick {
        let played = self.tick + (self.elapsed(sample) - 1.0 - self.fraction + EPSILON) * self.ticks_per_sample;
        let mut tick = played.floor() as Tick + 1;
        // Floating point may be off by one at the edge; `sample` decides, so that nothing is played twice.
        if self.sample(tick as f64) < sample {
            tick += 1;
        } else if self.sample((tick - 1) as f64) >= sample {
            tick -= 1;
        }
        tick
    }

    /// The line that is at `to` at the moment when this one reaches `from`, with the same speed.
    #[must_use]
    pub fn moved(&self, from: f64, to: f64) -> Self {
        let exact = self.fraction + (from - self.tick) / self.ticks_per_sample;
        let whole = exact.floor();
        Self {
            tick: to,
            sample: self.sample.saturating_add_signed(whole as i64),
            fraction: exact - whole,
            ticks_per_sample: self.ticks_per_sample,
        }
    }

    fn elapsed(&self, sample: u64) -> f64 {
        sample.wrapping_sub(self.sample) as i64 as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_tick_is_played_at_the_first_sample_at_or_after_its_time() {
        // 120 beats a minute at 48 kHz: 25 samples a tick.
        let line = Line::new(10.0, 100, 0.04);
        assert_eq!(line.sample(10.0), 100);
        assert_eq!(line.sample(11.0), 125);
        assert_eq!(line.sample(11.01), 126);
        assert_eq!(line.first_tick(125), 11);
        assert_eq!(line.first_tick(126), 12);
    }

    proptest! {
        #[test]
        fn every_tick_belongs_to_one_sample(
            start in -1e6..1e6f64, sample in 1_000_000u64..1_000_000_000, rate in 1e-4..2.0f64, offset in 0i64..1_000_000
        ) {
            let line = Line::new(start, sample, rate);
            let moment = sample + offset as u64;
            let first = line.first_tick(moment);
            prop_assert!(line.sample(first as f64) >= moment);
            prop_assert!(line.sample((first - 1) as f64) < moment);
            let moved = line.moved(start + 100.0, -3.0);
            prop_assert!((moved.position(moment) - (line.position(moment) - start - 103.0)).abs() < 1e-6);
        }
    }
}
