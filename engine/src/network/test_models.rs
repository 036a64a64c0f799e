//! The hand-made networks that tests use.

use super::{
    model::ModelSource,
    runtime::{BackendChoice, RuntimeOptions, onnxruntime_library_for_tests},
};
use std::path::{Path, PathBuf};

/// Where the hand-made networks lie.
pub fn hand_made() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/models")
}

/// The hand-made generator.
pub fn hand_made_generator() -> ModelSource {
    ModelSource::File(hand_made().join("continuo.onnx"))
}

/// A runtime with the library that tests use.
pub fn with_library(choice: BackendChoice) -> RuntimeOptions {
    RuntimeOptions { choice, libraries: vec![onnxruntime_library_for_tests()] }
}
