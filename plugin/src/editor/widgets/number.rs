//! A number to drag, to turn with the wheel, or to step with the arrow keys. A drag with Shift is fine, a double-click
//! resets.

use crate::editor::{
    context::EditorContext,
    gesture::pending::PendingValues,
    theme,
    widgets::{
        look,
        reset::{self, Handling},
        steps,
    },
};
use egui::{Align2, Color32, CursorIcon, PointerButton, Response, Sense, Ui, Vec2, WidgetInfo, vec2};
use nice_plug::prelude::Param;

/// The distance in points that moves a parameter from one end to the other.
const TRAVEL: f32 = 180.0;

/// How a number looks.
#[derive(Clone, Copy)]
pub struct NumberLook<'a> {
    /// The text before the value.
    pub label: &'a str,
    /// The text after the value, where the value's own text is not enough.
    pub unit: &'a str,
    /// What the number does, for the tooltip.
    pub help: &'a str,
    /// The colour of the bar; `None` for no bar.
    pub fill: Option<Color32>,
}

/// Draws a number and lets the player move it.
pub fn number(
    ui: &mut Ui,
    size: Vec2,
    parameter: &impl Param,
    look: NumberLook,
    context: &EditorContext,
    pending: &mut PendingValues,
) {
    let (rect, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
    let value = move_by_hand(ui, &response, parameter, context, pending);
    let text = parameter.normalized_value_to_string(value, true);
    let name = parameter.name().to_owned();
    response.widget_info(|| WidgetInfo {
        current_text_value: Some(text.clone()),
        ..WidgetInfo::slider(ui.is_enabled(), f64::from(value), &name)
    });
    let painter = ui.painter();
    painter.rect_filled(rect, theme::ROUND, look::background(&response));
    if let Some(colour) = look.fill {
        let mut filled = rect;
        filled.set_width(rect.width() * value);
        let colour = theme::mix(theme::control(), colour, theme::FILL_OF_PART);
        painter.with_clip_rect(filled).rect_filled(rect, theme::ROUND, colour);
    }
    look::outline(ui, rect);
    look::focus_ring(ui, &response, rect);
    let inside = rect.shrink2(vec2(7.0, 0.0));
    let text = format!("{text}{}", look.unit);
    let font = look::fitted(ui, &format!("{} {text}", look.label), inside.width());
    painter.text(inside.left_center(), Align2::LEFT_CENTER, look.label, font.clone(), theme::bright());
    painter.text(inside.right_center(), Align2::RIGHT_CENTER, text, font, theme::bright());
    let response = response.on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal);
    let help = format!("{}: {}", parameter.name(), look.help);
    reset::add(&response, parameter, &help, Handling::Drag, context, pending);
}

/// Moves a parameter with mouse and keys; returns the value to show, 0 to 1.
fn move_by_hand(
    ui: &Ui,
    response: &Response,
    parameter: &impl Param,
    context: &EditorContext,
    pending: &mut PendingValues,
) -> f32 {
    let value = pending.value(parameter);
    let shift = ui.input(|input| input.modifiers.shift);
    if response.double_clicked() {
        context.set(parameter, parameter.default_normalized_value(), pending);
        return pending.value(parameter);
    }
    if response.drag_started_by(PointerButton::Primary) {
        context.begin_gesture(parameter, pending);
        // The drag's exact position, which may lie between two steps of the parameter.
        ui.data_mut(|data| data.insert_temp(response.id, value));
    }
    if response.dragged() {
        let delta = response.drag_delta();
        let at = ui.data(|data| data.get_temp::<f32>(response.id)).unwrap_or(value);
        let speed = if shift { steps::FINE } else { 1.0 };
        let at = (at + (delta.x - delta.y) / TRAVEL * speed).clamp(0.0, 1.0);
        ui.data_mut(|data| data.insert_temp(response.id, at));
        let stepped = parameter.preview_normalized(parameter.preview_plain(at));
        if stepped.to_bits() != value.to_bits() {
            context.move_to(parameter, stepped, pending);
        }
    }
    if response.drag_stopped() {
        context.end_gesture(pending);
    }
    let steps = steps::wheel_and_arrows(ui, response);
    if steps != 0.0 {
        let mut to = pending.value(parameter);
        for _ in 0..steps.abs() as usize {
            let fine = shift || parameter.step_count().is_some();
            to = if steps > 0.0 {
                parameter.next_normalized_step(to, fine)
            } else {
                parameter.previous_normalized_step(to, fine)
            };
        }
        context.nudge(parameter, to, pending);
    }
    pending.value(parameter)
}
