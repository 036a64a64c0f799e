//! A choice of a few values, side by side.

use crate::editor::{
    context::EditorContext,
    gesture::pending::PendingValues,
    theme,
    widgets::{
        look::{self, Face},
        reset::{self, Handling},
        steps,
    },
};
use egui::{Rect, Role, Sense, Ui, WidgetInfo, vec2};
use nice_plug::prelude::Param;

/// Draws a choice and lets the player click or turn it. Each value has a word and a sentence for its tooltip.
pub fn choice(
    ui: &mut Ui,
    width: f32,
    parameter: &impl Param,
    values: &[(&str, &str)],
    context: &EditorContext,
    pending: &mut PendingValues,
) {
    let value = pending.value(parameter);
    let last = (values.len() - 1).max(1) as f32;
    let chosen = (value * last).round() as usize;
    let (rect, whole) = ui.allocate_exact_size(vec2(width, theme::ROW), Sense::hover());
    let steps = if whole.contains_pointer() { steps::wheel(ui, &whole) } else { 0.0 };
    if steps != 0.0 {
        context.nudge(parameter, ((chosen as f32 + steps) / last).clamp(0.0, 1.0), pending);
    }
    ui.painter().rect_filled(rect, theme::ROUND, theme::control());
    look::outline(ui, rect);
    let one = rect.width() / values.len() as f32;
    for (index, (word, help)) in values.iter().enumerate() {
        let cell = Rect::from_min_size(rect.min + vec2(one * index as f32, 0.0), vec2(one, rect.height()));
        let response = ui.interact(cell, ui.scope_id().with((parameter.name(), index)), Sense::click());
        let on = index == chosen;
        let name = format!("{}: {word}", parameter.name());
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, on, &name));
        if on {
            ui.painter().rect_filled(cell, theme::ROUND, theme::accent());
        } else if response.hovered() {
            ui.painter().rect_filled(cell, theme::ROUND, theme::control_hovered());
        }
        look::focus_ring(ui, &response, cell);
        look::face(ui, cell, Face::Word(word), if on { theme::ink() } else { theme::bright() });
        if response.clicked() {
            context.set(parameter, index as f32 / last, pending);
        }
        let help = format!("{name}. {help}");
        let value = Some(index as f32 / last);
        reset::add_to_value(&response, (parameter, value), &help, Handling::Click, context, pending);
    }
}
