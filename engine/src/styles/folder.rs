//! The user's own styles in the data folder, a file for each.

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
/// Files beyond so many are not looked at.
const MOST_FILES: usize = 256;

/// The folder of styles, which need not exist yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StyleFolder(PathBuf);

/// What the folder holds.
#[derive(Debug, Default)]
pub struct Listing {
    /// The styles, by slot; no two have one.
    pub styles: Vec<OwnStyle>,
    /// Files that are no styles, or that found no slot, with the reason. They were left alone.
    pub refused: Vec<(PathBuf, StyleFileError)>,
}

/// How the folder looked, to see cheaply whether it changed: each file's name, length and time of change.
pub type Stamp = Vec<(OsString, u64, Option<SystemTime>)>;

/// Why a style could not be kept or removed.
#[derive(Debug, thiserror::Error)]
pub enum StyleFolderError {
    /// The name is none.
    #[error("\"{0}\" cannot be the name of a style; give letters, digits, spaces, - or _, at most 60 of them")]
    Name(String),
    /// The model has a genre of that name.
    #[error("\"{0}\" is a genre of the model's; give the style another name")]
    Taken(String),
    /// Every slot has its style.
    #[error("there are {} styles, and no more can be told apart by automation; remove one first", SLOTS - FIRST_OWN_SLOT)]
    Full,
    /// There is none of that name.
    #[error("there is no style \"{name}\"; there are {known}")]
    Unknown {
        /// The name that was asked for.
        name: String,
        /// The names there are, or "none".
        known: String,
    },
    /// The folder cannot be made.
    #[error("the folder {} could not be made: {cause}", .path.display())]
    NoFolder {
        /// The folder.
        path: PathBuf,
        /// The system's answer.
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
        /// The system's answer.
        cause: io::Error,
    },
}

impl StyleFolder {
    /// The styles in a data folder.
    pub fn of(data: &DataFolder) -> Self {
        Self(data.styles())
    }

    /// How the folder looks now. Empty if there is none.
    pub fn stamp(&self) -> Stamp {
        let Ok(entries) = fs::read_dir(&self.0) else { return Stamp::new() };
        let files = entries.filter_map(Result::ok).take(MOST_FILES).filter_map(|entry| {
            let facts = fs::metadata(entry.path()).ok()?;
            Some((entry.file_name(), facts.len(), facts.modified().ok()))
        });
        let mut stamp: Stamp = files.collect();
        stamp.sort_unstable();
        stamp
    }

    /// Reads all styles. A style's name is its file's: a file that was renamed is a style that was renamed. Where two
    /// files have one slot, as after copying them from two machines, the first by name has it and the other moves.
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
        listing.give_slots(&self.0);
        listing
    }

    /// Keeps a style under a name; one of the same name is replaced and its slot kept. `taken` are the model's genres.
    ///
    /// # Errors
    /// When the name is none or a genre's, all slots are taken, or the file cannot be written.
    pub fn keep(&self, taken: &[Genre], mut style: OwnStyle) -> Result<OwnStyle, StyleFolderError> {
        let name = style.genre.name.clone();
        if !is_name(&name) {
            return Err(StyleFolderError::Name(name));
        }
        if taken.iter().any(|genre| genre.id.eq_ignore_ascii_case(&name) || genre.name.eq_ignore_ascii_case(&name)) {
            return Err(StyleFolderError::Taken(name));
        }
        let listing = self.list();
        let known = listing.styles.iter().find(|known| known.genre.name.eq_ignore_ascii_case(&name));
        style.slot = match known {
            Some(known) => known.slot,
            None => free_slot(&listing.styles).ok_or(StyleFolderError::Full)?,
        };
        if let Some(known) = known {
            // On systems whose files' names differ by case two files would stand for one style.
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
    /// When there is none of that name, or its file cannot be removed.
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
    /// Sees to it that no two styles have one slot.
    fn give_slots(&mut self, folder: &Path) {
        let mut placed: Vec<OwnStyle> = Vec::with_capacity(self.styles.len());
        let mut waiting = Vec::new();
        for style in self.styles.drain(..) {
            let taken = placed.iter().any(|other| other.slot == style.slot);
            if taken { waiting.push(style) } else { placed.push(style) }
        }
        for mut style in waiting {
            if let Some(slot) = free_slot(&placed) {
                style.slot = slot;
                placed.push(style);
            } else {
                let path = folder.join(format!("{}.json", style.genre.name));
                self.refused.push((path, StyleFileError::Damaged("there is no slot left for it")));
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
        return Err(StyleFileError::Damaged("its file's name cannot be a style's"));
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
    fn names_that_are_none_or_taken_and_a_full_folder_are_told() {
        let (_data, styles) = folder();
        let jazz = style("Jazz", 0, 0.0).genre;
        let told = |name: &str| styles.keep(std::slice::from_ref(&jazz), style(name, 16, 0.5)).unwrap_err().to_string();
        assert!(told("../up").contains("cannot be the name"));
        assert!(told("jazz").contains("genre of the model"));
        assert!(styles.remove("nobody").unwrap_err().to_string().contains("there are none"));
        for index in 0..SLOTS - FIRST_OWN_SLOT {
            styles.keep(&[], style(&format!("style {index}"), 16, 0.5)).unwrap();
        }
        assert!(told("one more").contains("16 styles"));
        assert!(styles.keep(&[], style("style 3", 16, 0.9)).is_ok(), "one that is there can be made again");
    }

    #[test]
    fn foreign_files_are_told_and_left_alone_and_one_slot_is_not_given_twice() {
        let (_data, styles) = folder();
        styles.keep(&[], style("one", 16, 0.5)).unwrap();
        let text = "{\"somebody's\": \"file\"}";
        fs::write(styles.0.join("notes.json"), text).unwrap();
        fs::write(styles.0.join("readme.txt"), "not looked at").unwrap();
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
    fn a_change_is_seen_in_the_stamp() {
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
