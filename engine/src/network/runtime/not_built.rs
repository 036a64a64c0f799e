//! Replaces the runtimes in builds without them.

use super::{
    backend::{BackendInfo, SharedBackend},
    error::BackendError,
    options::RuntimeOptions,
};
use crate::network::model::NetworkFile;

/// Fails, since this program has no runtime.
///
/// # Errors
/// Always.
pub const fn load(_: &NetworkFile, _: &RuntimeOptions) -> Result<(SharedBackend, BackendInfo), BackendError> {
    Err(BackendError::NotBuilt)
}
