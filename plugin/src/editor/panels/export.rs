//! Into the timeline: what was made, as MIDI files.

use crate::editor::{
    files::{dialog as files, dialog::Purpose},
    gesture::Hands,
    state::State,
    theme,
    widgets::control::{self, Face},
};
use crate::files::take_folder::Standing;
use continuo_engine::{export::Extent, part::Part};
use egui::{Rect, Ui, UiBuilder, Vec2, vec2};
use std::path::Path;

/// Draws the card.
pub fn show(ui: &mut Ui, rect: Rect, hands: &Hands, state: &mut State) {
    let inside = crate::editor::card(ui, rect, "Into the timeline");
    let mut asked = None;
    ui.scope_builder(UiBuilder::new().max_rect(inside).id_salt("timeline"), |ui| {
        let third = (inside.width() - 2.0 * theme::GAP) / 3.0;
        let size = vec2(third, theme::ROW);
        ui.horizontal(|ui| {
            let help = "Save melody and all parts as a MIDI file, at their bars: put it at bar 1.";
            if control::button(ui, size, Face::Word("Save score"), "Save score", help).clicked() {
                asked = Some(Purpose::Save(Extent::Score));
            }
            let help =
                "Save the chosen phrase as a MIDI file. It begins with the phrase's first bar, which its name tells.";
            if control::button(ui, size, Face::Word("Save phrase"), "Save phrase", help).clicked() {
                asked = Some(Purpose::Save(Extent::Phrase(state.focus())));
            }
            let combo =
                egui::ComboBox::from_id_salt("part").width(third).selected_text("Save part").show_ui(ui, |ui| {
                    for part in Part::ALL {
                        if ui.selectable_label(false, part.name()).clicked() {
                            asked = Some(Purpose::Save(Extent::Part(part)));
                        }
                    }
                });
            let help = "Save one part as a MIDI file, at its bars: put it at bar 1.";
            combo.response.accessible_name("Save part").on_hover_text(help);
        });
        ui.horizontal(|ui| {
            let help = "Arrange a whole song at once from a MIDI file of its melody. Or drop it onto the roll.";
            if control::button(ui, size, Face::Word("Open melody"), "Open melody", help).clicked() {
                asked = Some(Purpose::Open);
            }
            crate::editor::files::drop::handle(ui, size, hands, state);
            let saved = state.files.saved.clone();
            ui.add_enabled_ui(saved.is_some(), |ui| {
                let help = "Copy the path of the file that was saved last.";
                if control::button(ui, size, Face::Word("Copy path"), "Copy path", help).clicked()
                    && let Some(path) = saved
                {
                    ui.ctx().copy_text(path.display().to_string());
                    state.tell(format!("Copied {}", path.display()));
                }
            });
        });
        ui.horizontal(|ui| match state.takes.clone() {
            Standing::Asked(folder) => question(ui, size, &folder, hands, state),
            takes => {
                let on = takes != Standing::Off;
                let (help, told) = match &takes {
                    Standing::Filled(folder) => (
                        format!("each take goes to {}. Click to stop.", folder.display()),
                        folder.display().to_string(),
                    ),
                    _ => (
                        "choose a folder that fills with each take, a MIDI file a phrase.".to_owned(),
                        "each take as a MIDI file".to_owned(),
                    ),
                };
                let face = Face::Word("Take folder");
                if control::toggle(ui, size, on, face, "Take folder", &help, theme::ACCENT).clicked() {
                    if on {
                        hands.wiring.name_take_folder(None);
                    } else {
                        asked = Some(Purpose::Folder);
                    }
                }
                quiet(ui, told);
            }
        });
    });
    if let Some(purpose) = asked {
        files::ask(purpose, hands, state);
    }
}

/// Asks for a folder that the project names and that the player never chose here; the status line says so in full.
fn question(ui: &mut Ui, size: Vec2, folder: &Path, hands: &Hands, state: &mut State) {
    let told = folder.display();
    let help = format!("This project wants to keep its takes in {told}. Allow it, here and in your other projects.");
    if control::button(ui, size, Face::Word("Allow folder"), "Allow folder", &help).clicked() {
        files::allow_takes(folder, hands, state);
    }
    let help = format!("Keep no takes in {told}: the project forgets the folder.");
    if control::button(ui, size, Face::Word("Refuse"), "Refuse folder", &help).clicked() {
        hands.wiring.name_take_folder(None);
    }
    quiet(ui, format!("takes in {told}?"));
}

/// Words beside a button; what does not fit is cut off.
fn quiet(ui: &mut Ui, words: String) {
    ui.add(egui::Label::new(egui::RichText::new(words).color(theme::QUIET).font(theme::small())).truncate());
}
