//! The runtime, the model and the user's data folder, as this program finds them.

use super::problem::Problem;
use crate::shared_options::ModelOptions;
use continuo_engine::{
    arranging::Arranger,
    network::{
        Conductor, Harmonizer, InstalledModel, ModelSource, installed_models, library_candidates, library_hash, pinned,
    },
    storage::{CacheFolder, DataFolder, Preferences},
    styles::{Listing, StyleFolder},
};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// What this program arranges with.
pub struct Setup {
    /// The model with its runtime, or why it cannot be used.
    pub arranger: Result<Arranger, String>,
    /// Where the model comes from.
    pub source: Option<ModelSource>,
    /// The runtime's files that exist, with their hashes, in the order in which they are tried.
    pub libraries: Vec<(PathBuf, Result<String, String>)>,
    /// The user's data folder; `None` if the system has no place for it.
    pub data: Option<Data>,
    /// The folder of what can be made again; `None` if the system has no place for it.
    pub cache: Option<Cache>,
}

/// The folder of what can be made again.
pub struct Cache {
    pub folder: CacheFolder,
    pub state: State,
}

/// The user's data folder.
pub struct Data {
    pub folder: DataFolder,
    pub state: State,
    pub styles: Listing,
    pub models: Vec<InstalledModel>,
    /// How many presets there are.
    pub presets: usize,
    /// Why the preferences are ignored.
    preferences_fault: Option<String>,
}

/// Whether a folder can be used.
#[derive(Debug, PartialEq, Eq)]
pub enum State {
    /// It will be made when something is kept.
    Missing,
    Writable,
    /// Nothing can be kept, for this reason.
    Unwritable(String),
}

impl State {
    /// Whether files can be made in it; `None` if it does not exist.
    pub const fn is_writable(&self) -> Option<bool> {
        match self {
            Self::Missing => None,
            Self::Writable => Some(true),
            Self::Unwritable(_) => Some(false),
        }
    }
}

impl Setup {
    pub fn examine(model: &ModelOptions) -> Self {
        let source = model.source();
        let arranger = match &source {
            Ok(source) => Arranger::load(source, model.runtime()).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        let libraries = library_candidates().into_iter().filter(|path| path.is_file());
        let hashed = |path: PathBuf| {
            let hash = library_hash(&path).map_err(|error| error.to_string());
            (path, hash)
        };
        Self {
            arranger,
            source: source.ok(),
            libraries: libraries.map(hashed).collect(),
            data: DataFolder::of_user().map(Data::examine),
            cache: CacheFolder::of_user().map(|folder| Cache { state: state(folder.path()), folder }),
        }
    }

    /// What is wrong.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        match &self.arranger {
            Err(error) => problems.push(Problem::new(
                format!("the model cannot be used: {error}"),
                "choose another model with `continuo model --use`, such as built-in, or mend the variable that names it",
            )),
            Ok(arranger) => {
                if let Some(reason) = &arranger.backend().fallback_reason {
                    let remedy = match pinned::for_this_system() {
                        Some(library) => format!("put {} of ONNX Runtime {} beside this program", library.file, pinned::VERSION),
                        None => "nothing: it plays the same, a little later".to_owned(),
                    };
                    problems.push(Problem::new(reason.clone(), remedy));
                }
                if let Some(fault) = arranger.conductor_fault() {
                    problems.push(Problem::new(fault, "install the model again, with its conductor"));
                }
                if let Some(fault) = arranger.harmonizer_fault() {
                    problems.push(Problem::new(fault, "install the model again, with its harmonizer"));
                }
            }
        }
        match &self.data {
            None => problems.push(Problem::new(
                "this system has no folder for your data",
                "set CONTINUO_DATA to a folder of yours",
            )),
            Some(data) => problems.extend(data.problems()),
        }
        if let Some(Cache { folder, state: State::Unwritable(reason) }) = &self.cache {
            let what = format!(
                "networks cannot be prepared in {} ({reason}): each start takes longer, and each process needs more memory",
                folder.path().display()
            );
            problems.push(Problem::new(what, "let your user write there, or set CONTINUO_CACHE to another folder"));
        }
        problems
    }

    /// The harmonizer's name, if there is one.
    pub fn harmonizer(&self) -> Option<&str> {
        self.arranger.as_ref().ok()?.harmonizer().map(Harmonizer::name)
    }

    /// The conductor's name, if there is one.
    pub fn conductor(&self) -> Option<&str> {
        self.arranger.as_ref().ok()?.conductor().map(Conductor::name)
    }
}

impl Data {
    fn examine(folder: DataFolder) -> Self {
        Self {
            state: state(folder.path()),
            styles: StyleFolder::of(&folder).list(),
            models: installed_models(&folder),
            presets: presets(&folder.presets()),
            preferences_fault: Preferences::read(&folder).err().map(|error| error.to_string()),
            folder,
        }
    }

    fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if let State::Unwritable(reason) = &self.state {
            let what = format!("nothing can be kept in {} ({reason})", self.folder.path().display());
            problems.push(Problem::new(what, "let your user write there, or set CONTINUO_DATA to another folder"));
        }
        if let Some(fault) = &self.preferences_fault {
            let remedy = format!("mend {} or remove it", self.folder.preferences().display());
            problems.push(Problem::new(fault, remedy));
        }
        for (path, error) in &self.styles.refused {
            let what = format!("the genre in {} is not used: {error}", path.display());
            problems.push(Problem::new(what, "read it again with `continuo style`, or remove the file"));
        }
        for model in &self.models {
            if let Err(error) = &model.card {
                let what = format!("the model in {} is refused: {error}", model.path.display());
                problems.push(Problem::new(what, "install it again, or remove its folder"));
            }
        }
        problems
    }
}

/// Whether files can be made in a folder: makes one and removes it.
fn state(folder: &Path) -> State {
    if !folder.exists() {
        return State::Missing;
    }
    let file = folder.join(format!(".doctor-{}", std::process::id()));
    match fs::File::create_new(&file).and_then(|_| fs::remove_file(&file)) {
        Ok(()) => State::Writable,
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => State::Unwritable("it is a file".to_owned()),
        Err(error) => State::Unwritable(error.to_string()),
    }
}

/// How many files could be presets.
fn presets(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    entries.filter(|entry| entry.path().extension().is_some_and(|ending| ending == "json")).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_missing_or_can_be_written_or_not() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        assert_eq!(state(&folder.path().join("none")), State::Missing);
        assert_eq!(state(folder.path()), State::Writable);
        assert_eq!(fs::read_dir(folder.path())?.count(), 0, "nothing is left behind");
        let file = folder.path().join("file");
        fs::write(&file, "")?;
        assert!(matches!(state(&file), State::Unwritable(_)));
        Ok(())
    }
}
