//! Models in the user's data folder, and which of them was chosen.

use super::{Helper, Model, ModelCard, ModelError, ModelSource, Role};
use crate::{
    data_folder::{DataFolder, is_name},
    midi_file::{SaveError, save},
};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use std::{
    fs,
    io::{self, Read},
    path::PathBuf,
};

/// The generator's file in a model's folder.
pub const GENERATOR_FILE: &str = "continuo.onnx";

/// The name that means the model that is built into the program.
pub const BUILT_IN: &str = "built-in";

/// The largest file of preferences that is read.
const LARGEST_PREFERENCES: u64 = 1024 * 1024;

/// How many folders for takes are remembered. Far more than anybody has, and few enough for a file of preferences.
const MOST_TAKE_FOLDERS: usize = 200;

/// A model in the data folder, checked.
#[derive(Debug)]
pub struct Installed {
    /// The name of its folder.
    pub name: String,
    /// The generator's file.
    pub path: PathBuf,
    /// What it says about itself, or why it is refused.
    pub card: Result<ModelCard, ModelError>,
    /// Whether it has a conductor and a style encoder, or why they are refused; nothing if the model is.
    pub helpers: Vec<(Role, Result<bool, ModelError>)>,
}

/// Finds the models in the data folder, by name, and checks each as a whole. Reads all of their files.
pub fn installed(data: &DataFolder) -> Vec<Installed> {
    let Ok(entries) = fs::read_dir(data.models()) else { return Vec::new() };
    let mut names: Vec<String> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.path().is_dir())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| is_name(name))
        .collect();
    names.sort_unstable();
    names.into_iter().map(|name| Installed::check(data, name)).collect()
}

impl Installed {
    fn check(data: &DataFolder, name: String) -> Self {
        let path = data.models().join(&name).join(GENERATOR_FILE);
        let source = ModelSource::File(path.clone());
        let card = Model::load(&source).map(|model| model.card().clone());
        let helper = |card: &ModelCard, role| (role, Helper::load(&source, role, card).map(|helper| helper.is_some()));
        let helpers = card.as_ref().map_or_else(
            |_| Vec::new(),
            |card| [Role::Conductor, Role::StyleEncoder].map(|role| helper(card, role)).into(),
        );
        Self { name, path, card, helpers }
    }
}

/// Why no model of a name is to be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no model \"{name}\"; there are {known}")]
pub struct UnknownModel {
    name: String,
    known: String,
}

impl ModelSource {
    /// The model of this name in the data folder, ignoring case, or `built-in`. It is not looked into yet.
    ///
    /// # Errors
    /// When there is no folder of that name; the error lists those there are.
    pub fn named(data: Option<&DataFolder>, name: &str) -> Result<Self, UnknownModel> {
        if name.trim().eq_ignore_ascii_case(BUILT_IN) {
            return Ok(Self::Embedded);
        }
        let entries = data.and_then(|data| fs::read_dir(data.models()).ok());
        let folders = entries.into_iter().flatten().filter_map(Result::ok).filter(|entry| entry.path().is_dir());
        let names = folders.filter_map(|entry| entry.file_name().into_string().ok());
        let mut names: Vec<String> = names.filter(|name| is_name(name)).collect();
        names.sort_unstable();
        let known = names.iter().find(|known| known.eq_ignore_ascii_case(name.trim()));
        if let (Some(data), Some(known)) = (data, known) {
            return Ok(Self::File(data.models().join(known).join(GENERATOR_FILE)));
        }
        names.insert(0, BUILT_IN.to_owned());
        Err(UnknownModel { name: name.to_owned(), known: names.join(", ") })
    }
}

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
    use crate::model::embedded;

    fn data() -> (tempfile::TempDir, DataFolder) {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::at(folder.path().join("continuo"));
        (folder, data)
    }

    #[test]
    fn models_are_found_and_each_refused_one_has_its_reason() {
        let (_folder, data) = data();
        assert!(installed(&data).is_empty());
        let model = |name: &str, bytes: &[u8]| {
            let folder = data.models().join(name);
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(GENERATOR_FILE), bytes).unwrap();
        };
        model("mine", embedded());
        model("cut", &embedded()[..embedded().len() / 2]);
        model("text", b"no model");
        fs::create_dir_all(data.models().join("empty")).unwrap();
        fs::write(data.models().join("file"), "").unwrap();
        // Could not be chosen for good: the preferences would not take it.
        fs::create_dir_all(data.models().join("#mine")).unwrap();
        fs::write(data.models().join("mine").join(Role::Conductor.file_name()), "no conductor").unwrap();
        let found = installed(&data);
        let names: Vec<_> = found.iter().map(|model| (model.name.as_str(), model.card.is_ok())).collect();
        assert_eq!(names, [("cut", false), ("empty", false), ("mine", true), ("text", false)]);
        assert!(found[1].card.as_ref().unwrap_err().to_string().contains("no model file"));
        assert_eq!(found[2].helpers, [(Role::Conductor, Err(ModelError::NotOnnx)), (Role::StyleEncoder, Ok(false))]);
        assert!(
            matches!(ModelSource::named(Some(&data), "MINE"), Ok(ModelSource::File(path)) if path == found[2].path)
        );
        let unknown = ModelSource::named(Some(&data), "../mine").unwrap_err().to_string();
        assert!(unknown.contains("built-in, cut, empty, mine, text"), "{unknown}");
        assert_eq!(ModelSource::named(None, "Built-in"), Ok(ModelSource::Embedded));
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
