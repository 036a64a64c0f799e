//! The two runtimes for networks: ONNX Runtime, loaded from a library, and `tract`, which is built in.

mod backend;
mod error;
mod generator;
mod library;
#[cfg(feature = "runtimes")]
mod loading;
#[cfg(not(feature = "runtimes"))]
mod not_built;
#[cfg(feature = "runtimes")]
mod onnxruntime;
mod options;
pub mod pinned;
#[cfg(feature = "runtimes")]
mod prepared;
mod remembered;
mod side_by_side;
#[cfg(feature = "runtimes")]
mod tract;
#[cfg(feature = "runtimes")]
mod verified_library;

pub(crate) use backend::run_finite;
pub use backend::{Backend, BackendChoice, BackendInfo, InferenceError, SharedBackend};
pub use error::BackendError;
pub use generator::load as load_generator;
pub use library::{LIBRARY_VARIABLE, library_candidates, library_candidates_beside};
#[cfg(feature = "runtimes")]
pub use loading::load as load_network;
#[cfg(not(feature = "runtimes"))]
pub use not_built::load as load_network;
#[cfg(feature = "runtimes")]
pub use onnxruntime::OnnxRuntimeError;
#[cfg(all(test, feature = "runtimes"))]
pub(crate) use onnxruntime::tests::library as onnxruntime_library_for_tests;
pub use options::{Loading, RuntimeOptions};
pub(crate) use remembered::Remembered;
pub(crate) use side_by_side::side_by_side;
#[cfg(feature = "runtimes")]
pub use verified_library::{LibraryError, find as find_library, hash as library_hash};
