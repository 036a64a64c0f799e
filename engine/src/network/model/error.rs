//! Why a model cannot be used.

use std::path::PathBuf;

/// Why a model cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// The file does not exist.
    #[error("there is no model file {}; choose another with `continuo model --use`, or unset CONTINUO_MODEL if it names this one", .0.display())]
    Missing(PathBuf),
    /// The file cannot be read.
    #[error("the model file {} cannot be read ({reason}); check its permissions", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's message.
        reason: String,
    },
    /// The file is larger than any model.
    #[error("the model file {} is larger than 1 GiB; choose a Continuo model", .0.display())]
    TooLarge(PathBuf),
    /// The file is truncated or not an ONNX file.
    #[error("the model is not a whole ONNX file; copy or download it again")]
    NotOnnx,
    /// An ONNX file without Continuo's metadata.
    #[error("the model is an ONNX file but not a Continuo model; choose a model that was exported for Continuo")]
    Foreign,
    /// The model is for a newer Continuo.
    #[error("the model needs contract {found}, but this Continuo supports contracts up to {known}; update Continuo")]
    NewerContract {
        /// The model's contract.
        found: u32,
        /// [`CONTRACT`](crate::network::CONTRACT).
        known: u32,
    },
    /// The bytes are not the ones that were exported.
    #[error("the model is damaged: its checksum does not match its contents; copy or download it again")]
    Checksum,
    /// A generator of contract 3 or later lacks its encoder.
    #[error("the model has no encoder.onnx beside its continuo.onnx; copy the file that came with it there")]
    NoEncoder,
    /// The encoder belongs to another generator.
    #[error("the encoder.onnx beside the model belongs to another model; copy the file that came with this one")]
    OtherEncoder,
    /// A network with another role is in this network's place.
    #[error("the file is a {found}, not a {wanted}; copy the right file there")]
    OtherRole {
        /// The file's role.
        found: String,
        /// The expected role.
        wanted: &'static str,
    },
    /// The network was trained with another generator: its style vectors mean something else.
    #[error("its style space is \"{found}\" but the model's is \"{wanted}\"; copy the file that came with the model")]
    OtherStyleSpace {
        /// The file's style space.
        found: String,
        /// The generator's style space.
        wanted: String,
    },
    /// The metadata or the tensors break the contract.
    #[error("the model breaks the contract of Continuo models: {0}; export it again")]
    AgainstContract(String),
}
