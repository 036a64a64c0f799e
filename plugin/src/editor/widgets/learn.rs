//! *Learn*: a controller or note that moves a control, in the menu of the right mouse button.

use crate::{editor::context::EditorContext, learned::Source};
use egui::Ui;
use nice_plug::prelude::Param;

/// What is learned: a parameter, or one of its values, 0 to 1.
#[derive(Clone, Copy)]
pub struct Taught<'a> {
    /// The parameter's identifier.
    pub id: &'a str,
    /// The value that is set; `None` if the controller's value moves the parameter.
    pub value: Option<f32>,
}

/// The identifier of a parameter.
pub fn id_of(parameter: &impl Param, context: &EditorContext) -> Option<String> {
    context.wiring.params.id(parameter.as_ptr())
}

/// Adds the items to a control's menu.
pub fn menu(ui: &mut Ui, taught: Taught, context: &EditorContext) {
    let learned = &context.wiring.params.learned.0;
    let Taught { id, value } = taught;
    if learned.waits(id, value) {
        if ui.button("Stop learning").clicked() {
            learned.cancel();
            ui.close();
        }
    } else if ui.button("Learn").clicked() {
        learned.wait_for(id, value);
        ui.close();
    }
    let sources = learned.sources(id, value);
    if !sources.is_empty() {
        let names: Vec<String> = sources.into_iter().map(Source::words).collect();
        if ui.button(format!("Forget {}", names.join(" and "))).clicked() {
            learned.forget(id, value);
            ui.close();
        }
    }
}

/// What moves a control, or what it waits for; `None` if it neither has nor awaits a controller.
pub fn words(taught: Taught, context: &EditorContext) -> Option<String> {
    let learned = &context.wiring.params.learned.0;
    let Taught { id, value } = taught;
    if learned.waits(id, value) {
        return Some(
            "Learning: move a controller, press a foot switch or strike a pad, not on the melody's channel.".to_owned(),
        );
    }
    let names: Vec<String> = learned.sources(id, value).into_iter().map(Source::words).collect();
    (!names.is_empty()).then(|| format!("Moved by {}.", names.join(" and ")))
}
