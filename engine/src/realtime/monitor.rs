//! What the audio thread shows: playhead, tempo, loop and held keys.
//!
//! Owned by the plugin instance. Only the audio thread writes, with relaxed stores after each block; any thread may
//! read at any time. The numbers are for display only: they may belong to two adjacent blocks, and nothing depends on
//! them.

use continuo_music::time::Tick;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, AtomicU64, Ordering::Relaxed};

/// The audio thread's state after the last block, for display.
#[derive(Debug)]
pub struct Monitor {
    playhead: AtomicI64,
    rolling: AtomicBool,
    /// The bits of an `f64`.
    tempo: AtomicU64,
    cycle_start: AtomicI64,
    cycle_end: AtomicI64,
    held: [AtomicU64; 2],
    late: AtomicU32,
    blocks: AtomicU64,
}

/// A reading of a [`Monitor`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MonitorReading {
    /// The playhead.
    pub playhead: Tick,
    /// The transport rolls.
    pub rolling: bool,
    /// Quarter notes a minute.
    pub tempo: f64,
    /// The host's loop, if it is active: first tick, first tick after it.
    pub cycle: Option<(Tick, Tick)>,
    /// The held melody keys, one bit per pitch.
    pub held: u128,
    /// Times the playhead entered a phrase before it was ready.
    pub late: u32,
    /// Blocks played so far. The count stands still while the host lets the plugin sleep.
    pub blocks: u64,
}

impl Default for Monitor {
    fn default() -> Self {
        Self {
            playhead: AtomicI64::new(0),
            rolling: AtomicBool::new(false),
            tempo: AtomicU64::new(120.0_f64.to_bits()),
            cycle_start: AtomicI64::new(0),
            cycle_end: AtomicI64::new(0),
            held: [AtomicU64::new(0), AtomicU64::new(0)],
            late: AtomicU32::new(0),
            blocks: AtomicU64::new(0),
        }
    }
}

impl Monitor {
    /// Shows a block and returns whether anything differs from the block before. Called by the audio thread.
    pub fn show(&self, now: &MonitorReading) -> bool {
        let (start, end) = now.cycle.unwrap_or_default();
        let before = MonitorReading { blocks: now.blocks, ..self.read() };
        self.playhead.store(now.playhead, Relaxed);
        self.rolling.store(now.rolling, Relaxed);
        self.tempo.store(now.tempo.to_bits(), Relaxed);
        self.cycle_start.store(start, Relaxed);
        self.cycle_end.store(end, Relaxed);
        self.held[0].store(now.held as u64, Relaxed);
        self.held[1].store((now.held >> 64) as u64, Relaxed);
        self.late.store(now.late, Relaxed);
        self.blocks.fetch_add(1, Relaxed);
        before != *now
    }

    /// What the audio thread showed last.
    pub fn read(&self) -> MonitorReading {
        let (start, end) = (self.cycle_start.load(Relaxed), self.cycle_end.load(Relaxed));
        MonitorReading {
            playhead: self.playhead.load(Relaxed),
            rolling: self.rolling.load(Relaxed),
            tempo: f64::from_bits(self.tempo.load(Relaxed)),
            cycle: (start < end).then_some((start, end)),
            held: u128::from(self.held[0].load(Relaxed)) | u128::from(self.held[1].load(Relaxed)) << 64,
            late: self.late.load(Relaxed),
            blocks: self.blocks.load(Relaxed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_see_what_was_shown_and_only_changes_are_reported() {
        let monitor = Monitor::default();
        let now = MonitorReading {
            playhead: -5,
            rolling: true,
            tempo: 97.5,
            cycle: Some((0, 3840)),
            held: 1 << 100 | 1 << 60,
            late: 3,
            blocks: 0,
        };
        assert!(monitor.show(&now));
        assert_eq!(monitor.read(), MonitorReading { blocks: 1, ..now });
        assert!(!monitor.show(&now));
        assert!(monitor.show(&MonitorReading { cycle: None, ..now }));
        assert_eq!(monitor.read().cycle, None);
    }
}
