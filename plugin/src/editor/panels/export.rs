//! Into the timeline: the card that saves music as MIDI files and opens melodies.

pub mod drag_handle;

use crate::{
    editor::{
        context::EditorContext,
        files::{dialog, take_folder},
        state::{State, file_dialogs::PathPurpose},
        theme,
        widgets::{
            button::{button, toggle},
            card::card,
            look::Face,
        },
    },
    files::take_folder::TakeFolderStatus,
};
use continuo_engine::score::Extent;
use continuo_music::part::Part;
use egui::{ComboBox, Label, Rect, RichText, Ui, UiBuilder, Vec2, vec2};
use std::path::Path;

/// Draws the card.
pub fn show(ui: &mut Ui, rect: Rect, context: &EditorContext, state: &mut State) {
    let inside = card(ui, rect, "Into the timeline");
    let mut purpose = None;
    ui.scope_builder(UiBuilder::new().max_rect(inside).id_salt("timeline"), |ui| {
        let third = (inside.width() - 2.0 * theme::GAP) / 3.0;
        let size = vec2(third, theme::ROW);
        ui.horizontal(|ui| save(ui, size, &mut purpose, state));
        ui.horizontal(|ui| {
            let help = "Arrange a whole song at once from a MIDI file of its melody. Or drop the file onto the roll.";
            if button(ui, size, Face::Word("Open melody"), "Open melody", help).clicked() {
                purpose = Some(PathPurpose::ArrangeMelody);
            }
            drag_handle::show(ui, size, context, state);
            let saved = state.files.saved.clone();
            ui.add_enabled_ui(saved.is_some(), |ui| {
                let help = "Copy the path of the file that was saved last.";
                if button(ui, size, Face::Word("Copy path"), "Copy path", help).clicked()
                    && let Some(path) = saved
                {
                    ui.ctx().copy_text(path.display().to_string());
                    state.show_message(format!("Copied {}", path.display()));
                }
            });
        });
        ui.horizontal(|ui| match state.take_folder.clone() {
            TakeFolderStatus::NeedsPermission(folder) => ask_permission(ui, size, &folder, context, state),
            TakeFolderStatus::Active(folder) => {
                let help = format!("takes are saved to {}. Click to stop.", folder.display());
                if take_folder_switch(ui, size, true, &help) {
                    context.wiring.set_take_folder(None);
                }
                quiet(ui, folder.display().to_string());
            }
            TakeFolderStatus::Off => {
                let help = "choose a folder in which each take is saved, one MIDI file per phrase.";
                if take_folder_switch(ui, size, false, help) {
                    purpose = Some(PathPurpose::TakeFolder);
                }
                quiet(ui, "saves each take as a MIDI file".to_owned());
            }
        });
    });
    if let Some(purpose) = purpose {
        dialog::open(purpose, context, state);
    }
}

/// The three controls that save.
fn save(ui: &mut Ui, size: Vec2, purpose: &mut Option<PathPurpose>, state: &State) {
    let help = "Save the melody and all parts as a MIDI file. In your DAW, place it at bar 1.";
    if button(ui, size, Face::Word("Save score"), "Save score", help).clicked() {
        *purpose = Some(PathPurpose::Save(Extent::Score));
    }
    let help = "Save the chosen phrase as a MIDI file. In your DAW, place it at the bar in the file's name.";
    if button(ui, size, Face::Word("Save phrase"), "Save phrase", help).clicked() {
        *purpose = Some(PathPurpose::Save(Extent::Phrase(state.target_tick())));
    }
    let combo = ComboBox::from_id_salt("part").width(size.x).selected_text("Save part").show_ui(ui, |ui| {
        for part in Part::ALL {
            if ui.selectable_label(false, part.name()).clicked() {
                *purpose = Some(PathPurpose::Save(Extent::Part(part)));
            }
        }
    });
    let help = "Save one part as a MIDI file. In your DAW, place it at bar 1.";
    combo.response.accessible_name("Save part").on_hover_text(help);
}

/// Returns whether the player clicked it.
fn take_folder_switch(ui: &mut Ui, size: Vec2, on: bool, help: &str) -> bool {
    toggle(ui, size, on, Face::Word("Take folder"), "Take folder", help, theme::ACCENT).clicked()
}

/// Asks for permission to use the project's folder, which the player never chose here. The status line explains it.
fn ask_permission(ui: &mut Ui, size: Vec2, folder: &Path, context: &EditorContext, state: &mut State) {
    let name = folder.display();
    let help = format!("This project saves its takes to {name}. Allow this folder, here and in your other projects.");
    if button(ui, size, Face::Word("Allow folder"), "Allow folder", &help).clicked() {
        take_folder::allow(folder, context, state);
    }
    let help = format!("Save no takes to {name}: the project forgets the folder.");
    if button(ui, size, Face::Word("Refuse"), "Refuse folder", &help).clicked() {
        context.wiring.set_take_folder(None);
    }
    quiet(ui, format!("takes in {name}?"));
}

/// Text beside a button; the end is cut off if there is no room.
fn quiet(ui: &mut Ui, text: String) {
    ui.add(Label::new(RichText::new(text).color(theme::QUIET).font(theme::small())).truncate());
}
