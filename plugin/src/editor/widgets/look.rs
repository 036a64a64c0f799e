//! What the widgets are drawn with: backgrounds, the focus ring, what stands on a button.

use crate::editor::{
    theme,
    widgets::icon::{self, Icon},
};
use egui::{Align2, Color32, Rect, Response, Stroke, StrokeKind, Ui};

/// What stands on a button.
#[derive(Clone, Copy)]
pub enum Face<'a> {
    /// A word.
    Word(&'a str),
    /// A drawing.
    Icon(Icon),
}

/// Draws a face into the middle of a rectangle.
pub fn face(ui: &Ui, rect: Rect, face: Face, colour: Color32) {
    match face {
        Face::Word(word) => {
            ui.painter().text(rect.center(), Align2::CENTER_CENTER, word, theme::small(), colour);
        }
        Face::Icon(icon) => icon::draw(ui.painter(), icon, rect, colour),
    }
}

/// The background colour of a control.
pub fn background(response: &Response) -> Color32 {
    if response.is_pointer_button_down_on() {
        theme::FILL
    } else if response.hovered() {
        theme::CONTROL_HOVERED
    } else {
        theme::CONTROL
    }
}

/// Marks the control that has the keyboard's focus.
pub fn focus_ring(ui: &Ui, response: &Response, rect: Rect) {
    if response.has_focus() {
        ui.painter().rect_stroke(rect, theme::ROUND, Stroke::new(1.5, theme::ACCENT), StrokeKind::Inside);
    }
}
