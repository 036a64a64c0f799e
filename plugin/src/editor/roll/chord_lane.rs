//! The chord lane, between the ruler and the parts: the chords that the parts play, and those that the player sets.

mod actions;
mod drawing;
mod keys;
mod looking;
mod pointer;
mod popup;
mod tools;

use crate::editor::{context::EditorContext, state::State, widgets::look};
use egui::{Rect, Response, Role, Sense, Ui, WidgetInfo};

/// Draws the lane and, in `beside`, its buttons, and lets the player edit the chords. Returns the lane's response.
pub fn show(ui: &mut Ui, rect: Rect, beside: Rect, context: &EditorContext, state: &mut State) -> Response {
    let response = ui.interact(rect, ui.scope_id().with("chord lane"), Sense::click_and_drag());
    let without = why_not(state);
    response.widget_info(|| WidgetInfo::labeled(Role::Canvas, without.is_none(), "Chord lane"));
    if let Some(reason) = without {
        state.chords.popup = None;
        drawing::sentence(ui, rect, &reason);
        return response.on_hover_text(reason);
    }
    pointer::handle(ui, &response, rect, context, state);
    if response.has_focus() {
        keys::handle(ui, &response, context, state);
    }
    drawing::show(ui, rect, state);
    look::focus_ring(ui, &response, rect);
    tools::show(ui, beside, context, state);
    popup::show(ui, &response, rect, context, state);
    match response.hover_pos().filter(|_| state.chords.popup.is_none()) {
        Some(pointer) => {
            let text = drawing::hover_text(state.time_axis.tick(pointer.x - rect.left()), state);
            response.on_hover_ui_at_pointer(|ui| {
                ui.set_max_width(320.0);
                ui.label(text);
            })
        }
        None => response,
    }
}

/// Why there is no lane, in a sentence.
fn why_not(state: &State) -> Option<String> {
    let status = &state.snapshot.status;
    let model = status.model.as_deref().unwrap_or("This model");
    (status.knows_chords == Some(false))
        .then(|| format!("{model} knows no chords, so there is no chord lane: it needs a model of contract 3."))
}
