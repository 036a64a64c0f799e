//! A checked model, ready for a runtime.

use super::{
    card::ModelCard,
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
                EMBEDDED.get_or_init(|| Self::check(Cow::Borrowed(embedded()))).clone()
            }
            ModelSource::File(path) => Self::check(Cow::Owned(read_file(path)?)),
        }
    }

    fn check(bytes: Cow<'static, [u8]>) -> Result<Self, ModelError> {
        let card = ModelCard::read(&bytes)?;
        let file = NetworkFile::check(bytes, &card.checksum, Signature::of_generator(&card))?;
        Ok(Self { card, file })
    }

    /// Its card.
    pub const fn card(&self) -> &ModelCard {
        &self.card
    }

    /// Its network.
    pub const fn file(&self) -> &NetworkFile {
        &self.file
    }
}
