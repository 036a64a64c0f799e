//! The transport that a host reports, and its validation.

use continuo_music::{
    meter::Meter,
    tempo::USUAL_TEMPO,
    time::{TICKS_PER_QUARTER, ticks_from_quarters},
};
use std::ops::RangeInclusive;

/// What a host reports about its transport at the start of a block. Invalid values count as missing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BlockTransport {
    /// The transport rolls.
    pub playing: bool,
    /// It rolls through a count-in or pre-roll, which the parts wait for.
    pub pre_roll: bool,
    /// Quarter notes a minute; valid from 1 to 2000.
    pub tempo: Option<f64>,
    /// Song position in quarter notes; may be negative. Some hosts round it to 1/1920.
    pub position_quarters: Option<f64>,
    /// Song position in samples.
    pub position_samples: Option<i64>,
    /// Time signature: beats in a bar, and the note value of a beat.
    pub meter: Option<(i64, i64)>,
    /// Where the bar of the position began, in quarter notes from the song's start.
    pub bar_start_quarters: Option<f64>,
    /// The active loop in quarter notes, start and end; `None` when looping is off.
    pub cycle_quarters: Option<(f64, f64)>,
    /// The host renders faster than real time, and a block may wait.
    pub offline: bool,
}

impl BlockTransport {
    /// The transport some samples later in the same block, at a sample rate in Hz, for a block that is played in pieces.
    #[must_use]
    pub fn later(self, samples: u32, sample_rate: f64) -> Self {
        if !self.playing || samples == 0 {
            return self;
        }
        let quarters_per_sample = self.tempo.unwrap_or(USUAL_TEMPO) / 60.0 / sample_rate;
        let moved = f64::from(samples) * quarters_per_sample;
        let position = self.position_quarters.map(|position| position + moved);
        let wraps = self.position_quarters.zip(position).zip(self.cycle_quarters);
        let wrapped = wraps.filter(|((before, after), (start, end))| before < end && after >= end && start < end);
        let back = wrapped.map_or(0.0, |(_, (start, end))| end - start);
        let back_samples = (back / quarters_per_sample).round() as i64;
        let position = position.map(|position| position - back);
        let meter = self.meter.filter(|&(beats, unit)| beats > 0 && unit > 0);
        let bar = meter.map(|(beats, unit)| 4.0 * beats as f64 / unit as f64);
        // The bar that holds the position; unknown behind a loop's end.
        let bar_start = self.bar_start_quarters.filter(|_| wrapped.is_none()).map(|start| match (bar, position) {
            (Some(bar), Some(position)) if position >= start => start + ((position - start) / bar).floor() * bar,
            _ => start,
        });
        Self {
            position_quarters: position,
            position_samples: self.position_samples.map(|position| position + i64::from(samples) - back_samples),
            bar_start_quarters: bar_start,
            ..self
        }
    }
}

/// Valid tempos, in quarter notes a minute.
const TEMPOS: RangeInclusive<f64> = 1.0..=2000.0;

/// Positions beyond this many quarter notes are invalid: a day at 600 beats a minute. A project can save positions well
/// beyond it.
const MAX_QUARTERS: f64 = 1e6;

/// Shortest loop that is followed within a block, in ticks: a 64th note. A faster loop counts as jumps.
const SHORTEST_LOOP: f64 = TICKS_PER_QUARTER as f64 / 16.0;

/// A block's transport with its valid values only.
#[derive(Clone, Copy, Debug)]
pub(super) struct CheckedTransport {
    /// It rolls, in a pre-roll too.
    pub rolling: bool,
    pub pre_roll: bool,
    pub beats_per_minute: Option<f64>,
    pub meter: Option<Meter>,
    /// Start of the bar in ticks, as reported: it may be anywhere.
    pub bar_start: Option<f64>,
    pub cycle: Option<(f64, f64)>,
    ticks: Option<f64>,
    samples: Option<f64>,
}

impl CheckedTransport {
    pub fn of(block: &BlockTransport) -> Self {
        let valid = |quarters: &f64| quarters.is_finite() && quarters.abs() <= MAX_QUARTERS;
        let beats_per_minute = block.tempo.filter(|tempo| TEMPOS.contains(tempo));
        let ticks = block.position_quarters.filter(valid).map(ticks_from_quarters);
        let samples = block.position_samples.map(|samples| samples as f64);
        // Without tempo and position an internal clock runs, since a melody may still come in.
        let free = beats_per_minute.is_none() && ticks.is_none();
        let meter = match block.meter.and_then(|(numerator, denominator)| Meter::new(numerator, denominator)) {
            None if free => Some(Meter::COMMON),
            meter => meter,
        };
        let cycle = block
            .cycle_quarters
            .filter(|(start, end)| valid(start) && valid(end))
            .map(|(start, end)| (ticks_from_quarters(start), ticks_from_quarters(end)))
            .filter(|(start, end)| end - start >= SHORTEST_LOOP);
        let bar_start = block.bar_start_quarters.filter(valid).map(ticks_from_quarters);
        Self {
            rolling: free || block.playing,
            pre_roll: block.pre_roll,
            beats_per_minute,
            meter,
            bar_start,
            cycle,
            ticks,
            samples,
        }
    }

    /// The position in ticks, where `speed` is ticks in a sample.
    ///
    /// The position in samples helps where the one in quarters seems to be rounded: they then differ by more than a
    /// sample and less than the rounding. (They differ by more where the tempo changed earlier in the song.)
    pub fn position(&self, speed: f64) -> Option<f64> {
        let from_samples = self
            .samples
            .filter(|_| self.beats_per_minute.is_some())
            .map(|samples| samples * speed)
            .filter(|ticks| ticks.abs() <= ticks_from_quarters(MAX_QUARTERS));
        match (self.ticks, from_samples) {
            (Some(ticks), Some(exact)) if (speed..=0.5 + 1e-6).contains(&(exact - ticks).abs()) && on_grid(ticks) => {
                Some(exact)
            }
            (Some(ticks), _) => Some(ticks),
            (None, exact) => exact,
        }
    }
}

/// Whether a position is a multiple of 1/1920 quarter note, to which some hosts round.
pub(super) fn on_grid(ticks: f64) -> bool {
    let halves = ticks * 2.0;
    (halves - halves.round()).abs() < 1e-6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_of_a_block_begins_where_the_one_before_ended() {
        let block = BlockTransport {
            playing: true,
            tempo: Some(120.0),
            position_quarters: Some(7.5),
            position_samples: Some(180_000),
            meter: Some((4, 4)),
            bar_start_quarters: Some(4.0),
            ..BlockTransport::default()
        };
        let later = block.later(24_000, 48_000.0);
        assert_eq!((later.position_quarters, later.position_samples), (Some(8.5), Some(204_000)));
        assert_eq!(later.bar_start_quarters, Some(8.0));
        let looped = BlockTransport { cycle_quarters: Some((0.0, 8.0)), ..block }.later(24_000, 48_000.0);
        assert_eq!((looped.position_quarters, looped.position_samples), (Some(0.5), Some(12_000)));
        assert_eq!(BlockTransport { playing: false, ..block }.later(99, 48_000.0).position_quarters, Some(7.5));
    }
}
