//! The user's own styles in the data folder, one file each.

use super::{
    own::{OwnStyle, StyleFileError, free_slot},
    slots::{FIRST_OWN_SLOT, SLOTS},
};
use crate::{
    network::model::Genre,
    storage::{
        atomic_file::{SaveError, save},
        data_folder::{DataFolder, is_name},
    },
};
use std::{
    ffi::OsString,
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    time::SystemTime,
};

/// The largest file that is read as a style.
const LARGEST_FILE: u64 = 256 * 1024;
/// Further files are ignored.
const MOST_FILES: usize = 256;

/// The folder of styles, which need not exist yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StyleFolder(PathBuf);

/// The contents of the folder.
#[derive(Debug, Default)]
pub struct Listing {
    /// The styles, by slot; no two share one.
    pub styles: Vec<OwnStyle>,
    /// Files that are not styles, or whose style found no free slot, with the reason. They were left unchanged.
    pub refused: Vec<(PathBuf, StyleFileError)>,
}

/// The state of the folder, to detect changes cheaply: each file's name, length and modification time.
pub type Stamp = Vec<(OsString, u64, Option<SystemTime>)>;

/// Why a style could not be kept or removed.
#[derive(Debug, thiserror::Error)]
pub enum StyleFolderError {
    /// The name is invalid.
    #[error("\"{0}\" cannot be the name of a style; give letters, digits, spaces, - or _, at most 60 of them")]
    InvalidName(String),
    /// The model has a genre of this name.
    #[error("\"{0}\" is a genre of the model; give the style another name")]
    GenreName(String),
    /// All slots are in use.
    #[error("there are {} styles already, and automation has no value for another; remove one first", SLOTS - FIRST_OWN_SLOT)]
    NoFreeSlot,
    /// No style has this name.
    #[error("there is no style \"{name}\"; available: {known}")]
    Unknown {
        /// The requested name.
        name: String,
        /// The existing names, or "none".
        known: String,
    },
    /// The folder cannot be created.
    #[error("the folder {} could not be created: {cause}", .path.display())]
    NoFolder {
        /// The folder.
        path: PathBuf,
        /// The system's error.
        cause: io::Error,
    },
    /// The file cannot be written.
    #[error(transparent)]
    Save(#[from] SaveError),
    /// The file cannot be removed.
    #[error("{} could not be removed: {cause}", .path.display())]
    Remove {
        /// The file.
        path: PathBuf,
        /// The system's error.
        cause: io::Error,
    },
}

impl StyleFolder {
    /// The styles in a data folder.
    pub fn of(data: &DataFolder) -> Self {
        Self(data.styles())
    }

    /// The current state of the folder; empty if it does not exist.
    pub fn stamp(&self) -> Stamp {
        let Ok(entries) = fs::read_dir(&self.0) else { return Stamp::new() };
        let files = entries.filter_map(Result::ok).take(MOST_FILES).filter_map(|entry| {
            let metadata = fs::metadata(entry.path()).ok()?;
            Some((entry.file_name(), metadata.len(), metadata.modified().ok()))
        });
        let mut stamp: Stamp = files.collect();
        stamp.sort_unstable();
        stamp
    }

    /// Reads all styles. The name of a style is that of its file: renaming the file renames the style. If two files
    /// have the same slot, as after copying them from two machines, the first by name keeps it and the other moves.
    pub fn list(&self) -> Listing {
        let mut listing = Listing::default();
        for (name, ..) in self.stamp() {
            let path = self.0.join(&name);
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            match read(&path) {
                Ok(style) => listing.styles.push(style),
                Err(error) => listing.refused.push((path, error)),
            }
        }
        listing.assign_slots(&self.0);
        listing
    }

    /// Saves a style under its name. It gets the slot of the style of that name that it replaces, or a free one. The
    /// names of the model's `genres` are reserved.
    ///
    /// # Errors
    /// When the name is invalid or a genre's, no slot is free, or the file cannot be written.
    pub fn keep(&self, genres: &[Genre], mut style: OwnStyle) -> Result<OwnStyle, StyleFolderError> {
        let name = style.genre.name.clone();
        if !is_name(&name) {
            return Err(StyleFolderError::InvalidName(name));
        }
        if genres.iter().any(|genre| genre.id.eq_ignore_ascii_case(&name) || genre.name.eq_ignore_ascii_case(&name)) {
            return Err(StyleFolderError::GenreName(name));
        }
        let listing = self.list();
        let known = listing.styles.iter().find(|known| known.genre.name.eq_ignore_ascii_case(&name));
        style.slot = match known {
            Some(known) => known.slot,
            None => free_slot(&listing.styles).ok_or(StyleFolderError::NoFreeSlot)?,
        };
        if let Some(known) = known {
            // Where file names are case-sensitive, another spelling would make a second file for the same style.
            style.genre.name.clone_from(&known.genre.name);
            style.genre.id.clone_from(&known.genre.id);
        }
        fs::create_dir_all(&self.0).map_err(|cause| StyleFolderError::NoFolder { path: self.0.clone(), cause })?;
        save(&self.path(&style.genre.name), style.to_json().as_bytes())?;
        Ok(style)
    }

