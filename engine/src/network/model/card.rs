//! A model's card: the metadata of its file, checked against the contract in `models/README.md`.

use super::{
    chords::{self, ChordVocabulary},
    error::ModelError,
    metadata::{Metadata, violation},
};
use crate::network::contract::{DRUM_VOICES, LARGEST_ENCODING, LARGEST_VECTOR, LOWEST_PITCH, PITCHES, STEPS};
use continuo_music::part::{Part, PartMap};
use serde::Deserialize;

/// A model's description of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelCard {
    /// The contract that the file follows, 1 to [`CONTRACT`](crate::network::CONTRACT).
    pub contract: u32,
    /// The model's name.
    pub name: String,
    /// The model's version.
    pub version: String,
    /// The licence of the weights, an SPDX expression.
    pub licence: String,
    /// SHA-256 of the file, lower-case hex, as [`Model::load`](super::Model::load) checks it.
    pub checksum: String,
    /// Never empty.
    pub genres: Vec<Genre>,
    /// Index into `genres`.
    pub default_genre: usize,
    /// General MIDI keys of the drum voices.
    pub drum_voices: [u8; DRUM_VOICES],
    /// Length of a style vector.
    pub style_size: usize,
    /// Length of the noise vector.
    pub noise_size: usize,
    /// The name of the space that style vectors belong to: the model understands vectors of files with the same name
    /// here. Empty before contract 2.
    pub style_space: String,
    /// The chords that the model tells and takes; `None` before contract 3.
    pub chords: Option<ChordVocabulary>,
    /// Its encoder; `None` before contract 3, where the generator is one network.
    pub encoder: Option<EncoderLink>,
}

/// What a generator's card says about its encoder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncoderLink {
    /// SHA-256 as the encoder's file states it, lower-case hex.
    pub checksum: String,
    /// How many numbers it returns for a window.
    pub encoded_size: usize,
}

/// A genre: a named point in style space.
#[derive(Clone, Debug, PartialEq)]
pub struct Genre {
    /// The stable identifier.
    pub id: String,
    /// The name shown to people.
    pub name: String,
    /// As long as [`ModelCard::style_size`]; all numbers are finite.
    pub style: Vec<f32>,
    /// The parts that this genre plays.
    pub parts: PartMap<bool>,
    /// Zero-based General MIDI programs; the drums' is always 0.
    pub programs: PartMap<u8>,
}

impl ModelCard {
    /// The genre with this index; the default genre if the index is past the end.
    pub fn genre(&self, index: u8) -> &Genre {
        self.genres.get(usize::from(index)).unwrap_or(&self.genres[self.default_genre])
    }

    /// The index of the genre with this identifier or name, ignoring case.
    pub fn genre_index(&self, name: &str) -> Option<usize> {
        self.genres
            .iter()
            .position(|genre| genre.id.eq_ignore_ascii_case(name) || genre.name.eq_ignore_ascii_case(name))
    }

    /// Reads the card from a model's bytes, without reading the weights: well under a millisecond.
    ///
    /// # Errors
    /// When the file is not a whole ONNX file, is not a Continuo model, follows a newer contract, or has a card that
    /// breaks the contract.
    pub fn read(bytes: &[u8]) -> Result<Self, ModelError> {
        let metadata = Metadata::read(bytes)?;
        let description: Description = metadata.description()?;
        description.into_card(metadata.checksum, metadata.contract)
    }
}

/// The JSON object `continuo.model`; unknown keys are ignored.
#[derive(Deserialize)]
struct Description {
    name: String,
    version: String,
    #[serde(default)]
    licence: String,
    steps: usize,
    lowest_pitch: u8,
    pitches: usize,
    style_size: usize,
    noise_size: usize,
    #[serde(default)]
    style_space: String,
    parts: Vec<String>,
    drum_voices: Vec<u8>,
    default_genre: String,
    genres: Vec<GenreDescription>,
    encoded_size: Option<usize>,
    encoder: Option<String>,
    chords: Option<chords::Description>,
}

