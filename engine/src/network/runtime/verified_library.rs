//! Checks that the ONNX Runtime library is the pinned one, before anybody loads it.

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
    if format!("{:x}", hasher.finalize()) != library.sha256 {
        return Err(LibraryError::Foreign(path.to_owned()));
    }
    verified.push(Verified { path: path.to_owned(), length: facts.len(), changed: facts.modified().ok() });
    Ok(())
}

#[cfg(test)]
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
}
