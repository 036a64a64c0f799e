//! A network's file: its size is limited, and its checksum and tensors are checked.

use super::{
    error::ModelError,
    signature::{self, Found, Signature},
};
use sha2::{Digest, Sha256};
use std::{borrow::Cow, fs, io::Read, path::Path};

/// The largest file that is accepted as a network.
const LARGEST_FILE: u64 = 1 << 30;

/// A checked network, ready for a runtime.
#[derive(Clone, Debug)]
pub struct NetworkFile {
    bytes: Cow<'static, [u8]>,
    checksum: String,
    signature: Signature,
    found: Found,
}

impl NetworkFile {
    /// Checks the bytes against the checksum and the tensors against the signature.
    pub(super) fn check(bytes: Cow<'static, [u8]>, checksum: &str, signature: Signature) -> Result<Self, ModelError> {
        // Embedded bytes are a part of the program, like its code: a test checks them, and no start waits for it.
        if matches!(bytes, Cow::Owned(_)) && !checksum_matches(&bytes, checksum) {
            return Err(ModelError::Checksum);
        }
        let found = signature::check(&bytes, &signature)?;
        Ok(Self { bytes, checksum: checksum.to_owned(), signature, found })
    }

    /// The ONNX file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// SHA-256 as the file states it, lower-case hex.
    pub fn checksum(&self) -> &str {
        &self.checksum
    }

    /// The network's inputs and outputs.
    pub(crate) const fn signature(&self) -> &Signature {
        &self.signature
    }

    /// For each of the signature's outputs, its index in the file's list.
    pub fn output_positions(&self) -> &[usize] {
        &self.found.outputs
    }

    /// For each of the signature's inputs, the name of its group, if the network computes what it needs of the group once
    /// for all rows of a batch that share all of it.
    pub fn groups(&self) -> &[Option<&'static str>] {
        &self.found.groups
    }
}

/// Reads a file of at most [`LARGEST_FILE`] bytes.
pub(super) fn read_file(path: &Path) -> Result<Vec<u8>, ModelError> {
    let unreadable = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => ModelError::Missing(path.to_owned()),
        _ => ModelError::Unreadable { path: path.to_owned(), reason: error.to_string() },
    };
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(unreadable)?;
    file.take(LARGEST_FILE + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST_FILE { Err(ModelError::TooLarge(path.to_owned())) } else { Ok(bytes) }
}

/// Whether the checksum is the SHA-256 of the bytes, with the checksum's own digits replaced by zeros.
fn checksum_matches(bytes: &[u8], checksum: &str) -> bool {
    // The metadata is at the end of the file, so searching backwards is fast.
    let Some(place) = bytes.windows(checksum.len()).rposition(|window| window == checksum.as_bytes()) else {
        return false;
    };
    let mut hasher = Sha256::new();
    hasher.update(&bytes[..place]);
    hasher.update([b'0'; 64]);
    hasher.update(&bytes[place + checksum.len()..]);
    format!("{:x}", hasher.finalize()) == checksum
}

#[cfg(test)]
mod tests {
    use super::super::{
        metadata::Metadata,
        role::Role,
        source::{embedded, embedded_encoder, embedded_helper},
    };
    use super::*;

    #[test]
    fn the_embedded_files_are_whole() -> Result<(), ModelError> {
        let helpers = [Role::Conductor, Role::Harmonizer, Role::StyleEncoder].map(embedded_helper);
        for bytes in [embedded(), embedded_encoder()].into_iter().chain(helpers) {
            let checksum = Metadata::read(bytes)?.checksum;
            assert!(checksum_matches(bytes, checksum), "a file in models/ does not have its checksum");
            let damaged = [&bytes[..bytes.len() / 2], b"!", &bytes[bytes.len() / 2 + 1..]].concat();
            assert!(!checksum_matches(&damaged, checksum));
        }
        Ok(())
    }
}
