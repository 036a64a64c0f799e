//! Both runtimes return what PyTorch returned for the shipped networks of the tools, on inputs that the training code
//! recorded at the export (`models/NAME-reference.json`; see `models/MELODIES.md`, `models/DRUMMER.md`, `models/PHRASES.md`).
#![cfg(feature = "runtimes")]

use continuo_engine::network::{
    BackendChoice, CellFile, CellRole, DrummerFile, LIBRARY_VARIABLE, Loading, MelodyFile, MelodyKind, ModelSource,
    NetworkFile, RuntimeOptions, TensorView, load_network, pinned,
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
    file: String,
    sha256: String,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    inputs: Vec<Tensor>,
    outputs: Vec<Tensor>,
}

#[derive(Deserialize)]
struct Tensor {
    name: String,
    shape: Vec<usize>,
    /// The index of its first number in the file of numbers.
    first: usize,
}

impl Tensor {
    fn of<'a>(&self, numbers: &'a [f32]) -> &'a [f32] {
        &numbers[self.first..][..self.shape.iter().product()]
    }
}

fn models() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../models")
}

/// The library for tests: the one that the variable names, or the one fetched into the workspace.
fn library() -> PathBuf {
    let fetched = || {
        let file = pinned::for_this_system().map_or("", |library| library.file);
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/onnxruntime").join(file)
    };
    std::env::var_os(LIBRARY_VARIABLE).map_or_else(fetched, PathBuf::from)
}

/// The shipped networks, by the name of their files.
fn networks() -> Vec<(&'static str, NetworkFile)> {
    let source = ModelSource::Embedded;
    let melody = |kind| {
        let file = MelodyFile::load(&source, kind).expect("the shipped network should be valid");
        file.file().clone()
    };
    let mut found = vec![
        ("melody", melody(MelodyKind::Transformer)),
        ("melody-lstm", melody(MelodyKind::Lstm)),
        ("drummer", DrummerFile::load(&source).expect("the shipped network should be valid").file().clone()),
    ];
    for role in [CellRole::Reviser, CellRole::PhraseEncoder, CellRole::PhraseDecoder] {
        let file = CellFile::load(&source, role).expect("the shipped network should be valid");
        found.push((role.name(), file.file().clone()));
    }
    found
}

fn agree_with_pytorch(choice: BackendChoice) {
    for (name, network) in networks() {
        agrees_with_pytorch(name, &network, choice);
    }
}

fn agrees_with_pytorch(name: &str, network: &NetworkFile, choice: BackendChoice) {
    let read = |ending: &str| fs::read(models().join(format!("{name}-reference.{ending}")));
    let text = read("json").expect("the reference cases should be readable");
    let bytes = read("f32").expect("the reference numbers should be readable");
    let reference: Reference = serde_json::from_slice(&text).expect("the reference cases should be valid");
    let four = |four: &[u8]| f32::from_le_bytes(four.try_into().expect("a chunk has four bytes"));
    let numbers: Vec<f32> = bytes.chunks_exact(4).map(four).collect();
    let file = fs::read(models().join(&reference.file)).expect("the shipped file should be readable");
    let checksum = Sha256::digest(&file).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    assert_eq!(checksum, reference.sha256, "{name} has changed: export it again");

    let options = RuntimeOptions { choice, libraries: vec![library()], loading: Loading::default(), cache: None };
    let (backend, info) = load_network(network, &options).expect("the network should load");
    assert_eq!(reference.cases.len(), 2, "alone and in a batch");
    for case in &reference.cases {
        let inputs: Vec<TensorView<'_>> = case
            .inputs
            .iter()
            .map(|input| {
                let values = input.of(&numbers);
                TensorView { name: input.name.clone().leak(), shape: input.shape.clone(), values }
            })
            .collect();
        let outputs = backend.lock().run(inputs[0].shape[0], &inputs).expect("the network should run");
        assert_eq!(outputs.len(), case.outputs.len());
        for (values, output) in outputs.iter().zip(&case.outputs) {
            let expected = output.of(&numbers);
            assert_eq!(values.len(), expected.len(), "{}", output.name);
            let difference = values.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(
                difference <= reference.within && values.iter().all(|value| value.is_finite()),
                "{name} in {} differs from PyTorch by {difference} in {}",
                info.name,
                output.name
            );
        }
    }
}

#[test]
fn the_built_in_runtime_returns_what_pytorch_returned() {
    agree_with_pytorch(BackendChoice::Tract);
}

#[test]
fn onnx_runtime_returns_what_pytorch_returned() {
    assert!(library().is_file(), "no ONNX Runtime library at {}: run `cargo xtask runtime`", library().display());
    agree_with_pytorch(BackendChoice::OnnxRuntime);
}
