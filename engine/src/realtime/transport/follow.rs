//! From one block to the next of a rolling transport: it goes on, wraps or jumps.
//!
//! Hosts report positions that are a little off. What the parts play must not depend on it:
//! - After a **dropout** the position is ahead. The lost ticks are made up for at the start of the block.
//! - A host that splits blocks reports one **position for several blocks**, or is **a block late**. The transport goes on
//!   by its own clock, or waits until the position has caught up.
//! - A host that **does not announce its loop** jumps back in the middle of a block, which only the next block shows. From
//!   where it lands follows how long the loop is, and so where in the block before the loop ended.

use super::{
    BlockStart, Misplaced, Transport,
    block_transport::{CheckedTransport, on_grid},
    first_tick_from,
    line::Line,
};
use continuo_music::{
    meter::Meter,
    time::{LEAD, TICKS_PER_QUARTER, Tick},
};

/// A position further than this from the expected one is a jump, a dropout or late: two ticks and two samples, on top of
/// what a tempo change within the block before explains.
const JUMP_TICKS: f64 = 2.0;
const JUMP_SAMPLES: f64 = 2.0;

/// Largest error of hosts that round their positions, in ticks (1/1920 of a quarter note).
const ROUNDING: f64 = 0.5;

/// Smaller differences from the expected position are rounding errors, in samples.
const NOISE_SAMPLES: f64 = 5e-5;

/// The longest dropout that is carried over, in seconds, unless two of the longest blocks take longer.
const LONGEST_DROPOUT: f64 = 0.1;

/// How long a position may stand before the transport counts as standing, in seconds, unless two of the longest blocks
/// take longer.
const LONGEST_HOLD: f64 = 0.05;

/// Nothing further from the expected position than this is carried over, in ticks.
const FURTHEST: f64 = LEAD as f64;

/// How far from a beat the end of a loop may seem to be, in ticks.
const OFF_BEAT: f64 = 1.5;

impl Transport {
    /// The position, unless the host did not update it; and whether it has stood for so long that the host waits.
    pub(super) fn updated(
        &mut self,
        checked: &CheckedTransport,
        reported: Option<f64>,
        expected: f64,
    ) -> (Option<f64>, bool) {
        let last = std::mem::replace(&mut self.last_reported, reported.filter(|_| checked.rolling));
        // A loop may be as long as a block.
        let wraps = |at: f64| {
            self.cycle.is_some_and(|(from, to)| {
                (expected - to + from - at).abs() <= JUMP_TICKS + FURTHEST.min(to - from) / 2.0
            })
        };
        let same = reported.is_some_and(|at| last.is_some_and(|last| (at - last).abs() <= 0.0) && !wraps(at));
        self.unmoved = if same { self.unmoved + u64::from(self.last_frames) } else { 0 };
        let patience = self.two_blocks().max(LONGEST_HOLD * self.sample_rate);
        match self.unmoved {
            0 => (reported, false),
            unmoved if unmoved as f64 <= patience => (None, false),
            _ => (reported, true),
        }
    }

