//! The backend that runs the network on ONNX Runtime.

mod session;

use super::{
    backend::{Backend, InferenceError},
    verified_library::LibraryError,
};
use crate::{
    network::{
        model::{NetworkFile, TensorShape},
        numbers,
        tensors::TensorView,
    },
    storage::CacheFolder,
};
use ort::{
    environment::Environment,
    logging::LogLevel,
    session::{Session, SessionInputValue},
    value::TensorRef,
};
use parking_lot::Mutex;
use std::{
    borrow::Cow,
    path::{Path, PathBuf},
};

/// Why ONNX Runtime cannot run a model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OnnxRuntimeError {
    /// The library is missing or not the pinned one.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// The library was loaded but reported an error.
    #[error("ONNX Runtime could not be started ({0})")]
    Runtime(String),
}

/// The environment of this image's ONNX Runtime. A plugin's instances share one image, and ONNX Runtime allows one
/// environment in it; it lives until the image is unloaded. Only threads that load a model lock it.
static ENVIRONMENT: Mutex<Option<Started>> = Mutex::new(None);

#[derive(Clone)]
enum Started {
    Running(Environment, PathBuf),
    /// A library that failed once is not opened again.
    Failed(OnnxRuntimeError),
}

fn environment(library: &Path) -> Result<(Environment, PathBuf), OnnxRuntimeError> {
    let mut started = ENVIRONMENT.lock();
    let outcome = started.get_or_insert_with(|| {
        let built = ort::init_from(library)
            .map_err(|error| error.to_string())
            .and_then(|builder| builder.with_name("continuo").with_telemetry(false).build().map_err(|e| e.to_string()));
        match built {
            Ok(environment) => {
                environment.set_log_level(LogLevel::Error);
                Started::Running(environment, library.to_owned())
            }
            Err(error) => Started::Failed(OnnxRuntimeError::Runtime(error)),
        }
    });
    match outcome.clone() {
        Started::Running(environment, library) => Ok((environment, library)),
        Started::Failed(error) => Err(error),
    }
}

/// A network in ONNX Runtime.
pub(super) struct OnnxRuntime {
    session: Session,
    /// The inputs that may have one row for all, by group.
    groups: Vec<Vec<&'static str>>,
    /// The outputs' names, in the contract's order.
    outputs: Vec<&'static str>,
}

impl OnnxRuntime {
    /// Loads the library, unless this image has done so, and the network; also returns the library in use. With a cache
    /// folder the network's weights are mapped from there.
    pub(super) fn load(
        file: &NetworkFile,
        library: &Path,
        cache: Option<&CacheFolder>,
    ) -> Result<(Self, PathBuf), OnnxRuntimeError> {
        let (environment, library) = environment(library)?;
        let session = session::open(&environment, file, cache, &|session| Self::of(session, file).trial(file))
            .map_err(|error| OnnxRuntimeError::Runtime(error.to_string()))?;
        Ok((Self::of(session, file), library))
    }

    fn of(session: Session, file: &NetworkFile) -> Self {
        let outputs = file.signature().outputs.iter().map(|(name, _)| *name).collect();
        let groups = groups(&file.signature().inputs, file.groups());
        Self { session, groups, outputs }
    }

    /// What the network computes from numbers between 0 and 1.
    fn trial(mut self, file: &NetworkFile) -> ort::Result<Vec<Vec<f32>>> {
        let inputs = &file.signature().inputs;
        let longest = inputs.iter().map(|(_, shape)| shape.iter().product()).max().unwrap_or(0);
        let numbers: Vec<f32> = (0..longest).map(|at| (at * 37 % 64) as f32 / 64.0).collect();
        let tensors: Vec<TensorView<'_>> = inputs
            .iter()
            .map(|(name, shape)| TensorView {
                name,
                shape: std::iter::once(1).chain(shape.iter().copied()).collect(),
                values: &numbers[..shape.iter().product()],
            })
            .collect();
        self.run_session(&tensors)
    }
}

