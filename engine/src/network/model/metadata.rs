//! The metadata that each network's file contains.

use super::{
    error::ModelError,
    protobuf::{Fields, Malformed, Value, text},
};
use crate::network::contract::CONTRACT;
use serde::de::DeserializeOwned;

/// The three entries, checked for their form.
pub(super) struct Metadata<'a> {
    /// 1 to [`CONTRACT`].
    pub contract: u32,
    /// 64 lower-case hex digits.
    pub checksum: &'a str,
    json: &'a str,
}

impl<'a> Metadata<'a> {
    /// Finds the entries without reading the weights.
    pub fn read(bytes: &'a [u8]) -> Result<Self, ModelError> {
        let (contract, checksum, json) = entries(bytes)?;
        let number = contract.ok_or(ModelError::Foreign)?;
        let contract: u32 = number.parse().map_err(|_| violation(format!("its contract number is \"{number}\"")))?;
        if contract > CONTRACT {
            return Err(ModelError::NewerContract { found: contract, known: CONTRACT });
        }
        if contract == 0 {
            return Err(violation("its contract number is 0".to_owned()));
        }
        let checksum = checksum.ok_or_else(|| violation("it has no checksum".to_owned()))?;
        if checksum.len() != 64 || !checksum.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
            return Err(violation("its checksum is not 64 lower-case hex digits".to_owned()));
        }
        let json = json.ok_or_else(|| violation("it has no description".to_owned()))?;
        Ok(Self { contract, checksum, json })
    }

    /// The JSON object `continuo.model`.
    pub fn description<T: DeserializeOwned>(&self) -> Result<T, ModelError> {
        serde_json::from_str(self.json).map_err(|error| violation(format!("its description is invalid ({error})")))
    }
}

/// The error for a file that breaks the contract.
pub(super) fn violation(what: String) -> ModelError {
    ModelError::AgainstContract(what)
}

type Entries<'a> = (Option<&'a str>, Option<&'a str>, Option<&'a str>);

/// The three entries of `metadata_props` (field 14 of `ModelProto`). A file without a graph (field 7) is not a model.
fn entries(bytes: &[u8]) -> Result<Entries<'_>, ModelError> {
    let mut found = (None, None, None);
    let mut graph = false;
    for field in Fields::of(bytes) {
        match field.map_err(|Malformed| ModelError::NotOnnx)? {
            (7, Value::Bytes(_)) => graph = true,
            (14, Value::Bytes(entry)) => {
                let value = text(entry, 2).map_err(|Malformed| ModelError::NotOnnx)?;
                match text(entry, 1).map_err(|Malformed| ModelError::NotOnnx)? {
                    "continuo.contract" => found.0 = Some(value),
                    "continuo.checksum" => found.1 = Some(value),
                    "continuo.model" => found.2 = Some(value),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    if graph { Ok(found) } else { Err(ModelError::NotOnnx) }
}
