//! The generator's encoder: from contract 3 on, a file of its own beside the generator's.

use super::{
    card::{EncoderLink, ModelCard},
    error::ModelError,
    file::{NetworkFile, read_file},
    metadata::Metadata,
    signature::Signature,
    source::{ENCODER_FILE, ModelSource, embedded_encoder},
};
use serde::Deserialize;
use std::borrow::Cow;

/// What the metadata of an encoder says.
#[derive(Deserialize)]
struct Description {
    role: String,
    encoded_size: usize,
}

/// The role of an encoder in the metadata.
const ROLE: &str = "encoder";

/// Reads and checks the encoder beside the generator from `source`; `None` for a generator that is one network.
///
/// # Errors
/// When the file is missing, cannot be read, is not whole, breaks the contract, or is another model's encoder.
pub(super) fn load(source: &ModelSource, card: &ModelCard) -> Result<Option<NetworkFile>, ModelError> {
    let Some(link) = &card.encoder else { return Ok(None) };
    let bytes = match source {
        ModelSource::Embedded => Cow::Borrowed(embedded_encoder()),
        ModelSource::File(path) => match read_file(&path.with_file_name(ENCODER_FILE)) {
            Ok(bytes) => Cow::Owned(bytes),
            Err(ModelError::Missing(_)) => return Err(ModelError::NoEncoder),
            Err(error) => return Err(error),
        },
    };
    check(bytes, card, link).map(Some)
}

fn check(bytes: Cow<'static, [u8]>, card: &ModelCard, link: &EncoderLink) -> Result<NetworkFile, ModelError> {
    let metadata = Metadata::read(&bytes)?;
    let found: Description = metadata.description()?;
    if found.role != ROLE {
        return Err(ModelError::OtherRole { found: found.role, wanted: ROLE });
    }
    if metadata.checksum != link.checksum || found.encoded_size != link.encoded_size {
        return Err(ModelError::OtherEncoder);
    }
    let checksum = metadata.checksum.to_owned();
    NetworkFile::check(bytes, &checksum, Signature::of_encoder(card.style_size, link.encoded_size))
}
