//! The user's data folder: own styles, models, the runtime, and the preferences for all projects.
//!
//! ```text
//! styles/<name>.json
//! models/<name>/continuo.onnx, encoder.onnx, conductor.onnx, style-encoder.onnx
//! runtime/<the ONNX Runtime library>
//! preferences.json
//! ```

use std::path::{Path, PathBuf};

/// The environment variable that names another data folder.
pub const DATA_VARIABLE: &str = "CONTINUO_DATA";

/// The longest name of a style or a model, in characters.
const LONGEST_NAME: usize = 60;

/// A data folder, which need not exist yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataFolder(PathBuf);

impl DataFolder {
    /// The folder that `CONTINUO_DATA` names, or else `continuo` in the system's folder for user data; `None` if the
    /// system has no such folder.
    pub fn of_user() -> Option<Self> {
        let named = std::env::var_os(DATA_VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from);
        named.or_else(|| Some(dirs::data_dir()?.join("continuo"))).map(Self)
    }

    /// The folder at this path.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The folder of the styles.
    pub fn styles(&self) -> PathBuf {
        self.0.join("styles")
    }

    /// The folder of the models, each in a folder of its own.
    pub fn models(&self) -> PathBuf {
        self.0.join("models")
    }

    /// The folder where the ONNX Runtime library may be.
    pub fn runtime(&self) -> PathBuf {
        self.0.join("runtime")
    }

    /// The folder of the user's presets for the plugin.
    pub fn presets(&self) -> PathBuf {
        self.0.join("presets")
    }

    /// The user's own SoundFont: the first file by name in the folder `sounds` that ends in `.sf2` or `.sf3`. (The latter
    /// cannot be played, and its player will say so.)
    pub fn sound_font(&self) -> Option<PathBuf> {
        let files = std::fs::read_dir(self.0.join("sounds")).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
        let is_font = |path: &PathBuf| {
            path.extension()
                .is_some_and(|ending| ending.eq_ignore_ascii_case("sf2") || ending.eq_ignore_ascii_case("sf3"))
        };
        files.filter(is_font).min()
    }

    /// The preferences file.
    pub fn preferences(&self) -> PathBuf {
        self.0.join("preferences.json")
    }
}

/// Whether a style or a model may have this name: it is a valid file name on every system, and fits on a line.
pub fn is_name(name: &str) -> bool {
    let allowed = |letter: char| letter.is_alphanumeric() || " -_.,'&+()!".contains(letter);
    (1..=LONGEST_NAME).contains(&name.chars().count())
        && name.chars().all(allowed)
        && !name.starts_with(['.', ' '])
        && !name.ends_with(['.', ' '])
        && !is_device(name)
}

/// Whether Windows reserves the name for a device, whatever follows a dot.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().to_ascii_uppercase();
    let numbered =
        |prefix: &str| stem.strip_prefix(prefix).is_some_and(|rest| matches!(rest.as_bytes(), [b'1'..=b'9']));
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_soundfont_by_name_is_the_users() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = DataFolder::at(folder.path());
        assert_eq!(data.sound_font(), None);
        let sounds = folder.path().join("sounds");
        std::fs::create_dir(&sounds).expect("a folder");
        for name in ["notes.txt", "b.sf2", "a.SF2"] {
            std::fs::write(sounds.join(name), "").expect("a file");
        }
        assert_eq!(data.sound_font(), Some(sounds.join("a.SF2")));
    }

    #[test]
    fn names_are_file_names_and_nothing_else() {
        for name in ["coulton", "Jonathan C. & band", "8-bit", "Ärger", "con brio"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", " ", ".hidden", "a/b", "..", "a\\b", "a:b", "tab\t", "end.", "nul", "COM1.x", &"x".repeat(61)]
        {
            assert!(!is_name(name), "{name}");
        }
    }
}
