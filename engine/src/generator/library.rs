//! Finds the ONNX Runtime library, and checks that it is the one it should be before anybody loads it.

use super::pinned::{self, PinnedLibrary, VERSION};
use crate::{data_folder::DataFolder, model::hex};
use parking_lot::Mutex;
use sha2::{Digest, Sha256};
use std::{
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

/// The environment variable that names the library file; nothing else is looked at when it is set.
pub const LIBRARY_VARIABLE: &str = "CONTINUO_ONNXRUNTIME";

/// Why ONNX Runtime is not used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LibraryError {
    /// No library is pinned for this system.
    #[error("there is no ONNX Runtime {VERSION} for this system")]
    NoneForThisSystem,
    /// None of the places holds the library.
    #[error("the ONNX Runtime library was not found; put {file} beside the plugin or name it in CONTINUO_ONNXRUNTIME")]
    Missing {
        /// The library's file name.
        file: &'static str,
    },
    /// It cannot be read.
    #[error("the ONNX Runtime library {} cannot be read ({reason}); check its permissions", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// Truncated, of another version, or something else altogether.
    #[error("{} is not the ONNX Runtime {VERSION} that Continuo knows (its SHA-256 differs); install it again", .0.display())]
    Foreign(PathBuf),
}

/// Where the library may lie, first choice first: the file that `CONTINUO_ONNXRUNTIME` names and nothing else; or
/// else beside the plugin or program, in a folder `continuo` there, and in `runtime` in the user's data folder. Never the working
/// folder, which may be anybody's.
pub fn candidates() -> Vec<PathBuf> {
    if let Some(path) = std::env::var_os(LIBRARY_VARIABLE).filter(|path| !path.is_empty()) {
        return vec![path.into()];
    }
    let Some(library) = pinned::for_this_system() else { return Vec::new() };
    let images = [process_path::get_dylib_path(), process_path::get_executable_path()];
    let mut folders: Vec<PathBuf> = Vec::new();
    for folder in images.iter().flatten().filter_map(|image| image.parent()) {
        folders.extend([folder.to_owned(), folder.join("continuo")]);
    }
    folders.extend(DataFolder::of_user().map(|data| data.runtime()).filter(|folder| folder.is_absolute()));
    without_repeats(folders).into_iter().map(|folder| folder.join(library.file)).collect()
}

/// Each folder where it stands first.
fn without_repeats(folders: Vec<PathBuf>) -> Vec<PathBuf> {
    let mut kept: Vec<PathBuf> = Vec::with_capacity(folders.len());
    for folder in folders {
        if !kept.contains(&folder) {
            kept.push(folder);
        }
    }
    kept
}

/// The first candidate that exists, if it is the pinned library.
///
/// # Errors
/// When none exists, or the one found is unreadable or not the pinned one.
pub fn find(candidates: &[PathBuf]) -> Result<PathBuf, LibraryError> {
    let library = pinned::for_this_system().ok_or(LibraryError::NoneForThisSystem)?;
    let path = candidates.iter().find(|path| path.is_file()).ok_or(LibraryError::Missing { file: library.file })?;
    verify(path, library)?;
    Ok(path.clone())
}

/// A file that was verified, as it was then.
struct Verified {
    path: PathBuf,
    length: u64,
    changed: Option<SystemTime>,
}

/// Composer threads and the command line only: hashing takes tens of milliseconds, so each file is hashed once.
static VERIFIED: Mutex<Vec<Verified>> = Mutex::new(Vec::new());

fn verify(path: &Path, library: &PinnedLibrary) -> Result<(), LibraryError> {
    let unreadable = |error: io::Error| LibraryError::Unreadable { path: path.to_owned(), reason: error.to_string() };
    let facts = fs::metadata(path).map_err(unreadable)?;
    let mut verified = VERIFIED.lock();
    let known =
        |file: &Verified| file.path == path && file.length == facts.len() && file.changed == facts.modified().ok();
    if verified.iter().any(known) {
        return Ok(());
    }
    let mut hasher = Sha256::new();
    io::copy(&mut fs::File::open(path).map_err(unreadable)?, &mut hasher).map_err(unreadable)?;
    if hex(&hasher.finalize()) != library.sha256 {
        return Err(LibraryError::Foreign(path.to_owned()));
    }
    verified.push(Verified { path: path.to_owned(), length: facts.len(), changed: facts.modified().ok() });
    Ok(())
}

#[cfg(all(test, feature = "runtimes"))]
mod tests {
    use super::*;

    #[test]
    fn a_missing_a_foreign_and_a_truncated_library_are_refused_with_the_reason() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("library");
        let Some(library) = pinned::for_this_system() else { return Ok(()) };
        assert_eq!(find(std::slice::from_ref(&path)), Err(LibraryError::Missing { file: library.file }));
        fs::write(&path, b"\x7fELF and nothing after it")?;
        assert_eq!(find(std::slice::from_ref(&path)), Err(LibraryError::Foreign(path.clone())));
        let whole = fs::read(super::super::onnxruntime::tests::library())?;
        fs::write(&path, &whole[..whole.len() - 1])?;
        assert_eq!(find(std::slice::from_ref(&path)), Err(LibraryError::Foreign(path.clone())));
        fs::write(&path, &whole)?;
        assert_eq!(find(std::slice::from_ref(&path)), Ok(path));
        Ok(())
    }

    #[test]
    fn the_working_folder_is_never_searched() {
        assert!(candidates().iter().all(|path| path.is_absolute()));
    }

    #[test]
    fn no_place_is_looked_at_twice() {
        let folders = ["/a", "/a/continuo", "/a", "/b", "/a/continuo"].map(PathBuf::from);
        assert_eq!(without_repeats(folders.into()), ["/a", "/a/continuo", "/b"].map(PathBuf::from));
        let found = candidates();
        let data = DataFolder::of_user().map(|data| data.runtime());
        let named = std::env::var_os(LIBRARY_VARIABLE).is_some_and(|path| !path.is_empty());
        if let (Some(data), false, Some(_)) = (data, named, pinned::for_this_system()) {
            assert_eq!(found.iter().filter(|path| path.starts_with(&data)).count(), usize::from(data.is_absolute()));
        }
    }
}
