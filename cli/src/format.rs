//! In which format a song is written: what the ending of the output's name says.

use crate::{arguments::ArrangeArguments, failure::Failure, sound::StemPlace};
use continuo_engine::storage;
use continuo_music::{
    midi_file::{MidiType, OutputFile},
    project_files::{FinishedSong, ProjectFormat, ardour_session},
};
use std::path::{Path, PathBuf};

/// The endings of MIDI files' names; a name without an ending is one, too.
const MIDI: [&str; 6] = ["", "mid", "midi", "smf", "kar", "rmi"];
const ARDOUR: &str = "ardour";
/// The endings of sound files' names, which `--audio` writes beside the song.
const SOUND: [&str; 2] = ["wav", "flac"];

/// A format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Midi(MidiType),
    /// A DAW's project in a file.
    Project(ProjectFormat),
    /// Written notes: all of them, or only the melody with its chords.
    Notation(ProjectFormat, Sheet),
    /// Ardour's session, a folder.
    Ardour,
}

/// What of a song is written as notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sheet {
    Score,
    Lead,
}

impl Format {
    /// The format that the output's name and the options ask for.
    pub fn of(arguments: &ArrangeArguments) -> Result<Self, Failure> {
        let output = &arguments.output;
        let ending = output.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
        let format = match ProjectFormat::named_by(output) {
            Some(format) if format.is_notation() => {
                Self::Notation(format, if arguments.lead_sheet { Sheet::Lead } else { Sheet::Score })
            }
            Some(format) => Self::Project(format),
            None if ending == ARDOUR => Self::Ardour,
            None if MIDI.contains(&ending.as_str()) => {
                Self::Midi(if arguments.type_0 { MidiType::OneTrack } else { MidiType::TrackPerInstrument })
            }
            None if SOUND.contains(&ending.as_str()) => {
                return Err(Failure::input(&format!(
                    "{}: sound is written beside the song: end the output's name in .mid, and give this one to --audio",
                    output.display()
                )));
            }
            None => {
                let known = ProjectFormat::ALL.iter().map(|format| format.ending()).chain([ARDOUR]);
                let known: Vec<_> = known.map(|ending| format!(".{ending}")).collect();
                let (path, known) = (output.display(), known.join(", "));
                return Err(Failure::input(&format!(
                    "{path}: no format has the ending .{ending}; choose .mid or one of {known}"
                )));
            }
        };
        if arguments.type_0 && !matches!(format, Self::Midi(_)) {
            let text = format!("--type-0 is for MIDI files: give the output another ending than .{ending}");
            return Err(Failure::input(&text));
        }
        if arguments.lead_sheet && !matches!(format, Self::Notation(..)) {
            let text = "--lead-sheet is for written notes: let the output's name end in .musicxml or .mxl";
            return Err(Failure::input(&text));
        }
        Ok(format)
    }

    /// What is written for this output: Ardour's session `song.ardour` is in a folder `song`.
    pub fn path(self, output: &Path) -> PathBuf {
        match (self, output.file_stem(), output.file_name()) {
            (Self::Ardour, Some(stem), Some(name)) => output.with_file_name(stem).join(name),
            _ => output.to_owned(),
        }
    }

    /// Where a project in this format has the sound of its tracks, if sound is written.
    pub const fn stem_place(self, output: &Path) -> StemPlace<'_> {
        match self {
            Self::Project(ProjectFormat::DawProject) => StemPlace::Inside,
            Self::Project(ProjectFormat::Reaper) => StemPlace::Beside(output),
            _ => StemPlace::Nowhere,
        }
    }

    /// Checks that the output can be written.
    pub fn check(self, output: &Path) -> Result<(), Failure> {
        let checked = match self {
            Self::Ardour => storage::check_folder(&output.with_extension("")),
            _ => storage::check(output),
        };
        checked.map_err(|error| Failure::input(&error))
    }

    /// Writes the song.
    pub fn save(self, output: &Path, file: &OutputFile, song: impl FnOnce() -> FinishedSong) -> Result<(), Failure> {
        let input = |error: &dyn std::fmt::Display| Failure::input(&error);
        let bytes = match self {
            Self::Midi(midi_type) => file.to_bytes_of(midi_type),
            Self::Project(format) | Self::Notation(format, Sheet::Score) => {
                format.write(&song()).map_err(|error| input(&error))?
            }
            Self::Notation(format, Sheet::Lead) => format.write(&song().lead_sheet()).map_err(|error| input(&error))?,
            Self::Ardour => {
                let name = output.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
                let files = ardour_session(&song(), &name).map_err(|error| input(&error))?;
                let files = files.iter().map(|file| (file.path.as_path(), file.bytes.as_slice()));
                return storage::save_folder(&output.with_extension(""), files).map_err(|error| input(&error));
            }
        };
        storage::save(output, &bytes).map_err(|error| input(&error))
    }
}
