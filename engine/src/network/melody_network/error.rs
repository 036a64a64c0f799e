//! Why there is no melody network.

use crate::network::{model::ModelError, runtime::BackendError};

/// Why there is no melody network.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum MelodyError {
    /// Its file cannot be used.
    #[error("the melody network: {0}")]
    Model(#[from] ModelError),
    /// No runtime runs it.
    #[error("the melody network: {0}")]
    Backend(#[from] BackendError),
}
