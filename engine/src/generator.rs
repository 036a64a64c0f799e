//! The network: what it reads and writes, and the two runtimes that can run it.

pub mod library;
#[cfg(feature = "runtimes")]
mod onnxruntime;
pub mod pinned;
#[cfg(feature = "runtimes")]
mod tract;

#[cfg(feature = "runtimes")]
pub use onnxruntime::OnnxRuntimeError;

use crate::{
    arranger::ComposeError,
    model::{
        DRUM_VOICES, ModelCard, NetworkFile, PITCHES, STEPS,
        signature::{self, Signature},
    },
    part::PART_COUNT,
};
#[cfg(feature = "runtimes")]
use onnxruntime::OnnxRuntime;
#[cfg(all(test, feature = "runtimes"))]
pub(crate) use onnxruntime::tests::library as onnxruntime_library_for_tests;
use parking_lot::Mutex;
use std::{
    path::PathBuf,
    sync::{Arc, Weak},
};
#[cfg(feature = "runtimes")]
use tract::Tract;

/// Cells of one plane.
pub const PLANE: usize = STEPS * PITCHES;

/// What the network reads: a batch of windows, each tensor row after row. The contract says what each one means.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NetworkInput {
    /// Number of rows, at least 1.
    pub batch: usize,
    style_size: usize,
    noise_size: usize,
    /// `[batch, 2, 64, 84]`
    pub melody: Vec<f32>,
    /// `[batch, 64]`
    pub heard: Vec<f32>,
    /// `[batch, 10, 64, 84]`
    pub context: Vec<f32>,
    /// `[batch, 64, 12]`
    pub context_drums: Vec<f32>,
    /// `[batch, 8, 64, 84]`
    pub given: Vec<f32>,
    /// `[batch, 64, 12]`
    pub given_drums: Vec<f32>,
    /// `[batch, 5]`
    pub given_parts: Vec<f32>,
    /// `[batch, style_size]`
    pub style: Vec<f32>,
    /// `[batch, noise_size]`
    pub noise: Vec<f32>,
    /// `[batch, 2]`
    pub meter: Vec<f32>,
}

/// One tensor that a network reads.
#[derive(Clone, Debug)]
pub struct TensorView<'a> {
    /// The contract's name for it.
    pub name: &'static str,
    /// The batch, then the contract's shape.
    pub shape: Vec<usize>,
    /// As many numbers as the shape says, row after row.
    pub values: &'a [f32],
}

impl NetworkInput {
    /// All zeros, in the sizes of a model.
    pub fn silent(card: &ModelCard, batch: usize) -> Self {
        let zeros = |size: usize| vec![0.0; batch * size];
        Self {
            batch,
            style_size: card.style_size,
            noise_size: card.noise_size,
            melody: zeros(2 * PLANE),
            heard: zeros(STEPS),
            context: zeros(10 * PLANE),
            context_drums: zeros(STEPS * DRUM_VOICES),
            given: zeros(8 * PLANE),
            given_drums: zeros(STEPS * DRUM_VOICES),
            given_parts: zeros(5),
            style: zeros(card.style_size),
            noise: zeros(card.noise_size),
            meter: zeros(2),
        }
    }

    /// The rows of several inputs of one model as one batch. No input makes a batch of no rows.
    pub fn stacked<'a>(inputs: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut inputs = inputs.into_iter();
        let Some(mut all) = inputs.next().cloned() else { return Self::default() };
        for input in inputs {
            all.batch += input.batch;
            let tensors = [
                (&mut all.melody, &input.melody),
                (&mut all.heard, &input.heard),
                (&mut all.context, &input.context),
                (&mut all.context_drums, &input.context_drums),
                (&mut all.given, &input.given),
                (&mut all.given_drums, &input.given_drums),
                (&mut all.given_parts, &input.given_parts),
                (&mut all.style, &input.style),
                (&mut all.noise, &input.noise),
                (&mut all.meter, &input.meter),
            ];
            for (all, values) in tensors {
                all.extend_from_slice(values);
            }
        }
        all
    }

    /// The tensors in the contract's order.
    pub(crate) fn tensors(&self) -> [TensorView<'_>; 10] {
        let mut values = [
            &self.melody,
            &self.heard,
            &self.context,
            &self.context_drums,
            &self.given,
            &self.given_drums,
            &self.given_parts,
            &self.style,
            &self.noise,
            &self.meter,
        ]
        .into_iter();
        signature::generator_inputs(self.style_size, self.noise_size).map(|(name, shape)| TensorView {
            name,
            shape: std::iter::once(self.batch).chain(shape).collect(),
            values: values.next().map_or(&[], Vec::as_slice),
        })
    }
}

