//! Writes a file whole or not at all.

use std::{
    ffi::OsStr,
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};
use tempfile::NamedTempFile;

/// The highest number that is appended to a name to make it unique.
const HIGHEST_NUMBER: u32 = 9999;

/// Why a file could not be written. The file that was there before is unchanged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SaveError {
    /// The folder does not exist.
    #[error("the folder {} does not exist; create it first", .0.display())]
    NoFolder(PathBuf),
    /// The path names a folder.
    #[error("{} is a folder; give the name of a file", .0.display())]
    IsFolder(PathBuf),
    /// A device, a pipe or a socket is there; only regular files are replaced.
    #[error("{} is not a regular file; give the name of one", .0.display())]
    NotRegularFile(PathBuf),
    /// The existing file may not be written to.
    #[error("{} is write-protected; allow writing to it, or give another name", .0.display())]
    Protected(PathBuf),
    /// Other files have the name and all numbered names.
    #[error("{} and its numbered names up to ({HIGHEST_NUMBER}) exist already; move these files to another folder", .0.display())]
    NoFreeName(PathBuf),
    /// A folder is only written where nothing is yet.
    #[error("{} exists already and may hold more than this would replace; give another name, or move it away", .0.display())]
    Exists(PathBuf),
    /// There is no space for it.
    #[error("{} could not be written: the disk is full; free some space, or save to another place", .0.display())]
    Full(PathBuf),
    /// The folder or the disk does not accept the file.
    #[error("{} could not be written: {cause}", .path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The system's error.
        cause: io::Error,
    },
}

/// Writes `bytes` to a new file beside `path` and then moves it there, so that nobody sees half a file. If `path` is a
/// link, its target is replaced; the new file gets the permissions of the file that it replaces.
///
/// # Errors
/// When [`check`] refuses the path, its folder cannot be written to, or the disk is full.
pub fn save(path: &Path, bytes: &[u8]) -> Result<(), SaveError> {
    // A full disk may not report it before the bytes have to be on it.
    save_with(path, |file| file.write_all(bytes).and_then(|()| file.sync_all()))
}

/// Writes `bytes` to a file in `folder` and returns its path: `name`, or, where other files have that name already, the
/// first free one of `name (2)`, `name (3)` and so on (before the extension). If a file of such a name has the same
/// bytes, it is left unchanged and returned. No file is ever replaced, even if two programs do this at the same moment.
///
/// # Errors
/// When the folder is missing or cannot be written to, the disk is full, or no name is free.
pub fn save_new(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, SaveError> {
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) => (stem, format!(".{extension}")),
        None => (name, String::new()),
    };
    let named = |number: u32| match number {
        1 => folder.join(name),
        number => folder.join(format!("{stem} ({number}){extension}")),
    };
    let mut written = None;
    for path in (1..=HIGHEST_NUMBER).map(named) {
        if contains(&path, bytes) {
            return Ok(path);
        }
        if fs::symlink_metadata(&path).is_ok() {
            continue;
        }
        let file = match written.take() {
            Some(file) => file,
            None => write_new(&Destination::of(&path)?, |file| file.write_all(bytes).and_then(|()| file.sync_all()))?,
        };
        match move_to_free(file, &path)? {
            None => return Ok(path),
            // Another program was faster: the name has another file now, or one with the same bytes.
            Some(_) if contains(&path, bytes) => return Ok(path),
            Some(file) => written = Some(file),
        }
    }
    Err(SaveError::NoFreeName(folder.join(name)))
}

/// Whether a regular file contains exactly these bytes. Anything else is not opened.
fn contains(path: &Path, bytes: &[u8]) -> bool {
    let same_length = fs::metadata(path).is_ok_and(|found| found.is_file() && found.len() == bytes.len() as u64);
    same_length && fs::read(path).is_ok_and(|found| found == bytes)
}

/// Moves a file to a free path. Returns it if the path is no longer free.
fn move_to_free(file: NamedTempFile, path: &Path) -> Result<Option<NamedTempFile>, SaveError> {
    let Err(refused) = file.persist_noclobber(path) else { return Ok(None) };
    if refused.error.kind() == io::ErrorKind::AlreadyExists || path.exists() {
        return Ok(Some(refused.file));
    }
    // Some file systems, such as those of USB sticks and networks, cannot move without replacing.
    refused.file.persist(path).map_err(|error| unwritable(path, error.error))?;
    Ok(None)
}

/// Like [`save`], but `write` fills the file.
fn save_with(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> Result<(), SaveError> {
    let destination = Destination::of(path)?;
    let file = write_new(&destination, write)?;
    file.persist(&destination.target).map_err(|error| unwritable(path, error.error))?;
    Ok(())
}

fn unwritable(path: &Path, cause: io::Error) -> SaveError {
    match cause.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => SaveError::Full(path.to_owned()),
        _ => SaveError::Unwritable { path: path.to_owned(), cause },
    }
}

