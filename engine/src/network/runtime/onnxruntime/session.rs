//! Makes sessions of ONNX Runtime: from a network's file in memory, or mapped from the cache folder.

use super::super::prepared::{NETWORK, PrepareError, PreparedNetwork, WEIGHTS};
use crate::{network::model::NetworkFile, storage::CacheFolder};
use ort::{
    environment::Environment,
    session::{
        Session,
        builder::{GraphOptimizationLevel, SessionBuilder},
    },
};
use std::path::Path;

/// Runs a session once and returns its outputs.
pub(super) type Trial<'a> = &'a dyn Fn(Session) -> ort::Result<Vec<Vec<f32>>>;

/// A session of the network. One whose weights are mapped, if there is a cache folder; the first time that takes a little
/// longer.
///
/// # Errors
/// When the runtime refuses the network.
pub(super) fn open(
    environment: &Environment,
    file: &NetworkFile,
    cache: Option<&CacheFolder>,
    trial: Trial<'_>,
) -> ort::Result<Session> {
    match cache.map(|cache| mapped_from(environment, file, cache, trial)) {
        Some(Ok(session)) => Ok(session),
        // Nothing is lost but memory and some time.
        Some(Err(_)) | None => optimising(environment)?.commit_from_memory(file.bytes()),
    }
}

/// The session of a prepared network, which is prepared if it is not yet.
pub(super) fn mapped_from(
    environment: &Environment,
    file: &NetworkFile,
    cache: &CacheFolder,
    trial: Trial<'_>,
) -> Result<Session, PrepareError> {
    let prepared = PreparedNetwork::of(cache, file.checksum());
    if let Some(path) = prepared.find() {
        match mapped(environment, &path) {
            Ok(session) => return Ok(session),
            Err(_) => prepared.remove(),
        }
    }
    let path = prepared.make(
        |folder| Ok(trial(saving(environment, file, folder)?)?),
        |folder| Ok(trial(mapped(environment, &folder.join(NETWORK))?)?),
    )?;
    Ok(mapped(environment, &path)?)
}

/// Without the network. One thread and no spinning: other cores belong to the host's audio.
fn builder(environment: &Environment) -> ort::Result<SessionBuilder> {
    Ok(Session::builder(environment)?
        .with_intra_threads(1)?
        .with_inter_threads(1)?
        // Otherwise each session keeps a block of memory for a whole run, and for each size of a batch.
        .with_memory_pattern(false)?
        .with_intra_op_spinning(false)?
        .with_inter_op_spinning(false)?)
}

/// Of the optimisations only those that fold constants: the further ones need as long as all the rest and make nothing
/// faster, since the files hold fused norms.
fn optimising(environment: &Environment) -> ort::Result<SessionBuilder> {
    Ok(builder(environment)?.with_optimization_level(GraphOptimizationLevel::Level1)?)
}

/// A session that writes the optimised network to a folder, with its weights, as they are and packed, beside it.
fn saving(environment: &Environment, file: &NetworkFile, folder: &Path) -> ort::Result<Session> {
    optimising(environment)?
        .with_optimized_model_path(folder.join(NETWORK))?
        .with_config_entry("session.optimized_model_external_initializers_file_name", WEIGHTS)?
        .with_config_entry("session.optimized_model_external_initializers_min_size_in_bytes", "1024")?
        .with_config_entry("session.save_external_prepacked_constant_initializers", "1")?
        .commit_from_memory(file.bytes())
}

/// A session of a network that is optimised already; the runtime maps the weights beside it.
fn mapped(environment: &Environment, network: &Path) -> ort::Result<Session> {
    builder(environment)?.with_optimization_level(GraphOptimizationLevel::Disable)?.commit_from_file(network)
}
