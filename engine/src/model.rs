//! The model file: where it comes from, what it says about itself, and whether it is whole.
//!
//! The contract is `models/README.md`. The card is read without touching the weights, so that genre names are known
//! when an instance is created; the checksum and the shapes are checked when the model is loaded.

mod card;
mod protobuf;
pub(crate) mod signature;

pub use card::{CONTRACT, DRUM_VOICES, Genre, LOWEST_PITCH, ModelCard, PITCHES, STEPS};

use sha2::{Digest, Sha256};
use std::{
    borrow::Cow,
    fs,
    io::Read,
    path::{Path, PathBuf},
    sync::OnceLock,
};

/// The environment variable that names a model file to use in place of the built-in one.
pub const MODEL_VARIABLE: &str = "CONTINUO_MODEL";

/// The largest file that is read as a model.
const LARGEST_FILE: u64 = 1 << 30;

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
    #[error("there is no model file {}; choose another, or unset CONTINUO_MODEL to use the built-in model", .0.display())]
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
    /// The metadata or the tensors break a rule of the contract.
    #[error("the model breaks the contract of Continuo models: {0}; export it again")]
    AgainstContract(String),
}

/// A model that was checked: whole, and in the contract's form.
#[derive(Clone, Debug)]
pub struct Model {
    card: ModelCard,
    bytes: Cow<'static, [u8]>,
    outputs: [usize; 3],
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
        if !checksum_agrees(&bytes, &card.checksum) {
            return Err(ModelError::Checksum);
        }
        let outputs = signature::check(&bytes, &card)?;
        Ok(Self { card, bytes, outputs })
    }

    /// What it says about itself.
    pub const fn card(&self) -> &ModelCard {
        &self.card
    }

    /// The ONNX file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where in the file's list of outputs `pitched`, `drums` and `velocity` stand.
    pub const fn output_positions(&self) -> [usize; 3] {
        self.outputs
    }
}

impl ModelSource {
    /// The file that `CONTINUO_MODEL` names, or else the built-in model.
    pub fn from_environment() -> Self {
        std::env::var_os(MODEL_VARIABLE)
            .filter(|path| !path.is_empty())
            .map_or(Self::Embedded, |path| Self::File(path.into()))
    }

    /// Reads only the card: well under a millisecond for the built-in model, a file's reading time else.
    ///
    /// # Errors
    /// As [`ModelCard::read`], and when the file cannot be read.
    pub fn card(&self) -> Result<ModelCard, ModelError> {
        match self {
            Self::Embedded => ModelCard::read(embedded()),
            Self::File(path) => ModelCard::read(&read_file(path)?),
        }
    }
}

/// The model that is built into the program.
pub fn embedded() -> &'static [u8] {
    include_bytes!("../../models/continuo.onnx")
}

fn read_file(path: &Path) -> Result<Vec<u8>, ModelError> {
    let unreadable = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => ModelError::Missing(path.to_owned()),
        _ => ModelError::Unreadable { path: path.to_owned(), reason: error.to_string() },
    };
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(unreadable)?;
    file.take(LARGEST_FILE + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST_FILE { Err(ModelError::TooLarge(path.to_owned())) } else { Ok(bytes) }
}

/// Whether the SHA-256 of the bytes, with the checksum's own digits counted as zeros, is the checksum.
fn checksum_agrees(bytes: &[u8], checksum: &str) -> bool {
    // The metadata stands at the end of the file, so that the search is short.
    let Some(place) = bytes.windows(checksum.len()).rposition(|window| window == checksum.as_bytes()) else {
        return false;
    };
    let mut hasher = Sha256::new();
    hasher.update(&bytes[..place]);
    hasher.update([b'0'; 64]);
    hasher.update(&bytes[place + checksum.len()..]);
    hex(&hasher.finalize()) == checksum
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
