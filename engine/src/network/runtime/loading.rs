//! Loads networks into runtimes, and shares them between instances.

use super::{
    backend::{Backend, BackendChoice, BackendInfo, SharedBackend},
    error::BackendError,
    onnxruntime::{OnnxRuntime, OnnxRuntimeError},
    options::RuntimeOptions,
    pinned,
    tract::Tract,
    verified_library,
};
use crate::network::model::NetworkFile;
use parking_lot::Mutex;
use std::{
    path::PathBuf,
    sync::{Arc, Weak},
};

/// The networks that are alive in this process, by the model's checksum and the runtime's name: instances that use
/// the same model share its weights. Held weakly: with its last instance a network is freed. Composer threads only;
/// a network's own lock keeps one instance's window waiting while another's is run, which no audio thread ever sees.
static NETWORKS: Mutex<Vec<Entry>> = Mutex::new(Vec::new());

struct Entry {
    checksum: String,
    info: BackendInfo,
    network: Weak<Mutex<dyn Backend>>,
}

/// Loads a network, or finds it if another instance has it already.
///
/// # Errors
/// When the runtime asked for cannot be had, or cannot run the model.
pub fn load(file: &NetworkFile, options: &RuntimeOptions) -> Result<(SharedBackend, BackendInfo), BackendError> {
    let fallback_reason = match options.choice {
        BackendChoice::Tract => None,
        BackendChoice::Auto | BackendChoice::OnnxRuntime => match load_onnxruntime(file, &options.libraries) {
            Ok(loaded) => return Ok(loaded),
            Err(error) if options.choice == BackendChoice::OnnxRuntime => return Err(error.into()),
            Err(error) => Some(format!("{error}; the slower built-in runtime is used instead")),
        },
    };
    let (network, info) = shared(file, "tract", || {
        let network = Tract::load(file).map_err(BackendError::Tract)?;
        let info = BackendInfo { name: "tract", version: TRACT_VERSION, library: None, fallback_reason: None };
        Ok::<_, BackendError>((Arc::new(Mutex::new(network)) as SharedBackend, info))
    })?;
    Ok((network, BackendInfo { fallback_reason, ..info }))
}

/// The version in the workspace's `Cargo.toml`.
const TRACT_VERSION: &str = "0.23";

fn load_onnxruntime(
    file: &NetworkFile,
    libraries: &[PathBuf],
) -> Result<(SharedBackend, BackendInfo), OnnxRuntimeError> {
    let library = verified_library::find(libraries)?;
    shared(file, "onnxruntime", || {
        let (network, library) = OnnxRuntime::load(file, &library)?;
        let info = BackendInfo {
            name: "onnxruntime",
            version: pinned::VERSION,
            library: Some(library),
            fallback_reason: None,
        };
        Ok((Arc::new(Mutex::new(network)) as SharedBackend, info))
    })
}

fn shared<E>(
    file: &NetworkFile,
    name: &str,
    make: impl FnOnce() -> Result<(SharedBackend, BackendInfo), E>,
) -> Result<(SharedBackend, BackendInfo), E> {
    // Held while a network is made, so that two instances that start together make one.
    let mut networks = NETWORKS.lock();
    networks.retain(|entry| entry.network.strong_count() > 0);
    let checksum = file.checksum();
    let known = networks.iter().find(|entry| entry.checksum == checksum && entry.info.name == name);
    if let Some((network, info)) = known.and_then(|entry| Some((entry.network.upgrade()?, entry.info.clone()))) {
        return Ok((network, info));
    }
    let (network, info) = make()?;
    networks.push(Entry { checksum: checksum.to_owned(), info: info.clone(), network: Arc::downgrade(&network) });
    Ok((network, info))
}
