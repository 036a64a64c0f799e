//! A button that shows the value of a parameter, and a list of all its values on a click.

use crate::editor::{
    context::EditorContext,
    gesture::pending::PendingValues,
    widgets::{
        button,
        look::Face,
        reset::{self, Handling},
    },
};
use egui::{Color32, Popup, Ui, Vec2};
use nice_plug::prelude::Param;

/// How a list looks.
pub struct ListLook<'a> {
    /// The button's size, in points.
    pub size: Vec2,
    /// The word on the button.
    pub word: &'a str,
    /// Whether the button is lit.
    pub lit: bool,
    /// Its colour while it is lit.
    pub colour: Color32,
    /// What the parameter does, for the tooltip.
    pub help: &'a str,
}

/// Draws the button of a parameter with a few values, named by `name` from the first on, and lets the player choose one.
pub fn list(
    ui: &mut Ui,
    parameter: &impl Param,
    look: &ListLook<'_>,
    name: impl Fn(usize) -> String,
    context: &EditorContext,
    pending: &mut PendingValues,
) {
    list_with(ui, parameter, look, name, |_| {}, context, pending);
}

/// As [`list`], with something `below` the values that is no value of the parameter.
pub fn list_with(
    ui: &mut Ui,
    parameter: &impl Param,
    look: &ListLook<'_>,
    name: impl Fn(usize) -> String,
    below: impl FnOnce(&mut Ui),
    context: &EditorContext,
    pending: &mut PendingValues,
) {
    let last = parameter.step_count().unwrap_or(1).max(1);
    let now = (pending.value(parameter) * last as f32).round() as usize;
    let response = button::stay_down(ui, look.size, look.lit, Face::Word(look.word), parameter.name(), look.colour);
    let mut chosen = None;
    Popup::menu(&response).id(response.id.with("values")).show(|ui| {
        for value in 0..=last {
            if ui.selectable_label(value == now, name(value)).clicked() {
                chosen = Some(value);
            }
        }
        below(ui);
    });
    let help = format!("{}: {}", parameter.name(), look.help);
    reset::add(&response, parameter, &help, Handling::Click, context, pending);
    if let Some(value) = chosen {
        context.set(parameter, value as f32 / last as f32, pending);
    }
}
