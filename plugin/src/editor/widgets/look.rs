//! What the widgets are drawn with: backgrounds, the focus ring, what stands on a button.

use crate::editor::{
    theme,
    widgets::icon::{self, Icon},
};
use egui::{Align2, Color32, FontId, Rect, Response, Stroke, StrokeKind, Ui};

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
            let font = fitted(ui, word, rect.width() - 6.0);
            ui.painter().text(rect.center(), Align2::CENTER_CENTER, word, font, colour);
        }
        Face::Icon(icon) => icon::draw(ui.painter(), icon, rect, colour),
    }
}

/// The font of a small control's text in this width, in points: as large as the player wants it and as it fits, but never
/// smaller than usual.
pub fn fitted(ui: &Ui, text: &str, width: f32) -> FontId {
    let wanted = theme::small();
    if !theme::legibility().larger_text {
        return wanted;
    }
    let taken = ui.painter().layout_no_wrap(text.to_owned(), wanted.clone(), theme::bright()).size().x;
    let size = (wanted.size * width / taken.max(1.0)).clamp(theme::SMALL, wanted.size);
    FontId { size, ..wanted }
}

/// Draws the outline of a control, where the player wants high contrast.
pub fn outline(ui: &Ui, rect: Rect) {
    let stroke = theme::outline();
    if stroke != Stroke::NONE {
        ui.painter().rect_stroke(rect, theme::ROUND, stroke, StrokeKind::Inside);
    }
}

/// The background colour of a control.
pub fn background(response: &Response) -> Color32 {
    if response.is_pointer_button_down_on() {
        theme::fill()
    } else if response.hovered() {
        theme::control_hovered()
    } else {
        theme::control()
    }
}

/// Marks the control that has the keyboard's focus.
pub fn focus_ring(ui: &Ui, response: &Response, rect: Rect) {
    if response.has_focus() {
        let width = if theme::legibility().high_contrast { 3.0 } else { 1.5 };
        ui.painter().rect_stroke(rect, theme::ROUND, Stroke::new(width, theme::accent()), StrokeKind::Inside);
    }
}