/// A new, complete file in the folder of the destination; it is deleted unless it is moved there.
fn write_new(
    destination: &Destination,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> Result<NamedTempFile, SaveError> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As for any new file: the user's mask removes what it wants.
        let new = fs::Permissions::from_mode(0o666);
        // From the beginning, so that a private file is never readable by others.
        builder.permissions(destination.permissions.clone().unwrap_or(new));
    }
    let refused = |cause| unwritable(&destination.requested, cause);
    let file = builder.prefix(".continuo-").tempfile_in(folder_of(&destination.target));
    let mut file = file.map_err(|cause| refused(system_error(&cause)))?;
    write(file.as_file_mut()).map_err(refused)?;
    if let Some(permissions) = &destination.permissions {
        // Again, since the mask removed some.
        file.as_file().set_permissions(permissions.clone()).map_err(refused)?;
    }
    Ok(file)
}

/// The cause without the path of the temporary file, which the user never named.
fn system_error(cause: &io::Error) -> io::Error {
    let inner = cause.get_ref().and_then(|inner| inner.source()).and_then(|inner| inner.downcast_ref::<io::Error>());
    match cause.raw_os_error().or_else(|| inner.and_then(io::Error::raw_os_error)) {
        Some(code) => io::Error::from_raw_os_error(code),
        None => cause.kind().into(),
    }
}

/// Checks that a file can be written to `path`: its folder exists, and `path` is free or a regular file that may be
/// written to.
///
/// # Errors
/// When the folder is missing, or `path` is a folder, not a regular file, or write-protected.
pub fn check(path: &Path) -> Result<(), SaveError> {
    Destination::of(path).map(drop)
}

/// Writes a new folder with these files, whose paths are relative to it: all of them or nothing. No folder is ever
/// replaced.
///
/// # Errors
/// When [`check_folder`] refuses the path, the folder around it cannot be written to, or the disk is full.
pub fn save_folder<'a>(path: &Path, files: impl IntoIterator<Item = (&'a Path, &'a [u8])>) -> Result<(), SaveError> {
    check_folder(path)?;
    let refused = |cause: io::Error| unwritable(path, system_error(&cause));
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o777));
    }
    // Deleted with what is in it unless it is moved.
    let whole = builder.prefix(".continuo-").tempdir_in(folder_of(path)).map_err(refused)?;
    for (name, bytes) in files {
        let file = whole.path().join(name);
        fs::create_dir_all(folder_of(&file)).map_err(refused)?;
        let mut file = File::create_new(&file).map_err(refused)?;
        file.write_all(bytes).and_then(|()| file.sync_all()).map_err(refused)?;
    }
    fs::rename(whole.path(), path).map_err(refused)?;
    // It has moved: nothing is left to delete.
    let _ = whole.keep();
    Ok(())
}

/// Checks that a new folder can be made at `path`: the folder around it exists, and the path is free.
///
/// # Errors
/// When the folder around it is missing, or something is at the path.
pub fn check_folder(path: &Path) -> Result<(), SaveError> {
    if fs::symlink_metadata(path).is_ok() {
        return Err(SaveError::Exists(path.to_owned()));
    }
    let around = folder_of(path);
    if around.is_dir() { Ok(()) } else { Err(SaveError::NoFolder(around.to_owned())) }
}

/// Where a file goes.
struct Destination {
    /// The requested path, for messages.
    requested: PathBuf,
    /// Where the file goes: the target of `requested` if that is a link.
    target: PathBuf,
    /// The permissions of the file that is replaced.
    permissions: Option<fs::Permissions>,
}

