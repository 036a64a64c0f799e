//! A row of equally wide controls.

use crate::editor::theme;
use egui::{Ui, Vec2, vec2};

/// Lays out a row of `count` controls over the whole width: `add` draws them, each as large as the size it is given.
pub fn cells(ui: &mut Ui, count: usize, add: impl FnOnce(&mut Ui, Vec2)) {
    let gaps = theme::GAP * (count.max(1) - 1) as f32;
    let cell = vec2((ui.available_width() - gaps) / count.max(1) as f32, theme::ROW);
    ui.horizontal(|ui| add(ui, cell));
}
