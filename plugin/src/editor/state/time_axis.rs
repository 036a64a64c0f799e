//! The stretch of the song that the roll shows: from ticks to points and back.

use continuo_music::time::{TICKS_PER_QUARTER, Tick};

/// The width of a quarter note in a new window, in points: eight bars of 4/4 fit into a window of the default size.
const DEFAULT_SCALE: f32 = 25.0;
/// The widest and the narrowest quarter note, in points.
const WIDEST: f32 = 160.0;
const NARROWEST: f32 = 2.0;

/// Maps a stretch of the song to points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeAxis {
    /// The tick at the left edge.
    pub from: f64,
    /// The width of a quarter note in points.
    pub scale: f32,
    /// Whether the playhead is kept in sight.
    pub follow: bool,
}

impl Default for TimeAxis {
    fn default() -> Self {
        Self { from: 0.0, scale: DEFAULT_SCALE, follow: true }
    }
}

impl TimeAxis {
    /// The ticks in one point.
    pub fn ticks_per_point(&self) -> f64 {
        TICKS_PER_QUARTER as f64 / f64::from(self.scale)
    }

    /// The position of a tick, in points from the left edge.
    pub fn x(&self, tick: Tick) -> f32 {
        ((tick as f64 - self.from) / self.ticks_per_point()) as f32
    }

    /// The tick at a position, in points from the left edge.
    pub fn tick(&self, x: f32) -> Tick {
        (self.from + f64::from(x) * self.ticks_per_point()).floor() as Tick
    }

    /// Scrolls by points to the right.
    pub fn scroll(&mut self, points: f32) {
        self.from = (self.from + f64::from(points) * self.ticks_per_point()).max(-4.0 * TICKS_PER_QUARTER as f64);
        self.follow = false;
    }

    /// Zooms by a factor around a point.
    pub fn zoom(&mut self, factor: f32, around: f32) {
        let fixed = self.from + f64::from(around) * self.ticks_per_point();
        self.scale = (self.scale * factor).clamp(NARROWEST, WIDEST);
        self.from = (fixed - f64::from(around) * self.ticks_per_point()).max(-4.0 * TICKS_PER_QUARTER as f64);
    }

    /// Shows a whole song.
    pub fn show_all(&mut self, end: Tick, width: f32) {
        let quarters = (end as f64 / TICKS_PER_QUARTER as f64).max(16.0) as f32;
        self.scale = (width / quarters).clamp(NARROWEST, WIDEST);
        self.from = 0.0;
        self.follow = false;
    }

    /// Turns the page when the playhead leaves the window.
    pub fn follow_playhead(&mut self, playhead: Tick, width: f32) {
        if !self.follow {
            return;
        }
        let x = self.x(playhead);
        if x < 0.0 || x > width * 0.9 {
            // A tenth of the page before the playhead stays in sight; whole bars keep the grid steady.
            let bar = 4.0 * TICKS_PER_QUARTER as f64;
            let before = f64::from(width) * self.ticks_per_point() * 0.1;
            self.from = (((playhead as f64 - before) / bar).floor() * bar).max(0.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zooming_keeps_what_is_under_the_pointer() {
        let mut axis = TimeAxis { from: 960.0, ..TimeAxis::default() };
        let before = axis.tick(200.0);
        axis.zoom(2.0, 200.0);
        assert!((axis.tick(200.0) - before).abs() <= 1);
        assert!((axis.x(before) - 200.0).abs() < 1.0);
    }

    #[test]
    fn the_page_turns_with_the_playhead_unless_the_player_scrolled() {
        let mut axis = TimeAxis::default();
        axis.follow_playhead(40 * 960, 800.0);
        assert!(axis.x(40 * 960) >= 0.0 && axis.x(40 * 960) < 800.0);
        axis.scroll(-10_000.0);
        let stays = axis;
        axis.follow_playhead(40 * 960, 800.0);
        assert_eq!(axis, stays);
    }
}
