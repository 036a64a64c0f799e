//! Resets a control to its default: a menu on the secondary click, or Shift and F10 with the keyboard's focus, the same on
//! all controls.

use crate::editor::{
    context::EditorContext,
    gesture::pending::PendingValues,
    theme,
    widgets::learn::{self, Taught},
};
use egui::{Button, Key, Modifiers, Popup, Response, SetOpenCommand, Ui};
use nice_plug::prelude::Param;

/// The width of tooltips, in points.
const TOOLTIP: f32 = 320.0;

/// How the player handles a control, for its tooltip.
#[derive(Clone, Copy)]
pub enum Handling {
    /// With clicks.
    Click,
    /// With drags and the wheel; a double-click resets it.
    Drag,
}

/// A parameter with its default, 0 to 1.
pub fn default_of<P: Param>(parameter: &P) -> (&P, f32) {
    (parameter, parameter.default_normalized_value())
}

/// The text of a parameter's default.
pub fn name_of_default(parameter: &impl Param) -> String {
    parameter.normalized_value_to_string(parameter.default_normalized_value(), true)
}

/// Adds the menu and the tooltip to the control of a parameter.
pub fn add(
    response: &Response,
    parameter: &impl Param,
    help: &str,
    handling: Handling,
    context: &EditorContext,
    pending: &mut PendingValues,
) {
    add_to_value(response, (parameter, None), help, handling, context, pending);
}

/// As [`add`], for a control of one value (0 to 1) of a parameter: what is learned chooses that value.
pub fn add_to_value(
    response: &Response,
    (parameter, value): (&impl Param, Option<f32>),
    help: &str,
    handling: Handling,
    context: &EditorContext,
    pending: &mut PendingValues,
) {
    let (_, default) = default_of(parameter);
    let is_default = pending.value(parameter).to_bits() == default.to_bits();
    let name = || name_of_default(parameter);
    let id = learn::id_of(parameter, context);
    let taught = id.as_deref().map(|id| Taught { id, value });
    let learn = |ui: &mut Ui| {
        if let Some(taught) = taught {
            learn::menu(ui, taught, context);
        }
    };
    if menu_with(response, is_default, name, learn) {
        context.set(parameter, default, pending);
    }
    let moved_by = taught.and_then(|taught| learn::words(taught, context));
    let help = moved_by.map_or_else(|| help.to_owned(), |moved_by| format!("{help} {moved_by}"));
    tooltip(response, &help, handling, name);
}

/// Adds the menu; returns whether the player chose to reset.
pub fn menu(response: &Response, is_default: bool, default: impl FnOnce() -> String) -> bool {
    menu_with(response, is_default, default, |_| {})
}

/// As [`menu`], with further items.
fn menu_with(
    response: &Response,
    is_default: bool,
    default: impl FnOnce() -> String,
    further: impl FnOnce(&mut Ui),
) -> bool {
    let mut chosen = false;
    // Not the menu's usual id: a list uses that for its own popup.
    let id = response.id.with("reset");
    let by_key = response.has_focus() && response.ctx.input_mut(|input| input.consume_key(Modifiers::SHIFT, Key::F10));
    if by_key || response.secondary_clicked() {
        response.ctx.data_mut(|data| data.insert_temp(id, by_key));
    }
    let menu = if response.ctx.data(|data| data.get_temp(id)).unwrap_or(false) {
        // There may be no pointer: the menu opens at the control.
        Popup::menu(response).open_memory(by_key.then_some(SetOpenCommand::Bool(true)))
    } else {
        Popup::context_menu(response)
    };
    menu.id(id).show(|ui| {
        let item = Button::new(format!("Reset to {}", default()));
        let item = ui.add_enabled(!is_default, item);
        chosen = item.clicked();
        if chosen {
            // A click closes the menu by itself, a key does not.
            ui.close();
        }
        if by_key && !is_default {
            item.request_focus();
        }
        further(ui);
    });
    chosen
}

/// Adds the tooltip to a control that has the menu.
pub fn tooltip(response: &Response, help: &str, handling: Handling, default: impl FnOnce() -> String) {
    response.clone().on_hover_ui(|ui: &mut Ui| {
        ui.set_max_width(TOOLTIP);
        ui.label(help);
        let hint = match handling {
            Handling::Click => format!("Right-click to reset to {}.", default()),
            Handling::Drag => {
                format!("Drag or wheel; Shift for fine steps; double-click or right-click to reset to {}.", default())
            }
        };
        ui.colored_label(theme::quiet(), hint);
    });
}
