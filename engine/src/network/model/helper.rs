//! The networks beside a generator: the conductor, which judges takes, the harmonizer, which says what chords suit a
//! melody, and the style encoder, which reads a style from music.

use super::{
    card::ModelCard,
    chords::{ChordVocabulary, Description as Chords},
    error::ModelError,
    file::{NetworkFile, read_file},
    metadata::{Metadata, violation},
    role::Role,
    signature::Signature,
    source::{ModelSource, embedded_helper},
};
use crate::network::contract::{CHORD_SLOTS, DRUM_VOICES, LARGEST_VECTOR, PITCHES, STEPS};
use serde::Deserialize;
use std::borrow::Cow;

/// A checked network beside a generator.
#[derive(Clone, Debug)]
pub struct Helper {
    name: String,
    file: NetworkFile,
}

#[derive(Deserialize)]
struct Description {
    role: String,
    name: String,
    version: String,
    style_size: usize,
    style_space: String,
    /// The chords that a harmonizer tells.
    chords: Option<Chords>,
}

impl Helper {
    /// Reads and checks the network with this role beside the generator from `source`; `None` if the generator has no
    /// such network. Its file is in the same folder as the generator's.
    ///
    /// # Errors
    /// When the file exists but cannot be read, is not whole, breaks the contract, or has another style space than the
    /// generator.
    pub fn load(source: &ModelSource, role: Role, generator: &ModelCard) -> Result<Option<Self>, ModelError> {
        let bytes = match source {
            ModelSource::Embedded => Some(Cow::Borrowed(embedded_helper(role))),
            ModelSource::File(path) => match read_file(&path.with_file_name(role.file_name())) {
                Ok(bytes) => Some(Cow::Owned(bytes)),
                Err(ModelError::Missing(_)) => None,
                Err(error) => return Err(error),
            },
        };
        bytes.map(|bytes| Self::check(bytes, role, generator)).transpose()
    }

    fn check(bytes: Cow<'static, [u8]>, role: Role, generator: &ModelCard) -> Result<Self, ModelError> {
        let metadata = Metadata::read(&bytes)?;
        let found: Description = metadata.description()?;
        if found.role != role.name() {
            return Err(ModelError::OtherRole { found: found.role, wanted: role.name() });
        }
        if !(1..=LARGEST_VECTOR).contains(&found.style_size) {
            return Err(violation("its style size is out of range".to_owned()));
        }
        if (found.style_space.as_str(), found.style_size) != (generator.style_space.as_str(), generator.style_size) {
            return Err(ModelError::OtherStyleSpace {
                found: found.style_space,
                wanted: generator.style_space.clone(),
            });
        }
        let chords = found.chords.map(Chords::checked).transpose()?;
        if role == Role::Harmonizer && (chords.is_none() || chords != generator.chords) {
            return Err(violation("it does not tell the generator's chords".to_owned()));
        }
        let chord_size = chords.as_ref().map_or(0, ChordVocabulary::size);
        let checksum = metadata.checksum.to_owned();
        let file = NetworkFile::check(bytes, &checksum, signature(role, found.style_size, chord_size))?;
        Ok(Self { name: format!("{} {}", found.name, found.version), file })
    }

    /// Name and version.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its network.
    pub const fn file(&self) -> &NetworkFile {
        &self.file
    }
}

/// The inputs and outputs of the network with a role.
fn signature(role: Role, style_size: usize, chord_size: usize) -> Signature {
    let melody = ("melody", vec![2, STEPS, PITCHES]);
    let played = [("pitched", vec![8, STEPS, PITCHES]), ("drums", vec![STEPS, DRUM_VOICES]), ("parts", vec![5])];
    let meter = ("meter", vec![2]);
    match role {
        Role::Conductor => {
            let context = [
                melody,
                ("heard", vec![STEPS]),
                ("context", vec![10, STEPS, PITCHES]),
                ("context_drums", vec![STEPS, DRUM_VOICES]),
                ("style", vec![style_size]),
                meter,
            ];
            Signature { inputs: context.into_iter().chain(played).collect(), outputs: vec![("score", vec![])] }
        }
        Role::Harmonizer => {
            let inputs = vec![
                melody,
                ("heard", vec![STEPS]),
                ("melody_before", vec![2, STEPS, PITCHES]),
                ("style", vec![style_size]),
                meter,
                ("given_chords", vec![CHORD_SLOTS, chord_size]),
                ("chords_given", vec![CHORD_SLOTS]),
            ];
            Signature { inputs, outputs: vec![("likely", vec![CHORD_SLOTS, chord_size])] }
        }
        Role::StyleEncoder => Signature {
            inputs: [melody].into_iter().chain(played).chain([meter]).collect(),
            outputs: vec![("style", vec![style_size])],
        },
    }
}
