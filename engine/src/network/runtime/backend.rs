//! A network in a runtime, and checks of its input and output.

use crate::network::{model::TensorShape, tensors::TensorView};
use parking_lot::Mutex;
use std::{path::PathBuf, sync::Arc};

/// Why a network returned nothing usable.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum InferenceError {
    /// The network returned values that are not probabilities.
    #[error("the model returned numbers that are not probabilities ({0}); the phrase was left as it was")]
    NotProbabilities(String),
    /// The network returned timings out of range.
    #[error("the model moves notes by more than half a step ({0}); the phrase was left as it was")]
    NotTimings(String),
    /// The network returned NaN or infinity.
    #[error("the model returned a number that is not finite ({0}); the phrase was left as it was")]
    NotFinite(String),
    /// The runtime failed.
    #[error("the model could not be run: {0}")]
    Runtime(String),
}

/// A network in a runtime.
pub trait Backend: Send {
    /// `onnxruntime` or `tract`.
    fn name(&self) -> &'static str;

    /// Runs the network on a batch of rows, some of which may share a tensor's only row; returns the outputs in the contract's order, row by row.
    ///
    /// # Errors
    /// When the runtime fails. The caller checks the numbers.
    fn run(&mut self, batch: usize, inputs: &[TensorView<'_>]) -> Result<Vec<Vec<f32>>, InferenceError>;
}

/// A network that instances share.
pub type SharedBackend = Arc<Mutex<dyn Backend>>;

/// Which runtime to use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum BackendChoice {
    /// ONNX Runtime if it can be loaded, else tract.
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

/// Runs any network, and checks that its inputs and outputs are finite and that the outputs have the shapes `expected`.
/// The inputs are checked because one of the runtimes does not propagate NaN.
///
/// # Errors
/// When the runtime fails, a number is not finite, or an output has the wrong size.
pub(crate) fn run_finite(
    backend: &mut dyn Backend,
    batch: usize,
    inputs: &[TensorView<'_>],
    expected: &[TensorShape],
) -> Result<Vec<Vec<f32>>, InferenceError> {
    for tensor in inputs {
        if !all_finite(tensor.values) {
            let reason = format!("the input \"{}\" has a number that is not finite", tensor.name);
            return Err(InferenceError::Runtime(reason));
        }
    }
    let outputs = backend.run(batch, inputs)?;
    if outputs.len() != expected.len() {
        return Err(InferenceError::Runtime(format!("it returned {} outputs, not {}", outputs.len(), expected.len())));
    }
    for (values, (name, shape)) in outputs.iter().zip(expected) {
        let wanted = batch * shape.iter().product::<usize>();
        if values.len() != wanted {
            return Err(InferenceError::Runtime(format!("\"{name}\" has {} numbers, not {wanted}", values.len())));
        }
        if !all_finite(values) {
            let wrong = values.iter().find(|value| !value.is_finite()).unwrap_or(&f32::NAN);
            return Err(InferenceError::NotFinite(format!("{wrong} in \"{name}\"")));
        }
    }
    Ok(outputs)
}

/// Whether no number is NaN or infinite. Chunk by chunk, since a loop that may end at each number looks at one at a time.
fn all_finite(values: &[f32]) -> bool {
    values.chunks(256).all(|chunk| chunk.iter().fold(true, |finite, value| finite & value.is_finite()))
}
