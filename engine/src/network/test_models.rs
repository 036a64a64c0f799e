//! The hand-made networks for tests.

use super::{
    model::ModelSource,
    runtime::{BackendChoice, Loading, RuntimeOptions, onnxruntime_library_for_tests},
};
use std::path::{Path, PathBuf};

/// The folder of the hand-made networks.
pub fn hand_made() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/models")
}

/// Copies the shipped generator's files into a folder.
pub fn copy_shipped_generator(to: &Path) -> std::io::Result<()> {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models");
    for file in ["continuo.onnx", "encoder.onnx"].into_iter().filter(|file| shipped.join(file).is_file()) {
        std::fs::copy(shipped.join(file), to.join(file))?;
    }
    Ok(())
}

/// The hand-made generator.
pub fn hand_made_generator() -> ModelSource {
    ModelSource::File(hand_made().join("continuo.onnx"))
}

/// A runtime with the library for tests.
pub fn with_library(choice: BackendChoice) -> RuntimeOptions {
    RuntimeOptions {
        choice,
        libraries: vec![onnxruntime_library_for_tests()],
        loading: Loading::default(),
        cache: None,
    }
}