#[derive(Deserialize)]
struct GenreDescription {
    id: String,
    name: String,
    style: Vec<f32>,
    parts: Vec<String>,
    #[serde(default)]
    programs: std::collections::BTreeMap<String, u8>,
}

impl Description {
    fn into_card(self, checksum: &str, contract: u32) -> Result<ModelCard, ModelError> {
        if (self.steps, self.lowest_pitch, self.pitches) != (STEPS, LOWEST_PITCH, PITCHES) {
            let (steps, pitches, lowest) = (self.steps, self.pitches, self.lowest_pitch);
            return Err(violation(format!("its window has {steps} steps and {pitches} pitches from {lowest}")));
        }
        if !(1..=LARGEST_VECTOR).contains(&self.style_size) || !(1..=LARGEST_VECTOR).contains(&self.noise_size) {
            return Err(violation("its style or noise size is out of range".to_owned()));
        }
        if !self.parts.iter().map(String::as_str).eq(Part::ALL.map(Part::id)) {
            return Err(violation(format!("its parts are {}, not those of Continuo", self.parts.join(", "))));
        }
        let voices = self.drum_voices.len();
        let drum_voices: [u8; DRUM_VOICES] = self
            .drum_voices
            .try_into()
            .map_err(|_| violation(format!("it has {voices} drum voices, not {DRUM_VOICES}")))?;
        if drum_voices.iter().any(|&key| key > 127) {
            return Err(violation("a drum voice is not a MIDI key".to_owned()));
        }
        let genres: Vec<Genre> =
            self.genres.into_iter().map(|genre| genre.checked(self.style_size)).collect::<Result<_, _>>()?;
        let default_genre = genres.iter().position(|genre| genre.id == self.default_genre).ok_or_else(|| {
            violation(format!("its default genre \"{}\" is not among its genres", self.default_genre))
        })?;
        if contract >= 2 && self.style_space.is_empty() {
            return Err(violation("it has no style space".to_owned()));
        }
        let (chords, encoder) = if contract >= 3 {
            let wanted = |what: &str| violation(format!("it does not say its {what}"));
            let chords = self.chords.ok_or_else(|| wanted("chords"))?.checked()?;
            let checksum = self.encoder.ok_or_else(|| wanted("encoder"))?;
            let encoded_size = self.encoded_size.ok_or_else(|| wanted("encoded size"))?;
            if !(1..=LARGEST_ENCODING).contains(&encoded_size) {
                return Err(violation("its encoded size is out of range".to_owned()));
            }
            (Some(chords), Some(EncoderLink { checksum, encoded_size }))
        } else {
            (None, None)
        };
        Ok(ModelCard {
            contract,
            name: self.name,
            version: self.version,
            licence: self.licence,
            checksum: checksum.to_owned(),
            genres,
            default_genre,
            drum_voices,
            style_size: self.style_size,
            noise_size: self.noise_size,
            style_space: self.style_space,
            chords,
            encoder,
        })
    }
}

impl GenreDescription {
    fn checked(self, style_size: usize) -> Result<Genre, ModelError> {
        if self.style.len() != style_size {
            let length = self.style.len();
            return Err(violation(format!(
                "the style of genre \"{}\" has {length} numbers, not {style_size}",
                self.id
            )));
        }
        if !self.style.iter().all(|number| number.is_finite()) {
            return Err(violation(format!("the style of genre \"{}\" has a number that is not finite", self.id)));
        }
        let mut parts = PartMap::default();
        for id in &self.parts {
            let part = Part::from_id(id);
            let part = part.ok_or_else(|| violation(format!("genre \"{}\" has an unknown part \"{id}\"", self.id)))?;
            parts[part] = true;
        }
        let mut programs = PartMap::default();
        for (id, program) in &self.programs {
            let valid = Part::from_id(id).filter(|_| *program < 128);
            let invalid = || violation(format!("genre \"{}\" has an invalid program: {id} {program}", self.id));
            programs[valid.ok_or_else(invalid)?] = *program;
        }
        Ok(Genre { id: self.id, name: self.name, style: self.style, parts, programs })
    }
}
