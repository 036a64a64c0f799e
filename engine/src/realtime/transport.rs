//! Turns the transport that a host reports, block by block, into contiguous stretches of song time.
//!
//! How it follows a host whose positions are late, lost or unannounced is in `follow.rs`.
//!
//! Owned by the audio thread alone. A block becomes one or more [`Segment`]s; the edges between them are starts, stops,
//! jumps and loop wraps. Within a run (from one edge to the next) every tick is in exactly one segment, whatever the
//! host's positions do: a tick counter decides what is played, the host's position only when.

mod bars;
mod block_transport;
mod follow;
mod line;

use bars::Bars;
pub use block_transport::BlockTransport;
use block_transport::CheckedTransport;
use line::Line;

use super::queues::RolledTick;
use continuo_music::{
    meter::Meter,
    tempo::USUAL_TEMPO,
    time::{LEAD, Tick},
};
use std::ops::Range;

/// Longest segment when offline, in ticks. A quarter of the lead, so that the facts that start a phrase's generation
/// are always sent, and the composer can be waited for, before the phrase begins.
pub const OFFLINE_CHUNK: Tick = LEAD / 4;

/// 960 ticks a quarter, 60 seconds a minute.
const TICKS_A_SECOND_PER_BEAT_A_MINUTE: f64 = 16.0;

/// What changed at the start of a block.
#[derive(Clone, Debug, Default)]
pub struct BlockStart {
    /// The transport left its place: the first tick that was not played, or that should not have been.
    pub left: Option<Tick>,
    /// The end of the block before belongs elsewhere.
    pub misplaced: Option<Misplaced>,
    /// It began to roll or jumped; a loop wrap does not count.
    pub begins: bool,
    /// It stands at a place that was not reported yet.
    pub located: Option<Tick>,
    /// A stretch that counts as rolled although no sample was left to play it: the host wrapped its loop a fraction of
    /// a sample early.
    pub skipped: Option<Range<Tick>>,
}

/// A stretch at the end of the block before, of which only the next block tells that it belongs elsewhere: the host
/// wrapped a loop that it does not announce, or did not wrap where one was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Misplaced {
    /// Where it was played from.
    pub from: Tick,
    /// Where that lies in truth. The new run begins there.
    pub to: Tick,
}

/// A contiguous stretch of a block.
#[derive(Clone, Debug)]
pub struct Segment {
    /// Ticks to play.
    pub ticks: Range<Tick>,
    /// Samples to play them in, counted from the activation.
    pub samples: Range<u64>,
    /// The first tick that is not overdue at the first sample.
    pub due: Tick,
    /// The transport left this place right before the segment, within the block.
    pub left: Option<Tick>,
    /// The first segment of a run.
    pub starts: bool,
    /// The loop's end, if it lies ahead: the first tick that is not played.
    pub loop_end: Option<Tick>,
    /// Rolled time at the first tick.
    pub rolled: RolledTick,
    line: Line,
}

impl Segment {
    /// The sample at which a tick is played, within the segment.
    pub fn sample(&self, tick: Tick) -> u64 {
        let last = self.samples.end.saturating_sub(1).max(self.samples.start);
        self.line.sample(tick as f64).clamp(self.samples.start, last)
    }

    /// The tick of an event at a sample: the first tick that is not played before it.
    ///
    /// Not the nearest tick: that could lie before the segment, in a stretch already reported as complete, and a
    /// phrase's melody would then depend on where blocks begin. For a note of the host's own clip the two agree.
    pub fn tick(&self, sample: u64) -> Tick {
        self.line.first_tick(sample).clamp(self.ticks.start, self.ticks.end)
    }
}

/// Follows the host's transport.
#[derive(Debug)]
pub struct Transport {
    sample_rate: f64,
    /// First sample of the current block; between blocks, of the next one.
    now: u64,
    end: u64,
    at: u64,
    line: Line,
    rolling: bool,
    /// It plays a count-in or pre-roll.
    waits: bool,
    /// First tick not played yet.
    next: Tick,
    rolled: RolledTick,
    starts: bool,
    left: Option<Tick>,
    /// The loop that wrapped within the block.
    wrapped: Option<(f64, f64)>,
    located: Option<Tick>,
    cycle: Option<(f64, f64)>,
    /// A loop that the host does not announce.
    silent_loop: Option<(f64, f64)>,
    meter: Option<Meter>,
    bars: Bars,
    /// Start of the bar at the start of the block, if the host knows it.
    bar: Option<Tick>,
    last_frames: u32,
    /// The longest block so far.
    most_frames: u32,
    last_reported: Option<f64>,
    /// For how many samples the host's position has stood while its transport plays.
    unmoved: u64,
    /// Position and first tick at the start of the block, or of the one before.
    block_began: (f64, Tick),
    /// Quarter notes a minute in the last block.
    tempo: f64,
}

