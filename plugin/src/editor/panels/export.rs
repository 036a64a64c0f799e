//! Into the timeline: the card that saves music, hands it to the timeline, and opens melodies.

pub mod drag_handle;

use crate::{
    editor::{
        context::EditorContext,
        files::{self, dialog},
        help::{first_sound, host::Host},
        state::{
            State,
            file_dialogs::{PathPurpose, Piece},
        },
        theme,
        widgets::{
            button::{button, toggle},
            card::{beside_title, card},
            cells::cells,
            look::Face,
            text::capitalised,
        },
    },
    files::take_folder::TakeFolderStatus,
};
use continuo_engine::score::Extent;
use egui::{ComboBox, Popup, Rect, Ui, UiBuilder, Vec2, vec2};
use std::path::Path;

/// The room for the card's title.
const TITLE: f32 = 118.0;
/// The width of what the record button says.
const RECORDING: f32 = 300.0;
/// The width of the take folder's switch.
const SWITCH: f32 = 116.0;

/// Draws the card.
pub fn show(ui: &mut Ui, rect: Rect, context: &EditorContext, state: &mut State) {
    let inside = card(ui, rect, "Into the timeline");
    let mut purpose = None;
    let title = beside_title(inside, TITLE);
    ui.scope_builder(UiBuilder::new().max_rect(title).id_salt("take folder"), |ui| {
        take_folder(ui, &mut purpose, context, state);
    });
    ui.scope_builder(UiBuilder::new().max_rect(inside).id_salt("files"), |ui| {
        cells(ui, 2, |ui, size| {
            let help = "Save the whole song: as MIDI, as a project for Bitwig Studio, Studio One, Cubase, REAPER or Ardour, or as \
                        written notes.";
            if button(ui, size, Face::Word("Save project"), "Save project", help).clicked() {
                purpose = Some(PathPurpose::Save(Extent::Score));
            }
            let piece = state.files.piece;
            let word = format!("Save {}", piece.name());
            let help = "Save what is chosen below as a MIDI file. The file's name says at which bar it belongs.";
            if button(ui, size, Face::Word(&word), &word, help).clicked() {
                purpose = Some(PathPurpose::Save(piece.extent(state.target_tick())));
            }
        });
        cells(ui, 2, |ui, size| {
            choose_piece(ui, size, state);
            drag_handle::show(ui, size, context, state);
        });
        cells(ui, 3, |ui, size| {
            let help = "Arrange a whole song at once from a MIDI file of its melody. Or drop the file onto the roll.";
            if button(ui, size, Face::Word("Open…"), "Open melody", help).clicked() {
                purpose = Some(PathPurpose::ArrangeMelody);
            }
            record(ui, size, context);
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

/// A button that says how the parts are recorded in the host at hand.
fn record(ui: &mut Ui, size: Vec2, context: &EditorContext) {
    let response = button(ui, size, Face::Word("Record…"), "Record", "How to record the parts in your DAW.");
    Popup::menu(&response).id(response.id.with("how")).show(|ui| {
        ui.set_max_width(RECORDING);
        ui.label(first_sound::recording(Host::at_hand(context.is_standalone())));
    });
}

/// The list of what can be dragged or saved.
fn choose_piece(ui: &mut Ui, size: Vec2, state: &mut State) {
    let shown = capitalised(&state.files.piece.name());
    let combo = ComboBox::from_id_salt("piece").width(size.x).selected_text(shown).show_ui(ui, |ui| {
        for piece in Piece::all() {
            ui.selectable_value(&mut state.files.piece, piece, capitalised(&piece.name()));
        }
    });
    let help = "What you drag into the timeline, or save: everything, a section, the chosen phrase, or one part.";
    combo.response.accessible_name("What to drag").on_hover_text(help);
}

/// The switch for the folder of takes; or the question whether the project's folder may be used.
fn take_folder(ui: &mut Ui, purpose: &mut Option<PathPurpose>, context: &EditorContext, state: &mut State) {
    let switch = |ui: &mut Ui, on: bool, help: &str| {
        // At the right, as wide as the buttons below.
        let size = vec2(SWITCH.min(ui.available_width()), theme::ROW);
        ui.add_space(ui.available_width() - size.x);
        toggle(ui, size, on, Face::Word("Take folder"), "Take folder", help, theme::accent()).clicked()
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
