//! A hint for a new player: three steps to sound in the host at hand, and where the help is. It is shown until the player
//! has opened the help or closed the hint once, on this machine.

use crate::editor::{
    context::EditorContext,
    help::{
        first_sound,
        host::Host,
        picture::{self, SIZE},
        routes::Step,
    },
    state::State,
    theme,
    widgets::{button::button, look::Face},
};
use egui::{Area, Frame, Order, Rect, RichText, Sense, Ui, pos2, vec2};

/// The gap between steps, and around them.
const GAP: f32 = 14.0;
/// The hint's width.
const WIDTH: f32 = 3.0 * SIZE.x + 2.0 * GAP;

/// Shows the hint under the help's button, while nothing was played yet.
pub fn show(ui: &Ui, help_button: Rect, context: &EditorContext, state: &mut State) {
    let Some(hint) = state.hint else { return };
    if state.help.is_some() {
        return close(context, state);
    }
    if !hint || !state.snapshot.is_unplayed() {
        return;
    }
    let host = Host::at_hand(context.is_standalone());
    let at = pos2(help_button.right() - WIDTH - 2.0 * GAP, help_button.bottom() + 8.0);
    let mut closed = false;
    Area::new(ui.scope_id().with("hint")).order(Order::Middle).fixed_pos(at).show(ui.ctx(), |ui| {
        Frame::popup(ui.style()).inner_margin(GAP).show(ui, |ui| {
            ui.set_width(WIDTH);
            ui.horizontal(|ui| {
                ui.label(RichText::new(title(host)).font(theme::heading()).color(theme::bright()));
                let size = vec2(80.0, theme::ROW);
                ui.add_space(ui.available_width() - size.x);
                closed = button(ui, size, Face::Word("Got it"), "Got it", "Do not show this again.").clicked();
            });
            ui.add_space(6.0);
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = GAP;
                for (number, step) in (1..).zip(first_sound::steps(host, context.is_heard())) {
                    show_step(ui, number, step);
                }
            });
            ui.add_space(6.0);
            ui.colored_label(theme::quiet(), "The ? button (or F1) explains everything else, whenever you like.");
        });
    });
    if closed {
        close(context, state);
    }
}

fn title(host: Host) -> String {
    match host {
        Host::Standalone => "New here? Three steps to your first band".to_owned(),
        Host::Other => "New here? Three steps to your first band in this DAW".to_owned(),
        _ => format!("New here? Three steps to your first band in {}", host.name()),
    }
}

fn show_step(ui: &mut Ui, number: usize, step: Step) {
    ui.vertical(|ui| {
        ui.set_width(SIZE.x);
        let (place, _) = ui.allocate_exact_size(SIZE, Sense::hover());
        picture::draw(ui.painter(), step.picture, place);
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            ui.label(RichText::new(format!("{number}.")).color(theme::accent()).strong());
            ui.label(step.text);
        });
    });
}

/// Closes the hint for good. If that cannot be stored, it comes back with the next window, which does no harm.
fn close(context: &EditorContext, state: &mut State) {
    if state.hint.replace(false) == Some(true) {
        context.wiring.keep_hint_closed();
    }
}
