//! The user's preferences for all projects: a model, folders for takes, and what makes the window easier to read.

use super::{
    atomic_file::{SaveError, save},
    data_folder::{DataFolder, is_name},
    patience::patiently,
};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use std::{
    fs,
    io::{self, Read},
    path::PathBuf,
};

/// The largest preferences file that is read.
const LARGEST_PREFERENCES: u64 = 1024 * 1024;

/// How many folders for takes are remembered: far more than anybody has, and few enough for a preferences file.
const MOST_TAKE_FOLDERS: usize = 200;

/// What the user chose for all projects.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Preferences {
    /// The name of the model in the data folder; `None` for the built-in one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Folders that this user chose for takes, on this machine, the latest choice last. A project that names another
    /// folder has to ask first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub take_folders: Vec<PathBuf>,
    /// Whether this user has seen where the window's help is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub help_found: bool,
    /// Whether the text in the window is larger.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub larger_text: bool,
    /// Whether the window has black grounds, white text and outlines.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub high_contrast: bool,
    /// What goes on with melodies on this machine, one network or both, by its identifier; `None` for the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub melody_engine: Option<String>,
    /// The SoundFont that this user chose for the sounds; `None` for the data folder's or the built-in one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sound_font: Option<PathBuf>,
}

/// Why the preferences cannot be read or saved.
#[derive(Debug, thiserror::Error)]
pub enum PreferencesError {
    /// The file cannot be read.
    #[error("{} cannot be read ({cause}); the built-in model is used", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's error.
        cause: io::Error,
    },
    /// The file is not a preferences file.
    #[error("{} is not a preferences file of Continuo ({cause}); the built-in model is used; choose one again with `continuo model --use`", .path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        cause: serde_json::Error,
    },
    /// The name of the chosen model is invalid.
    #[error("{} chooses a model \"{name}\", which is not a valid name; the built-in model is used; choose one again with `continuo model --use`", .path.display())]
    InvalidModelName {
        /// The file.
        path: PathBuf,
        /// The invalid name.
        name: String,
    },
    /// The folder cannot be created.
    #[error("the folder {} could not be created: {cause}", .path.display())]
    NoFolder {
        /// The folder.
        path: PathBuf,
        /// The system's error.
        cause: io::Error,
    },
    /// JSON cannot express them.
    #[error("{} could not be written ({cause}); choose folders whose names are Unicode text", .path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        cause: serde_json::Error,
    },
    /// The file cannot be written.
    #[error(transparent)]
    Save(#[from] SaveError),
}

impl Preferences {
    /// Reads the preferences; the defaults if none were saved.
    ///
    /// # Errors
    /// When the file exists but cannot be read, is not a preferences file, or has an invalid model name.
    pub fn read(data: &DataFolder) -> Result<Self, PreferencesError> {
        let preferences = Self::read_unchecked(data)?;
        match preferences.model {
            Some(name) if !is_name(&name) => Err(PreferencesError::InvalidModelName { path: data.preferences(), name }),
            _ => Ok(preferences),
        }
    }

    /// Like [`Preferences::read`], but does not check the name of the model.
    fn read_unchecked(data: &DataFolder) -> Result<Self, PreferencesError> {
        let path = data.preferences();
        let mut text = String::new();
        let read = patiently(|| fs::File::open(&path))
            .and_then(|file| file.take(LARGEST_PREFERENCES).read_to_string(&mut text));
        match read {
            Ok(_) => serde_json::from_str(&text).map_err(|cause| PreferencesError::Foreign { path, cause }),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(cause) => Err(PreferencesError::Unreadable { path, cause }),
        }
    }

    /// Changes some preferences and leaves the others unchanged. If two programs do so at the same moment, one change
    /// may be lost; within one program they wait for each other.
    ///
    /// # Errors
    /// When the file exists but cannot be read or is not a preferences file (it stays unchanged), or when it cannot be
    /// written.
    pub fn change(data: &DataFolder, change: impl FnOnce(&mut Self)) -> Result<(), PreferencesError> {
        /// Locked by editors and the command line, which may wait for a disk.
        static CHANGING: Mutex<()> = Mutex::new(());
        let _changing = CHANGING.lock();
        let mut preferences = Self::read_unchecked(data)?;
        change(&mut preferences);
        preferences.keep(data)
    }

    /// The folders for takes, whatever the file says about the model; empty if it cannot be read.
    pub fn take_folders_of(data: &DataFolder) -> Vec<PathBuf> {
        Self::read_unchecked(data).map(|preferences| preferences.take_folders).unwrap_or_default()
    }

    /// Whether text is larger and contrast high, whatever the file says about the model; neither if it cannot be read.
    pub fn legibility_of(data: &DataFolder) -> (bool, bool) {
        Self::read_unchecked(data)
            .map(|preferences| (preferences.larger_text, preferences.high_contrast))
            .unwrap_or_default()
    }