    /// Compares the host's position with the expected one: goes on, wraps or jumps. `wrapped` is the loop that wrapped
    /// within the block before.
    pub(super) fn follow(
        &mut self,
        checked: &CheckedTransport,
        reported: Option<f64>,
        speed: f64,
        wrapped: Option<(f64, f64)>,
        start: &mut BlockStart,
    ) {
        let expected = self.line.position(self.now);
        let before = self.line.ticks_per_sample();
        let frames = f64::from(self.last_frames);
        let unexplained = if checked.beats_per_minute.is_some() { (speed - before).abs() } else { speed.max(before) };
        let tolerance = JUMP_TICKS + JUMP_SAMPLES * speed.max(before) + unexplained * frames;
        let carried = |samples: f64| (samples * speed.max(before)).min(FURTHEST);
        let furthest_ahead = carried(self.two_blocks().max(LONGEST_DROPOUT * self.sample_rate));
        let furthest_behind = carried(self.two_blocks());

        let wraps = self.cycle.and_then(|(from, to)| {
            let reached = match reported {
                // The host decides whether it wrapped; a fraction of a sample early counts, and so does a dropout that
                // the loop's end lies in.
                Some(reported) => {
                    let wrapped = expected - to + from;
                    let nearer = (reported - wrapped).abs() <= (reported - expected).abs();
                    let lost = from <= reported && expected <= to && reported - wrapped <= furthest_ahead;
                    nearer && ((expected - to).abs() <= tolerance || lost)
                }
                None => expected >= to - NOISE_SAMPLES * before,
            };
            (reached && self.next > first_tick_from(from)).then_some((from, to))
        });
        let target = wraps.map_or(expected, |(from, to)| expected - to + from);
        let reported = reported.unwrap_or(target);
        let ahead = reported - target;
        let dropout = ahead > tolerance && ahead <= furthest_ahead;
        let late = ahead < -tolerance && -ahead <= furthest_behind && wraps.is_none();
        if ahead.abs() > tolerance && !dropout && !late {
            let silently = checked.cycle.is_none().then(|| match wrapped {
                Some(guessed) => self.not_wrapped(guessed, reported, expected, tolerance),
                None => self.silent_wrap(checked, reported, expected),
            });
            self.jump(reported, speed, silently.flatten(), start);
            return;
        }
        // A position on the grid to which some hosts round is less precise than the expected one, except after a wrap:
        // a host that begins a block at its loop's start is right to a fraction of a sample.
        let keep = if on_grid(reported) { ROUNDING + 1e-6 } else { NOISE_SAMPLES * speed };
        let distance = ahead.abs();
        let exact = wraps.is_some() && distance <= speed;
        let position = if distance <= keep && !exact { target } else { reported };
        if let Some((from, to)) = wraps {
            let to = first_tick_from(to);
            if self.next < to {
                start.skipped = Some(self.next..to);
                self.rolled += to - self.next;
                self.next = to;
            }
            start.left = self.leave();
            self.start(position, speed);
            if dropout {
                self.next = self.next.min(first_tick_from(from));
            }
        } else if (position - expected).abs() > 0.0 || (speed - before).abs() > 0.0 {
            // Behind the first tick that was not played it waits; ahead of it, it makes up for what is missing.
            self.line = Line::new(position, self.now, speed);
        }
    }

    /// Leaves the place for another. What a loop that was not announced misplaced is corrected.
    fn jump(&mut self, reported: f64, speed: f64, misplaced: Option<Misplaced>, start: &mut BlockStart) {
        start.left = self.leave();
        start.begins = true;
        self.start(reported, speed);
        if let (Some(misplaced), Some(left)) = (misplaced, &mut start.left) {
            *left = misplaced.from;
            start.misplaced = Some(misplaced);
            // Its beginning was lost with the end of the block before.
            self.next = misplaced.to.clamp(self.next - LEAD, self.next);
        }
    }

    /// What a jump back misplaced, if it is a loop that wrapped within the block before: loops begin on beats.
    fn silent_wrap(&mut self, checked: &CheckedTransport, reported: f64, expected: f64) -> Option<Misplaced> {
        let (began, first) = self.block_began;
        let played = expected - began;
        let beat = self.meter.map_or(TICKS_PER_QUARTER, Meter::beat_ticks).min(TICKS_PER_QUARTER) as f64;
        let landed = -ROUNDING..=played + ROUNDING;
        let bar = checked.bar_start.filter(|bar| landed.contains(&(reported - bar)));
        let start = bar.unwrap_or_else(|| ((reported + ROUNDING) / beat).floor() * beat).round();
        if reported >= expected || !landed.contains(&(reported - start)) {
            return None;
        }
        let end = expected - (reported - start).max(0.0);
        let on_beat = start + ((end - start) / beat).round() * beat;
        if (end - on_beat).abs() <= OFF_BEAT && on_beat > start {
            self.silent_loop = Some((start, on_beat));
            self.cycle = self.silent_loop;
            let from = (on_beat as Tick).clamp(first, self.next);
            return Some(Misplaced { from, to: start as Tick });
        }
        Some(Misplaced { from: first_tick_from(end).clamp(first, self.next), to: start as Tick })
    }

    /// What was misplaced where a loop that the host does not announce was expected to wrap, and did not.
    fn not_wrapped(&mut self, guessed: (f64, f64), reported: f64, expected: f64, tolerance: f64) -> Option<Misplaced> {
        let (from, to) = self.silent_loop.take().filter(|&known| known == guessed)?;
        self.cycle = None;
        let goes_on = expected - from + to;
        ((reported - goes_on).abs() <= tolerance)
            .then(|| Misplaced { from: first_tick_from(from), to: first_tick_from(to) })
    }

    /// Two of the longest blocks, in samples.
    fn two_blocks(&self) -> f64 {
        2.0 * f64::from(self.most_frames)
    }
}
