//! MIDI files: the card that saves music, hands it to the timeline, and opens melodies.

pub mod drag_handle;

use crate::{
    editor::{
        context::EditorContext,
        files::{self, dialog},
        state::{State, file_dialogs::PathPurpose},
        theme,
        widgets::{
            button::{button, toggle},
            card::{beside_title, card},
            cells::cells,
            look::Face,
        },
    },
    files::take_folder::TakeFolderStatus,
};
use continuo_engine::score::Extent;
use continuo_music::part::Part;
use egui::{ComboBox, Rect, Ui, UiBuilder, Vec2, vec2};
use std::path::Path;

/// The room for the card's title.
const TITLE: f32 = 78.0;
/// The width of the take folder's switch.
const SWITCH: f32 = 116.0;

/// Draws the card.
pub fn show(ui: &mut Ui, rect: Rect, context: &EditorContext, state: &mut State) {
    let inside = card(ui, rect, "MIDI files");
    let mut purpose = None;
    let title = beside_title(inside, TITLE);
    ui.scope_builder(UiBuilder::new().max_rect(title).id_salt("take folder"), |ui| {
        take_folder(ui, &mut purpose, context, state);
    });
    ui.scope_builder(UiBuilder::new().max_rect(inside).id_salt("files"), |ui| {
        cells(ui, 2, |ui, size| {
            let help = "Save the melody and all parts as a MIDI file. In your DAW, place it at bar 1.";
            if button(ui, size, Face::Word("Save score"), "Save score", help).clicked() {
                purpose = Some(PathPurpose::Save(Extent::Score));
            }
            let help = "Save the chosen phrase as a MIDI file. In your DAW, place it at the bar in the file's name.";
            if button(ui, size, Face::Word("Save phrase"), "Save phrase", help).clicked() {
                purpose = Some(PathPurpose::Save(Extent::Phrase(state.target_tick())));
            }
        });
        cells(ui, 2, |ui, size| {
            save_part(ui, size, &mut purpose);
            drag_handle::show(ui, size, context, state);
        });
        cells(ui, 2, |ui, size| {
            let help = "Arrange a whole song at once from a MIDI file of its melody. Or drop the file onto the roll.";
            if button(ui, size, Face::Word("Open melody"), "Open melody", help).clicked() {
                purpose = Some(PathPurpose::ArrangeMelody);
            }
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
    });
    if let Some(purpose) = purpose {
        dialog::open(purpose, context, state);
    }
}

/// The list of parts, each of which can be saved.
fn save_part(ui: &mut Ui, size: Vec2, purpose: &mut Option<PathPurpose>) {
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

/// The switch for the folder of takes; or the question whether the project's folder may be used.
fn take_folder(ui: &mut Ui, purpose: &mut Option<PathPurpose>, context: &EditorContext, state: &mut State) {
    let switch = |ui: &mut Ui, on: bool, help: &str| {
        // At the right, as wide as the buttons below.
        let size = vec2(SWITCH.min(ui.available_width()), theme::ROW);
        ui.add_space(ui.available_width() - size.x);
        toggle(ui, size, on, Face::Word("Take folder"), "Take folder", help, theme::ACCENT).clicked()
    };
    ui.horizontal(|ui| match state.take_folder.clone() {
        TakeFolderStatus::NeedsPermission(folder) => ask_permission(ui, &folder, context, state),
        TakeFolderStatus::Active(folder) => {
            let help = format!("takes are saved to {}. Click to stop.", folder.display());
            if switch(ui, true, &help) {
                context.wiring.set_take_folder(None);
            }
        }
        TakeFolderStatus::Off => {
            let help = "choose a folder in which each take is saved, one MIDI file per phrase.";
            if switch(ui, false, help) {
                *purpose = Some(PathPurpose::TakeFolder);
            }
        }
    });
}

/// Asks for permission to use the project's folder, which the player never chose here. The status line explains it.
fn ask_permission(ui: &mut Ui, folder: &Path, context: &EditorContext, state: &mut State) {
    let size = vec2((ui.available_width() - theme::GAP) / 2.0, theme::ROW);
    let name = folder.display();
    let help = format!("This project saves its takes to {name}. Allow this folder, here and in your other projects.");
    if button(ui, size, Face::Word("Allow"), "Allow folder", &help).clicked() {
        files::take_folder::allow(folder, context, state);
    }
    let help = format!("Save no takes to {name}: the project forgets the folder.");
    if button(ui, size, Face::Word("Refuse"), "Refuse folder", &help).clicked() {
        context.wiring.set_take_folder(None);
    }
}
