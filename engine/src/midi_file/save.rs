//! Puts a file where it belongs, whole or not at all.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};
use tempfile::NamedTempFile;

/// The highest number that is put behind a name to tell it from others.
const HIGHEST_NUMBER: u32 = 9999;

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
    /// The name and all numbers behind it belong to other files.
    #[error("{} and its numbers up to {HIGHEST_NUMBER} are taken by other files; move them to another folder", .0.display())]
    Taken(PathBuf),
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

/// Writes `bytes` to a file in `folder` and returns where it is: under `name`, or, where other files have that name
/// already, under the first one that is free of `name (2)`, `name (3)` and so on (before the ending). A file of such a
/// name that holds the same bytes is left as it is and returned. No file is ever replaced, also when two programs do
/// this at the same moment.
///
/// # Errors
/// When the folder is missing, cannot be written to, or is on a disk that is full, or all names are taken.
pub fn save_new(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, SaveError> {
    let (stem, ending) = name.rsplit_once('.').map_or((name, String::new()), |(stem, end)| (stem, format!(".{end}")));
    let named = |number: u32| match number {
        1 => folder.join(name),
        number => folder.join(format!("{stem} ({number}){ending}")),
    };
    let mut written = None;
    for path in (1..=HIGHEST_NUMBER).map(named) {
        if holds(&path, bytes) {
            return Ok(path);
        }
        if fs::symlink_metadata(&path).is_ok() {
            continue;
        }
        let file = match written.take() {
            Some(file) => file,
            None => written_beside(&path, |file| file.write_all(bytes).and_then(|()| file.sync_all()))?,
        };
        match place(file, &path)? {
            None => return Ok(path),
            // Somebody was faster: this name is another file's now, or the same bytes were put there.
            Some(_) if holds(&path, bytes) => return Ok(path),
            Some(file) => written = Some(file),
        }
    }
    Err(SaveError::Taken(folder.join(name)))
}

/// Whether a file holds exactly these bytes. What is no file is not looked into.
fn holds(path: &Path, bytes: &[u8]) -> bool {
    let as_long = fs::metadata(path).is_ok_and(|facts| facts.is_file() && facts.len() == bytes.len() as u64);
    as_long && fs::read(path).is_ok_and(|found| found == bytes)
}

/// Moves a file to a path where none is. Gives it back if one came to be there meanwhile.
fn place(file: NamedTempFile, path: &Path) -> Result<Option<NamedTempFile>, SaveError> {
    let Err(refused) = file.persist_noclobber(path) else { return Ok(None) };
    if refused.error.kind() == io::ErrorKind::AlreadyExists || path.exists() {
        return Ok(Some(refused.file));
    }
    // Some file systems, those of sticks and of networks among them, know no move that never replaces.
    refused.file.persist(path).map_err(|error| unwritable(path, error.error))?;
    Ok(None)
}

/// As [`save`], with whatever fills the file.
fn save_with(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> Result<(), SaveError> {
    written_beside(path, write)?.persist(path).map_err(|error| unwritable(path, error.error))?;
    Ok(())
}

fn unwritable(path: &Path, cause: io::Error) -> SaveError {
    match cause.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => SaveError::Full(path.to_owned()),
        _ => SaveError::Unwritable { path: path.to_owned(), cause },
    }
}

/// A new file that is whole, in the folder of `path`; it vanishes unless it is moved there.
fn written_beside(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> Result<NamedTempFile, SaveError> {
    let folder = check(path)?;
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As for any new file: the user's mask takes off what it wants.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.prefix(".continuo-").tempfile_in(folder).map_err(|cause| unwritable(path, cause))?;
    write(file.as_file_mut()).map_err(|cause| unwritable(path, cause))?;
    Ok(file)
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

    #[test]
    fn a_new_file_replaces_none_and_the_same_bytes_are_written_once() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        for (bytes, expected) in
            [(b"one", "a.mid"), (b"two", "a (2).mid"), (b"six", "a (3).mid"), (b"two", "a (2).mid"), (b"one", "a.mid")]
        {
            assert_eq!(save_new(folder, "a.mid", bytes).unwrap(), folder.join(expected));
        }
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), 3);
        assert_eq!(save_new(folder, "no ending", b"x").unwrap(), folder.join("no ending"));
        assert_eq!(save_new(folder, "no ending", b"y").unwrap(), folder.join("no ending (2)"));
        let nowhere = save_new(&folder.join("nowhere"), "a.mid", b"one").unwrap_err();
        assert!(matches!(nowhere, SaveError::NoFolder(_)), "{nowhere}");
    }

    #[test]
    fn programs_that_save_under_one_name_at_the_same_moment_replace_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let writers = 8_u8;
        std::thread::scope(|scope| {
            for writer in 0..writers {
                let folder = folder.path();
                scope.spawn(move || {
                    for round in 0..10 {
                        save_new(folder, "a.mid", &[writer, round]).unwrap();
                    }
                });
            }
        });
        let found =
            std::fs::read_dir(folder.path()).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
        let found: std::collections::BTreeSet<_> = found.collect();
        assert_eq!(found.len(), usize::from(writers) * 10);
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
