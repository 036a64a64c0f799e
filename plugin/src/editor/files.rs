//! Files in and out: melodies and styles that are dropped or opened, and what is saved.

use super::{
    control::{self, Face},
    gesture::Hands,
    state::State,
    system_dialog::{Answer, SystemDialog},
    theme,
};
use crate::file_reader::{Found, Wish};
use continuo_engine::{
    edit::{Edit, WholeSong},
    export::{self, Extent},
    midi_file,
};
use egui::{Key, Ui, vec2};
use nice_plug::prelude::Param;
use std::path::{Path, PathBuf};

/// What a file is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To save an extent of the score.
    Save(Extent),
    /// The folder for takes.
    Folder,
    /// To arrange a melody.
    Open,
    /// To make a style of it.
    Style,
}

/// The dialog that asks for a path.
pub struct Dialog {
    purpose: Purpose,
    path: String,
    complaint: Option<String>,
    /// The field has had the keyboard's focus.
    focused: bool,
}

/// Saving and opening.
#[derive(Default)]
pub struct Files {
    dialog: Option<Dialog>,
    /// The system's own file dialog, while it is open.
    system: Option<SystemDialog>,
    /// What was saved last.
    pub saved: Option<PathBuf>,
}

/// The folder that was used last, or the user's own for music.
fn usual_folder(state: &State) -> PathBuf {
    let last = state.files.saved.as_deref().and_then(Path::parent).map(Path::to_path_buf);
    last.or_else(dirs::audio_dir)
        .or_else(dirs::home_dir)
        .filter(|folder| folder.is_dir())
        .unwrap_or_else(std::env::temp_dir)
}

/// Asks where to.
pub fn ask(purpose: Purpose, hands: &Hands, state: &mut State) {
    let folder = usual_folder(state);
    let path = match purpose {
        Purpose::Save(extent) => match made(extent, hands, state) {
            Ok(file) => folder.join(file.name),
            Err(error) => return state.complain(error.to_string()),
        },
        Purpose::Folder => hands.wiring.params.editor.read().takes_folder.clone().unwrap_or(folder),
        Purpose::Open | Purpose::Style => folder.join(""),
    };
    let path = path.display().to_string();
    state.files.dialog = Some(Dialog { purpose, path, complaint: None, focused: false });
}

/// The file of an extent.
pub fn made(extent: Extent, hands: &Hands, state: &State) -> Result<export::Export, export::ExportError> {
    export::export(&state.snapshot.score, extent, &hands.wiring.params.settings(), state.reading.tempo)
}

/// Has files read; what comes of it is taken in by [`take_in`].
pub fn read(wish: Wish, hands: &Hands, state: &mut State) {
    let told = match &wish {
        Wish::Melody(file) => format!("Reading {}…", file.display()),
        Wish::Style { files, .. } if files.len() > 1 => format!("Reading a style from {} files…", files.len()),
        Wish::Style { .. } => "Reading a style…".to_owned(),
    };
    match hands.wiring.file_reader.read(wish, &hands.wiring.shared) {
        Ok(()) => state.tell(told),
        Err(error) => state.complain(error),
    }
}

/// Takes in what was read meanwhile.
fn take_in(hands: &Hands, state: &mut State) {
    match hands.wiring.file_reader.outcome() {
        None => {}
        Some(Ok((found, told))) => {
            match found {
                Found::Melody(song) => arrange(song, hands, state),
                Found::Style { slot, second } => {
                    let params = &hands.wiring.params;
                    let genre = if second { &params.genre_b } else { &params.genre };
                    hands.set(genre, genre.preview_normalized(i32::from(slot)), &mut state.pending);
                }
            }
            state.tell(told);
        }
        Some(Err(error)) => state.complain(error),
    }
}

/// Arranges a melody from its start on.
fn arrange(song: WholeSong, hands: &Hands, state: &mut State) {
    let mode = &hands.wiring.params.mode;
    // The other modes would guess again, over what is known now.
    hands.set(mode, mode.default_normalized_value(), &mut state.pending);
    hands.wiring.shared.ask(Edit::Arrange(Box::new(song)));
    state.view.from = 0.0;
    state.view.follow = true;
    state.selected = None;
    state.expect_answer();
}

