//! The dialog that asks for a path, and what is done with the path.

use crate::{
    editor::{
        context::EditorContext,
        files::{
            destination::{self, Saved},
            export, import, take_folder,
        },
        platform::system_dialog::{Answer, SystemDialog},
        state::{
            State,
            file_dialogs::{PathDialog, PathPurpose},
        },
        theme,
        widgets::{button::button, cells::cells, look::Face, text::capitalised},
    },
    files::{dragged, reader::ReadRequest},
};
use continuo_engine::{score::Extent, storage};
use egui::{Key, Ui, vec2};
use std::path::{Path, PathBuf};

/// The folder that was used last, or the user's own for music. Never the folder for dragged files: the player did not
/// choose that one.
fn first_folder(state: &State) -> PathBuf {
    let last = state.files.saved.as_deref().and_then(Path::parent).map(Path::to_path_buf);
    let last = last.filter(|folder| dragged::folder().as_ref() != Some(folder));
    last.or_else(dirs::audio_dir)
        .or_else(dirs::home_dir)
        .filter(|folder| folder.is_dir())
        .unwrap_or_else(std::env::temp_dir)
}

/// Opens the dialog.
pub fn open(purpose: PathPurpose, context: &EditorContext, state: &mut State) {
    let folder = first_folder(state);
    let path = match purpose {
        PathPurpose::Save(extent) => match export::midi_file(extent, context, state) {
            Ok(file) => folder.join(file.name),
            Err(error) => return state.show_error(error.to_string()),
        },
        PathPurpose::TakeFolder => context.wiring.params.editor.read().takes_folder.clone().unwrap_or(folder),
        PathPurpose::LeadSheet => folder.join(export::LEAD_SHEET),
        PathPurpose::ArrangeMelody | PathPurpose::MakeStyle | PathPurpose::Groove | PathPurpose::SoundFont => {
            folder.join("")
        }
    };
    let path = path.display().to_string();
    state.files.open = Some(PathDialog { purpose, path, error: None, replaces: None, focused: false });
}

/// Does what the dialog is for.
///
/// # Errors
/// A sentence that says what is wrong.
fn confirm(dialog: &mut PathDialog, context: &EditorContext, state: &mut State) -> Result<(), String> {
    let path = destination::from_text(&dialog.path);
    match dialog.purpose {
        PathPurpose::Save(Extent::Score) => {
            let file = export::midi_file(Extent::Score, context, state).map_err(|error| error.to_string())?;
            let (path, saved) = destination::song(path, &file.name);
            // Ardour's session is a folder, which is never replaced.
            ask_before_replacing(dialog, (saved != Saved::Ardour).then_some(&path))?;
            let path = export::save_song(&path, saved, context, state)?;
            state.show_message(format!("Saved {}", path.display()));
            state.files.saved = Some(path);
            Ok(())
        }
        PathPurpose::Save(extent) => {
            let file = export::midi_file(extent, context, state).map_err(|error| error.to_string())?;
            let path = destination::midi_file(path, &file.name);
            ask_before_replacing(dialog, Some(&path))?;
            storage::save(&path, &file.bytes).map_err(|error| error.to_string())?;
            state.show_message(format!("Saved {}", path.display()));
            state.files.saved = Some(path);
            Ok(())
        }
        PathPurpose::LeadSheet => {
            let path = destination::written_notes(path, export::LEAD_SHEET);
            ask_before_replacing(dialog, Some(&path))?;
            export::save_lead_sheet(&path, context, state)?;
            state.show_message(format!("Saved {}", path.display()));
            state.files.saved = Some(path);
            Ok(())
        }
        PathPurpose::SoundFont => {
            if !path.is_file() {
                return Err(format!("there is no file {}", path.display()));
            }
            state.show_message(format!("Reading {}…", path.display()));
            context.wiring.sound_loader.choose(Some(path));
            state.expect_answer();
            Ok(())
        }
        PathPurpose::TakeFolder => take_folder::choose(&path, context, state),
        PathPurpose::ArrangeMelody | PathPurpose::MakeStyle | PathPurpose::Groove => {
            if !path.exists() {
                return Err(format!("there is no file {}", path.display()));
            }
            let request = match dialog.purpose {
                PathPurpose::ArrangeMelody => ReadRequest::Melody(path),
                PathPurpose::Groove => ReadRequest::Groove(path),
                _ => ReadRequest::Style { files: vec![path], second: false },
            };
            import::start(request, context, state);
            Ok(())
        }
    }
}

