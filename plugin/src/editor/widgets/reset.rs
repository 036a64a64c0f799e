//! Putting a control back to its default: a menu on the secondary click, the same on all controls.

use crate::editor::{
    gesture::{Hands, Pending},
    theme,
};
use egui::{Button, Popup, Response, Ui};
use nice_plug::prelude::Param;

/// The width of tooltips, in points.
const TOOLTIP: f32 = 320.0;

/// How a control is moved, which its tooltip says.
#[derive(Clone, Copy)]
pub enum Moved {
    /// Clicked.
    Clicked,
    /// Dragged or turned with the wheel, and put back by a double-click.
    Turned,
}

/// A parameter and where its default is, 0 to 1.
pub fn default_of<P: Param>(parameter: &P) -> (&P, f32) {
    (parameter, parameter.default_normalized_value())
}

/// A parameter's default, for people.
pub fn name_of_default(parameter: &impl Param) -> String {
    parameter.normalized_value_to_string(parameter.default_normalized_value(), true)
}

/// Adds the menu and the tooltip to the control of a parameter.
pub fn offer(
    response: &Response,
    parameter: &impl Param,
    help: &str,
    moved: Moved,
    hands: &Hands,
    pending: &mut Pending,
) {
    let (_, default) = default_of(parameter);
    let is_there = pending.value(parameter).to_bits() == default.to_bits();
    let name = || name_of_default(parameter);
    if menu(response, is_there, name) {
        hands.set(parameter, default, pending);
    }
    tooltip(response, help, moved, name);
}

/// The menu; returns whether the control is to be put back.
pub fn menu(response: &Response, is_there: bool, default: impl FnOnce() -> String) -> bool {
    let mut asked = false;
    // A list has a popup already, by the name that a menu would have.
    Popup::context_menu(response).id(response.id.with("reset")).show(|ui| {
        let item = Button::new(format!("Reset to {}", default()));
        asked = ui.add_enabled(!is_there, item).clicked();
    });
    asked
}

/// The tooltip of a control that has the menu.
pub fn tooltip(response: &Response, help: &str, moved: Moved, default: impl FnOnce() -> String) {
    response.clone().on_hover_ui(|ui: &mut Ui| {
        ui.set_max_width(TOOLTIP);
        ui.label(help);
        let hint = match moved {
            Moved::Clicked => format!("Right-click to reset to {}.", default()),
            Moved::Turned => {
                format!("Drag or wheel; Shift for fine steps; double-click or right-click to reset to {}.", default())
            }
        };
        ui.colored_label(theme::QUIET, hint);
    });
}
