//! Which tick and pitch lies where in the editor.

use crate::editor::state::State;
use continuo_music::{
    note::Note,
    time::{TICKS_PER_QUARTER, Tick},
};
use egui::{Pos2, Rect, pos2};

/// The fewest semitones that are shown.
const FEWEST: u8 = 30;
/// The semitones above and below the melody.
const MARGIN: u8 = 5;
/// How near to the end of a note the mouse takes hold of it, in points.
const EDGE: f32 = 6.0;
/// The narrowest step of the grid, in points.
const NARROWEST: f32 = 5.0;

/// The editor's place and what it shows.
pub struct View {
    /// The editor.
    pub rect: Rect,
    /// The lowest and the highest pitch.
    pub pitches: (u8, u8),
    /// The step of the grid that notes snap to.
    pub step: Tick,
    axis: crate::editor::state::time_axis::TimeAxis,
}

/// What the mouse points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A note.
    Note(Note),
    /// The end of a note.
    End(Note),
    /// No note.
    Nothing,
}

impl View {
    /// The view of a frame. The pitches that are shown stay while something is dragged.
    pub fn new(rect: Rect, state: &mut State) -> Self {
        if state.melody.drag.is_none() || state.melody.shown == (0, 0) {
            let notes = state.snapshot.score.melody();
            state.melody.shown = pitches_of(notes.iter().map(|note| note.pitch));
        }
        let axis = state.time_axis;
        let wide = |step: &Tick| axis.scale * *step as f32 / TICKS_PER_QUARTER as f32 >= NARROWEST;
        let step = [240, 480, 960].into_iter().find(wide).unwrap_or(1920);
        Self { rect, pitches: state.melody.shown, step, axis }
    }

    /// The height of a semitone.
    pub fn row(&self) -> f32 {
        self.rect.height() / f32::from(self.pitches.1 - self.pitches.0 + 1)
    }

    /// Where a pitch begins from above.
    pub fn top(&self, pitch: u8) -> f32 {
        self.rect.bottom() - (f32::from(pitch) - f32::from(self.pitches.0) + 1.0) * self.row()
    }

    /// Where a tick lies.
    pub fn x(&self, tick: Tick) -> f32 {
        self.rect.left() + self.axis.x(tick)
    }

    /// Where a note lies.
    pub fn cell(&self, note: &Note) -> Rect {
        let (top, left) = (self.top(note.pitch), self.x(note.start));
        let right = (self.x(note.end()) - 1.0).max(left + 3.0);
        Rect::from_min_max(pos2(left, top), pos2(right, top + self.row())).shrink2(egui::vec2(0.0, 0.5))
    }

    /// The tick and pitch at a point.
    pub fn place(&self, point: Pos2) -> (Tick, u8) {
        let rows = ((self.rect.bottom() - point.y) / self.row()).floor();
        let pitch = (f32::from(self.pitches.0) + rows).clamp(f32::from(self.pitches.0), f32::from(self.pitches.1));
        (self.axis.tick(point.x - self.rect.left()).max(0), pitch as u8)
    }

    /// The line of the grid at or before a tick, counted from its bar.
    pub fn snapped(&self, tick: Tick, state: &State) -> Tick {
        let bar = state.snapshot.score.meters.bar_start(tick);
        (tick - (tick - bar).rem_euclid(self.step)).max(0)
    }

    /// A distance in whole steps of the grid.
    pub const fn whole_steps(&self, ticks: Tick) -> Tick {
        (ticks + self.step / 2).div_euclid(self.step) * self.step
    }

    /// What lies at a point.
    pub fn target(&self, point: Pos2, state: &State) -> Target {
        let notes = state.snapshot.score.melody().iter().rev();
        let Some(note) = notes.copied().find(|note| self.cell(note).expand(1.0).contains(point)) else {
            return Target::Nothing;
        };
        let cell = self.cell(&note);
        if point.x > cell.right() - EDGE.min(cell.width() / 3.0) { Target::End(note) } else { Target::Note(note) }
    }
}

/// The pitches to show around those of a melody.
fn pitches_of(pitches: impl Iterator<Item = u8> + Clone) -> (u8, u8) {
    let (low, high) = (pitches.clone().min().unwrap_or(60), pitches.max().unwrap_or(72));
    let (low, high) = (low.saturating_sub(MARGIN), high.saturating_add(MARGIN).min(127));
    let missing = FEWEST.saturating_sub(high - low);
    let high = high.max((low.saturating_sub(missing / 2) + FEWEST).min(127));
    (low.min(high.saturating_sub(FEWEST)), high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_view_holds_the_melody_and_room_around_it() {
        assert_eq!(pitches_of([60, 64].into_iter()), (47, 77));
        assert_eq!(pitches_of([0, 127].into_iter()), (0, 127));
        for pitch in 0..=127 {
            let (low, high) = pitches_of(std::iter::once(pitch));
            assert!(low <= pitch && pitch <= high && high - low >= 20, "{pitch}: {low} to {high}");
        }
    }

    #[test]
    fn a_note_lies_where_the_mouse_finds_it() {
        let mut state = State::new();
        let note = Note { start: 960, length: 960, pitch: 67, velocity: 90 };
        state.snapshot.score.hear(&[note], 0..3840);
        let view = View::new(Rect::from_min_size(pos2(100.0, 50.0), egui::vec2(800.0, 400.0)), &mut state);
        let cell = view.cell(&note);
        assert_eq!(view.target(cell.center(), &state), Target::Note(note));
        assert_eq!(view.target(cell.right_center() - egui::vec2(1.0, 0.0), &state), Target::End(note));
        assert_eq!(view.target(cell.center() + egui::vec2(0.0, 40.0), &state), Target::Nothing);
        let (tick, pitch) = view.place(cell.center());
        assert!((960..1920).contains(&tick) && pitch == 67);
        assert_eq!((view.snapped(1900, &state), view.whole_steps(130), view.whole_steps(-130)), (1680, 240, -240));
    }
}
