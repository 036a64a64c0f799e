//! Cards, the frames of panels.

use crate::editor::theme;
use egui::{Align2, FontId, Rect, Stroke, StrokeKind, Ui, pos2, vec2};

/// Draws a card with its title; returns the space for its content.
pub fn card(ui: &Ui, rect: Rect, title: &str) -> Rect {
    ui.painter().rect_filled(rect, 6.0, theme::card());
    if theme::legibility().high_contrast {
        ui.painter().rect_stroke(rect, 6.0, Stroke::new(1.0, theme::bar_line()), StrokeKind::Inside);
    }
    let inside = rect.shrink2(vec2(12.0, 10.0));
    // Of the usual size in any case: controls stand beside it.
    let font = FontId { size: theme::HEADING, ..theme::heading() };
    ui.painter().text(inside.min, Align2::LEFT_TOP, title, font, theme::bright());
    Rect::from_min_max(pos2(inside.left(), inside.top() + 26.0), inside.max)
}

/// The row beside the title of a card with this space for its content, right of `title` points for the title itself.
pub fn beside_title(content: Rect, title: f32) -> Rect {
    let top = content.top() - 32.0;
    Rect::from_min_max(pos2(content.left() + title, top), pos2(content.right(), top + theme::ROW))
}
