//! The file that a tool reads and the one that it writes.

use crate::failure::Failure;
use clap::Args;
use continuo_engine::storage;
use continuo_music::{
    midi_file::{self, OutputFile},
    project_files::ProjectFormat,
    song::{NamedTrack, Song, Track, TrackError},
};
use std::{convert::Infallible, fmt::Display, path::Path};

/// Which tracks a tool works on.
#[derive(Args, Debug)]
pub struct ChosenTracks {
    /// The tracks to work on, separated by commas: numbers (counted from 1 over the tracks that have notes), names, or
    /// channels such as ch10; if not given, all.
    #[arg(long, value_name = "TRACKS", value_delimiter = ',', value_parser = named_track)]
    tracks: Option<Vec<NamedTrack>>,
}

fn named_track(text: &str) -> Result<NamedTrack, Infallible> {
    text.parse()
}

impl ChosenTracks {
    /// The indices of the tracks, rising and without repetitions.
    ///
    /// # Errors
    /// If a track does not exist, or a name means several.
    pub fn find(&self, tracks: &[Track]) -> Result<Vec<usize>, TrackError> {
        let Some(named) = &self.tracks else { return Ok((0..tracks.len()).collect()) };
        let mut found = named.iter().map(|track| track.find(tracks)).collect::<Result<Vec<_>, _>>()?;
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }
}

/// A file that was read, and where the result goes.
pub struct ToolFile<'a> {
    pub song: Song,
    input: &'a Path,
    output: &'a Path,
}

impl<'a> ToolFile<'a> {
    /// Reads the file, and checks that the result can be written before any work begins.
    pub fn open(input: &'a Path, output: &'a Path) -> Result<Self, Failure> {
        let mut song = midi_file::read_file(input)
            .map_err(|error| Failure::input(&format_args!("{}: {error}", input.display())))?;
        if is_same(input, output) {
            return Err(Failure::input(&"the output would replace the input; give it another name"));
        }
        check_output(output)?;
        let file_name = input.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        song.title = song.title.or(file_name);
        Ok(Self { song, input, output })
    }

    /// A file that does not exist yet, for a new song; checks that it can be written before any work begins.
    pub fn new(output: &'a Path) -> Result<Self, Failure> {
        check_output(output)?;
        let title = output.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        Ok(Self { song: Song { title, ..Song::default() }, input: output, output })
    }

    /// The failure for something that is wrong with the file.
    pub fn fault(&self, error: &dyn Display) -> Failure {
        Failure::input(&format_args!("{}: {error}", self.input.display()))
    }

    /// Writes the song as it is now.
    pub fn save(&self) -> Result<(), Failure> {
        let file = OutputFile::of_song(&self.song);
        storage::save(self.output, &file.to_bytes()).map_err(|error| Failure::input(&error))
    }

    /// The name of the file that is written.
    pub fn output(&self) -> String {
        self.output.display().to_string()
    }

    /// What was unusual in the file, as sentences.
    pub fn warnings(&self) -> Vec<String> {
        self.song.warnings.iter().map(ToString::to_string).collect()
    }
}

/// Whether two names mean one file.
pub fn is_same(left: &Path, right: &Path) -> bool {
    let places = [left, right].map(|path| path.canonicalize().ok());
    places[0].is_some() && places[0] == places[1]
}

/// Refuses a place that the result cannot be written to.
fn check_output(output: &Path) -> Result<(), Failure> {
    if ProjectFormat::named_by(output).is_some() {
        let text = "this command writes MIDI files only; give the output a name that ends in .mid";
        return Err(Failure::input(&text));
    }
    storage::check(output).map_err(|error| Failure::input(&error))
}

/// The lines of a report for people: the file, then what was done, then what should be known.
pub fn report(output: &str, lines: &[String], warnings: &[String]) -> String {
    let notes = warnings.iter().map(|warning| format!("  note: {warning}"));
    let lines = lines.iter().map(|line| format!("  {line}"));
    [output.to_owned()].into_iter().chain(lines).chain(notes).collect::<Vec<_>>().join("\n")
}
