//! Both runtimes return what PyTorch returned for the shipped networks, on inputs that the training code recorded at the
//! export (`models/reference-outputs.json`, described in `models/training/continuo_training/reference.py`).
#![cfg(feature = "runtimes")]

use continuo_engine::network::{
    BackendChoice, Helper, LIBRARY_VARIABLE, Loading, Model, ModelSource, NetworkFile, Role, RuntimeOptions,
    TensorView, load_network, pinned,
};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::{
    fs,
    path::{Path, PathBuf},
};

#[derive(Deserialize)]
struct Reference {
    /// How much a runtime may differ from PyTorch.
    within: f32,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    file: String,
    sha256: String,
    inputs: Vec<Input>,
    outputs: Vec<Output>,
}

#[derive(Deserialize)]
struct Input {
    name: String,
    shape: Vec<usize>,
    /// For a tensor of zeros and ones, the indices of the ones.
    #[serde(default)]
    ones: Vec<usize>,
    /// The numbers of any other tensor.
    #[serde(default)]
    values: Vec<f32>,
}

#[derive(Deserialize)]
struct Output {
    name: String,
    shape: Vec<usize>,
    /// The index of its first number in the file of numbers.
    first: usize,
}

impl Input {
    fn numbers(&self) -> Vec<f32> {
        if !self.values.is_empty() {
            return self.values.clone();
        }
        let mut all = vec![0.0; self.shape.iter().product()];
        for &place in &self.ones {
            all[place] = 1.0;
        }
        all
    }
}

fn models() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../models")
}

fn reference() -> (Reference, Vec<f32>) {
    let text = fs::read(models().join("reference-outputs.json")).expect("the reference cases should be readable");
    let bytes = fs::read(models().join("reference-outputs.f32")).expect("the reference numbers should be readable");
    let numbers =
        bytes.chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().expect("a chunk has four bytes")));
    (serde_json::from_slice(&text).expect("the reference cases should be valid"), numbers.collect())
}

/// A shipped network's file, checked as in the plugin.
fn network(file: &str) -> NetworkFile {
    let source = ModelSource::File(models().join("continuo.onnx"));
    let model = Model::load(&source).expect("the shipped model should load");
    if file == "encoder.onnx" {
        return model.encoder().expect("the shipped model should have an encoder").clone();
    }
    let Some(role) =
        [Role::Conductor, Role::Harmonizer, Role::StyleEncoder].into_iter().find(|role| role.file_name() == file)
    else {
        assert_eq!(file, "continuo.onnx");
        return model.file().clone();
    };
    Helper::load(&source, role, model.card())
        .expect("the shipped helper should be valid")
        .expect("the helper should be shipped")
        .file()
        .clone()
}

/// The library for tests: the one that the variable names, or the one fetched into the workspace.
fn library() -> PathBuf {
    let fetched = || {
        let file = pinned::for_this_system().map_or("", |library| library.file);
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/onnxruntime").join(file)
    };
    std::env::var_os(LIBRARY_VARIABLE).map_or_else(fetched, PathBuf::from)
}

fn agrees_with_pytorch(choice: BackendChoice) {
    let (reference, numbers) = reference();
    let options = RuntimeOptions { choice, libraries: vec![library()], loading: Loading::default(), cache: None };
    assert!(reference.cases.len() >= 6, "three networks, alone and in a batch");
    for case in &reference.cases {
        let bytes = fs::read(models().join(&case.file)).expect("the shipped file should be readable");
        let checksum = Sha256::digest(&bytes).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
        assert_eq!(checksum, case.sha256, "{} has changed: run the training code's `reference` again", case.file);

        let (backend, info) = load_network(&network(&case.file), &options).expect("the network should load");
        let values: Vec<Vec<f32>> = case.inputs.iter().map(Input::numbers).collect();
        let inputs: Vec<TensorView<'_>> = case
            .inputs
            .iter()
            .zip(&values)
            .map(|(input, values)| TensorView { name: input.name.clone().leak(), shape: input.shape.clone(), values })
            .collect();
        let batch = inputs[0].shape[0];
        let outputs = backend.lock().run(batch, &inputs).expect("the network should run");
        assert_eq!(outputs.len(), case.outputs.len());
        for (values, output) in outputs.iter().zip(&case.outputs) {
            let expected = &numbers[output.first..][..output.shape.iter().product()];
            assert_eq!(values.len(), expected.len(), "{} of {}", output.name, case.file);
            let difference = values.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            println!("{}, {}, batch {batch}, {}: {difference:e}", info.name, case.file, output.name);
            assert!(
                difference <= reference.within && values.iter().all(|value| value.is_finite()),
                "{} differs from PyTorch by {difference} in {} of {}",
                info.name,
                output.name,
                case.file
            );
        }
    }
}

#[test]
fn the_built_in_runtime_returns_what_pytorch_returned() {
    agrees_with_pytorch(BackendChoice::Tract);
}

#[test]
fn onnx_runtime_returns_what_pytorch_returned() {
    assert!(library().is_file(), "no ONNX Runtime library at {}: run `cargo xtask runtime`", library().display());
    agrees_with_pytorch(BackendChoice::OnnxRuntime);
}
