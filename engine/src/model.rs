//! The model file: where it comes from, what it says about itself, and whether it is whole.
//!
//! The contract is `models/README.md`. The card is read without touching the weights, so that genre names are known
//! when an instance is created; the checksum and the shapes are checked when the model is loaded.

mod card;
mod file;
mod helper;
mod installed;
mod metadata;
mod protobuf;
pub(crate) mod signature;

pub use card::{CONTRACT, DRUM_VOICES, Genre, LOWEST_PITCH, ModelCard, PITCHES, STEPS};
pub use file::NetworkFile;
pub use helper::{Helper, Role};
pub use installed::{BUILT_IN, GENERATOR_FILE, Installed, Preferences, PreferencesError, UnknownModel, installed};

use crate::data_folder::DataFolder;
use signature::Signature;
use std::{borrow::Cow, path::PathBuf, sync::OnceLock};

/// The environment variable that names a model file to use in place of the built-in one.
pub const MODEL_VARIABLE: &str = "CONTINUO_MODEL";

/// Where a model comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum ModelSource {
    /// The model that is built into the program.
    #[default]
    Embedded,
    /// A file of the user's.
    File(PathBuf),
}

/// Why a model cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// There is no such file.
    #[error("there is no model file {}; choose another with `continuo model --use`, or unset CONTINUO_MODEL if it names this one", .0.display())]
    Missing(PathBuf),
    /// It cannot be read.
    #[error("the model file {} cannot be read ({reason}); check its permissions", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// Larger than any model.
    #[error("the model file {} is larger than 1 GiB; choose a Continuo model", .0.display())]
    TooLarge(PathBuf),
    /// Truncated, or something else altogether.
    #[error("the model is not a whole ONNX file; copy or download it again")]
    NotOnnx,
    /// An ONNX file without Continuo's metadata.
    #[error("the model is an ONNX file but not a Continuo model; choose one that was exported for Continuo")]
    Foreign,
    /// Made for a later Continuo.
    #[error("the model needs contract {found}, and this Continuo knows contracts up to {known}; update Continuo")]
    NewerContract {
        /// The model's contract.
        found: u32,
        /// [`CONTRACT`].
        known: u32,
    },
    /// The bytes are not the ones that were exported.
    #[error("the model is damaged: its checksum does not agree with its contents; copy or download it again")]
    Checksum,
    /// A file of another role lies where this one should be.
    #[error("the file is a {found} and not a {wanted}; copy the right one there")]
    OtherRole {
        /// What the file says.
        found: String,
        /// What it should be.
        wanted: &'static str,
    },
    /// It was trained with another generator: its style vectors mean something else.
    #[error(
        "it belongs to the style space \"{found}\" and the model to \"{wanted}\"; copy the file that came with the model"
    )]
    OtherStyleSpace {
        /// The file's.
        found: String,
        /// The generator's.
        wanted: String,
    },
    /// The metadata or the tensors break a rule of the contract.
    #[error("the model breaks the contract of Continuo models: {0}; export it again")]
    AgainstContract(String),
}

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
            ModelSource::File(path) => Self::check(Cow::Owned(file::read_file(path)?)),
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

impl ModelSource {
    /// The file that `CONTINUO_MODEL` names; or else the model that the user chose among those in the data folder; or
    /// else the built-in one. A chosen model that is no longer there is not replaced by another, which would play other
    /// notes: loading it fails. Nothing that a project holds has a say.
    pub fn from_environment() -> Self {
        if let Some(path) = std::env::var_os(MODEL_VARIABLE).filter(|path| !path.is_empty()) {
            return Self::File(path.into());
        }
        let chosen = DataFolder::of_user().and_then(|data| {
            let name = Preferences::read(&data).ok()?.model?;
            Some(Self::File(data.models().join(name).join(GENERATOR_FILE)))
        });
        chosen.unwrap_or(Self::Embedded)
    }

    /// Reads only the card: well under a millisecond for the built-in model, a file's reading time else.
    ///
    /// # Errors
    /// As [`ModelCard::read`], and when the file cannot be read.
    pub fn card(&self) -> Result<ModelCard, ModelError> {
        match self {
            Self::Embedded => ModelCard::read(embedded()),
            Self::File(path) => ModelCard::read(&file::read_file(path)?),
        }
    }
}

/// The model that is built into the program.
pub fn embedded() -> &'static [u8] {
    include_bytes!("../../models/continuo.onnx")
}

/// The network beside the built-in model.
const fn embedded_helper(role: Role) -> &'static [u8] {
    match role {
        Role::StyleEncoder => include_bytes!("../../models/style-encoder.onnx"),
        Role::Conductor => include_bytes!("../../models/conductor.onnx"),
    }
}

/// Lower-case hex digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