/// What the network writes, row after row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NetworkOutput {
    /// Number of rows.
    pub batch: usize,
    /// `[batch, 8, 64, 84]`
    pub pitched: Vec<f32>,
    /// `[batch, 64, 12]`
    pub drums: Vec<f32>,
    /// `[batch, 5, 64]`
    pub velocity: Vec<f32>,
    /// `[batch, 5, 64]`, in steps, −0.5 to 0.5; all zeros from a model of contract 1.
    pub timing: Vec<f32>,
}

/// One row of a [`NetworkOutput`].
#[derive(Clone, Copy, Debug)]
pub struct OutputRow<'a> {
    /// `[8, 64, 84]`
    pub pitched: &'a [f32],
    /// `[64, 12]`
    pub drums: &'a [f32],
    /// `[5, 64]`
    pub velocity: &'a [f32],
    /// `[5, 64]`
    pub timing: &'a [f32],
}

impl NetworkOutput {
    /// A row, counted from 0; `row` is less than the batch.
    pub fn row(&self, row: usize) -> OutputRow<'_> {
        let part = |values: &'_ [f32]| row * values.len() / self.batch..(row + 1) * values.len() / self.batch;
        OutputRow {
            pitched: &self.pitched[part(&self.pitched)],
            drums: &self.drums[part(&self.drums)],
            velocity: &self.velocity[part(&self.velocity)],
            timing: &self.timing[part(&self.timing)],
        }
    }
}

/// A network in a runtime.
pub trait Backend: Send {
    /// `onnxruntime` or `tract`.
    fn name(&self) -> &'static str;

