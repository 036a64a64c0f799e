//! In place of the runtimes where they are not built.

use super::{
    backend::{BackendInfo, SharedBackend},
    error::BackendError,
    options::RuntimeOptions,
};
use crate::network::model::NetworkFile;

/// Loads no network.
///
/// # Errors
/// Always.
pub const fn load(_: &NetworkFile, _: &RuntimeOptions) -> Result<(SharedBackend, BackendInfo), BackendError> {
    Err(BackendError::NotBuilt)
}
