//! The score as a file.

use crate::editor::files::destination::Saved;
use crate::editor::{context::EditorContext, state::State};
use continuo_engine::{
    score::{Export, ExportError, Extent, export, finished_song},
    storage,
};
use continuo_music::project_files::{FinishedSong, ProjectFormat, ardour_session};
use std::path::{Path, PathBuf};

/// Makes the MIDI file of an extent of the score.
///
/// # Errors
/// The score holds no notes there.
pub fn midi_file(extent: Extent, context: &EditorContext, state: &State) -> Result<Export, ExportError> {
    export(&state.snapshot.score, extent, &context.wiring.params.settings(), state.playback.tempo)
}

/// A format in which the whole song is saved, as the dialog offers it: its name, and the ending that chooses it.
pub const FORMATS: [(&str, &str); 5] =
    [("MIDI", "mid"), ("DAWproject", "dawproject"), ("REAPER", "rpp"), ("Ardour", "ardour"), ("MusicXML", "musicxml")];

/// The name of a song, and of its lead sheet, where the player gives none.
pub const SONG: &str = "song.mid";
/// See [`SONG`].
pub const LEAD_SHEET: &str = "lead sheet.musicxml";

/// Saves the melody with its chords as written notes.
///
/// # Errors
/// A sentence that says what is wrong. What was there before stays.
pub fn save_lead_sheet(path: &Path, context: &EditorContext, state: &State) -> Result<(), String> {
    let settings = context.wiring.params.settings();
    let song =
        finished_song(&state.snapshot.score, &settings, state.playback.tempo).map_err(|error| error.to_string())?;
    let format = ProjectFormat::named_by(path).unwrap_or(ProjectFormat::MusicXml);
    storage::save(path, &write_project(format, &song.lead_sheet())?).map_err(|error| error.to_string())
}

/// Saves the whole song in the format that the destination has. Returns the path of what was written: Ardour's session
/// `song.ardour` is in a folder `song`.
///
/// # Errors
/// A sentence that says what is wrong. What was there before stays.
pub fn save_song(path: &Path, saved: Saved, context: &EditorContext, state: &State) -> Result<PathBuf, String> {
    let settings = context.wiring.params.settings();
    let tempo = state.playback.tempo;
    let song = || finished_song(&state.snapshot.score, &settings, tempo).map_err(|error| error.to_string());
    let bytes = match saved {
        Saved::Midi => midi_file(Extent::Score, context, state).map_err(|error| error.to_string())?.bytes,
        Saved::Project(format) => write_project(format, &song()?)?,
        Saved::Ardour => {
            let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            let files = ardour_session(&song()?, &name).map_err(|error| error.to_string())?;
            let files = files.iter().map(|file| (file.path.as_path(), file.bytes.as_slice()));
            let folder = path.with_extension("");
            storage::save_folder(&folder, files).map_err(|error| error.to_string())?;
            return Ok(folder.join(path.file_name().unwrap_or_default()));
        }
    };
    storage::save(path, &bytes).map_err(|error| error.to_string())?;
    Ok(path.to_owned())
}

fn write_project(format: ProjectFormat, song: &FinishedSong) -> Result<Vec<u8>, String> {
    format.write(song).map_err(|error| error.to_string())
}