    /// Runs the network on a batch of rows; gives the outputs in the contract's order, row after row.
    ///
    /// # Errors
    /// When the runtime fails. Whether the numbers make sense is for the caller to say.
    fn run(&mut self, batch: usize, inputs: &[TensorView<'_>]) -> Result<Vec<Vec<f32>>, ComposeError>;
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
    outputs: &[signature::Shape],
) -> Result<Vec<Vec<f32>>, ComposeError> {
    for tensor in inputs {
        if !tensor.values.iter().all(|value| value.is_finite()) {
            return Err(ComposeError::Runtime(format!("the input \"{}\" is not finite", tensor.name)));
        }
    }
    let found = backend.run(batch, inputs)?;
    if found.len() != outputs.len() {
        return Err(ComposeError::Runtime(format!("there are {} outputs, not {}", found.len(), outputs.len())));
    }
    for (values, (name, shape)) in found.iter().zip(outputs) {
        let wanted = batch * shape.iter().product::<usize>();
        if values.len() != wanted {
            return Err(ComposeError::Runtime(format!("\"{name}\" has {} numbers, not {wanted}", values.len())));
        }
        if let Some(wrong) = values.iter().find(|value| !value.is_finite()) {
            return Err(ComposeError::NotFinite(format!("{wrong} in \"{name}\"")));
        }
    }
    Ok(found)
}

/// Runs a generator and checks what goes in and comes out.
///
/// # Errors
/// When the runtime fails, or a number is not finite, no probability, or no timing.
pub fn run_checked(
    backend: &mut dyn Backend,
    card: &ModelCard,
    input: &NetworkInput,
) -> Result<NetworkOutput, ComposeError> {
    let outputs = Signature::of_generator(card).outputs;
    let mut found = run_finite(backend, input.batch, &input.tensors(), &outputs)?;
    for (values, (name, _)) in found.iter_mut().zip(&outputs) {
        let range = if *name == "timing" { -0.5..=0.5 } else { 0.0..=1.0 };
        // Rounding may carry a number a little over the edge.
        let allowed = range.start() - 1e-3..=range.end() + 1e-3;
        if let Some(wrong) = values.iter().find(|value| !allowed.contains(*value)) {
            let wrong = format!("{wrong} in \"{name}\"");
            return Err(if *name == "timing" {
                ComposeError::NotTimings(wrong)
            } else {
                ComposeError::NotProbabilities(wrong)
            });
        }
        for value in values {
            *value = value.clamp(*range.start(), *range.end());
        }
    }
    let mut found = found.into_iter();
    let mut next = || found.next().unwrap_or_default();
    let (pitched, drums, velocity, mut timing) = (next(), next(), next(), next());
    timing.resize(input.batch * PART_COUNT * STEPS, 0.0);
    Ok(NetworkOutput { batch: input.batch, pitched, drums, velocity, timing })
}

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

/// A network that instances share.
pub type SharedBackend = Arc<Mutex<dyn Backend>>;

/// The networks that are alive in this process, by the model's checksum and the runtime's name: instances that use
/// the same model share its weights. Held weakly: with its last instance a network is freed. Composer threads only;
/// a network's own lock keeps one instance's window waiting while another's is run, which no audio thread ever sees.
static NETWORKS: Mutex<Vec<Entry>> = Mutex::new(Vec::new());

struct Entry {
    checksum: String,
    info: BackendInfo,
    network: Weak<Mutex<dyn Backend>>,
}

/// Why no network could be made of a model that is in order.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BackendError {
    /// ONNX Runtime was asked for and does not run.
    #[cfg(feature = "runtimes")]
    #[error("{0}; the built-in backend \"tract\" needs no library")]
    OnnxRuntime(#[from] OnnxRuntimeError),
    /// tract cannot run this network.
    #[error("the built-in runtime cannot run this model: {0}")]
    Tract(String),
}

/// Loads a network, or finds it if another instance has it already.
///
/// # Errors
/// When the runtime asked for cannot be had, or cannot run the model.
#[cfg(feature = "runtimes")]
pub fn load(
    file: &NetworkFile,
    choice: BackendChoice,
    libraries: &[PathBuf],
) -> Result<(SharedBackend, BackendInfo), BackendError> {
    let fallback_reason = match choice {
        BackendChoice::Tract => None,
        BackendChoice::Auto | BackendChoice::OnnxRuntime => match load_onnxruntime(file, libraries) {
            Ok(loaded) => return Ok(loaded),
            Err(error) if choice == BackendChoice::OnnxRuntime => return Err(error.into()),
            Err(error) => Some(format!("{error}; the slower built-in runtime is used instead")),
        },
    };
    let (network, info) = shared(file, "tract", || {
        let network = Tract::load(file).map_err(BackendError::Tract)?;
        let info = BackendInfo { name: "tract", version: TRACT_VERSION, library: None, fallback_reason: None };
        Ok::<_, BackendError>((Arc::new(Mutex::new(network)) as SharedBackend, info))
    })?;
    Ok((network, BackendInfo { fallback_reason, ..info }))
}

/// The version in the workspace's `Cargo.toml`.
const TRACT_VERSION: &str = "0.23";

#[cfg(feature = "runtimes")]
fn load_onnxruntime(
    file: &NetworkFile,
    libraries: &[PathBuf],
) -> Result<(SharedBackend, BackendInfo), OnnxRuntimeError> {
    let library = library::find(libraries)?;
    shared(file, "onnxruntime", || {
        let (network, library) = OnnxRuntime::load(file, &library)?;
        let info = BackendInfo {
            name: "onnxruntime",
            version: pinned::VERSION,
            library: Some(library),
            fallback_reason: None,
        };
        Ok((Arc::new(Mutex::new(network)) as SharedBackend, info))
    })
}

fn shared<E>(
    file: &NetworkFile,
    name: &str,
    make: impl FnOnce() -> Result<(SharedBackend, BackendInfo), E>,
) -> Result<(SharedBackend, BackendInfo), E> {
    // Held while a network is made, so that two instances that start together make one.
    let mut networks = NETWORKS.lock();
    networks.retain(|entry| entry.network.strong_count() > 0);
    let checksum = file.checksum();
    let known = networks.iter().find(|entry| entry.checksum == checksum && entry.info.name == name);
    if let Some((network, info)) = known.and_then(|entry| Some((entry.network.upgrade()?, entry.info.clone()))) {
        return Ok((network, info));
    }
    let (network, info) = make()?;
    networks.push(Entry { checksum: checksum.to_owned(), info: info.clone(), network: Arc::downgrade(&network) });
    Ok((network, info))
}
