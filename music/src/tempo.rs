//! The tempos of a song.

use crate::time::{TICKS_PER_QUARTER, Tick};

/// Microseconds in a quarter note at 120 beats a minute: the tempo of a file without one.
pub const DEFAULT_MICROSECONDS: u32 = 500_000;

/// The tempo of a song whose tempo is unknown, in quarter notes a minute.
pub const USUAL_TEMPO: f64 = 120.0;

/// A position where a tempo begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TempoChange {
    /// Its position.
    pub tick: Tick,
    /// Microseconds in a quarter note, 1 to 16,777,215.
    pub microseconds: u32,
}

impl TempoChange {
    /// Quarter notes in a minute.
    pub fn quarters_per_minute(self) -> f64 {
        60_000_000.0 / f64::from(self.microseconds)
    }
}

/// The tempos of a song. The first applies from tick 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TempoMap {
    changes: Vec<TempoChange>,
}

impl Default for TempoMap {
    fn default() -> Self {
        Self { changes: vec![TempoChange { tick: 0, microseconds: DEFAULT_MICROSECONDS }] }
    }
}

impl TempoMap {
    /// One tempo for the whole song; `quarters_per_minute` is clamped to 4 to 60,000.
    ///
    /// Its microseconds are rounded down, since many programs cut off the decimals of a tempo that they read: 97 stays
    /// 97 and does not become 96.9999.
    pub fn constant(quarters_per_minute: f64) -> Self {
        // More than a division's error, so that a tempo from a file is written as it was read.
        const ERROR: f64 = 1e-6;
        let microseconds = (60_000_000.0 / quarters_per_minute.clamp(4.0, 60_000.0) + ERROR).floor() as u32;
        Self { changes: vec![TempoChange { tick: 0, microseconds }] }
    }

    /// A map from changes in any order: of two on one tick the later one counts, tempos of zero are ignored, and the
    /// song is at 120 beats a minute before the first.
    pub fn from_changes(changes: impl IntoIterator<Item = TempoChange>) -> Self {
        let mut sorted: Vec<_> = changes.into_iter().filter(|change| change.microseconds > 0).collect();
        sorted.sort_by_key(|change| change.tick);
        let mut map = Self::default();
        for change in sorted {
            match map.changes.last_mut() {
                Some(last) if last.tick >= change.tick => last.microseconds = change.microseconds,
                _ => map.changes.push(change),
            }
        }
        map
    }

    /// The changes in order of position; never empty, the first at tick 0.
    pub fn changes(&self) -> &[TempoChange] {
        &self.changes
    }

    /// The change in force at `tick`.
    pub fn at(&self, tick: Tick) -> TempoChange {
        let after = self.changes.partition_point(|change| change.tick <= tick);
        self.changes[after.saturating_sub(1)]
    }

    /// Seconds from tick 0 to `tick`; negative before it.
    pub fn seconds_at(&self, tick: Tick) -> f64 {
        let seconds = |ticks: Tick, change: &TempoChange| {
            ticks as f64 / TICKS_PER_QUARTER as f64 * f64::from(change.microseconds) / 1e6
        };
        let current = self.changes.partition_point(|change| change.tick <= tick).saturating_sub(1);
        let whole: f64 =
            self.changes.windows(2).take(current).map(|pair| seconds(pair[1].tick - pair[0].tick, &pair[0])).sum();
        whole + seconds(tick - self.changes[current].tick, &self.changes[current])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_add_up_over_changes() {
        let map = TempoMap::from_changes([
            TempoChange { tick: 1920, microseconds: 1_000_000 },
            TempoChange { tick: 960, microseconds: 250_000 },
            TempoChange { tick: 1920, microseconds: 2_000_000 },
        ]);
        assert_eq!(map.changes().len(), 3);
        assert!((map.seconds_at(960) - 0.5).abs() < 1e-12);
        assert!((map.seconds_at(1920) - 0.75).abs() < 1e-12);
        assert!((map.seconds_at(2880) - 2.75).abs() < 1e-12);
        assert!((map.seconds_at(-960) + 0.5).abs() < 1e-12);
        assert_eq!(map.at(1000).microseconds, 250_000);
    }

    #[test]
    fn a_tempo_is_kept_to_the_microsecond() {
        let map = TempoMap::constant(112.0);
        assert_eq!(map.changes(), [TempoChange { tick: 0, microseconds: 535_714 }]);
        assert!((map.at(0).quarters_per_minute() - 112.0).abs() < 1e-3);
        for microseconds in (1000..15_000_000).step_by(997) {
            let change = TempoChange { tick: 0, microseconds };
            assert_eq!(TempoMap::constant(change.quarters_per_minute()).changes(), [change]);
        }
    }

    #[test]
    fn whole_tempos_are_whole_for_programs_that_cut_off_decimals() {
        assert_eq!(TempoMap::constant(97.0).at(0).microseconds, 618_556);
        for tempo in 4..=999 {
            let microseconds = TempoMap::constant(f64::from(tempo)).at(0).microseconds;
            assert_eq!(60_000_000 / microseconds, tempo);
        }
    }
}
