//! A checked model, ready for a runtime.

use super::{
    card::ModelCard,
    encoder,
    error::ModelError,
    file::{NetworkFile, read_file},
    signature::Signature,
    source::{ModelSource, embedded},
};
use std::{borrow::Cow, sync::OnceLock};

/// A model that is whole and follows the contract.
#[derive(Clone, Debug)]
pub struct Model {
    card: ModelCard,
    file: NetworkFile,
    encoder: Option<NetworkFile>,
}

impl Model {
    /// Reads and checks a model: its checksum, its card, the names and shapes of its tensors. Needs some tens of
    /// milliseconds, so the plugin calls it on the composer's thread.
    ///
    /// # Errors
    /// When the file is missing, unreadable or not whole, or breaks the contract.
    pub fn load(source: &ModelSource) -> Result<Self, ModelError> {
        match source {
            // The embedded bytes never change: they are checked once for all instances.
            ModelSource::Embedded => {
                static EMBEDDED: OnceLock<Result<Model, ModelError>> = OnceLock::new();
                EMBEDDED.get_or_init(|| Self::check(Cow::Borrowed(embedded()), source)).clone()
            }
            ModelSource::File(path) => Self::check(Cow::Owned(read_file(path)?), source),
        }
    }

    fn check(bytes: Cow<'static, [u8]>, source: &ModelSource) -> Result<Self, ModelError> {
        let card = ModelCard::read(&bytes)?;
        let file = NetworkFile::check(bytes, &card.checksum, Signature::of_file(&card))?;
        let encoder = encoder::load(source, &card)?;
        Ok(Self { card, file, encoder })
    }

    /// Its card.
    pub const fn card(&self) -> &ModelCard {
        &self.card
    }

    /// Its network; from contract 3 on, its decoder.
    pub const fn file(&self) -> &NetworkFile {
        &self.file
    }

    /// Its encoder, from contract 3 on.
    pub const fn encoder(&self) -> Option<&NetworkFile> {
        self.encoder.as_ref()
    }
}
