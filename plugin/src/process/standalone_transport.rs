//! The transport of the standalone program, which has no host: start, stop, tempo, a loop.

use atomic_float::AtomicF64;
use continuo_engine::realtime::BlockTransport;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering::Relaxed};

/// The tempo at the start, in quarter notes per minute.
pub const DEFAULT_TEMPO: f64 = 110.0;

/// The editor writes what the player sets, the audio thread reads it; only the audio thread writes the position. All
/// fields are atomics that do not depend on each other.
pub struct StandaloneTransport {
    playing: AtomicBool,
    rewind: AtomicBool,
    tempo: AtomicF64,
    /// The loop's length in bars; 0 without a loop.
    loop_bars: AtomicU32,
    /// Quarter notes per bar.
    bar: AtomicF64,
    /// Samples from the song's start.
    sample: AtomicI64,
    /// Quarter notes from the song's start.
    quarters: AtomicF64,
}

impl Default for StandaloneTransport {
    fn default() -> Self {
        Self {
            playing: AtomicBool::new(false),
            rewind: AtomicBool::new(false),
            tempo: AtomicF64::new(DEFAULT_TEMPO),
            loop_bars: AtomicU32::new(8),
            bar: AtomicF64::new(4.0),
            sample: AtomicI64::new(0),
            quarters: AtomicF64::new(0.0),
        }
    }
}

impl StandaloneTransport {
    /// Whether it plays.
    pub fn playing(&self) -> bool {
        self.playing.load(Relaxed)
    }

    /// Starts or stops at the current position.
    pub fn set_playing(&self, playing: bool) {
        self.playing.store(playing, Relaxed);
    }

    /// Goes back to the start.
    pub fn rewind(&self) {
        self.rewind.store(true, Relaxed);
    }

    /// The tempo in quarter notes per minute.
    pub fn tempo(&self) -> f64 {
        self.tempo.load(Relaxed)
    }

    /// Sets the tempo in quarter notes per minute, limited to 40 to 240.
    pub fn set_tempo(&self, tempo: f64) {
        self.tempo.store(tempo.clamp(40.0, 240.0), Relaxed);
    }

    /// The loop's length in bars; 0 without a loop.
    pub fn loop_bars(&self) -> u32 {
        self.loop_bars.load(Relaxed)
    }

    /// Loops this many bars from the song's start; 0 switches the loop off.
    pub fn set_loop_bars(&self, bars: u32) {
        self.loop_bars.store(bars, Relaxed);
    }

    /// Sets the length of the song's first bar in quarter notes; the loop counts such bars.
    pub fn set_bar(&self, quarters: f64) {
        self.bar.store(quarters, Relaxed);
    }

    /// Advances by a block and returns its transport. Called by the audio thread, once per block.
    pub fn advance(&self, frames: u32, sample_rate: f64) -> BlockTransport {
        if self.rewind.swap(false, Relaxed) {
            self.sample.store(0, Relaxed);
            self.quarters.store(0.0, Relaxed);
        }
        let (playing, tempo, bars) = (self.playing(), self.tempo(), self.loop_bars());
        let cycle = (bars > 0).then(|| (0.0, f64::from(bars) * self.bar.load(Relaxed)));
        let position = self.quarters.load(Relaxed);
        let sample = self.sample.load(Relaxed);
        if playing {
            let mut next = position + f64::from(frames) / sample_rate * tempo / 60.0;
            let mut next_sample = sample + i64::from(frames);
            if let Some((start, end)) = cycle
                && position < end
                && next >= end
            {
                next = start + (next - end);
                next_sample = (next * 60.0 / tempo * sample_rate).round() as i64;
            }
            self.quarters.store(next, Relaxed);
            self.sample.store(next_sample, Relaxed);
        }
        BlockTransport {
            playing,
            pre_roll: false,
            tempo: Some(tempo),
            position_quarters: Some(position),
            position_samples: Some(sample),
            // Without a meter from the transport, a waltz that was dropped onto the window keeps its own.
            meter: None,
            bar_start_quarters: None,
            cycle_quarters: cycle,
            offline: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stops_plays_and_wraps() {
        let transport = StandaloneTransport::default();
        transport.set_tempo(120.0);
        transport.set_loop_bars(1);
        assert!(!transport.advance(24_000, 48_000.0).playing);
        transport.set_playing(true);
        let quarter = |_| transport.advance(24_000, 48_000.0).position_quarters.map(|position| position as i64);
        let quarters: Vec<_> = (0..5).filter_map(quarter).collect();
        assert_eq!(quarters, [0, 1, 2, 3, 0]);
        transport.rewind();
        transport.set_playing(false);
        assert_eq!(transport.advance(24_000, 48_000.0).position_quarters, Some(0.0));
    }
}