    /// Removes a style.
    ///
    /// # Errors
    /// When no style has this name, or its file cannot be removed.
    pub fn remove(&self, name: &str) -> Result<(), StyleFolderError> {
        let styles = self.list().styles;
        let Some(style) = styles.iter().find(|style| style.genre.name.eq_ignore_ascii_case(name.trim())) else {
            let known: Vec<&str> = styles.iter().map(|style| style.genre.name.as_str()).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            return Err(StyleFolderError::Unknown { name: name.to_owned(), known });
        };
        let path = self.path(&style.genre.name);
        fs::remove_file(&path).map_err(|cause| StyleFolderError::Remove { path, cause })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(format!("{name}.json"))
    }
}

impl Listing {
    /// Moves styles so that no two share a slot.
    fn assign_slots(&mut self, folder: &Path) {
        let mut placed: Vec<OwnStyle> = Vec::with_capacity(self.styles.len());
        let mut waiting = Vec::new();
        for style in self.styles.drain(..) {
            let occupied = placed.iter().any(|other| other.slot == style.slot);
            if occupied { waiting.push(style) } else { placed.push(style) }
        }
        for mut style in waiting {
            if let Some(slot) = free_slot(&placed) {
                style.slot = slot;
                placed.push(style);
            } else {
                let path = folder.join(format!("{}.json", style.genre.name));
                self.refused.push((path, StyleFileError::Damaged("no slot is free for it")));
            }
        }
        placed.sort_by_key(|style| style.slot);
        self.styles = placed;
    }
}

fn read(path: &Path) -> Result<OwnStyle, StyleFileError> {
    let mut text = String::new();
    let read = fs::File::open(path)?.take(LARGEST_FILE + 1).read_to_string(&mut text)?;
    if read as u64 > LARGEST_FILE {
        return Err(StyleFileError::TooLarge);
    }
    let mut style = OwnStyle::from_json(&text)?;
    let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    if !is_name(&name) {
        return Err(StyleFileError::Damaged("the name of its file is not a valid style name"));
    }
    style.genre.id.clone_from(&name);
    style.genre.name = name;
    Ok(style)
}

#[cfg(test)]
mod tests {
    use super::{super::own::tests::style, *};

    fn folder() -> (tempfile::TempDir, StyleFolder) {
        let data = tempfile::tempdir().unwrap();
        let styles = StyleFolder::of(&DataFolder::at(data.path()));
        (data, styles)
    }

    fn slots(styles: &StyleFolder) -> Vec<(String, u8)> {
        styles.list().styles.iter().map(|style| (style.genre.name.clone(), style.slot)).collect()
    }

    #[test]
    fn styles_keep_their_slots_when_others_come_and_go() {
        let (_data, styles) = folder();
        assert!(styles.list().styles.is_empty());
        for name in ["one", "two", "three"] {
            styles.keep(&[], style(name, 31, 0.5)).unwrap();
        }
        styles.remove("Two").unwrap();
        assert_eq!(slots(&styles), [("one".to_owned(), 16), ("three".to_owned(), 18)]);
        let again = styles.keep(&[], style("THREE", 31, 0.7)).unwrap();
        assert_eq!((again.slot, again.genre.name.as_str()), (18, "three"));
        styles.keep(&[], style("four", 31, 0.5)).unwrap();
        assert_eq!(slots(&styles), [("one".to_owned(), 16), ("four".to_owned(), 17), ("three".to_owned(), 18)]);
        assert_eq!(styles.list().styles[2].genre.style, vec![0.7, 0.1]);
    }

    #[test]
    fn invalid_and_reserved_names_and_a_full_folder_are_refused() {
        let (_data, styles) = folder();
        let jazz = style("Jazz", 0, 0.0).genre;
        let error =
            |name: &str| styles.keep(std::slice::from_ref(&jazz), style(name, 16, 0.5)).unwrap_err().to_string();
        assert!(error("../up").contains("cannot be the name"));
        assert!(error("jazz").contains("genre of the model"));
        assert!(styles.remove("nobody").unwrap_err().to_string().contains("available: none"));
        for index in 0..SLOTS - FIRST_OWN_SLOT {
            styles.keep(&[], style(&format!("style {index}"), 16, 0.5)).unwrap();
        }
        assert!(error("one more").contains("16 styles"));
        assert!(styles.keep(&[], style("style 3", 16, 0.9)).is_ok(), "an existing style can be replaced");
    }

    #[test]
    fn foreign_files_are_listed_and_left_alone_and_no_slot_is_assigned_twice() {
        let (_data, styles) = folder();
        styles.keep(&[], style("one", 16, 0.5)).unwrap();
        let text = "{\"somebody's\": \"file\"}";
        fs::write(styles.0.join("notes.json"), text).unwrap();
        fs::write(styles.0.join("readme.txt"), "ignored").unwrap();
        fs::write(styles.0.join("huge.json"), " ".repeat(300_000)).unwrap();
        fs::write(styles.0.join("bytes.json"), [0xff, 0xfe]).unwrap();
        fs::create_dir(styles.0.join("folder.json")).unwrap();
        fs::write(styles.0.join("two.json"), style("one", 16, 0.9).to_json()).unwrap();
        let listing = styles.list();
        assert_eq!(slots(&styles), [("one".to_owned(), 16), ("two".to_owned(), 17)]);
        let refused: Vec<_> =
            listing.refused.iter().map(|(path, _)| path.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(refused, ["bytes.json", "folder.json", "huge.json", "notes.json"]);
        assert_eq!(fs::read_to_string(styles.0.join("notes.json")).unwrap(), text);
    }

    #[test]
    fn a_change_alters_the_stamp() {
        let (_data, styles) = folder();
        let empty = styles.stamp();
        styles.keep(&[], style("one", 16, 0.5)).unwrap();
        let one = styles.stamp();
        assert_ne!(one, empty);
        assert_eq!(styles.stamp(), one);
        styles.remove("one").unwrap();
        assert_eq!(styles.stamp(), empty);
    }
}
