//! Files in and out: melodies and styles that are dropped or opened, and what is saved.

use crate::editor::{
    gesture::Hands,
    panels::status_line as status,
    platform::system_dialog::{Answer, SystemDialog},
    state::State,
    theme,
    widgets::control::{self, Face},
};
use crate::files::reader::{Found, Wish};
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
    /// A file that is there, and that the player was told of: saving once more replaces it.
    replaces: Option<PathBuf>,
    /// The field has been given the keyboard's focus.
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

/// The folder that was used last, or the user's own for music. Never the one for what is dragged: nobody chose that.
fn usual_folder(state: &State) -> PathBuf {
    let last = state.files.saved.as_deref().and_then(Path::parent).map(Path::to_path_buf);
    let last = last.filter(|folder| super::drop::folder().as_ref() != Some(folder));
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
    state.files.dialog = Some(Dialog { purpose, path, complaint: None, replaces: None, focused: false });
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
            state.tell(told);
            match found {
                Found::Melody(song) => arrange(song, hands, state),
                Found::Style { slot, second } => {
                    let params = &hands.wiring.params;
                    let genre = if second { &params.genre_b } else { &params.genre };
                    hands.set(genre, genre.preview_normalized(i32::from(slot)), &mut state.pending);
                }
            }
        }
        Some(Err(error)) => state.complain(error),
    }
}

/// Arranges a melody from its start on.
fn arrange(song: WholeSong, hands: &Hands, state: &mut State) {
    let mode = &hands.wiring.params.mode;
    // The other modes would guess again, over what is known now.
    hands.set(mode, mode.default_normalized_value(), &mut state.pending);
    state.view.from = 0.0;
    state.view.follow = true;
    state.selected = None;
    state.ask(Edit::Arrange(Box::new(song)), hands.wiring);
}

/// What was typed, as a path; a shell's word for the user's own folder is known.
fn typed(text: &str) -> PathBuf {
    let text = text.trim();
    let at_home = text.strip_prefix("~/").and_then(|rest| Some(dirs::home_dir()?.join(rest)));
    at_home.unwrap_or_else(|| PathBuf::from(text))
}

/// Where a file goes: into a folder under its own name, elsewhere with an ending by which programs know it.
fn destination(path: PathBuf, name: &str) -> PathBuf {
    if path.is_dir() {
        return path.join(name);
    }
    let ends = |ending: &str| path.extension().is_some_and(|other| other.eq_ignore_ascii_case(ending));
    if ["mid", "midi", "smf"].into_iter().any(ends) {
        return path;
    }
    // Added rather than exchanged: what follows a dot may be a part of the name, as in "Take 1.2".
    let mut path = path.into_os_string();
    path.push(".mid");
    path.into()
}

/// Does what was asked for; the sentence says what was wrong.
fn act(dialog: &mut Dialog, hands: &Hands, state: &mut State) -> Result<(), String> {
    let path = typed(&dialog.path);
    match dialog.purpose {
        Purpose::Save(extent) => {
            let file = made(extent, hands, state).map_err(|error| error.to_string())?;
            let path = destination(path, &file.name);
            if path.exists() && dialog.replaces.as_ref() != Some(&path) {
                let told = format!("{} is there already: replace it, or give another name", path.display());
                dialog.replaces = Some(path);
                return Err(told);
            }
            midi_file::save(&path, &file.bytes).map_err(|error| error.to_string())?;
            state.tell(format!("Saved {}", path.display()));
            state.files.saved = Some(path);
        }
        Purpose::Folder => {
            if !path.is_dir() {
                return Err(format!("the folder {} does not exist; make it first", path.display()));
            }
            // The host may be started anywhere next time.
            let path =
                std::path::absolute(&path).map_err(|error| format!("{} has no full path: {error}", path.display()))?;
            hands.wiring.watch_takes();
            hands.wiring.name_take_folder(Some(path.clone()));
            allow_takes(&path, hands, state);
        }
        Purpose::Open | Purpose::Style => {
            if !path.exists() {
                return Err(format!("there is no file {}", path.display()));
            }
            let melody = dialog.purpose == Purpose::Open;
            let wish = if melody { Wish::Melody(path) } else { Wish::Style { files: vec![path], second: false } };
            read(wish, hands, state);
        }
    }
    Ok(())
}

/// The player wants takes in this folder.
pub fn allow_takes(folder: &Path, hands: &Hands, state: &mut State) {
    match hands.wiring.allow_takes(folder) {
        Ok(()) => state.tell(format!("Each take goes to {}", folder.display())),
        Err(error) => {
            state.complain(format!(
                "Each take goes to {}, but the next project has to ask again: {error}",
                folder.display()
            ));
        }
    }
}

/// Shows the dialog, if one is open.
pub fn show(ui: &Ui, hands: &Hands, state: &mut State) {
    take_in(hands, state);
    answer_of_the_system(state);
    let Some(mut dialog) = state.files.dialog.take() else { return };
    let (title, usual) = match dialog.purpose {
        Purpose::Save(Extent::Score) => ("Save the score", "Save"),
        Purpose::Save(Extent::Part(_)) => ("Save a part", "Save"),
        Purpose::Save(Extent::Phrase(_)) => ("Save the phrase", "Save"),
        Purpose::Folder => ("A folder that fills with each take", "Use it"),
        Purpose::Open => ("Arrange a melody from a MIDI file", "Open"),
        Purpose::Style => ("Make a style of a MIDI file, or of a folder of them", "Make it"),
    };
    let button = if dialog.replaces.is_some() { "Replace" } else { usual };
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
        if response.changed() {
            dialog.replaces = None;
        }
        done |= response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if let Some(complaint) = &dialog.complaint {
            ui.colored_label(theme::FAULT, status::capitalised(complaint));
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
        match act(&mut dialog, hands, state) {
            Ok(()) => return,
            Err(complaint) => {
                dialog.complaint = Some(complaint);
                // So that it can be typed anew, or entered once more.
                dialog.focused = false;
            }
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
            // The system's dialog has asked already whether a file is to be replaced.
            dialog.replaces = path.is_file().then_some(path);
        } else {
            dialog.complaint = Some("Nothing was chosen there. You can type the path here.".into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_saved_ends_as_a_midi_file_whatever_was_typed() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| destination(folder.path().join(name), "score.mid");
        assert_eq!(at("song.mid"), folder.path().join("song.mid"));
        assert_eq!(at("SONG.MIDI"), folder.path().join("SONG.MIDI"));
        assert_eq!(at("song"), folder.path().join("song.mid"));
        assert_eq!(at("Take 1.2"), folder.path().join("Take 1.2.mid"));
        assert_eq!(destination(folder.path().to_path_buf(), "score.mid"), folder.path().join("score.mid"));
    }

    #[test]
    fn the_users_own_folder_has_its_usual_name() {
        assert_eq!(typed(" /tmp/a song.mid "), Path::new("/tmp/a song.mid"));
        if let Some(home) = dirs::home_dir() {
            assert_eq!(typed("~/song.mid"), home.join("song.mid"));
        }
    }
}
