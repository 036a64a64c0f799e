//! Which part of the song the roll shows.

use continuo_engine::time::{TICKS_PER_QUARTER, Tick};

/// Points a quarter note is wide when a window opens: eight bars of 4/4 in a window of the usual size.
const USUAL: f32 = 25.0;
/// The widest and the narrowest quarter note.
const WIDEST: f32 = 160.0;
const NARROWEST: f32 = 2.0;

/// A stretch of the song laid onto points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// The tick at the left edge.
    pub from: f64,
    /// Points that a quarter note is wide.
    pub scale: f32,
    /// The playhead is kept in sight.
    pub follow: bool,
}

impl Default for View {
    fn default() -> Self {
        Self { from: 0.0, scale: USUAL, follow: true }
    }
}

impl View {
    /// Ticks that one point covers.
    pub fn ticks_per_point(&self) -> f64 {
        TICKS_PER_QUARTER as f64 / f64::from(self.scale)
    }

    /// Points from the left edge.
    pub fn x(&self, tick: Tick) -> f32 {
        ((tick as f64 - self.from) / self.ticks_per_point()) as f32
    }

    /// The tick at this many points from the left edge.
    pub fn tick(&self, x: f32) -> Tick {
        (self.from + f64::from(x) * self.ticks_per_point()).floor() as Tick
    }

    /// Moves by points to the right.
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

    /// Turns the page when the playhead runs out of sight.
    pub fn follow(&mut self, playhead: Tick, width: f32) {
        if !self.follow {
            return;
        }
        let x = self.x(playhead);
        if x < 0.0 || x > width * 0.9 {
            // A quarter of the page before it stays in sight; whole bars of four keep the grid quiet.
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
        let mut view = View { from: 960.0, ..View::default() };
        let before = view.tick(200.0);
        view.zoom(2.0, 200.0);
        assert!((view.tick(200.0) - before).abs() <= 1);
        assert!((view.x(before) - 200.0).abs() < 1.0);
    }

    #[test]
    fn the_page_turns_with_the_playhead_unless_the_player_scrolled() {
        let mut view = View::default();
        view.follow(40 * 960, 800.0);
        assert!(view.x(40 * 960) >= 0.0 && view.x(40 * 960) < 800.0);
        view.scroll(-10_000.0);
        let stays = view;
        view.follow(40 * 960, 800.0);
        assert_eq!(view, stays);
    }
}
