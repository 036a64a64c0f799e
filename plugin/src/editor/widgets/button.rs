//! Buttons, and buttons that stay down.

use crate::editor::{
    theme,
    widgets::look::{self, Face},
};
use egui::{Color32, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};

/// A button.
pub fn button(ui: &mut Ui, size: Vec2, face: Face, name: &str, help: &str) -> Response {
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, name));
    ui.painter().rect_filled(rect, theme::ROUND, if enabled { look::background(&response) } else { theme::card() });
    if !enabled {
        ui.painter().rect_stroke(rect, theme::ROUND, Stroke::new(1.0, theme::control()), StrokeKind::Inside);
    }
    look::outline(ui, rect);
    look::focus_ring(ui, &response, rect);
    look::face(ui, rect, face, theme::bright());
    response.on_hover_text(help)
}

/// A button that stays down, for something that is not a parameter.
pub fn toggle(ui: &mut Ui, size: Vec2, on: bool, face: Face, name: &str, help: &str, colour: Color32) -> Response {
    let response = stay_down(ui, size, on, face, name, colour);
    response.on_hover_text(format!("{name}: {help}"))
}

/// A button that stays down, without a tooltip.
pub fn stay_down(ui: &mut Ui, size: Vec2, on: bool, face: Face, name: &str, colour: Color32) -> Response {
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, ui.is_enabled(), on, name));
    let fill = if on {
        theme::mix(colour, theme::bright(), if response.hovered() { 0.25 } else { 0.0 })
    } else {
        look::background(&response)
    };
    ui.painter().rect_filled(rect, theme::ROUND, fill);
    look::outline(ui, rect);
    look::focus_ring(ui, &response, rect);
    look::face(ui, rect, face, if on { theme::ink() } else { theme::quiet() });
    response
}
