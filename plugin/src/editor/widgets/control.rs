//! The controls that all panels are made of. Each is named for screen readers, has a tooltip, and takes the keyboard's
//! focus; numbers take the wheel, a fine drag with Shift, and a double-click that puts them back. All that show a
//! parameter have the menu that puts it back, too (`reset.rs`).

use crate::editor::{
    gesture::{Hands, Pending},
    theme,
    widgets::{
        icon::{self, Icon},
        reset::{self, Moved},
    },
};
use egui::{
    Align2, Color32, CursorIcon, Key, PointerButton, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2,
    WidgetInfo, vec2,
};
use nice_plug::prelude::{BoolParam, Param};

/// Points of dragging that move a parameter from one end to the other.
const TRAVEL: f32 = 180.0;
/// How much slower a drag with Shift is.
const FINE: f32 = 0.1;

/// How a number is shown.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    /// Written on the control, before the value.
    pub label: &'a str,
    /// Written after the value, where the value's own text says too little.
    pub unit: &'a str,
    /// What it does, in the tooltip.
    pub help: &'a str,
    /// The colour of what is filled; `None` fills nothing.
    pub fill: Option<Color32>,
}

/// A number to drag, turn with the wheel, or step with the arrow keys.
pub fn number(ui: &mut Ui, size: Vec2, parameter: &impl Param, look: Look, hands: &Hands, pending: &mut Pending) {
    let (rect, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
    let value = turned(ui, &response, parameter, hands, pending);
    let text = parameter.normalized_value_to_string(value, true);
    let name = parameter.name().to_owned();
    response.widget_info(|| WidgetInfo {
        current_text_value: Some(text.clone()),
        ..WidgetInfo::slider(ui.is_enabled(), f64::from(value), &name)
    });
    let visuals = ground(&response);
    let painter = ui.painter();
    painter.rect_filled(rect, theme::ROUND, visuals);
    if let Some(colour) = look.fill {
        let mut filled = rect;
        filled.set_width(rect.width() * value);
        painter.with_clip_rect(filled).rect_filled(
            rect,
            theme::ROUND,
            theme::mix(theme::CONTROL, colour, theme::FILL_OF_PART),
        );
    }
    focus_ring(ui, &response, rect);
    let inside = rect.shrink2(vec2(7.0, 0.0));
    painter.text(inside.left_center(), Align2::LEFT_CENTER, look.label, theme::small(), theme::BRIGHT);
    painter.text(
        inside.right_center(),
        Align2::RIGHT_CENTER,
        format!("{text}{}", look.unit),
        theme::small(),
        theme::BRIGHT,
    );
    let response = response.on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal);
    let help = format!("{}: {}", parameter.name(), look.help);
    reset::offer(&response, parameter, &help, Moved::Turned, hands, pending);
}

/// Lets the player move a parameter; returns its value to show, 0 to 1.
fn turned(ui: &Ui, response: &Response, parameter: &impl Param, hands: &Hands, pending: &mut Pending) -> f32 {
    let value = pending.value(parameter);
    let shift = ui.input(|input| input.modifiers.shift);
    if response.double_clicked() {
        hands.set(parameter, parameter.default_normalized_value(), pending);
        return pending.value(parameter);
    }
    if response.drag_started_by(PointerButton::Primary) {
        hands.grasp(parameter, pending);
        // Where the drag stands between two steps of the parameter.
        ui.data_mut(|data| data.insert_temp(response.id, value));
    }
    if response.dragged() {
        let delta = response.drag_delta();
        let at = ui.data(|data| data.get_temp::<f32>(response.id)).unwrap_or(value);
        let at = (at + (delta.x - delta.y) / TRAVEL * if shift { FINE } else { 1.0 }).clamp(0.0, 1.0);
        ui.data_mut(|data| data.insert_temp(response.id, at));
        let stepped = parameter.preview_normalized(parameter.preview_plain(at));
        if stepped.to_bits() != value.to_bits() {
            hands.turn(parameter, stepped, pending);
        }
    }
    if response.drag_stopped() {
        hands.release(pending);
    }
    let mut steps = 0.0;
    if response.hovered() {
        steps += wheel_steps(ui, response);
    }
    if response.has_focus() {
        let pressed = |key| ui.input(|input| input.num_presses(key)) as f32;
        steps += pressed(Key::ArrowUp) + pressed(Key::ArrowRight) - pressed(Key::ArrowDown) - pressed(Key::ArrowLeft);
        keep_arrows(ui, response);
    }
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
        hands.nudge(parameter, to, pending);
    }
    pending.value(parameter)
}

/// Whole notches that the wheel was turned over a widget.
pub fn wheel_steps(ui: &Ui, response: &Response) -> f32 {
    let turned: f32 = ui.input(|input| {
        let events = input.events.iter().filter_map(|event| match event {
            egui::Event::MouseWheel { unit, delta, .. } => {
                let notches = if *unit == egui::MouseWheelUnit::Line { 1.0 } else { 1.0 / 40.0 };
                Some((delta.x + delta.y) * notches)
            }
            _ => None,
        });
        events.sum()
    });
    if turned == 0.0 {
        return 0.0;
    }
    // A touchpad turns by fractions, which add up.
    let id = response.id.with("wheel");
    let sum = ui.data(|data| data.get_temp::<f32>(id)).unwrap_or(0.0) + turned;
    ui.data_mut(|data| data.insert_temp(id, sum - sum.trunc()));
    sum.trunc()
}

