//! Why a network is not prepared.

use crate::network::model::protobuf::Malformed;
use std::io;

/// Why a network is not prepared. It is loaded from its own file then.
#[derive(Debug, thiserror::Error)]
pub(in crate::network::runtime) enum PrepareError {
    /// A file cannot be written or read.
    #[error(transparent)]
    Files(#[from] io::Error),
    /// The runtime refuses it.
    #[error(transparent)]
    Runtime(#[from] ort::Error),
    /// The runtime's file is not what it was in this version.
    #[error("the runtime wrote a network in a form that is not known")]
    Malformed,
    /// Mapped weights compute something else.
    #[error("the prepared network computes other numbers")]
    Differs,
    /// Earlier attempts did not come to an end.
    #[error("earlier attempts to prepare it did not come to an end")]
    Unfinished,
}

impl From<Malformed> for PrepareError {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}
