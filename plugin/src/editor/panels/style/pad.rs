//! The style pad: left and right is the blend between the two genres, up and down the temperature.

use crate::editor::{
    context::EditorContext,
    state::State,
    theme,
    widgets::{
        look,
        reset::{self, Handling},
        steps::{self, FINE},
    },
};
use egui::{
    Align2, CursorIcon, Painter, PointerButton, Pos2, Rect, Response, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2,
};
use nice_plug::prelude::Param;

/// The distance of the genres' names from the pad's edge: clear of the handle's line at either end of the blend.
const EDGE: f32 = 18.0;
/// The step of one notch of the wheel, 0 to 1.
const NOTCH: f32 = 0.025;

/// Draws the pad and lets the player move its handle.
pub fn show(ui: &Ui, rect: Rect, context: &EditorContext, state: &mut State) {
    let response = ui.interact(rect, ui.scope_id().with("pad"), Sense::click_and_drag());
    let inner = rect.shrink(12.0);
    move_by_hand(ui, &response, inner, context, state);
    let params = &context.wiring.params;
    let blend = state.pending.value(&params.blend);
    let temperature = state.pending.value(&params.temperature);
    let text = format!(
        "{} and {}",
        params.blend.normalized_value_to_string(blend, true),
        params.temperature.normalized_value_to_string(temperature, true)
    );
    response.widget_info(|| WidgetInfo {
        current_text_value: Some(text.clone()),
        ..WidgetInfo::labeled(Role::Group, true, "Style pad")
    });
    let painter = ui.painter_at(rect);
    let ends = [&params.genre, &params.genre_b]
        .map(|genre| state.snapshot.genre(genre.preview_plain(state.pending.value(genre))));
    background(&painter, rect, ends);
    let at = pos2(inner.left() + blend * inner.width(), inner.bottom() - temperature * inner.height());
    painter.hline(rect.x_range(), at.y, Stroke::new(1.0, theme::bar_line()));
    painter.vline(at.x, rect.y_range(), Stroke::new(1.0, theme::bar_line()));
    painter.circle(at, 8.0, theme::accent(), Stroke::new(2.0, theme::ground()));
    look::focus_ring(ui, &response, rect);
    let response = response.on_hover_and_drag_cursor(CursorIcon::Crosshair);
    let help = "Left and right: between the two genres. Up: bolder; down: calmer. Drop MIDI files here to make a style \
        of your own.";
    let (blend, temperature) = (&params.blend, &params.temperature);
    let defaults = [blend, temperature].map(reset::default_of);
    let pending = &mut state.pending;
    let is_default = defaults.iter().all(|(each, default)| pending.value(*each).to_bits() == default.to_bits());
    let name = || [blend, temperature].map(reset::name_of_default).join(" and ");
    if reset::menu(&response, is_default, name) {
        context.set_together(&defaults, pending);
    }
    reset::tooltip(&response, help, Handling::Drag, name);
}

/// Click, drag, wheel, double-click: each is one step of the history. For the keyboard there are the numbers beside the
/// pad.
fn move_by_hand(ui: &Ui, response: &Response, inner: Rect, context: &EditorContext, state: &mut State) {
    let (blend, temperature) = (&context.wiring.params.blend, &context.wiring.params.temperature);
    let pending = &mut state.pending;
    let (x, y) = (pending.value(blend), pending.value(temperature));
    if response.double_clicked() {
        context.set_by_double_click(&[blend, temperature].map(reset::default_of), pending);
        return;
    }
    if let Some(pointer) = response.interact_pointer_pos().filter(|_| response.clicked()) {
        let (x, y) = place(inner, pointer);
        context.set_together(&[(blend, x), (temperature, y)], pending);
    }
    if response.drag_started_by(PointerButton::Primary) {
        context.begin_gesture(blend, pending);
        context.begin_gesture(temperature, pending);
    }
    if response.dragged()
        && let Some(pointer) = response.interact_pointer_pos()
    {
        let fine = ui.input(|input| input.modifiers.shift);
        let (x, y) = if fine {
            let delta = response.drag_delta();
            (x + FINE * delta.x / inner.width(), y - FINE * delta.y / inner.height())
        } else {
            place(inner, pointer)
        };
        context.move_to(blend, x, pending);
        context.move_to(temperature, y, pending);
    }
    if response.drag_stopped() {
        context.end_gesture(pending);
    }
    let steps = steps::wheel_over(ui, response);
    if steps != 0.0 {
        context.nudge(temperature, y + steps * NOTCH, pending);
    }
}

/// The blend and the temperature of a point, 0 to 1.
fn place(inner: Rect, point: Pos2) -> (f32, f32) {
    ((point.x - inner.left()) / inner.width(), 1.0 - (point.y - inner.top()) / inner.height())
}

/// Draws the grid and the meaning of its edges.
fn background(painter: &Painter, rect: Rect, ends: [String; 2]) {
    painter.rect_filled(rect, 6.0, theme::ground());
    for quarter in [0.25, 0.5, 0.75] {
        let (x, y) = (rect.left() + rect.width() * quarter, rect.top() + rect.height() * quarter);
        painter.hline(rect.x_range(), y, Stroke::new(1.0, theme::beat_line()));
        painter.vline(x, rect.y_range(), Stroke::new(1.0, theme::beat_line()));
    }
    let middle = rect.center_top() + vec2(0.0, 5.0);
    painter.text(middle, Align2::CENTER_TOP, "bold", theme::small(), theme::quiet());
    let middle = rect.center_bottom() - vec2(0.0, 20.0);
    painter.text(middle, Align2::CENTER_BOTTOM, "calm", theme::small(), theme::quiet());
    // In the lower corners, where the handle seldom is; long names are cut off.
    let room = rect.width() / 2.0 - EDGE - 3.0;
    let [left, right] = ends.map(|name| {
        let mut job = egui::text::LayoutJob::simple_singleline(name, theme::small(), theme::bright());
        job.wrap = egui::text::TextWrapping::truncate_at_width(room);
        painter.layout_job(job)
    });
    let y = rect.bottom() - 5.0 - left.size().y;
    let x = rect.right() - EDGE - right.size().x;
    painter.galley(pos2(rect.left() + EDGE, y), left, theme::bright());
    painter.galley(pos2(x, y), right, theme::bright());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn right_is_the_second_genre_and_up_is_bold() {
        let inner = Rect::from_min_size(pos2(10.0, 20.0), vec2(100.0, 50.0));
        assert_eq!(place(inner, inner.left_bottom()).0.to_bits(), 0.0_f32.to_bits());
        let (blend, temperature) = place(inner, inner.right_top());
        assert!((blend - 1.0).abs() < 1e-6 && (temperature - 1.0).abs() < 1e-6);
    }
}
