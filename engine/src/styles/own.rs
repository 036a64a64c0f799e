//! One of the user's own styles, and its file format.

use super::slots::{FIRST_OWN_SLOT, SLOTS};
use crate::{network::model::Genre, storage::data_folder::is_name};
use continuo_music::part::{Part, PartMap};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The format version that is written. Newer versions are refused.
const VERSION: u32 = 1;
/// The longest vector that is accepted.
const LONGEST_VECTOR: usize = 4096;

/// A style that was read from the user's music.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnStyle {
    /// Its name (also its identifier), vector, parts and programs.
    pub genre: Genre,
    /// The style space of its vector: it can be mixed with the genres of a model that has the same style space.
    pub style_space: String,
    /// The value of the genre parameters that selects this style.
    pub slot: u8,
    /// The names of the files that it was read from.
    pub sources: Vec<String>,
}

/// Why a file is not a style.
#[derive(Debug, thiserror::Error)]
pub enum StyleFileError {
    /// The file cannot be read.
    #[error("it cannot be read ({0}); check its permissions")]
    Unreadable(#[from] std::io::Error),
    /// The file is too large.
    #[error("it is larger than any style; it was left unchanged")]
    TooLarge,
    /// The file is not JSON, or has another structure.
    #[error("it is not a style of Continuo ({0}); it was left unchanged")]
    Foreign(#[from] serde_json::Error),
    /// A newer Continuo wrote the file.
    #[error("it was made by a newer Continuo (format {0}, this one reads up to {VERSION}); update Continuo")]
    Newer(u32),
    /// The file has the structure of a style, but invalid contents.
    #[error("it is damaged: {0}; make the style again")]
    Damaged(&'static str),
}

/// The format of the file, and of the styles in a project.
#[derive(Deserialize, Serialize)]
pub(crate) struct SavedStyle {
    #[serde(rename = "continuo_style")]
    version: u32,
    name: String,
    slot: u8,
    style_space: String,
    vector: Vec<f32>,
    parts: Vec<String>,
    programs: BTreeMap<String, u8>,
    #[serde(default)]
    sources: Vec<String>,
}

impl From<&OwnStyle> for SavedStyle {
    fn from(style: &OwnStyle) -> Self {
        let playing = || Part::ALL.into_iter().filter(|&part| style.genre.parts[part]);
        Self {
            version: VERSION,
            name: style.genre.name.clone(),
            slot: style.slot,
            style_space: style.style_space.clone(),
            vector: style.genre.style.clone(),
            parts: playing().map(|part| part.id().to_owned()).collect(),
            programs: Part::PITCHED.map(|part| (part.id().to_owned(), style.genre.programs[part])).into(),
            sources: style.sources.clone(),
        }
    }
}

impl SavedStyle {
    /// The style, if its contents are valid.
    pub fn checked(self) -> Result<OwnStyle, StyleFileError> {
        let damaged = StyleFileError::Damaged;
        if self.version > VERSION {
            return Err(StyleFileError::Newer(self.version));
        }
        if !is_name(&self.name) {
            return Err(damaged("its name is invalid"));
        }
        if !(FIRST_OWN_SLOT..SLOTS).contains(&self.slot) {
            return Err(damaged("its slot is not one for own styles"));
        }
        if self.style_space.is_empty() {
            return Err(damaged("it names no style space"));
        }
        if !(1..=LONGEST_VECTOR).contains(&self.vector.len()) || !self.vector.iter().all(|number| number.is_finite()) {
            return Err(damaged("its vector is empty, too long or not finite"));
        }
        let mut parts = PartMap::default();
        for id in &self.parts {
            parts[Part::from_id(id).ok_or(damaged("it names an unknown part"))?] = true;
        }
        let mut programs = PartMap::default();
        for (id, program) in &self.programs {
            let part = Part::from_id(id).filter(|_| *program < 128);
            programs[part.ok_or(damaged("it has an invalid program"))?] = *program;
        }
        let genre = Genre { id: self.name.clone(), name: self.name, style: self.vector, parts, programs };
        Ok(OwnStyle { genre, style_space: self.style_space, slot: self.slot, sources: self.sources })
    }
}

impl OwnStyle {
    /// The style as the text of its file.
    pub fn to_json(&self) -> String {
        // Serialising plain numbers and strings into memory cannot fail.
        serde_json::to_string_pretty(&SavedStyle::from(self)).unwrap_or_default()
    }

    /// Reads what [`OwnStyle::to_json`] wrote.
    ///
    /// # Errors
    /// When the text is not a style, is damaged, or was written by a newer version.
    pub fn from_json(text: &str) -> Result<Self, StyleFileError> {
        serde_json::from_str::<SavedStyle>(text)?.checked()
    }
}

/// The first slot that no style has.
pub(super) fn free_slot(styles: &[OwnStyle]) -> Option<u8> {
    (FIRST_OWN_SLOT..SLOTS).find(|slot| styles.iter().all(|style| style.slot != *slot))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A style with a vector of two numbers.
    pub fn style(name: &str, slot: u8, first: f32) -> OwnStyle {
        let genre = Genre {
            id: name.to_owned(),
            name: name.to_owned(),
            style: vec![first, 0.1],
            parts: PartMap([true, true, false, true, false]),
            programs: PartMap([0, 33, 0, 48, 73]),
        };
        OwnStyle { genre, style_space: "space".to_owned(), slot, sources: vec!["song.mid".to_owned()] }
    }

    #[test]
    fn a_style_is_read_back_unchanged() {
        let style = style("coulton", 17, 0.123_456_79);
        assert_eq!(OwnStyle::from_json(&style.to_json()).unwrap(), style);
    }

    #[test]
    fn what_is_not_a_style_is_refused_with_the_reason() {
        let good = style("coulton", 17, 0.5).to_json();
        for (text, cause) in [
            (String::new(), "not a style"),
            ("{\"a\": 1}".to_owned(), "not a style"),
            (good[..good.len() / 2].to_owned(), "not a style"),
            (good.replace("\"continuo_style\": 1", "\"continuo_style\": 2"), "newer Continuo"),
            (good.replace("\"slot\": 17", "\"slot\": 15"), "slot"),
            (good.replace("\"slot\": 17", "\"slot\": 32"), "slot"),
            (good.replace("coulton", "../coulton"), "name"),
            (good.replace("\"space\"", "\"\""), "style space"),
            (good.replace("0.5", "1e39"), "vector"),
            (good.replace("\"drums\"", "\"kazoo\""), "part"),
            (good.replace("\"bass\": 33", "\"bass\": 133"), "program"),
        ] {
            assert_ne!(text, good);
            let error = OwnStyle::from_json(&text).unwrap_err().to_string();
            assert!(error.contains(cause), "{cause}: {error}");
        }
    }
}
