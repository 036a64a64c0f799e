//! Which runtime to load a network into.

use super::{backend::BackendChoice, library};
use crate::storage::CacheFolder;
use std::path::PathBuf;

/// Which runtime to use, and where to look for its library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuntimeOptions {
    /// Which runtime.
    pub choice: BackendChoice,
    /// The files that may be the ONNX Runtime library, first choice first.
    pub libraries: Vec<PathBuf>,
    /// How several networks are loaded.
    pub loading: Loading,
    /// Where ONNX Runtime keeps networks prepared, so that it can map their weights; without, each process makes its own.
    pub cache: Option<CacheFolder>,
}

/// How several networks are loaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Loading {
    /// At once, each on a thread: in half of the time, where there are two cores.
    #[default]
    SideBySide,
    /// One after the other on the caller's thread. What one needed only while it loaded, serves the next; threads would each keep
    /// theirs. That spares some 20 MB for as long as the process lives.
    InTurn,
}

impl RuntimeOptions {
    /// The same, but networks are loaded one after the other.
    #[must_use]
    pub fn in_turn(self) -> Self {
        Self { loading: Loading::InTurn, ..self }
    }
}

impl From<BackendChoice> for RuntimeOptions {
    /// Looks for the library in the usual places, see [`library_candidates`](super::library_candidates), and uses the user's
    /// cache folder.
    fn from(choice: BackendChoice) -> Self {
        let (libraries, cache) = (library::library_candidates(), CacheFolder::of_user());
        Self { choice, libraries, loading: Loading::default(), cache }
    }
}