/// Does what was asked for; the sentence says what was wrong.
fn act(purpose: Purpose, path: &Path, hands: &Hands, state: &mut State) -> Result<(), String> {
    match purpose {
        Purpose::Save(extent) => {
            let file = made(extent, hands, state).map_err(|error| error.to_string())?;
            let path = if path.extension().is_some() { path.to_path_buf() } else { path.with_extension("mid") };
            midi_file::save(&path, &file.bytes).map_err(|error| error.to_string())?;
            state.tell(format!("Saved {}", path.display()));
            state.files.saved = Some(path);
        }
        Purpose::Folder => {
            if !path.is_dir() {
                return Err(format!("the folder {} does not exist; make it first", path.display()));
            }
            hands.wiring.params.editor.write().takes_folder = Some(path.to_path_buf());
            hands.wiring.fill_folder();
            state.tell(format!("Each take goes to {}", path.display()));
        }
        Purpose::Open | Purpose::Style => {
            if !path.exists() {
                return Err(format!("there is no file {}", path.display()));
            }
            let file = path.to_path_buf();
            let melody = purpose == Purpose::Open;
            let wish = if melody { Wish::Melody(file) } else { Wish::Style { files: vec![file], second: false } };
            read(wish, hands, state);
        }
    }
    Ok(())
}

/// Shows the dialog, if one is open.
pub fn show(ui: &Ui, hands: &Hands, state: &mut State) {
    take_in(hands, state);
    answer_of_the_system(state);
    let Some(mut dialog) = state.files.dialog.take() else { return };
    let (title, button) = match dialog.purpose {
        Purpose::Save(Extent::Score) => ("Save the score", "Save"),
        Purpose::Save(Extent::Part(_)) => ("Save a part", "Save"),
        Purpose::Save(Extent::Phrase(_)) => ("Save the phrase", "Save"),
        Purpose::Folder => ("A folder that fills with each take", "Use it"),
        Purpose::Open => ("Arrange a melody from a MIDI file", "Open"),
        Purpose::Style => ("Make a style of a MIDI file, or of a folder of them", "Make it"),
    };
    let (mut done, mut cancelled) = (false, false);
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
        done |= response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if let Some(complaint) = &dialog.complaint {
            ui.colored_label(theme::FAULT, complaint);
        }
        ui.add_space(6.0);
        ui.horizontal(|ui| {
            let size = vec2(110.0, 30.0);
            let help = "Choose in the system's own dialog.";
            ui.add_enabled_ui(state.files.system.is_none(), |ui| {
                if control::button(ui, size, Face::Word("Browse…"), "Browse", help).clicked() {
                    state.files.system = SystemDialog::open(dialog.purpose, Path::new(&dialog.path));
                    if state.files.system.is_none() {
                        dialog.complaint = Some("There is no such dialog on this system: type the path here.".into());
                    }
                }
            });
            ui.add_space(520.0 - 3.0 * 110.0 - 3.0 * theme::GAP);
            cancelled |=
                control::button(ui, size, Face::Word("Cancel"), "Cancel", "Leave everything as it is.").clicked();
            done |= control::button(ui, size, Face::Word(button), button, "Do it.").clicked();
        });
    });
    if modal.should_close() || cancelled {
        return;
    }
    if done {
        let path = PathBuf::from(dialog.path.trim());
        match act(dialog.purpose, &path, hands, state) {
            Ok(()) => return,
            Err(complaint) => dialog.complaint = Some(complaint),
        }
    }
    state.files.dialog = Some(dialog);
}

/// Looks whether the system's own dialog was answered.
fn answer_of_the_system(state: &mut State) {
    let Some(system) = &mut state.files.system else { return };
    let answer = system.answer();
    if matches!(answer, Answer::Waiting) {
        return state.expect_answer();
    }
    state.files.system = None;
    if let Some(dialog) = &mut state.files.dialog {
        if let Answer::Path(path) = answer {
            dialog.path = path.display().to_string();
            dialog.complaint = None;
        } else {
            dialog.complaint = Some("Nothing was chosen there. You can type the path here.".into());
        }
    }
}
