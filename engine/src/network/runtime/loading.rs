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
use std::sync::{Arc, Weak};

/// The networks that are loaded in this process, by the model's checksum and the runtime's name: instances that use the
/// same model share its weights. The references are weak: a network is freed with its last instance. Only threads that
/// load a model lock it, and only composer threads the networks themselves; while one instance's window runs, another's
/// may wait, but never an audio thread.
static NETWORKS: Mutex<Vec<Entry>> = Mutex::new(Vec::new());

struct Entry {
    checksum: String,
    runtime: &'static str,
    place: Arc<Mutex<Option<Loaded>>>,
}

/// A network that was loaded; it may have been freed since.
struct Loaded {
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
        BackendChoice::Auto | BackendChoice::OnnxRuntime => match load_onnxruntime(file, options) {
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
    options: &RuntimeOptions,
) -> Result<(SharedBackend, BackendInfo), OnnxRuntimeError> {
    let library = verified_library::find(&options.libraries)?;
    shared(file, "onnxruntime", || {
        let (network, library) = OnnxRuntime::load(file, &library, options.cache.as_ref())?;
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
    name: &'static str,
    load: impl FnOnce() -> Result<(SharedBackend, BackendInfo), E>,
) -> Result<(SharedBackend, BackendInfo), E> {
    let place = place(file.checksum(), name);
    // Locked while this network loads, so that two instances that start together load it once. Others load beside it.
    let mut place = place.lock();
    if let Some((network, info)) =
        place.as_ref().and_then(|loaded| Some((loaded.network.upgrade()?, loaded.info.clone())))
    {
        return Ok((network, info));
    }
    let (network, info) = load()?;
    *place = Some(Loaded { info: info.clone(), network: Arc::downgrade(&network) });
    Ok((network, info))
}

/// Where a network is kept, whether it is loaded or not.
fn place(checksum: &str, runtime: &'static str) -> Arc<Mutex<Option<Loaded>>> {
    let mut networks = NETWORKS.lock();
    // A place that somebody else holds is being loaded.
    networks.retain(|entry| {
        Arc::strong_count(&entry.place) > 1
            || entry.place.lock().as_ref().is_some_and(|loaded| loaded.network.strong_count() > 0)
    });
    if let Some(entry) = networks.iter().find(|entry| entry.checksum == checksum && entry.runtime == runtime) {
        return Arc::clone(&entry.place);
    }
    let place = Arc::default();
    networks.push(Entry { checksum: checksum.to_owned(), runtime, place: Arc::clone(&place) });
    place
}