/// The names of the inputs of each group.
fn groups(inputs: &[TensorShape], of: &[Option<&'static str>]) -> Vec<Vec<&'static str>> {
    let mut found: Vec<(&str, Vec<&'static str>)> = Vec::new();
    for ((name, _), group) in inputs.iter().zip(of) {
        let Some(group) = *group else { continue };
        match found.iter_mut().find(|(other, _)| *other == group) {
            Some((_, names)) => names.push(name),
            None => found.push((group, vec![name])),
        }
    }
    found.into_iter().map(|(_, names)| names).collect()
}

/// The inputs that are handed over as one row: those of groups of which all rows are alike. Inputs of one group have the
/// same number of rows, on which the runtime relies when it uses memory again.
fn of_one_row(groups: &[Vec<&'static str>], inputs: &[TensorView<'_>]) -> Vec<&'static str> {
    let shared = |name: &&str| inputs.iter().any(|tensor| tensor.name == *name && tensor.is_shared());
    groups.iter().filter(|names| names.iter().all(shared)).flatten().copied().collect()
}

impl Backend for OnnxRuntime {
    fn name(&self) -> &'static str {
        "onnxruntime"
    }

    fn run(&mut self, _batch: usize, inputs: &[TensorView<'_>]) -> Result<Vec<Vec<f32>>, InferenceError> {
        self.run_session(inputs).map_err(|error| InferenceError::Runtime(error.to_string()))
    }
}

impl OnnxRuntime {
    fn run_session(&mut self, inputs: &[TensorView<'_>]) -> ort::Result<Vec<Vec<f32>>> {
        let once = of_one_row(&self.groups, inputs);
        let inputs: Vec<TensorView<'_>> = inputs
            .iter()
            .map(|tensor| if once.contains(&tensor.name) { tensor.once() } else { tensor.clone() })
            .collect();
        let whole: Vec<Cow<'_, [f32]>> = inputs.iter().map(TensorView::whole).collect();
        let mut values: Vec<(&str, SessionInputValue<'_>)> = Vec::with_capacity(inputs.len());
        for (tensor, whole) in inputs.iter().zip(&whole) {
            values.push((tensor.name, TensorRef::from_array_view((tensor.shape.clone(), &**whole))?.into()));
        }
        let outputs = self.session.run(values)?;
        let copy = |name: &&str| -> ort::Result<Vec<f32>> {
            let value = outputs.get(*name).ok_or_else(|| ort::Error::new(format!("there is no output {name}")))?;
            Ok(numbers::copy(value.try_extract_tensor::<f32>()?.1))
        };
        self.outputs.iter().map(copy).collect()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::pinned;
    use super::*;
    use crate::network::{
        model::{Model, ModelSource},
        tensors::same_bits,
    };

    /// The library for tests: the one that `CONTINUO_ONNXRUNTIME` names, or the one fetched into the workspace.
    pub(crate) fn library() -> PathBuf {
        let fetched = || {
            let file = pinned::for_this_system().map_or("", |library| library.file);
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/onnxruntime").join(file)
        };
        let path = std::env::var_os(super::super::library::LIBRARY_VARIABLE).map_or_else(fetched, PathBuf::from);
        assert!(path.is_file(), "no ONNX Runtime library at {}: run `cargo xtask runtime`", path.display());
        path
    }

    /// All built-in networks compute the same bits from mapped weights, for one row and for several, and are only prepared
    /// once.
    #[test]
    fn mapped_networks_compute_the_same() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let cache = CacheFolder::at(folder.path());
        let model = Model::load(&ModelSource::Embedded)?;
        let encoder = model.encoder().ok_or("the built-in model has an encoder")?;
        for file in [model.file(), encoder] {
            let (environment, library) = environment(&library())?;
            let trial = |session| OnnxRuntime::of(session, file).trial(file);
            for turn in ["prepared", "found"] {
                let session = session::mapped_from(&environment, file, &cache, &trial)?;
                let mapped = OnnxRuntime::of(session, file).trial(file)?;
                let plain = OnnxRuntime::load(file, &library, None)?.0.trial(file)?;
                assert!(plain.iter().flatten().any(|number| *number != 0.0), "the network computes something");
                let same = plain.iter().zip(&mapped).all(|(plain, mapped)| same_bits(plain, mapped));
                assert!(same && plain.len() == mapped.len(), "{turn}");
            }
        }
        assert_eq!(std::fs::read_dir(cache.networks())?.count(), 2);
        Ok(())
    }

    #[test]
    fn without_a_usable_cache_folder_the_network_is_loaded_all_the_same() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("a file, not a folder");
        std::fs::write(&file, b"")?;
        let model = Model::load(&ModelSource::Embedded)?;
        OnnxRuntime::load(model.file(), &library(), Some(&CacheFolder::at(file)))?;
        Ok(())
    }

    #[test]
    fn a_group_is_handed_over_once_if_all_of_it_is_shared() {
        let shapes = [("melody", vec![1]), ("noise", vec![1]), ("given", vec![2]), ("meter", vec![1])];
        let of = [Some("window"), None, Some("plan"), Some("window")];
        let groups = groups(&shapes, &of);
        assert_eq!(groups, [vec!["melody", "meter"], vec!["given"]]);
        let tensor = |name, size, values| TensorView { name, shape: vec![2, size], values };
        let (one, two) = ([1.0, 2.0], [1.0, 2.0, 3.0, 4.0]);
        let takes = |meter| {
            let inputs = [
                tensor("melody", 1, &one[..1]),
                tensor("noise", 1, &one),
                tensor("given", 2, &one),
                tensor("meter", 1, meter),
            ];
            of_one_row(&groups, &inputs)
        };
        assert_eq!(takes(&one[..1]), ["melody", "meter", "given"]);
        assert_eq!(takes(&two[..2]), ["given"], "one that differs keeps its group apart");
    }
}
