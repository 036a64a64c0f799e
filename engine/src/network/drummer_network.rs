//! The drummer network says which strokes are likely where some are known, and how loud and how late each is played.

use super::{
    contract::{DRUM_FEEL, DRUM_KINDS, DRUM_TAP, DRUM_VOICES, STEPS},
    model::{DrummerFile, ModelError, ModelSource},
    runtime::{BackendError, BackendInfo, InferenceError, RuntimeOptions, SharedBackend, load_network, run_finite},
    tensors::TensorView,
};

/// A drummer network in a runtime.
pub struct DrummerNetwork {
    file: DrummerFile,
    network: SharedBackend,
    backend: BackendInfo,
}

/// Why there is no drummer network.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DrummerError {
    /// Its file cannot be used.
    #[error("the drummer network: {0}")]
    Model(#[from] ModelError),
    /// No runtime runs it.
    #[error("the drummer network: {0}")]
    Backend(#[from] BackendError),
}

/// Cells of a window: a voice on a step.
pub(crate) const CELLS: usize = STEPS * DRUM_VOICES;

/// What is known of a window of four bars.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DrumWindow {
    /// For each step whether something is tapped, how loud (0 to 1) and how late (in steps).
    pub tap: Vec<f32>,
    /// 1 for strokes.
    pub hits: Vec<f32>,
    /// 1 where it is known whether there is a stroke.
    pub known: Vec<f32>,
    /// The genre's index; `None`: unknown.
    pub genre: Option<usize>,
    /// Mean and spread of loudness and timing, and 1; zeros: unknown.
    pub feel: [f32; DRUM_FEEL],
    /// What is tapped.
    pub kind: usize,
}

impl DrumWindow {
    pub fn new(genre: Option<usize>, feel: [f32; DRUM_FEEL], kind: usize) -> Self {
        Self { tap: vec![0.0; STEPS * DRUM_TAP], hits: vec![0.0; CELLS], known: vec![0.0; CELLS], genre, feel, kind }
    }
}

/// What the network makes of a window; cell by cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Drummed {
    /// Log-odds of a stroke.
    pub likely: Vec<f32>,
    /// 0 to 1, and how far drummers are from it in the mean.
    pub velocity: Vec<f32>,
    pub velocity_spread: Vec<f32>,
    /// In steps, and how far drummers are from it in the mean.
    pub timing: Vec<f32>,
    pub timing_spread: Vec<f32>,
}

impl DrummerNetwork {
    /// Loads the drummer network beside the generator from `source`, or the built-in one.
    ///
    /// # Errors
    /// When its file cannot be used, or no runtime runs it.
    pub fn load(source: &ModelSource, runtime: impl Into<RuntimeOptions>) -> Result<Self, DrummerError> {
        let file = DrummerFile::load(source)?;
        let (network, backend) = load_network(file.file(), &runtime.into())?;
        Ok(Self { file, network, backend })
    }

    /// Its file.
    pub const fn file(&self) -> &DrummerFile {
        &self.file
    }

    /// Which runtime is in use, and why.
    pub const fn backend(&self) -> &BackendInfo {
        &self.backend
    }

    /// Runs the network.
    pub(crate) fn play(&self, window: &DrumWindow) -> Result<Drummed, InferenceError> {
        let genres = self.file.genres().len();
        let mut genre = vec![0.0; genres + 1];
        if let Some(chosen) = genre.get_mut(window.genre.unwrap_or(genres)) {
            *chosen = 1.0;
        }
        let mut kind = [0.0; DRUM_KINDS];
        if let Some(chosen) = kind.get_mut(window.kind) {
            *chosen = 1.0;
        }
        let inputs = [
            TensorView { name: "tap", shape: vec![1, STEPS, DRUM_TAP], values: &window.tap },
            TensorView { name: "hits", shape: vec![1, STEPS, DRUM_VOICES], values: &window.hits },
            TensorView { name: "known", shape: vec![1, STEPS, DRUM_VOICES], values: &window.known },
            TensorView { name: "genre", shape: vec![1, genres + 1], values: &genre },
            TensorView { name: "feel", shape: vec![1, DRUM_FEEL], values: &window.feel },
            TensorView { name: "kind", shape: vec![1, DRUM_KINDS], values: &kind },
        ];
        let outputs = run_finite(&mut *self.network.lock(), 1, &inputs, &self.file.file().signature().outputs)?;
        let mut outputs = outputs.into_iter();
        let mut next = || outputs.next().unwrap_or_default();
        Ok(Drummed { likely: next(), velocity: next(), velocity_spread: next(), timing: next(), timing_spread: next() })
    }
}
