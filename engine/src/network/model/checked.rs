//! A model that was checked and can be given to a runtime.

use super::{
    card::ModelCard,
    error::ModelError,
    file::{NetworkFile, read_file},
    signature::Signature,
    source::{ModelSource, embedded},
};
use std::{borrow::Cow, sync::OnceLock};

/// A model that was checked: whole, and in the contract's form.
#[derive(Clone, Debug)]
pub struct Model {
    card: ModelCard,
    file: NetworkFile,
}

impl Model {
    /// Reads and checks a model: its checksum, its card, the names and shapes of its tensors. Takes some tens of
    /// milliseconds, so it belongs on the composer's thread.
    ///
    /// # Errors
    /// When it is missing, unreadable, not whole, or breaks the contract.
    pub fn load(source: &ModelSource) -> Result<Self, ModelError> {
        match source {
            // The program's own bytes do not change while it runs: they are checked once for all instances.
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

    /// What it says about itself.
    pub const fn card(&self) -> &ModelCard {
        &self.card
    }

    /// Its network.
    pub const fn file(&self) -> &NetworkFile {
        &self.file
    }
}