/// Asks once whether a file may be replaced.
fn ask_before_replacing(dialog: &mut PathDialog, path: Option<&PathBuf>) -> Result<(), String> {
    match path {
        Some(path) if path.exists() && dialog.replaces.as_ref() != Some(path) => {
            dialog.replaces = Some(path.clone());
            Err(format!("the file {} exists already: replace it, or choose another name", path.display()))
        }
        _ => Ok(()),
    }
}

/// The formats of a song: each changes the ending of its name.
fn formats(ui: &mut Ui, dialog: &mut PathDialog) {
    ui.add_space(4.0);
    cells(ui, export::FORMATS.len() + 1, |ui, size| {
        for (name, ending) in export::FORMATS {
            let help = format!("Save the song as {name} (.{ending}).");
            if button(ui, size, Face::Word(name), name, &help).clicked() {
                if dialog.purpose == PathPurpose::LeadSheet {
                    dialog.path = destination::beside(&dialog.path, export::SONG);
                }
                dialog.path = destination::with_ending(&dialog.path, ending);
                dialog.purpose = PathPurpose::Save(Extent::Score);
                (dialog.replaces, dialog.error) = (None, None);
            }
        }
        let help = "Save only the melody with its chords, as written notes (.musicxml).";
        if button(ui, size, Face::Word("Lead sheet"), "Lead sheet", help).clicked() {
            dialog.path = destination::beside(&dialog.path, export::LEAD_SHEET);
            dialog.purpose = PathPurpose::LeadSheet;
            (dialog.replaces, dialog.error) = (None, None);
        }
    });
}

/// Shows the dialog, if it is open.
pub fn show(ui: &Ui, context: &EditorContext, state: &mut State) {
    check_system_dialog(state);
    let Some(mut dialog) = state.files.open.take() else { return };
    let (title, confirm_word) = dialog.purpose.title_and_button();
    let word = if dialog.replaces.is_some() { "Replace" } else { confirm_word };
    let (mut confirmed, mut cancelled) = (false, false);
    let modal = egui::Modal::new(ui.scope_id().with("files")).show(ui.ctx(), |ui| {
        ui.set_width(520.0);
        ui.heading(title);
        ui.add_space(4.0);
        let field = egui::TextEdit::singleline(&mut dialog.path).desired_width(f32::INFINITY);
        let response = ui.add(field.margin(vec2(8.0, 6.0))).accessible_name("Path");
        if !dialog.focused {
            response.request_focus();
            dialog.focused = true;
        }
        if response.changed() {
            dialog.replaces = None;
        }
        confirmed |= response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if matches!(dialog.purpose, PathPurpose::Save(Extent::Score) | PathPurpose::LeadSheet) {
            formats(ui, &mut dialog);
        }
        if let Some(error) = &dialog.error {
            ui.colored_label(theme::fault(), capitalised(error));
        }
        ui.add_space(6.0);
        ui.horizontal(|ui| {
            let size = vec2(110.0, 30.0);
            let help = "Choose the path in the system's file dialog.";
            ui.add_enabled_ui(state.files.system.is_none(), |ui| {
                if button(ui, size, Face::Word("Browse…"), "Browse", help).clicked() {
                    state.files.system = SystemDialog::open(dialog.purpose.kind(), Path::new(&dialog.path));
                    if state.files.system.is_none() {
                        dialog.error = Some("This system has no such dialog: type the path here.".into());
                    }
                }
            });
            ui.add_space(520.0 - 3.0 * 110.0 - 3.0 * theme::GAP);
            cancelled |= button(ui, size, Face::Word("Cancel"), "Cancel", "Change nothing.").clicked();
            confirmed |= button(ui, size, Face::Word(word), word, "Confirm the path.").clicked();
        });
    });
    if modal.should_close() || cancelled {
        return;
    }
    if confirmed {
        match confirm(&mut dialog, context, state) {
            Ok(()) => return,
            Err(error) => {
                dialog.error = Some(error);
                // The field gets the focus again, to edit the path or to press Enter once more.
                dialog.focused = false;
            }
        }
    }
    state.files.open = Some(dialog);
}

/// Copies the path from the system's dialog, once the player has chosen one there.
fn check_system_dialog(state: &mut State) {
    let Some(system) = &mut state.files.system else { return };
    let answer = system.answer();
    if matches!(answer, Answer::Waiting) {
        return state.expect_answer();
    }
    state.files.system = None;
    if let Some(dialog) = &mut state.files.open {
        if let Answer::Chosen(path) = answer {
            dialog.path = path.display().to_string();
            dialog.error = None;
            // The system's dialog has already asked whether to replace a file.
            dialog.replaces = path.is_file().then_some(path);
        } else {
            dialog.error = Some("You chose nothing there. You can type the path here.".into());
        }
    }
}
