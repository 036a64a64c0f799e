//! The hand-made networks for tests.

use super::{
    model::ModelSource,
    runtime::{BackendChoice, RuntimeOptions, onnxruntime_library_for_tests},
};
use std::path::{Path, PathBuf};

/// The folder of the hand-made networks.
pub fn hand_made() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/models")
}

/// The hand-made generator.
pub fn hand_made_generator() -> ModelSource {
    ModelSource::File(hand_made().join("continuo.onnx"))
}

/// A runtime with the library for tests.
pub fn with_library(choice: BackendChoice) -> RuntimeOptions {
    RuntimeOptions { choice, libraries: vec![onnxruntime_library_for_tests()] }
}
