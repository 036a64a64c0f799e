//! The drummer network's file: its contract is `models/DRUMMER.md`.

mod performance;

use super::{
    error::ModelError,
    file::{NetworkFile, read_file},
    metadata::{Metadata, violation},
    signature::Signature,
    source::{ModelSource, embedded_drummer},
};
use crate::network::contract::{DRUM_FEEL, DRUM_KINDS, DRUM_TAP, DRUM_VOICES, DRUMMER_CONTRACT, STEPS};
use serde::Deserialize;
use std::borrow::Cow;

pub use performance::DrumPerformance;
#[cfg(test)]
pub(crate) use performance::tests::performance;

/// The file's name in a model's folder.
const FILE: &str = "drummer.onnx";
/// The role in the metadata.
const ROLE: &str = "drummer";
/// The most genres that are accepted.
const MOST_GENRES: usize = 256;
/// The most performances of a genre that are accepted.
const MOST_PERFORMANCES: usize = 4096;

/// A checked drummer network.
#[derive(Clone, Debug)]
pub struct DrummerFile {
    name: String,
    genres: Vec<DrumGenre>,
    file: NetworkFile,
}

/// A genre of drums.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct DrumGenre {
    /// Its id.
    pub id: String,
    /// How its drummers play on average: mean and spread of loudness and of timing, and 1; none where there are no drummers.
    pub feel: Option<Vec<f32>>,
    /// How some of its drummers play, each like [`Self::feel`].
    #[serde(default)]
    pub feels: Vec<Vec<f32>>,
    /// How some of its drummers strayed in four bars.
    #[serde(default)]
    pub performances: Vec<DrumPerformance>,
}

#[derive(Deserialize)]
struct Description {
    role: String,
    name: String,
    version: String,
    drummer_contract: u32,
    genres: Vec<DrumGenre>,
}

impl DrummerFile {
    /// Reads and checks the drummer network beside the generator from `source`; the built-in one if it has none.
    ///
    /// # Errors
    /// When the file exists but cannot be read, is not whole, or breaks the contract.
    pub fn load(source: &ModelSource) -> Result<Self, ModelError> {
        let bytes = match source {
            ModelSource::Embedded => Cow::Borrowed(embedded_drummer()),
            ModelSource::File(path) => match read_file(&path.with_file_name(FILE)) {
                Ok(bytes) => Cow::Owned(bytes),
                Err(ModelError::Missing(_)) => Cow::Borrowed(embedded_drummer()),
                Err(error) => return Err(error),
            },
        };
        Self::check(bytes)
    }

    fn check(bytes: Cow<'static, [u8]>) -> Result<Self, ModelError> {
        let metadata = Metadata::read(&bytes)?;
        let found: Description = metadata.description()?;
        if found.role != ROLE {
            return Err(ModelError::OtherRole { found: found.role, wanted: ROLE });
        }
        if found.drummer_contract != DRUMMER_CONTRACT {
            return Err(ModelError::NewerContract { found: found.drummer_contract, known: DRUMMER_CONTRACT });
        }
        let wrong = |genre: &DrumGenre| {
            genre.performances.len() > MOST_PERFORMANCES
                || genre.feel.iter().chain(&genre.feels).any(|feel| feel.len() != DRUM_FEEL)
        };
        if found.genres.len() > MOST_GENRES || found.genres.iter().any(wrong) {
            return Err(violation("its genres are out of range".to_owned()));
        }
        let checksum = metadata.checksum.to_owned();
        let file = NetworkFile::check(bytes, &checksum, signature(found.genres.len() + 1))?;
        Ok(Self { name: format!("{} {}", found.name, found.version), genres: found.genres, file })
    }

    /// Name and version.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The genres that it knows, in its order.
    pub fn genres(&self) -> &[DrumGenre] {
        &self.genres
    }

    /// Its network.
    pub const fn file(&self) -> &NetworkFile {
        &self.file
    }
}

fn signature(genres: usize) -> Signature {
    let strokes = || vec![STEPS, DRUM_VOICES];
    Signature {
        inputs: vec![
            ("tap", vec![STEPS, DRUM_TAP]),
            ("hits", strokes()),
            ("known", strokes()),
            ("genre", vec![genres]),
            ("feel", vec![DRUM_FEEL]),
            ("kind", vec![DRUM_KINDS]),
        ],
        outputs: ["likely", "velocity", "velocity_spread", "timing", "timing_spread"]
            .map(|name| (name, strokes()))
            .into(),
    }
}
