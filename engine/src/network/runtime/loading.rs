//! Loads networks into runtimes and shares them between instances.

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

/// The networks that are loaded in this process, by the model's checksum and the runtime's name: instances that use the
/// same model share its weights. The references are weak: a network is freed with its last instance. Only composer
/// threads lock it and the networks themselves; while one instance's window runs, another's may wait, but never an audio
/// thread.
static NETWORKS: Mutex<Vec<Entry>> = Mutex::new(Vec::new());

struct Entry {
    checksum: String,
    info: BackendInfo,
    network: Weak<Mutex<dyn Backend>>,
}

/// Loads a network, or shares it if another instance has loaded it.
///
/// # Errors
/// When the requested runtime is not available or cannot run the model.
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

/// tract's version in the workspace's `Cargo.toml`.
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
    load: impl FnOnce() -> Result<(SharedBackend, BackendInfo), E>,
) -> Result<(SharedBackend, BackendInfo), E> {
    // Locked while a network loads, so that two instances that start together load it once.
    let mut networks = NETWORKS.lock();
    networks.retain(|entry| entry.network.strong_count() > 0);
    let checksum = file.checksum();
    let loaded = networks.iter().find(|entry| entry.checksum == checksum && entry.info.name == name);
    if let Some((network, info)) = loaded.and_then(|entry| Some((entry.network.upgrade()?, entry.info.clone()))) {
        return Ok((network, info));
    }
    let (network, info) = load()?;
    networks.push(Entry { checksum: checksum.to_owned(), info: info.clone(), network: Arc::downgrade(&network) });
    Ok((network, info))
}
