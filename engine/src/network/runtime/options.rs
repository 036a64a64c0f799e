//! Which runtime to load a network into.

use super::{backend::BackendChoice, library};
use std::path::PathBuf;

/// Which runtime to use, and where to look for its library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuntimeOptions {
    /// Which runtime.
    pub choice: BackendChoice,
    /// The files that may be the ONNX Runtime library, first choice first.
    pub libraries: Vec<PathBuf>,
}

impl From<BackendChoice> for RuntimeOptions {
    /// Looks for the library in the usual places: see [`library_candidates`](super::library_candidates).
    fn from(choice: BackendChoice) -> Self {
        Self { choice, libraries: library::library_candidates() }
    }
}
