//! A hint for a new player: where the help is. It is shown until the player has opened the help or closed the hint once,
//! on this machine.

use crate::editor::{
    context::EditorContext,
    state::State,
    theme,
    widgets::{button::button, look::Face},
};
use egui::{Area, Frame, Order, Rect, Ui, pos2, vec2};

/// The hint's width.
const WIDTH: f32 = 270.0;

/// Shows the hint under the help's button, while nothing was played yet.
pub fn show(ui: &Ui, help_button: Rect, context: &EditorContext, state: &mut State) {
    let Some(hint) = state.hint else { return };
    if state.help.is_some() {
        return close(context, state);
    }
    if !hint || !state.snapshot.is_unplayed() {
        return;
    }
    let at = pos2(help_button.right() - WIDTH, help_button.bottom() + 8.0);
    let mut closed = false;
    Area::new(ui.scope_id().with("hint")).order(Order::Middle).fixed_pos(at).show(ui.ctx(), |ui| {
        Frame::popup(ui.style()).show(ui, |ui| {
            ui.set_width(WIDTH - 16.0);
            ui.label("New here? The ? button (or F1) shows how the parts get onto tracks in your DAW.");
            let help = "Do not show this again.";
            closed = button(ui, vec2(80.0, theme::ROW), Face::Word("Got it"), "Got it", help).clicked();
        });
    });
    if closed {
        close(context, state);
    }
}

/// Closes the hint for good. If that cannot be stored, it comes back with the next window, which does no harm.
fn close(context: &EditorContext, state: &mut State) {
    if state.hint.replace(false) == Some(true) {
        context.wiring.keep_hint_closed();
    }
}
