//! Puts a file where it belongs, whole or not at all.

use std::{
    ffi::OsStr,
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
    /// A device, a pipe or a socket lies there: what is no file of bytes is not replaced.
    #[error("{} is no ordinary file; give the name of one", .0.display())]
    NoOrdinaryFile(PathBuf),
    /// The file that is there may not be written to.
    #[error("{} is write-protected; allow writing to it, or give another name", .0.display())]
    Protected(PathBuf),
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

/// Writes `bytes` to a new file beside `path` and then moves it there, so that nobody sees half a file. A link stays, and
/// what it points to is replaced; a file that is replaced hands its permissions on.
///
/// # Errors
/// When [`check`] refuses the path, or its folder cannot be written to or is on a disk that is full.
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
            None => written_for(&Destination::of(&path)?, |file| file.write_all(bytes).and_then(|()| file.sync_all()))?,
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
    let destination = Destination::of(path)?;
    let file = written_for(&destination, write)?;
    file.persist(&destination.place).map_err(|error| unwritable(path, error.error))?;
    Ok(())
}

fn unwritable(path: &Path, cause: io::Error) -> SaveError {
    match cause.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => SaveError::Full(path.to_owned()),
        _ => SaveError::Unwritable { path: path.to_owned(), cause },
    }
}

/// A new file that is whole, in the folder where it shall be; it vanishes unless it is moved there.
fn written_for(
    destination: &Destination,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> Result<NamedTempFile, SaveError> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As for any new file: the user's mask takes off what it wants.
        let new = fs::Permissions::from_mode(0o666);
        // From the beginning, so that what nobody else may read is at no moment open to others.
        builder.permissions(destination.permissions.clone().unwrap_or(new));
    }
    let refused = |cause| unwritable(&destination.asked, cause);
    let file = builder.prefix(".continuo-").tempfile_in(folder_of(&destination.place));
    let mut file = file.map_err(|cause| refused(system_answer(&cause)))?;
    write(file.as_file_mut()).map_err(refused)?;
    if let Some(permissions) = &destination.permissions {
        // Again, since the mask took some off.
        file.as_file().set_permissions(permissions.clone()).map_err(refused)?;
    }
    Ok(file)
}

/// The cause without the path of the file beside, which nobody named.
fn system_answer(cause: &io::Error) -> io::Error {
    let inner = cause.get_ref().and_then(|inner| inner.source()).and_then(|inner| inner.downcast_ref::<io::Error>());
    match cause.raw_os_error().or_else(|| inner.and_then(io::Error::raw_os_error)) {
        Some(code) => io::Error::from_raw_os_error(code),
        None => cause.kind().into(),
    }
}

/// Whether a file could lie at `path`: in a folder that is there, and where nothing lies or an ordinary file that may be
/// written to.
///
/// # Errors
/// When the folder is missing, or `path` is itself a folder, no ordinary file, or write-protected.
pub fn check(path: &Path) -> Result<(), SaveError> {
    Destination::of(path).map(drop)
}

/// Where a file goes.
struct Destination {
    /// The path that was asked for, for messages.
    asked: PathBuf,
    /// Where the file lies: what `asked` is a link to, if it is one.
    place: PathBuf,
    /// Those of the file that is replaced.
    permissions: Option<fs::Permissions>,
}

impl Destination {
    fn of(path: &Path) -> Result<Self, SaveError> {
        let there = match fs::metadata(path) {
            Ok(facts) => Some(facts),
            Err(cause) if matches!(cause.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => None,
            Err(cause) => return Err(unwritable(path, cause)),
        };
        match &there {
            Some(facts) if facts.is_dir() => return Err(SaveError::IsFolder(path.to_owned())),
            Some(facts) if !facts.is_file() => return Err(SaveError::NoOrdinaryFile(path.to_owned())),
            Some(facts) if facts.permissions().readonly() => return Err(SaveError::Protected(path.to_owned())),
            None if names_folder(path) => return Err(SaveError::NoFolder(path.to_owned())),
            _ => {}
        }
        let place = behind_links(path)?;
        let folder = folder_of(&place);
        if !folder.is_dir() {
            return Err(SaveError::NoFolder(folder.to_owned()));
        }
        if there.is_some() {
            // A folder's permissions let files in it be replaced; that does not make them the user's to change.
            File::options().write(true).open(&place).map_err(|cause| match cause.kind() {
                io::ErrorKind::PermissionDenied => SaveError::Protected(path.to_owned()),
                _ => unwritable(path, cause),
            })?;
        }
        Ok(Self { asked: path.to_owned(), place, permissions: there.map(|facts| facts.permissions()) })
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Whether a path ends as only a folder's does: in a separator, `.` or `..`.
fn names_folder(path: &Path) -> bool {
    let ends_in = |name: &OsStr| path.as_os_str().as_encoded_bytes().ends_with(name.as_encoded_bytes());
    !path.file_name().is_some_and(ends_in)
}

/// What a link points to, through as many links as there are, also where that is still to be made.
fn behind_links(path: &Path) -> Result<PathBuf, SaveError> {
    // As many as Linux follows; more point to each other.
    const MOST_LINKS: usize = 40;
    let mut place = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&place) {
            Ok(target) => place = folder_of(&place).join(target),
            Err(_) => return Ok(place),
        }
    }
    Err(unwritable(path, io::Error::other("its links never end")))
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
    #[test]
    fn a_path_that_only_a_folder_can_have_is_told() {
        let folder = tempfile::tempdir().unwrap();
        save(&folder.path().join("song.mid"), b"x").unwrap();
        for path in ["nowhere/", "nowhere/.", "song.mid/"] {
            let told = check(&folder.path().join(path)).unwrap_err();
            assert!(matches!(told, SaveError::NoFolder(_)), "{path}: {told}");
        }
    }

    #[test]
    fn a_protected_file_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("song.mid");
        save(&path, b"first").unwrap();
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).unwrap();
        let told = save(&path, b"second").unwrap_err().to_string();
        assert!(told.contains("song.mid is write-protected"), "{told}");
        assert_eq!(fs::read(&path).unwrap(), b"first");
    }

    #[cfg(unix)]
    #[test]
    fn a_replaced_file_hands_its_permissions_on() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("song.mid");
        for mode in [0o600, 0o666, 0o755] {
            save(&path, b"first").unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            save(&path, b"second").unwrap();
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, mode);
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_stay_and_what_they_point_to_is_written() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        fs::create_dir(folder.join("inner")).unwrap();
        symlink("inner/near", folder.join("far")).unwrap();
        symlink("song.mid", folder.join("inner/near")).unwrap();
        for bytes in [b"first", b"again"] {
            save(&folder.join("far"), bytes).unwrap();
            assert!(fs::symlink_metadata(folder.join("far")).unwrap().is_symlink());
            assert!(fs::symlink_metadata(folder.join("inner/near")).unwrap().is_symlink());
            assert_eq!(fs::read(folder.join("inner/song.mid")).unwrap(), bytes);
        }
        symlink("round", folder.join("round")).unwrap();
        let told = save(&folder.join("round"), b"x").unwrap_err().to_string();
        assert!(told.contains("round could not be written"), "{told}");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_ordinary_file_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socket");
        let _socket = std::os::unix::net::UnixListener::bind(&path).unwrap();
        for path in [&path, Path::new("/dev/null")] {
            // Not `save`, which replaced them once.
            let told = check(path).unwrap_err();
            assert!(matches!(told, SaveError::NoOrdinaryFile(_)), "{told}");
            assert!(told.to_string().starts_with(&path.display().to_string()), "{told}");
        }
    }
}
