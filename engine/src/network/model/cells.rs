//! The files of networks that read melodies as cells: the reviser, and the space of phrases. Their contract is
//! `models/PHRASES.md`.

use super::{
    error::ModelError,
    file::{NetworkFile, read_file},
    metadata::{Metadata, violation},
    role::CellRole,
    signature::Signature,
    source::{ModelSource, embedded_cells},
};
use crate::network::contract::{
    CELL_CONTRACT, CELL_SLOT, CELL_SYMBOLS, CHORD_CELLS, CHORD_FEATURES, LARGEST_VECTOR, MELODY_LOWEST, MELODY_PITCHES,
    PHRASE_BACK, PHRASE_BARS, REVISED_BARS, WHOLE_BESIDE_GENRES,
};
use serde::Deserialize;
use std::borrow::Cow;

/// The most genres that are accepted.
const MOST_GENRES: usize = 256;

/// A checked network over cells.
#[derive(Clone, Debug)]
pub struct CellFile {
    name: String,
    genres: Vec<String>,
    point: usize,
    state: usize,
    file: NetworkFile,
}

#[derive(Deserialize)]
struct Description {
    role: String,
    name: String,
    version: String,
    cell_contract: u32,
    lowest_pitch: u8,
    pitches: usize,
    genres: Vec<String>,
    #[serde(default)]
    point: usize,
    #[serde(default)]
    state: usize,
}

impl CellFile {
    /// Reads and checks the network beside the generator from `source`; the built-in one if it has none, since it does not
    /// depend on a generator.
    ///
    /// # Errors
    /// When the file exists but cannot be read, is not whole, or breaks the contract.
    pub fn load(source: &ModelSource, role: CellRole) -> Result<Self, ModelError> {
        let built_in = || Cow::Borrowed(embedded_cells(role));
        let bytes = match source {
            ModelSource::Embedded => built_in(),
            ModelSource::File(path) => match read_file(&path.with_file_name(format!("{}.onnx", role.name()))) {
                Ok(bytes) => Cow::Owned(bytes),
                Err(ModelError::Missing(_)) => built_in(),
                Err(error) => return Err(error),
            },
        };
        Self::check(bytes, role)
    }

    fn check(bytes: Cow<'static, [u8]>, role: CellRole) -> Result<Self, ModelError> {
        let metadata = Metadata::read(&bytes)?;
        let found: Description = metadata.description()?;
        if found.role != role.name() {
            return Err(ModelError::OtherRole { found: found.role, wanted: role.name() });
        }
        if found.cell_contract != CELL_CONTRACT {
            return Err(ModelError::NewerContract { found: found.cell_contract, known: CELL_CONTRACT });
        }
        if (found.lowest_pitch, found.pitches) != (MELODY_LOWEST, MELODY_PITCHES) {
            return Err(violation("it has other pitches".to_owned()));
        }
        let has_point = role != CellRole::Reviser;
        let has_state = role == CellRole::PhraseDecoder;
        let fits = |size: usize, wanted: bool| if wanted { (1..=LARGEST_VECTOR).contains(&size) } else { size == 0 };
        if found.genres.len() > MOST_GENRES || !fits(found.point, has_point) || !fits(found.state, has_state) {
            return Err(violation("its sizes are out of range".to_owned()));
        }
        let whole = found.genres.len() + 1 + WHOLE_BESIDE_GENRES;
        let checksum = metadata.checksum.to_owned();
        let file = NetworkFile::check(bytes, &checksum, signature(role, whole, found.point, found.state))?;
        let name = format!("{} {}", found.name, found.version);
        Ok(Self { name, genres: found.genres, point: found.point, state: found.state, file })
    }

    /// Name and version.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The ids of the genres that it knows, in its order.
    pub fn genres(&self) -> &[String] {
        &self.genres
    }

    /// Numbers of a point of the space of phrases; 0 for the reviser.
    pub const fn point(&self) -> usize {
        self.point
    }

    /// Numbers of the decoder's state; 0 for the others.
    pub const fn state(&self) -> usize {
        self.state
    }

    /// Its network.
    pub const fn file(&self) -> &NetworkFile {
        &self.file
    }
}

fn signature(role: CellRole, whole: usize, point: usize, state: usize) -> Signature {
    let cells = REVISED_BARS * CELL_SLOT;
    match role {
        CellRole::Reviser => Signature {
            inputs: vec![
                ("cells", vec![cells]),
                ("chords", vec![cells / CHORD_CELLS, CHORD_FEATURES]),
                ("whole", vec![whole]),
                ("doubt", vec![1]),
            ],
            outputs: vec![("likely", vec![cells, CELL_SYMBOLS])],
        },
        CellRole::PhraseEncoder => Signature {
            inputs: vec![("cells", vec![PHRASE_BARS * CELL_SLOT]), ("whole", vec![whole])],
            outputs: vec![("mean", vec![point]), ("log_variance", vec![point])],
        },
        CellRole::PhraseDecoder => Signature {
            inputs: vec![
                ("before", vec![PHRASE_BACK.len()]),
                ("point", vec![point]),
                ("whole", vec![whole]),
                ("number", vec![1]),
                ("state", vec![state]),
            ],
            outputs: vec![("likely", vec![CELL_SYMBOLS]), ("next_state", vec![state])],
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLES: [CellRole; 3] = [CellRole::Reviser, CellRole::PhraseEncoder, CellRole::PhraseDecoder];

    #[test]
    fn the_built_in_networks_keep_to_the_contract_and_another_role_is_refused() {
        for role in ROLES {
            let found = CellFile::load(&ModelSource::Embedded, role).expect("the built-in network");
            assert!(found.genres().iter().any(|genre| genre == "folk"));
            for other in ROLES.into_iter().filter(|&other| other != role) {
                let refused = CellFile::check(Cow::Borrowed(embedded_cells(other)), role);
                assert!(matches!(refused, Err(ModelError::OtherRole { .. })), "{refused:?}");
            }
        }
    }

    #[test]
    fn a_damaged_network_is_refused() {
        for role in ROLES {
            let mut bytes = embedded_cells(role).to_vec();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            assert!(CellFile::check(Cow::Owned(bytes), role).is_err());
        }
    }
}
