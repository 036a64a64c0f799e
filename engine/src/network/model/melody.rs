//! The melody network's file: its contract is `models/MELODIES.md`.

use super::{
    error::ModelError,
    file::{NetworkFile, read_file},
    melody_kind::MelodyKind,
    metadata::{Metadata, violation},
    signature::Signature,
    source::{ModelSource, embedded_melody},
};
use crate::network::contract::{
    CHORD_FEATURES, LARGEST_ENCODING, LONGEST_EVENT, LOOKBACK, MELODY_CONTRACT, MELODY_LOWEST, MELODY_PITCHES,
    MELODY_PLACES, MELODY_SYMBOLS,
};
use serde::Deserialize;
use std::borrow::Cow;

/// The role in the metadata.
const ROLE: &str = "melody";

/// The shape of the memory of keys, and of that of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct MemoryShape {
    /// Layers of the network.
    pub layers: usize,
    /// Heads of a layer.
    pub heads: usize,
    /// Events that are remembered.
    pub events: usize,
    /// Numbers of a head.
    pub size: usize,
}

/// A checked melody network.
#[derive(Clone, Debug)]
pub struct MelodyFile {
    name: String,
    genres: Vec<String>,
    memory: MemoryShape,
    file: NetworkFile,
}

#[derive(Deserialize)]
struct Description {
    role: String,
    name: String,
    version: String,
    melody_contract: u32,
    lowest_pitch: u8,
    pitches: usize,
    longest: usize,
    genres: Vec<String>,
    memory: MemoryShape,
}

impl MelodyFile {
    /// Reads and checks the melody network beside the generator from `source`; the built-in one if it has none, since
    /// a melody network does not depend on a generator.
    ///
    /// # Errors
    /// When the file exists but cannot be read, is not whole, or breaks the contract.
    pub fn load(source: &ModelSource, kind: MelodyKind) -> Result<Self, ModelError> {
        let bytes = match source {
            ModelSource::Embedded => Cow::Borrowed(embedded_melody(kind)),
            ModelSource::File(path) => match read_file(&path.with_file_name(kind.file())) {
                Ok(bytes) => Cow::Owned(bytes),
                Err(ModelError::Missing(_)) => Cow::Borrowed(embedded_melody(kind)),
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
        if found.melody_contract != MELODY_CONTRACT {
            return Err(ModelError::NewerContract { found: found.melody_contract, known: MELODY_CONTRACT });
        }
        if (found.lowest_pitch, found.pitches, found.longest) != (MELODY_LOWEST, MELODY_PITCHES, LONGEST_EVENT) {
            return Err(violation("it has other pitches or lengths".to_owned()));
        }
        let memory = found.memory;
        let sizes = [memory.layers, memory.heads, memory.events, memory.size];
        let numbers = sizes.iter().try_fold(1_usize, |product, &size| product.checked_mul(size));
        if sizes.contains(&0) || numbers.is_none_or(|numbers| numbers > LARGEST_ENCODING) {
            return Err(violation("the size of its memory is out of range".to_owned()));
        }
        let checksum = metadata.checksum.to_owned();
        let file = NetworkFile::check(bytes, &checksum, signature(memory))?;
        Ok(Self { name: format!("{} {}", found.name, found.version), genres: found.genres, memory, file })
    }

    /// Name and version.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The ids of the genres that it knows, in its order.
    pub fn genres(&self) -> &[String] {
        &self.genres
    }

    /// The shape of its memory.
    pub const fn memory(&self) -> MemoryShape {
        self.memory
    }

    /// Its network.
    pub const fn file(&self) -> &NetworkFile {
        &self.file
    }
}

fn signature(memory: MemoryShape) -> Signature {
    let MemoryShape { layers, heads, events, size } = memory;
    Signature {
        inputs: vec![
            ("event", vec![2]),
            ("place", vec![MELODY_PLACES]),
            ("back", vec![LOOKBACK.len(), 2]),
            ("chords", vec![2 * CHORD_FEATURES]),
            ("distance", vec![events + 1]),
            ("remembered", vec![events + 1]),
            ("keys", vec![layers, heads, events, size]),
            ("values", vec![layers, heads, events, size]),
        ],
        outputs: vec![
            ("likely", vec![MELODY_SYMBOLS, LONGEST_EVENT]),
            ("key", vec![layers, heads, size]),
            ("value", vec![layers, heads, size]),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_networks_keep_to_the_contract_and_another_role_is_refused() {
        for kind in [MelodyKind::Transformer, MelodyKind::Lstm] {
            let found = MelodyFile::load(&ModelSource::Embedded, kind).expect("a built-in network");
            assert!(found.genres().iter().any(|genre| genre == "folk"));
            assert_eq!(found.name().contains("lstm"), kind == MelodyKind::Lstm);
        }
        let other = MelodyFile::check(Cow::Borrowed(include_bytes!("../../../../models/harmonizer.onnx")));
        assert!(matches!(other, Err(ModelError::AgainstContract(_) | ModelError::OtherRole { .. })), "{other:?}");
    }

    #[test]
    fn a_damaged_network_is_refused() {
        let mut bytes = embedded_melody(MelodyKind::Transformer).to_vec();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        assert!(MelodyFile::check(Cow::Owned(bytes)).is_err());
    }
}
