//! A switch for a parameter.

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
use egui::{Color32, Ui, vec2};
use nice_plug::prelude::{BoolParam, Param};

/// How a switch looks.
#[derive(Clone, Copy)]
pub struct SwitchLook<'a> {
    /// Its width.
    pub width: f32,
    /// What stands on it.
    pub face: Face<'a>,
    /// What it does, for the tooltip.
    pub help: &'a str,
    /// Its colour when it is on.
    pub colour: Color32,
}

/// Draws a switch and lets the player click it.
pub fn switch(
    ui: &mut Ui,
    parameter: &BoolParam,
    look: SwitchLook,
    context: &EditorContext,
    pending: &mut PendingValues,
) {
    let on = pending.value(parameter) >= 0.5;
    let size = vec2(look.width, theme::ROW);
    let response = button::stay_down(ui, size, on, look.face, parameter.name(), look.colour);
    if response.clicked() {
        context.set(parameter, f32::from(u8::from(!on)), pending);
    }
    let help = format!("{}: {}", parameter.name(), look.help);
    reset::add(&response, parameter, &help, Handling::Click, context, pending);
}
