//! The networks that belong to a generator: the conductor, which judges takes, and the style encoder, which reads a
//! style from music.

use super::{
    card::ModelCard,
    error::ModelError,
    file::{NetworkFile, read_file},
    metadata::{Metadata, rule},
    role::Role,
    signature::Signature,
    source::{ModelSource, embedded_helper},
};
use crate::network::contract::{DRUM_VOICES, LARGEST_VECTOR, PITCHES, STEPS};
use serde::Deserialize;
use std::borrow::Cow;

/// A conductor or a style encoder that was checked.
#[derive(Clone, Debug)]
pub struct Helper {
    name: String,
    file: NetworkFile,
}

#[derive(Deserialize)]
struct Described {
    role: String,
    name: String,
    version: String,
    style_size: usize,
    style_space: String,
}

impl Helper {
    /// Reads and checks the network for `role` that belongs to the generator from `source`; `None` if there is none.
    /// A file lies beside the generator's.
    ///
    /// # Errors
    /// When the file is there but cannot be read, is not whole, breaks the contract, or belongs to a generator of
    /// another style space.
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
        let found: Described = metadata.described()?;
        if found.role != role.name() {
            return Err(ModelError::OtherRole { found: found.role, wanted: role.name() });
        }
        if !(1..=LARGEST_VECTOR).contains(&found.style_size) {
            return Err(rule("its style size is out of range".to_owned()));
        }
        if (found.style_space.as_str(), found.style_size) != (generator.style_space.as_str(), generator.style_size) {
            return Err(ModelError::OtherStyleSpace {
                found: found.style_space,
                wanted: generator.style_space.clone(),
            });
        }
        let checksum = metadata.checksum.to_owned();
        let file = NetworkFile::check(bytes, &checksum, signature(role, found.style_size))?;
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

/// What the network for a role reads and writes.
fn signature(role: Role, style_size: usize) -> Signature {
    let melody = ("melody", vec![2, STEPS, PITCHES]);
    let played = [("pitched", vec![8, STEPS, PITCHES]), ("drums", vec![STEPS, DRUM_VOICES]), ("parts", vec![5])];
    let meter = ("meter", vec![2]);
    match role {
        Role::Conductor => {
            let seen = [
                melody,
                ("heard", vec![STEPS]),
                ("context", vec![10, STEPS, PITCHES]),
                ("context_drums", vec![STEPS, DRUM_VOICES]),
                ("style", vec![style_size]),
                meter,
            ];
            Signature { inputs: seen.into_iter().chain(played).collect(), outputs: vec![("score", vec![])] }
        }
        Role::StyleEncoder => Signature {
            inputs: [melody].into_iter().chain(played).chain([meter]).collect(),
            outputs: vec![("style", vec![style_size])],
        },
    }
}
