//! The user's own presets: small JSON files in the folder `presets` of the data folder. A file's name is the preset's.

use crate::presets::{
    factory,
    preset::{Preset, PresetError},
};
use continuo_engine::storage::{DataFolder, SaveError, is_name, save};
use std::{
    fs,
    io::{self, Read},
    path::PathBuf,
};

/// The largest file that is read, in bytes; a preset has about one thousand.
const LARGEST_FILE: u64 = 64 * 1024;
/// How many files are looked at.
const MOST_FILES: usize = 1000;

/// What the folder holds, by name.
#[derive(Debug, Default)]
pub struct Listing {
    /// The presets.
    pub presets: Vec<(String, Preset)>,
    /// The files that cannot be used, each with the reason.
    pub refused: Vec<(String, PresetFileError)>,
}

/// Why a file cannot be used, or a preset not be saved.
#[derive(Debug, thiserror::Error)]
pub enum PresetFileError {
    /// The system has no folder for it.
    #[error("this system has no folder for your data; set CONTINUO_DATA to one")]
    NoData,
    /// The name is not possible.
    #[error("\"{0}\" cannot be a preset's name; use letters, digits, spaces and simple signs")]
    InvalidName(String),
    /// The name belongs to a preset that is built in.
    #[error("\"{0}\" is built in; choose another name")]
    BuiltIn(String),
    /// The file cannot be read.
    #[error("it cannot be read ({0})")]
    Read(#[from] io::Error),
    /// The file is far larger than a preset.
    #[error("it is too large for a preset")]
    TooLarge,
    /// What it holds is wrong.
    #[error(transparent)]
    Content(#[from] PresetError),
    /// The folder cannot be created.
    #[error("the folder {} could not be created: {cause}", .path.display())]
    NoFolder {
        /// The folder.
        path: PathBuf,
        /// The system's error.
        cause: io::Error,
    },
    /// The file cannot be written.
    #[error(transparent)]
    Save(#[from] SaveError),
}

/// Reads the folder; empty if there is none.
pub fn list(data: &DataFolder) -> Listing {
    let mut listing = Listing::default();
    let Ok(entries) = fs::read_dir(data.presets()) else { return listing };
    let paths = entries.filter_map(Result::ok).take(MOST_FILES).map(|entry| entry.path());
    let mut paths: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|extension| extension == "json")).collect();
    paths.sort_unstable();
    for path in paths {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        match read(&path) {
            Ok(preset) => listing.presets.push((name, preset)),
            Err(error) => listing.refused.push((name, error)),
        }
    }
    listing
}

fn read(path: &std::path::Path) -> Result<Preset, PresetFileError> {
    // A pipe could let the window wait for ever.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a regular file").into());
    }
    let mut text = String::new();
    let length = fs::File::open(path)?.take(LARGEST_FILE + 1).read_to_string(&mut text)?;
    if length as u64 > LARGEST_FILE {
        return Err(PresetFileError::TooLarge);
    }
    Ok(Preset::from_json(&text)?)
}

/// The file of a name, if a preset may have it.
///
/// # Errors
/// The name is not possible, or that of a preset that is built in.
pub fn path(data: &DataFolder, name: &str) -> Result<PathBuf, PresetFileError> {
    if !is_name(name) {
        return Err(PresetFileError::InvalidName(name.to_owned()));
    }
    if factory::PRESETS.iter().any(|preset| preset.name.eq_ignore_ascii_case(name)) {
        return Err(PresetFileError::BuiltIn(name.to_owned()));
    }
    Ok(data.presets().join(format!("{name}.json")))
}

/// Saves a preset; replaces one of the same name.
///
/// # Errors
/// The name is not possible, or the file cannot be written.
pub fn keep(data: &DataFolder, name: &str, preset: &Preset) -> Result<(), PresetFileError> {
    let file = path(data, name)?;
    let folder = data.presets();
    fs::create_dir_all(&folder).map_err(|cause| PresetFileError::NoFolder { path: folder, cause })?;
    Ok(save(&file, preset.to_json().as_bytes())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_are_kept_listed_and_bad_files_named() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::at(folder.path());
        assert!(list(&data).presets.is_empty(), "no folder yet");
        let preset = Preset::of(&[("temperature", "0.50")]);
        keep(&data, "Sunday", &preset).unwrap();
        fs::write(data.presets().join("broken.json"), "{").unwrap();
        fs::write(data.presets().join("huge.json"), vec![b' '; 70_000]).unwrap();
        fs::write(data.presets().join("notes.txt"), "not a preset").unwrap();
        let listing = list(&data);
        assert_eq!(listing.presets, [("Sunday".to_owned(), preset)]);
        let refused: Vec<_> = listing.refused.iter().map(|(name, error)| format!("{name}: {error}")).collect();
        assert_eq!(refused.len(), 2, "{refused:?}");
        assert!(
            refused[0].starts_with("broken: it is not a preset") && refused[1].contains("too large"),
            "{refused:?}"
        );
    }

    #[test]
    fn a_name_must_be_a_files_and_nobody_elses() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::at(folder.path());
        let preset = Preset::of(&[]);
        for name in ["", "a/b", "..", "pop band"] {
            assert!(keep(&data, name, &preset).is_err(), "{name}");
        }
        assert!(!data.presets().exists(), "nothing is left behind");
    }
}
