//! The page itself, above everything else.

use crate::editor::{
    context::EditorContext,
    help::{controls, host::Host, picture, routes},
    state::State,
    theme,
    widgets::{button::button, look::Face},
};
use egui::{ComboBox, Key, Modal, RichText, ScrollArea, Sense, Ui, vec2};

/// The widest page.
const WIDEST: f32 = 700.0;
/// The width of a control's name.
const NAME: f32 = 160.0;

/// Opens the page with F1, and shows it while it is open.
pub fn show(ui: &Ui, context: &EditorContext, state: &mut State) {
    if ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, Key::F1)) {
        state.help = match state.help {
            Some(_) => None,
            None => Some(Host::at_hand(context.is_standalone())),
        };
    }
    let Some(mut host) = state.help else { return };
    let room = ui.max_rect().size();
    let mut closed = false;
    let modal = Modal::new(ui.scope_id().with("help")).show(ui.ctx(), |ui| {
        ui.set_width(WIDEST.min(room.x - 80.0));
        ui.horizontal(|ui| {
            ui.heading("Help");
            let size = vec2(80.0, theme::ROW);
            ui.add_space(ui.available_width() - size.x);
            closed = button(ui, size, Face::Word("Close"), "Close help", "Back to the window (Escape).").clicked();
        });
        ScrollArea::vertical().max_height(room.y - 140.0).min_scrolled_height(room.y - 140.0).show(ui, |ui| {
            tracks(ui, &mut host, context);
            for (place, lines) in controls::CONTROLS {
                section(ui, place, lines);
            }
            section(ui, "Keys and mouse", &controls::KEYS);
        });
    });
    state.help = (!closed && !modal.should_close()).then_some(host);
}

/// How the parts get onto tracks.
fn tracks(ui: &mut Ui, host: &mut Host, context: &EditorContext) {
    let at_hand = Host::at_hand(context.is_standalone());
    ui.horizontal(|ui| {
        ui.label(RichText::new("The parts onto tracks, in").font(theme::heading()));
        let combo = ComboBox::from_id_salt("host").width(150.0).selected_text(host.name());
        let combo = combo.show_ui(ui, |ui| {
            for one in Host::ALL {
                ui.selectable_value(host, one, one.name());
            }
        });
        combo.response.accessible_name("Host").on_hover_text("The DAW whose steps are shown.");
        if *host == at_hand && *host != Host::Other {
            ui.colored_label(theme::quiet(), "(it runs Continuo now)");
        }
    });
    let own = if context.is_heard() {
        "Continuo's own sounds play without any of this, mixed or with one output for each part."
    } else {
        "This Continuo makes no sound of its own; the one with audio out does."
    };
    ui.colored_label(theme::quiet(), own);
    ui.colored_label(theme::quiet(), "Channels: melody 1, bass 2, chords 3, strings 4, counter 5, Lead 6, drums 10.");
    for (number, step) in (1..).zip(routes::steps(*host)) {
        ui.horizontal(|ui| {
            let (place, _) = ui.allocate_exact_size(picture::SIZE, Sense::hover());
            picture::draw(ui.painter(), step.picture, place);
            ui.vertical(|ui| {
                ui.label(RichText::new(format!("Step {number}")).font(theme::heading()));
                ui.label(step.text);
            });
        });
    }
    if !routes::is_tried(*host) {
        ui.colored_label(theme::quiet(), "The project has not tried these steps in this DAW.");
    }
}

/// A heading with lines of a name and an explanation.
fn section(ui: &mut Ui, heading: &str, lines: &[(&str, &str)]) {
    ui.add_space(8.0);
    ui.label(RichText::new(heading).font(theme::heading()));
    let width = ui.available_width();
    for (name, meaning) in lines {
        ui.horizontal_top(|ui| {
            ui.vertical(|ui| {
                ui.set_width(NAME);
                ui.label(*name);
            });
            ui.vertical(|ui| {
                ui.set_width(width - NAME - 24.0);
                ui.colored_label(theme::quiet(), *meaning);
            });
        });
    }
}
