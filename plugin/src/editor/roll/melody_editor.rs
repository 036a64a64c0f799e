//! The melody's notes, large, to be drawn, moved, lengthened and deleted. It lies over the lanes while it is open.

pub mod actions;
mod drawing;
mod keys;
mod pointer;
mod view;

use self::view::View;
use crate::editor::{context::EditorContext, roll::grid::Grid, state::State, widgets::look};
use egui::{Rect, Response, Role, Sense, Ui, WidgetInfo};

/// Draws the editor and lets the player edit. Returns its response.
pub fn show(ui: &mut Ui, rect: Rect, grid: &Grid, context: &EditorContext, state: &mut State) -> Response {
    let response = ui.interact(rect, ui.scope_id().with("melody editor"), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, "Melody notes"));
    actions::forget_gone_notes(state);
    let view = View::new(rect, state);
    pointer::handle(ui, &response, &view, context, state);
    if response.has_focus() {
        keys::handle(ui, &response, context, state);
    }
    drawing::show(ui, &view, grid, state);
    look::focus_ring(ui, &response, rect);
    match response.hover_pos().filter(|_| state.melody.drag.is_none()) {
        Some(pointer) => {
            let text = drawing::hover_text(&view, pointer, state);
            response.on_hover_ui_at_pointer(|ui| {
                ui.set_max_width(320.0);
                ui.label(text);
            })
        }
        None => response,
    }
}