/// Arrow keys turn the widget that has the focus rather than move the focus.
pub fn keep_arrows(ui: &Ui, response: &Response) {
    let filter = egui::EventFilter { vertical_arrows: true, horizontal_arrows: true, ..Default::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
}

/// How a switch looks.
#[derive(Clone, Copy)]
pub struct Switch<'a> {
    /// Its width.
    pub width: f32,
    /// What stands on it.
    pub face: Face<'a>,
    /// What it does, in the tooltip.
    pub help: &'a str,
    /// Its colour when it is on.
    pub colour: Color32,
}

/// A switch.
pub fn switch(ui: &mut Ui, parameter: &BoolParam, look: Switch, hands: &Hands, pending: &mut Pending) {
    let on = pending.value(parameter) >= 0.5;
    let size = vec2(look.width, theme::ROW);
    let response = stay_down(ui, size, on, look.face, parameter.name(), look.colour);
    if response.clicked() {
        hands.set(parameter, f32::from(u8::from(!on)), pending);
    }
    let help = format!("{}: {}", parameter.name(), look.help);
    reset::offer(&response, parameter, &help, Moved::Clicked, hands, pending);
}

/// What stands on a button.
#[derive(Clone, Copy)]
pub enum Face<'a> {
    /// A word.
    Word(&'a str),
    /// A drawing.
    Icon(Icon),
}

/// A button that stays down, for what is no parameter.
pub fn toggle(ui: &mut Ui, size: Vec2, on: bool, face: Face, name: &str, help: &str, colour: Color32) -> Response {
    let response = stay_down(ui, size, on, face, name, colour);
    response.on_hover_text(format!("{name}: {help}"))
}

fn stay_down(ui: &mut Ui, size: Vec2, on: bool, face: Face, name: &str, colour: Color32) -> Response {
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, ui.is_enabled(), on, name));
    let fill = if on {
        theme::mix(colour, theme::BRIGHT, if response.hovered() { 0.25 } else { 0.0 })
    } else {
        ground(&response)
    };
    ui.painter().rect_filled(rect, theme::ROUND, fill);
    focus_ring(ui, &response, rect);
    paint_face(ui, rect, face, if on { theme::INK } else { theme::QUIET });
    response
}

/// A button.
pub fn button(ui: &mut Ui, size: Vec2, face: Face, name: &str, help: &str) -> Response {
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, name));
    ui.painter().rect_filled(rect, theme::ROUND, if enabled { ground(&response) } else { theme::CARD });
    if !enabled {
        ui.painter().rect_stroke(rect, theme::ROUND, Stroke::new(1.0, theme::CONTROL), StrokeKind::Inside);
    }
    focus_ring(ui, &response, rect);
    paint_face(ui, rect, face, theme::BRIGHT);
    response.on_hover_text(help)
}

/// One of a few, side by side.
pub fn choice(
    ui: &mut Ui,
    width: f32,
    parameter: &impl Param,
    faces: &[(&str, &str)],
    hands: &Hands,
    pending: &mut Pending,
) {
    let value = pending.value(parameter);
    let last = (faces.len() - 1).max(1) as f32;
    let chosen = (value * last).round() as usize;
    let (rect, whole) = ui.allocate_exact_size(vec2(width, theme::ROW), Sense::hover());
    let steps = if whole.contains_pointer() { wheel_steps(ui, &whole) } else { 0.0 };
    if steps != 0.0 {
        hands.nudge(parameter, ((chosen as f32 + steps) / last).clamp(0.0, 1.0), pending);
    }
    ui.painter().rect_filled(rect, theme::ROUND, theme::CONTROL);
    let one = rect.width() / faces.len() as f32;
    for (index, (word, help)) in faces.iter().enumerate() {
        let cell = Rect::from_min_size(rect.min + vec2(one * index as f32, 0.0), vec2(one, rect.height()));
        let response = ui.interact(cell, ui.scope_id().with((parameter.name(), index)), Sense::click());
        let on = index == chosen;
        let name = format!("{}: {word}", parameter.name());
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, on, &name));
        if on {
            ui.painter().rect_filled(cell, theme::ROUND, theme::ACCENT);
        } else if response.hovered() {
            ui.painter().rect_filled(cell, theme::ROUND, theme::CONTROL_HOVERED);
        }
        focus_ring(ui, &response, cell);
        paint_face(ui, cell, Face::Word(word), if on { theme::INK } else { theme::BRIGHT });
        if response.clicked() {
            hands.set(parameter, index as f32 / last, pending);
        }
        reset::offer(&response, parameter, &format!("{name}. {help}"), Moved::Clicked, hands, pending);
    }
}

/// The ground of a control.
pub fn ground(response: &Response) -> Color32 {
    if response.is_pointer_button_down_on() {
        theme::FILL
    } else if response.hovered() {
        theme::CONTROL_HOVERED
    } else {
        theme::CONTROL
    }
}

/// Shows what has the keyboard's focus.
pub fn focus_ring(ui: &Ui, response: &Response, rect: Rect) {
    if response.has_focus() {
        ui.painter().rect_stroke(rect, theme::ROUND, Stroke::new(1.5, theme::ACCENT), StrokeKind::Inside);
    }
}

fn paint_face(ui: &Ui, rect: Rect, face: Face, colour: Color32) {
    match face {
        Face::Word(word) => {
            ui.painter().text(rect.center(), Align2::CENTER_CENTER, word, theme::small(), colour);
        }
        Face::Icon(icon) => icon::draw(ui.painter(), icon, rect, colour),
    }
}
