//! The steps by which the wheel and the arrow keys move a widget.

use egui::{Event, EventFilter, Key, MouseWheelUnit, Response, Ui};

/// The speed of a drag with Shift, relative to one without.
pub const FINE: f32 = 0.1;

/// The steps of the wheel over a widget and of the arrow keys while it has the focus; up and right are positive.
pub fn wheel_and_arrows(ui: &Ui, response: &Response) -> f32 {
    let arrows = || {
        keep_arrows(ui, response);
        let presses = |key| ui.input(|input| input.num_presses(key)) as f32;
        presses(Key::ArrowUp) + presses(Key::ArrowRight) - presses(Key::ArrowDown) - presses(Key::ArrowLeft)
    };
    wheel_over(ui, response) + if response.has_focus() { arrows() } else { 0.0 }
}

/// The whole notches of the wheel over a widget.
pub fn wheel_over(ui: &Ui, response: &Response) -> f32 {
    if response.hovered() { wheel(ui, response) } else { 0.0 }
}

/// The whole notches of the wheel in this frame; a widget calls this while the pointer is over it.
pub fn wheel(ui: &Ui, response: &Response) -> f32 {
    let turned: f32 = ui.input(|input| {
        let events = input.events.iter().filter_map(|event| match event {
            Event::MouseWheel { unit, delta, .. } => {
                let notches = if *unit == MouseWheelUnit::Line { 1.0 } else { 1.0 / 40.0 };
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

/// Makes the arrow keys act on the focused widget instead of moving the focus.
pub fn keep_arrows(ui: &Ui, response: &Response) {
    let filter = EventFilter { vertical_arrows: true, horizontal_arrows: true, ..Default::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
}
