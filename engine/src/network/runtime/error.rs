//! Why a network cannot be run.

#[cfg(feature = "runtimes")]
use super::onnxruntime::OnnxRuntimeError;

/// Why a valid model cannot be run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BackendError {
    /// ONNX Runtime was requested but does not run.
    #[cfg(feature = "runtimes")]
    #[error("{0}; the built-in backend \"tract\" needs no library")]
    OnnxRuntime(#[from] OnnxRuntimeError),
    /// tract cannot run this network.
    #[cfg(feature = "runtimes")]
    #[error("the built-in runtime cannot run this model: {0}")]
    Tract(String),
    /// The program was built without the feature `runtimes`.
    #[cfg(not(feature = "runtimes"))]
    #[error("this program was built without a runtime for networks; build it with the feature \"runtimes\"")]
    NotBuilt,
}