impl Transport {
    /// A transport that stands at position 0. Invalid sample rates count as 48 kHz.
    pub fn new(sample_rate: f64) -> Self {
        let mut new = Self {
            sample_rate: 48_000.0,
            // Not 0, which stands for "never".
            now: 1,
            end: 1,
            at: 1,
            line: Line::new(0.0, 1, 0.04),
            rolling: false,
            waits: false,
            next: 0,
            rolled: 0,
            starts: false,
            left: None,
            wrapped: None,
            located: None,
            cycle: None,
            silent_loop: None,
            meter: None,
            bars: Bars::default(),
            bar: None,
            last_frames: 0,
            most_frames: 0,
            last_reported: None,
            unmoved: 0,
            block_began: (0.0, 0),
            tempo: USUAL_TEMPO,
        };
        new.set_sample_rate(sample_rate);
        new
    }

    /// Changes the sample rate, in Hz, between blocks.
    pub fn set_sample_rate(&mut self, sample_rate: f64) {
        let valid = sample_rate.is_finite() && sample_rate >= 1.0;
        let position = self.line.position(self.now);
        let beats_per_minute = self.beats_per_minute();
        self.sample_rate = if valid { sample_rate.clamp(1_000.0, 10_000_000.0) } else { 48_000.0 };
        self.line = Line::new(position, self.now, self.ticks_per_sample(beats_per_minute));
    }

    /// Stops; returns the first tick not played, if it was rolling. The next block starts a new run.
    pub fn stop(&mut self) -> Option<Tick> {
        self.located = None;
        self.last_reported = None;
        self.bars.restart();
        self.silent_loop = None;
        if std::mem::take(&mut self.rolling) { self.leave() } else { None }
    }

    /// First sample of the current block, counted from the activation, from 1.
    pub fn now(&self) -> u64 {
        self.now
    }

    /// The playhead: the first tick not played.
    pub fn next_tick(&self) -> Tick {
        self.next
    }

    /// Rolled time at the playhead.
    pub fn rolled(&self) -> RolledTick {
        self.rolled
    }

    /// The first sample of the block that is in no segment yet.
    pub fn at(&self) -> u64 {
        self.at
    }

    /// Whether the transport rolls.
    pub fn rolling(&self) -> bool {
        self.rolling
    }

    /// Whether the host plays a count-in or pre-roll, which the parts wait for.
    pub fn waits(&self) -> bool {
        self.waits
    }

    /// Quarter notes a minute, 1 to 2000: the host's tempo if valid, or else an estimate from its positions.
    pub fn tempo(&self) -> f64 {
        self.tempo
    }

    /// The meter that the host reported last.
    pub fn meter(&self) -> Option<Meter> {
        self.meter
    }

    /// Where the bar at the start of the block begins, if the host reports it and is to be believed.
    pub fn bar(&self) -> Option<Tick> {
        self.bar
    }

    /// Whether the bar starts that the host reported turned out to be wrong.
    pub fn bars_refuted(&self) -> bool {
        self.bars.refuted()
    }

    /// The active loop in whole ticks.
    pub fn cycle(&self) -> Option<(Tick, Tick)> {
        self.cycle.map(|(start, end)| (first_tick_from(start), first_tick_from(end)))
    }

    /// Reads the transport of the block that begins now.
    pub fn begin(&mut self, block: &BlockTransport, frames: u32) -> BlockStart {
        let checked = CheckedTransport::of(block);
        let speed = self.speed(&checked);
        self.tempo = checked.beats_per_minute.unwrap_or(speed * self.sample_rate / TICKS_A_SECOND_PER_BEAT_A_MINUTE);
        self.most_frames = self.most_frames.max(frames);
        self.at = self.now;
        self.end = self.now + u64::from(frames);
        let expected = self.line.position(self.now);
        let (reported, stands) = self.updated(&checked, checked.position(speed), expected);
        self.meter = checked.meter.or(self.meter);
        if checked.cycle.is_some() {
            self.silent_loop = None;
        }
        self.cycle = checked.cycle.or(self.silent_loop);
        let position = reported.unwrap_or(expected);
        let before_the_song = position < 0.0 && Line::new(position, self.now, speed).sample(0.0) >= self.end;
        self.waits = checked.rolling && (checked.pre_roll || before_the_song);
        let was_rolling = std::mem::replace(&mut self.rolling, checked.rolling && !self.waits && !stands);
        let wrapped = std::mem::take(&mut self.wrapped);
        let mut start = BlockStart::default();
        if !self.rolling {
            start.left = was_rolling.then(|| self.leave()).flatten();
            self.line = Line::new(position, self.now, speed);
            self.next = self.line.first_tick(self.now);
            // Where a pre-roll ends is unknown.
            let place = (!self.waits).then_some(self.next);
            start.located = place.filter(|_| self.located != place);
            self.located = place.or(self.located);
        } else if was_rolling {
            self.follow(&checked, reported, speed, wrapped, &mut start);
        } else {
            start.begins = true;
            self.start(position, speed);
        }
        let goes_on = self.rolling && was_rolling && !self.starts && wrapped.is_none();
        self.bar = reported.and_then(|at| self.bars.follow(checked.bar_start, at, checked.meter, goes_on));
        self.last_frames = frames;
        self.block_began = (self.line.position(self.now), self.next);
        start
    }

