//! A network in a runtime, and checks of what goes in and comes out.

use crate::network::{model::Shape, tensors::TensorView};
use parking_lot::Mutex;
use std::{path::PathBuf, sync::Arc};

/// Why a network gave no usable answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum InferenceError {
    /// The network gave values that are no probabilities.
    #[error("the model gave numbers that are not probabilities ({0}); the phrase was left as it was")]
    NotProbabilities(String),
    /// The network gave times that are none.
    #[error("the model moves notes by more than half a step ({0}); the phrase was left as it was")]
    NotTimings(String),
    /// The network gave what is no number.
    #[error("the model gave what is no number ({0}); the phrase was left as it was")]
    NotFinite(String),
    /// The runtime failed.
    #[error("the model could not be run: {0}")]
    Runtime(String),
}

/// A network in a runtime.
pub trait Backend: Send {
    /// `onnxruntime` or `tract`.
    fn name(&self) -> &'static str;

    /// Runs the network on a batch of rows; gives the outputs in the contract's order, row after row.
    ///
    /// # Errors
    /// When the runtime fails. Whether the numbers make sense is for the caller to say.
    fn run(&mut self, batch: usize, inputs: &[TensorView<'_>]) -> Result<Vec<Vec<f32>>, InferenceError>;
}

/// A network that instances share.
pub type SharedBackend = Arc<Mutex<dyn Backend>>;

/// Which runtime to use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum BackendChoice {
    /// ONNX Runtime if its library is there and right, else tract.
    #[default]
    Auto,
    /// ONNX Runtime or an error.
    OnnxRuntime,
    /// tract.
    Tract,
}

impl BackendChoice {
    /// The choice with this name: `auto`, `onnxruntime` or `tract`.
    pub fn from_id(id: &str) -> Option<Self> {
        match id {
            "auto" => Some(Self::Auto),
            "onnxruntime" => Some(Self::OnnxRuntime),
            "tract" => Some(Self::Tract),
            _ => None,
        }
    }
}

/// Which runtime is in use, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackendInfo {
    /// `onnxruntime` or `tract`.
    pub name: &'static str,
    /// The runtime's version.
    pub version: &'static str,
    /// The library file that was loaded, if any.
    pub library: Option<PathBuf>,
    /// Why the fallback is in use, in a sentence.
    pub fallback_reason: Option<String>,
}

/// Runs any network, and checks that what goes in and comes out are finite numbers, as many as `outputs` says for a
/// row: one of the runtimes does not pass NaN on.
///
/// # Errors
/// When the runtime fails, or a number is not finite.
pub(crate) fn run_finite(
    backend: &mut dyn Backend,
    batch: usize,
    inputs: &[TensorView<'_>],
    outputs: &[Shape],
) -> Result<Vec<Vec<f32>>, InferenceError> {
    for tensor in inputs {
        if !tensor.values.iter().all(|value| value.is_finite()) {
            return Err(InferenceError::Runtime(format!("the input \"{}\" is not finite", tensor.name)));
        }
    }
    let found = backend.run(batch, inputs)?;
    if found.len() != outputs.len() {
        return Err(InferenceError::Runtime(format!("there are {} outputs, not {}", found.len(), outputs.len())));
    }
    for (values, (name, shape)) in found.iter().zip(outputs) {
        let wanted = batch * shape.iter().product::<usize>();
        if values.len() != wanted {
            return Err(InferenceError::Runtime(format!("\"{name}\" has {} numbers, not {wanted}", values.len())));
        }
        if let Some(wrong) = values.iter().find(|value| !value.is_finite()) {
            return Err(InferenceError::NotFinite(format!("{wrong} in \"{name}\"")));
        }
    }
    Ok(found)
}
