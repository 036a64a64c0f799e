//! Cards, the frames of panels.

use crate::editor::theme;
use egui::{Align2, Rect, Ui, pos2, vec2};

/// Draws a card with its title; returns the space for its content.
pub fn card(ui: &Ui, rect: Rect, title: &str) -> Rect {
    ui.painter().rect_filled(rect, 6.0, theme::CARD);
    let inside = rect.shrink2(vec2(12.0, 10.0));
    ui.painter().text(inside.min, Align2::LEFT_TOP, title, theme::heading(), theme::BRIGHT);
    Rect::from_min_max(pos2(inside.left(), inside.top() + 26.0), inside.max)
}

/// The row beside the title of a card with this space for its content, right of `title` points for the title itself.
pub fn beside_title(content: Rect, title: f32) -> Rect {
    let top = content.top() - 32.0;
    Rect::from_min_max(pos2(content.left() + title, top), pos2(content.right(), top + theme::ROW))
}
