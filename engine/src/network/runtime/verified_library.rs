//! Checks that the ONNX Runtime library is the pinned one before it is loaded.

use super::pinned::{self, PinnedLibrary, VERSION};
use parking_lot::Mutex;
use sha2::{Digest, Sha256};
use std::{
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

/// Why ONNX Runtime is not used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LibraryError {
    /// No library is pinned for this system.
    #[error("there is no ONNX Runtime {VERSION} for this system")]
    NoneForThisSystem,
    /// No candidate exists.
    #[error("the ONNX Runtime library was not found; put {file} beside the plugin or name it in CONTINUO_ONNXRUNTIME")]
    Missing {
        /// The library's file name.
        file: &'static str,
    },
    /// The library cannot be read.
    #[error("the ONNX Runtime library {} cannot be read ({reason}); check its permissions", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's message.
        reason: String,
    },
    /// The file is truncated, of another version, or not ONNX Runtime.
    #[error("{} is not the ONNX Runtime {VERSION} that Continuo expects (its SHA-256 differs); install it again", .0.display())]
    Foreign(PathBuf),
}

/// The first candidate that exists, if it is the pinned library.
///
/// # Errors
/// When no candidate exists, or the first that exists is unreadable or not the pinned one.
pub fn find(candidates: &[PathBuf]) -> Result<PathBuf, LibraryError> {
    let library = pinned::for_this_system().ok_or(LibraryError::NoneForThisSystem)?;
    let path = candidates.iter().find(|path| path.is_file()).ok_or(LibraryError::Missing { file: library.file })?;
    verify(path, library)?;
    Ok(path.clone())
}

/// The SHA-256 of a file, in lower-case hex, whether it is the library or not.
///
/// # Errors
/// When the file cannot be read.
pub fn hash(path: &Path) -> Result<String, LibraryError> {
    let unreadable = |error: io::Error| LibraryError::Unreadable { path: path.to_owned(), reason: error.to_string() };
    let mut hasher = Sha256::new();
    io::copy(&mut fs::File::open(path).map_err(unreadable)?, &mut hasher).map_err(unreadable)?;
    Ok(format!("{:x}", hasher.finalize()))
}

/// A verified file, as it was at that time.
struct Verified {
    path: PathBuf,
    length: u64,
    changed: Option<SystemTime>,
}

/// Only composer threads and the command line lock it. Hashing needs tens of milliseconds, so each file is hashed once.
static VERIFIED: Mutex<Vec<Verified>> = Mutex::new(Vec::new());

fn verify(path: &Path, library: &PinnedLibrary) -> Result<(), LibraryError> {
    let unreadable = |error: io::Error| LibraryError::Unreadable { path: path.to_owned(), reason: error.to_string() };
    let metadata = fs::metadata(path).map_err(unreadable)?;
    let (length, changed) = (metadata.len(), metadata.modified().ok());
    let mut verified = VERIFIED.lock();
    if verified.iter().any(|file| file.path == path && file.length == length && file.changed == changed) {
        return Ok(());
    }
    if hash(path)? != library.sha256 {
        return Err(LibraryError::Foreign(path.to_owned()));
    }
    verified.push(Verified { path: path.to_owned(), length, changed });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_a_foreign_and_a_truncated_library_are_rejected_with_the_reason() -> io::Result<()> {
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
}