    /// The next segment of the block, of at most `longest` ticks and up to the sample `until`, if that lies ahead;
    /// `None` at the end of the block.
    pub fn segment(&mut self, longest: Tick, until: u64) -> Option<Segment> {
        if !self.rolling || self.at >= self.end {
            return None;
        }
        let line = self.line;
        let mut end = if until > self.at { self.end.min(until) } else { self.end };
        let mut wrap = None;
        let ahead = self.cycle.filter(|&(_, to)| line.position(self.at) < to);
        if let Some((from, to)) = ahead {
            let sample = line.sample(to);
            // If both are at the same sample, the wrap comes before the event at `until`.
            if sample < self.end && sample <= end {
                end = sample.max(self.at);
                wrap = Some((from, to));
            }
        }
        let mut to = wrap.map_or_else(|| line.first_tick(end), |(_, to)| first_tick_from(to)).max(self.next);
        if to - self.next > longest {
            to = self.next + longest;
            end = line.sample(to as f64).clamp(self.at, end);
            wrap = None;
        }
        let segment = Segment {
            ticks: self.next..to,
            samples: self.at..end,
            due: line.first_tick(self.at),
            left: self.left.take(),
            starts: std::mem::take(&mut self.starts),
            loop_end: ahead.map(|(_, to)| first_tick_from(to)),
            rolled: self.rolled,
            line,
        };
        self.rolled += to - self.next;
        self.next = to;
        self.at = end;
        if let Some((from, to)) = wrap {
            self.line = line.moved(to, from);
            self.left = Some(self.next);
            self.next = first_tick_from(from);
            self.starts = true;
            self.wrapped = Some((from, to));
        }
        Some(segment)
    }

    /// Ends the block.
    pub fn end(&mut self) {
        if !self.rolling {
            // Time passes, the position stays.
            self.line = Line::new(self.line.position(self.now), self.end, self.line.ticks_per_sample());
        }
        self.now = self.end;
    }

    /// The place that is left; `None` if nothing of the run was played yet.
    fn leave(&mut self) -> Option<Tick> {
        (!std::mem::take(&mut self.starts)).then_some(self.next)
    }

    /// Begins a run at a position, or at the song's start if that comes within the block.
    fn start(&mut self, position: f64, speed: f64) {
        self.line = Line::new(position, self.now, speed);
        self.next = self.line.first_tick(self.now);
        if self.next < 0 {
            self.at = self.line.sample(0.0).clamp(self.now, self.end);
            self.next = 0;
        }
        self.starts = true;
        self.left = None;
        self.located = None;
    }

    /// Ticks per sample: from the host's tempo, or estimated from its positions.
    fn speed(&self, checked: &CheckedTransport) -> f64 {
        if let Some(beats_per_minute) = checked.beats_per_minute {
            return self.ticks_per_sample(beats_per_minute);
        }
        let moved = checked.position(0.0).zip(self.last_reported).map(|(reported, last)| reported - last);
        let estimated = moved.map(|moved| moved / f64::from(self.last_frames.max(1)));
        match estimated {
            Some(speed) if (self.ticks_per_sample(10.0)..self.ticks_per_sample(1000.0)).contains(&speed) => speed,
            Some(_) => self.line.ticks_per_sample(),
            None => self.ticks_per_sample(USUAL_TEMPO),
        }
    }

    fn ticks_per_sample(&self, beats_per_minute: f64) -> f64 {
        beats_per_minute * TICKS_A_SECOND_PER_BEAT_A_MINUTE / self.sample_rate
    }

    fn beats_per_minute(&self) -> f64 {
        self.line.ticks_per_sample() * self.sample_rate / TICKS_A_SECOND_PER_BEAT_A_MINUTE
    }
}

/// The first whole tick at or after a position.
fn first_tick_from(position: f64) -> Tick {
    (position - 1e-6).ceil() as Tick
}
