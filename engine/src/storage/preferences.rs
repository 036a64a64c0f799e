//! What the user chose for all projects: a model, and folders for takes.

use super::{
    atomic_file::{SaveError, save},
    data_folder::{DataFolder, is_name},
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

/// How many folders for takes are remembered. Far more than anybody has, and few enough for a file of preferences.
const MOST_TAKE_FOLDERS: usize = 200;

/// What the user chose for all projects.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Preferences {
    /// The name of the model in the data folder; `None` for the built-in one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Folders that this user chose for takes, on this machine; the one chosen last at the end. A project that names
    /// another one has to ask first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub take_folders: Vec<PathBuf>,
}

/// Why the preferences cannot be read or kept.
#[derive(Debug, thiserror::Error)]
pub enum PreferencesError {
    /// The file cannot be read.
    #[error("{} cannot be read ({cause}); the built-in model is used", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        cause: io::Error,
    },
    /// The file is something else.
    #[error("{} holds no preferences of Continuo's ({cause}); the built-in model is used; choose one again with `continuo model --use`", .path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        cause: serde_json::Error,
    },
    /// What it calls the chosen model is no name of a folder.
    #[error("{} chooses a model \"{name}\", which is no model's name; the built-in model is used; choose one again with `continuo model --use`", .path.display())]
    NoName {
        /// The file.
        path: PathBuf,
        /// What it says.
        name: String,
    },
    /// The folder cannot be made.
    #[error("the folder {} could not be made: {cause}", .path.display())]
    NoFolder {
        /// The folder.
        path: PathBuf,
        /// The system's answer.
        cause: io::Error,
    },
    /// JSON has no way to write them.
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
    /// Reads them; the defaults if none were kept.
    ///
    /// # Errors
    /// When the file is there but cannot be read, is something else, or chooses a model by what is no name.
    pub fn read(data: &DataFolder) -> Result<Self, PreferencesError> {
        let preferences = Self::read_unchecked(data)?;
        match preferences.model {
            Some(name) if !is_name(&name) => Err(PreferencesError::NoName { path: data.preferences(), name }),
            _ => Ok(preferences),
        }
    }

    /// As [`Preferences::read`]; the model may be called anything.
    fn read_unchecked(data: &DataFolder) -> Result<Self, PreferencesError> {
        let path = data.preferences();
        let mut text = String::new();
        let read = fs::File::open(&path).and_then(|file| file.take(LARGEST_PREFERENCES).read_to_string(&mut text));
        match read {
            Ok(_) => serde_json::from_str(&text).map_err(|cause| PreferencesError::Foreign { path, cause }),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(cause) => Err(PreferencesError::Unreadable { path, cause }),
        }
    }

    /// Changes some of them and keeps the others as they are. Of two programs that do so in the same moment, one's
    /// change may be lost; in one program they wait for each other.
    ///
    /// # Errors
    /// When the file is there but cannot be read or is something else: it stays as it is. Or when it cannot be
    /// written.
    pub fn change(data: &DataFolder, change: impl FnOnce(&mut Self)) -> Result<(), PreferencesError> {
        /// Taken by editors and the command line, which may wait for a disk.
        static CHANGING: Mutex<()> = Mutex::new(());
        let _changing = CHANGING.lock();
        let mut preferences = Self::read_unchecked(data)?;
        change(&mut preferences);
        preferences.keep(data)
    }

    /// The folders for takes, whatever the file says of the model; none if it cannot be read.
    pub fn take_folders_of(data: &DataFolder) -> Vec<PathBuf> {
        Self::read_unchecked(data).map(|preferences| preferences.take_folders).unwrap_or_default()
    }

    /// Notes that the user chose a folder for takes. Of too many, the one that was chosen longest ago is forgotten.
    pub fn choose_take_folder(&mut self, folder: PathBuf) {
        self.take_folders.retain(|chosen| *chosen != folder);
        self.take_folders.push(folder);
        let surplus = self.take_folders.len().saturating_sub(MOST_TAKE_FOLDERS);
        self.take_folders.drain(..surplus);
    }

    /// Keeps them, in a file that is whole at any time.
    ///
    /// # Errors
    /// When the folder cannot be made or the file cannot be written.
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
    fn preferences_are_kept_and_foreign_ones_told() {
        let (_folder, data) = data();
        assert_eq!(Preferences::read(&data).unwrap(), Preferences::default());
        let chosen = Preferences { model: Some("mine".to_owned()), ..Preferences::default() };
        chosen.keep(&data).unwrap();
        assert_eq!(Preferences::read(&data).unwrap(), chosen);
        fs::write(data.preferences(), "\"mine\"").unwrap();
        assert!(Preferences::read(&data).unwrap_err().to_string().contains("holds no preferences"));
        fs::write(data.preferences(), "{\"model\": \"../mine\"}").unwrap();
        assert!(Preferences::read(&data).unwrap_err().to_string().contains("chooses a model \"../mine\""));
    }

    #[test]
    fn what_is_not_changed_stays() {
        let (_folder, data) = data();
        Preferences::change(&data, |preferences| preferences.choose_take_folder("/takes".into())).unwrap();
        Preferences::change(&data, |preferences| preferences.model = Some("../mine".to_owned())).unwrap();
        assert_eq!(Preferences::take_folders_of(&data), [PathBuf::from("/takes")]);
        Preferences::change(&data, |preferences| preferences.model = None).unwrap();
        let kept = Preferences { model: None, take_folders: vec!["/takes".into()] };
        assert_eq!(Preferences::read(&data).unwrap(), kept);
        fs::write(data.preferences(), "not mine").unwrap();
        assert!(Preferences::change(&data, |preferences| preferences.model = None).is_err());
        assert_eq!(fs::read(data.preferences()).unwrap(), b"not mine");
    }

    #[test]
    fn of_too_many_folders_the_oldest_is_forgotten() {
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
