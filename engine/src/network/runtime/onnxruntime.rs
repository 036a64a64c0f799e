//! The backend that runs the network on ONNX Runtime.

use super::{
    backend::{Backend, InferenceError},
    verified_library::LibraryError,
};
use crate::network::{
    model::{NetworkFile, TensorShape},
    tensors::TensorView,
};
use ort::{
    environment::Environment,
    logging::LogLevel,
    session::{Session, SessionInputValue, builder::GraphOptimizationLevel},
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
    /// Loads the library, unless this image has done so, and the network; also returns the library in use.
    pub(super) fn load(file: &NetworkFile, library: &Path) -> Result<(Self, PathBuf), OnnxRuntimeError> {
        let (environment, library) = environment(library)?;
        let session = session(&environment, file).map_err(|error| OnnxRuntimeError::Runtime(error.to_string()))?;
        let outputs = file.signature().outputs.iter().map(|(name, _)| *name).collect();
        let groups = groups(&file.signature().inputs, file.groups());
        Ok((Self { session, groups, outputs }, library))
    }
}

fn session(environment: &Environment, file: &NetworkFile) -> ort::Result<Session> {
    // One thread and no spinning: other cores belong to the host's audio. Of the optimisations only those that fold
    // constants: the further ones need as long as all the rest and make nothing faster, since the files hold fused norms.
    Session::builder(environment)?
        .with_optimization_level(GraphOptimizationLevel::Level1)?
        .with_intra_threads(1)?
        .with_inter_threads(1)?
        .with_intra_op_spinning(false)?
        .with_inter_op_spinning(false)?
        .commit_from_memory(file.bytes())
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
            Ok(value.try_extract_tensor::<f32>()?.1.to_vec())
        };
        self.outputs.iter().map(copy).collect()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::pinned;
    use super::*;

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