    /// What goes on with melodies, by its identifier, whatever the file says about the model; `None` for the default or
    /// if it cannot be read.
    pub fn melody_engine_of(data: &DataFolder) -> Option<String> {
        Self::read_unchecked(data).ok().and_then(|preferences| preferences.melody_engine)
    }

    /// The user's own SoundFont: the one that was chosen, or else the one in the data folder.
    pub fn sound_font_of(data: &DataFolder) -> Option<PathBuf> {
        let chosen = Self::read_unchecked(data).ok().and_then(|preferences| preferences.sound_font);
        chosen.or_else(|| data.sound_font())
    }

    /// Records that the user chose a folder for takes. If there are too many, the one chosen longest ago is forgotten.
    pub fn choose_take_folder(&mut self, folder: PathBuf) {
        self.take_folders.retain(|chosen| *chosen != folder);
        self.take_folders.push(folder);
        let surplus = self.take_folders.len().saturating_sub(MOST_TAKE_FOLDERS);
        self.take_folders.drain(..surplus);
    }

    /// Saves the preferences, in a file that is never half written.
    ///
    /// # Errors
    /// When the folder cannot be created or the file cannot be written.
    pub fn keep(&self, data: &DataFolder) -> Result<(), PreferencesError> {
        let path = data.path().to_owned();
        fs::create_dir_all(&path).map_err(|cause| PreferencesError::NoFolder { path, cause })?;
        let text = serde_json::to_string_pretty(self);
        let text = text.map_err(|cause| PreferencesError::Unwritable { path: data.preferences(), cause })?;
        Ok(save(&data.preferences(), text.as_bytes())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data() -> (tempfile::TempDir, DataFolder) {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::at(folder.path().join("continuo"));
        (folder, data)
    }

    #[test]
    fn preferences_are_kept_and_foreign_ones_refused() {
        let (_folder, data) = data();
        assert_eq!(Preferences::read(&data).unwrap(), Preferences::default());
        let chosen = Preferences { model: Some("mine".to_owned()), ..Preferences::default() };
        chosen.keep(&data).unwrap();
        assert_eq!(Preferences::read(&data).unwrap(), chosen);
        fs::write(data.preferences(), "\"mine\"").unwrap();
        assert!(Preferences::read(&data).unwrap_err().to_string().contains("not a preferences file"));
        fs::write(data.preferences(), "{\"model\": \"../mine\"}").unwrap();
        assert!(Preferences::read(&data).unwrap_err().to_string().contains("chooses a model \"../mine\""));
    }

    #[test]
    fn what_is_not_changed_stays() {
        let (_folder, data) = data();
        Preferences::change(&data, |preferences| preferences.choose_take_folder("/takes".into())).unwrap();
        Preferences::change(&data, |preferences| preferences.help_found = true).unwrap();
        Preferences::change(&data, |preferences| preferences.model = Some("../mine".to_owned())).unwrap();
        assert_eq!(Preferences::take_folders_of(&data), [PathBuf::from("/takes")]);
        Preferences::change(&data, |preferences| preferences.model = None).unwrap();
        Preferences::change(&data, |preferences| preferences.high_contrast = true).unwrap();
        let kept = Preferences {
            take_folders: vec!["/takes".into()],
            help_found: true,
            high_contrast: true,
            ..Preferences::default()
        };
        assert_eq!(Preferences::read(&data).unwrap(), kept);
        fs::write(data.preferences(), "not mine").unwrap();
        assert!(Preferences::change(&data, |preferences| preferences.model = None).is_err());
        assert_eq!(fs::read(data.preferences()).unwrap(), b"not mine");
    }

    #[test]
    fn a_chosen_soundfont_comes_before_that_of_the_data_folder() {
        let (_folder, data) = data();
        assert_eq!(Preferences::sound_font_of(&data), None);
        let sounds = data.path().join("sounds");
        fs::create_dir_all(&sounds).unwrap();
        fs::write(sounds.join("own.sf2"), "").unwrap();
        assert_eq!(Preferences::sound_font_of(&data), Some(sounds.join("own.sf2")));
        Preferences::change(&data, |preferences| preferences.sound_font = Some("/a.sf2".into())).unwrap();
        assert_eq!(Preferences::sound_font_of(&data), Some("/a.sf2".into()));
    }

    #[test]
    fn the_oldest_of_too_many_folders_is_forgotten() {
        let mut preferences = Preferences::default();
        for number in 0..=MOST_TAKE_FOLDERS {
            preferences.choose_take_folder(format!("/{number}").into());
        }
        preferences.choose_take_folder("/1".into());
        assert_eq!(preferences.take_folders.len(), MOST_TAKE_FOLDERS);
        assert!(!preferences.take_folders.contains(&"/0".into()));
        assert_eq!(preferences.take_folders.last(), Some(&"/1".into()));
    }
}