impl Destination {
    fn of(path: &Path) -> Result<Self, SaveError> {
        let existing = match fs::metadata(path) {
            Ok(metadata) => Some(metadata),
            Err(cause) if matches!(cause.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => None,
            Err(cause) => return Err(unwritable(path, cause)),
        };
        match &existing {
            Some(found) if found.is_dir() => return Err(SaveError::IsFolder(path.to_owned())),
            Some(found) if !found.is_file() => return Err(SaveError::NotRegularFile(path.to_owned())),
            Some(found) if found.permissions().readonly() => return Err(SaveError::Protected(path.to_owned())),
            None if names_folder(path) => return Err(SaveError::NoFolder(path.to_owned())),
            _ => {}
        }
        let target = behind_links(path)?;
        let folder = folder_of(&target);
        if !folder.is_dir() {
            return Err(SaveError::NoFolder(folder.to_owned()));
        }
        if existing.is_some() {
            // A folder's permissions let its files be replaced even where the user may not write to them.
            File::options().write(true).open(&target).map_err(|cause| match cause.kind() {
                io::ErrorKind::PermissionDenied => SaveError::Protected(path.to_owned()),
                _ => unwritable(path, cause),
            })?;
        }
        let permissions = existing.map(|found| found.permissions());
        Ok(Self { requested: path.to_owned(), target, permissions })
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Whether a path ends as only a folder's can: in a separator, `.` or `..`.
fn names_folder(path: &Path) -> bool {
    let ends_in = |name: &OsStr| path.as_os_str().as_encoded_bytes().ends_with(name.as_encoded_bytes());
    !path.file_name().is_some_and(ends_in)
}

/// Follows links to their final target, which need not exist yet.
fn behind_links(path: &Path) -> Result<PathBuf, SaveError> {
    // As many as Linux follows.
    const MOST_LINKS: usize = 40;
    let mut place = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&place) {
            Ok(target) => place = folder_of(&place).join(target),
            Err(_) => return Ok(place),
        }
    }
    Err(unwritable(path, io::Error::other("there are too many links")))
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
    fn a_folder_is_written_whole_and_replaces_nothing() {
        let around = tempfile::tempdir().unwrap();
        let path = around.path().join("song");
        let files = [(Path::new("a/b.mid"), &b"notes"[..]), (Path::new("song.ardour"), b"session")];
        save_folder(&path, files).unwrap();
        assert_eq!(fs::read(path.join("a/b.mid")).unwrap(), b"notes");
        let again = save_folder(&path, [(Path::new("song.ardour"), &b"other"[..])]).unwrap_err();
        assert!(matches!(again, SaveError::Exists(_)), "{again}");
        assert_eq!(fs::read(path.join("song.ardour")).unwrap(), b"session");
        // A name that is given twice fails in the middle: nothing is left.
        let twice = [(Path::new("x"), &b"1"[..]), (Path::new("x"), b"2")];
        assert!(save_folder(&around.path().join("other"), twice).is_err());
        assert!(matches!(save_folder(&around.path().join("no/where"), files), Err(SaveError::NoFolder(_))));
        assert_eq!(fs::read_dir(around.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_new_file_replaces_nothing_and_the_same_bytes_are_written_once() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        for (bytes, expected) in
            [(b"one", "a.mid"), (b"two", "a (2).mid"), (b"six", "a (3).mid"), (b"two", "a (2).mid"), (b"one", "a.mid")]
        {
            assert_eq!(save_new(folder, "a.mid", bytes).unwrap(), folder.join(expected));
        }
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), 3);
        assert_eq!(save_new(folder, "no extension", b"x").unwrap(), folder.join("no extension"));
        assert_eq!(save_new(folder, "no extension", b"y").unwrap(), folder.join("no extension (2)"));
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

    /// Linux has a file that acts as a full disk. The second half is written to it.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_reported_and_the_existing_file_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("song.mid");
        save(&path, b"first").unwrap();
        let full = save_with(&path, |file| {
            file.write_all(b"sec")?;
            File::options().write(true).open("/dev/full")?.write_all(b"ond")
        });
        let error = full.unwrap_err().to_string();
        assert!(error.contains("song.mid could not be written: the disk is full"), "{error}");
        assert_eq!(std::fs::read(&path).unwrap(), b"first");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_missing_folder_and_a_folder_in_place_of_a_file_are_reported() {
        let folder = tempfile::tempdir().unwrap();
        let missing = save(&folder.path().join("nowhere/song.mid"), b"x").unwrap_err().to_string();
        assert!(missing.contains("nowhere") && missing.contains("does not exist"), "{missing}");
        assert!(save(folder.path(), b"x").unwrap_err().to_string().contains("is a folder"));
    }

    #[test]
    fn a_path_that_only_a_folder_can_have_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        save(&folder.path().join("song.mid"), b"x").unwrap();
        for path in ["nowhere/", "nowhere/.", "song.mid/"] {
            let error = check(&folder.path().join(path)).unwrap_err();
            assert!(matches!(error, SaveError::NoFolder(_)), "{path}: {error}");
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
        let error = save(&path, b"second").unwrap_err().to_string();
        assert!(error.contains("song.mid is write-protected"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), b"first");
    }

    #[cfg(unix)]
    #[test]
    fn a_new_file_gets_the_permissions_of_the_file_it_replaces() {
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
    fn links_stay_and_their_targets_are_written() {
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
        let error = save(&folder.join("round"), b"x").unwrap_err().to_string();
        assert!(error.contains("round could not be written"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn anything_but_a_regular_file_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socket");
        let _socket = std::os::unix::net::UnixListener::bind(&path).unwrap();
        for path in [&path, Path::new("/dev/null")] {
            // Not `save`: a fault in it would replace them.
            let error = check(path).unwrap_err();
            assert!(matches!(error, SaveError::NotRegularFile(_)), "{error}");
            assert!(error.to_string().starts_with(&path.display().to_string()), "{error}");
        }
    }
}
