//! A button for a parameter that triggers something.

use crate::editor::{
    context::EditorContext,
    gesture::pending::PendingValues,
    theme,
    widgets::{
        button,
        look::Face,
        reset::{self, Handling},
    },
};
use egui::{Ui, Vec2};
use nice_plug::prelude::{BoolParam, Param};
use std::time::Duration;

/// How long the parameter stays on after a click, in seconds: longer than any block, so that the audio thread sees it, and
/// hosts write it as automation.
const PULSE: f64 = 0.3;

/// Draws a button with the parameter's name. A click switches the parameter on for a moment; what it triggers is no step
/// of the history.
pub fn trigger(
    ui: &mut Ui,
    size: Vec2,
    parameter: &BoolParam,
    help: &str,
    context: &EditorContext,
    pending: &mut PendingValues,
) {
    let on = pending.value(parameter) >= 0.5;
    let response = button::stay_down(ui, size, on, Face::Word(parameter.name()), parameter.name(), theme::accent());
    let Some(name) = context.wiring.params.id(parameter.as_ptr()) else { return };
    let now = ui.input(|input| input.time);
    let pulse = response.id.with("pulse");
    if response.clicked() {
        if on {
            context.restore(&name, 0.0, pending);
        }
        context.restore(&name, 1.0, pending);
        ui.data_mut(|data| data.insert_temp(pulse, now + PULSE));
        ui.ctx().request_repaint_after(Duration::from_secs_f64(PULSE));
    } else if let Some(end) = ui.data(|data| data.get_temp::<f64>(pulse)) {
        if now >= end {
            ui.data_mut(|data| data.remove::<f64>(pulse));
            context.restore(&name, 0.0, pending);
        } else {
            ui.ctx().request_repaint_after(Duration::from_secs_f64(end - now));
        }
    }
    let help = format!("{}: {help}", parameter.name());
    reset::add(&response, parameter, &help, Handling::Click, context, pending);
}
