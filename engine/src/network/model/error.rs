//! Why a model cannot be used.

use std::path::PathBuf;

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
