//! Puts a file where it belongs, whole or not at all.

use std::{
    fs::File,
    io::{self, Write},
    path::{Path, PathBuf},
};

/// Why a file could not be written. What was there before is as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SaveError {
    /// The folder is not there.
    #[error("the folder {} does not exist; make it first", .0.display())]
    NoFolder(PathBuf),
    /// The path names a folder.
    #[error("{} is a folder; give the name of a file", .0.display())]
    IsFolder(PathBuf),
    /// There is no room for it.
    #[error("{} could not be written: the disk is full; make room there, or save to another place", .0.display())]
    Full(PathBuf),
    /// The folder or the disk does not take the file.
    #[error("{} could not be written: {cause}", .path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        cause: io::Error,
    },
}

/// Writes `bytes` to a new file beside `path` and then moves it there, so that nobody sees half a file.
///
/// # Errors
/// When the folder is missing, cannot be written to, or is on a disk that is full.
pub fn save(path: &Path, bytes: &[u8]) -> Result<(), SaveError> {
    // A full disk may not say so before the bytes have to be on it.
    save_with(path, |file| file.write_all(bytes).and_then(|()| file.sync_all()))
}

/// As [`save`], with whatever fills the file.
fn save_with(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> Result<(), SaveError> {
    let folder = check(path)?;
    let unwritable = |cause: io::Error| match cause.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => SaveError::Full(path.to_owned()),
        _ => SaveError::Unwritable { path: path.to_owned(), cause },
    };
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As for any new file: the user's mask takes off what it wants.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.prefix(".continuo-").tempfile_in(folder).map_err(unwritable)?;
    write(file.as_file_mut()).map_err(unwritable)?;
    file.persist(path).map_err(|error| unwritable(error.error))?;
    Ok(())
}

/// Whether a file could lie at `path`; returns its folder.
///
/// # Errors
/// When the folder is missing, or `path` is itself a folder.
pub fn check(path: &Path) -> Result<&Path, SaveError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if !folder.is_dir() {
        return Err(SaveError::NoFolder(folder.to_owned()));
    }
    if path.is_dir() {
        return Err(SaveError::IsFolder(path.to_owned()));
    }
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("song.mid");
        save(&path, b"first").unwrap();
        save(&path, b"second").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"second");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    /// Linux has a file that is a full disk. What was half written goes there after some bytes found room.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_told_and_what_was_there_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("song.mid");
        save(&path, b"first").unwrap();
        let full = save_with(&path, |file| {
            file.write_all(b"sec")?;
            File::options().write(true).open("/dev/full")?.write_all(b"ond")
        });
        let told = full.unwrap_err().to_string();
        assert!(told.contains("song.mid could not be written: the disk is full"), "{told}");
        assert_eq!(std::fs::read(&path).unwrap(), b"first");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_missing_folder_and_a_folder_for_a_file_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let missing = save(&folder.path().join("nowhere/song.mid"), b"x").unwrap_err().to_string();
        assert!(missing.contains("nowhere") && missing.contains("does not exist"), "{missing}");
        assert!(save(folder.path(), b"x").unwrap_err().to_string().contains("is a folder"));
    }
}
