//! The networks that read melodies as cells: the reviser, which says what cells are likely to hold given the others, and
//! the space of phrases, whose points are phrases.

use super::{
    contract::{
        ABSENT, CELL_SLOT, CELL_SYMBOLS, CHORD_CELLS, CHORD_FEATURES, PHRASE_BACK, PHRASE_BARS, REVISED_BARS,
        UNKNOWN_CELL, WHOLE_BESIDE_GENRES,
    },
    model::{CellFile, CellRole, ModelError, ModelSource},
    runtime::{BackendError, BackendInfo, InferenceError, RuntimeOptions, SharedBackend, load_network, run_finite},
    tensors::TensorView,
};

/// Why there is no network over cells.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CellNetworkError {
    /// A file cannot be used.
    #[error("the {role} network: {error}")]
    Model {
        /// Which network.
        role: &'static str,
        /// What is wrong with its file.
        error: ModelError,
    },
    /// No runtime runs it.
    #[error("the {role} network: {error}")]
    Backend {
        /// Which network.
        role: &'static str,
        /// Why not.
        error: BackendError,
    },
}

/// A network over cells in a runtime.
struct CellNetwork {
    file: CellFile,
    network: SharedBackend,
    backend: BackendInfo,
}

impl CellNetwork {
    fn load(source: &ModelSource, runtime: &RuntimeOptions, role: CellRole) -> Result<Self, CellNetworkError> {
        let name = role.name();
        let file = CellFile::load(source, role).map_err(|error| CellNetworkError::Model { role: name, error })?;
        let (network, backend) =
            load_network(file.file(), runtime).map_err(|error| CellNetworkError::Backend { role: name, error })?;
        Ok(Self { file, network, backend })
    }

    fn run<const N: usize>(&self, batch: usize, inputs: &[TensorView<'_>]) -> Result<[Vec<f32>; N], InferenceError> {
        let outputs = run_finite(&mut *self.network.lock(), batch, inputs, &self.file.file().signature().outputs)?;
        outputs.try_into().map_err(|_| InferenceError::Runtime("an output is missing".to_owned()))
    }

    fn genre(&self, id: Option<&str>) -> Option<usize> {
        self.file.genres().iter().position(|genre| Some(genre.as_str()) == id)
    }
}

/// What is known of a whole melody.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Whole(Vec<f32>);

impl Whole {
    /// Of a network that knows `genres` genres; without a `genre` it is unknown.
    fn new(genres: usize, genre: Option<usize>, is_minor: bool, three: bool) -> Self {
        let mut numbers = vec![0.0; genres + 1 + WHOLE_BESIDE_GENRES];
        let ones = [genre.unwrap_or(genres), genres + 1 + usize::from(is_minor)];
        for place in ones {
            if let Some(number) = numbers.get_mut(place) {
                *number = 1.0;
            }
        }
        if let Some(last) = numbers.last_mut() {
            *last = f32::from(u8::from(three));
        }
        Self(numbers)
    }
}

/// Cells of what the reviser reads at a time.
pub(crate) const REVISED: usize = REVISED_BARS * CELL_SLOT;
/// Cells of a phrase.
pub(crate) const PHRASE: usize = PHRASE_BARS * CELL_SLOT;

/// The reviser in a runtime.
pub struct Reviser(CellNetwork);

impl Reviser {
    /// Loads the reviser beside the generator from `source`, or the built-in one.
    ///
    /// # Errors
    /// When its file cannot be used, or no runtime runs it.
    pub fn load(source: &ModelSource, runtime: impl Into<RuntimeOptions>) -> Result<Self, CellNetworkError> {
        CellNetwork::load(source, &runtime.into(), CellRole::Reviser).map(Self)
    }

    /// Its file.
    pub const fn file(&self) -> &CellFile {
        &self.0.file
    }

    /// Which runtime is in use, and why.
    pub const fn backend(&self) -> &BackendInfo {
        &self.0.backend
    }

    /// What is known of a melody.
    pub(crate) fn whole(&self, genre: Option<&str>, is_minor: bool, three: bool) -> Whole {
        Whole::new(self.file().genres().len(), self.0.genre(genre), is_minor, three)
    }

    /// The log-probability of each symbol in each cell of a window: `[128, 63]`. `chords` are those of each half bar;
    /// `doubt` is the share of notes that may be wrong, 0 to 0.3.
    pub(crate) fn revise(
        &self,
        cells: &[u8; REVISED],
        chords: &[f32],
        whole: &Whole,
        doubt: f32,
    ) -> Result<Vec<f32>, InferenceError> {
        let cells = cells.map(f32::from);
        let inputs = [
            TensorView { name: "cells", shape: vec![1, REVISED], values: &cells },
            TensorView { name: "chords", shape: vec![1, REVISED / CHORD_CELLS, CHORD_FEATURES], values: chords },
            TensorView { name: "whole", shape: vec![1, whole.0.len()], values: &whole.0 },
            TensorView { name: "doubt", shape: vec![1, 1], values: &[doubt] },
        ];
        let [likely] = self.0.run(1, &inputs)?;
        Ok(likely)
    }
}

/// The place of a symbol of a cell in what [`Reviser::revise`] returns.
pub(crate) const fn likely_at(cell: usize, symbol: u8) -> usize {
    cell * CELL_SYMBOLS + symbol as usize
}

/// The networks of the space of phrases in their runtime.
pub struct PhraseSpace {
    encoder: CellNetwork,
    decoder: CellNetwork,
}

/// A phrase that is being written, cell by cell.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PhraseWriter {
    state: Vec<f32>,
    /// What was written.
    pub cells: Vec<u8>,
}

impl PhraseSpace {
    /// Loads the networks beside the generator from `source`, or the built-in ones.
    ///
    /// # Errors
    /// When a file cannot be used, no runtime runs it, or the two do not belong together.
    pub fn load(source: &ModelSource, runtime: impl Into<RuntimeOptions>) -> Result<Self, CellNetworkError> {
        let runtime = runtime.into();
        let encoder = CellNetwork::load(source, &runtime, CellRole::PhraseEncoder)?;
        let decoder = CellNetwork::load(source, &runtime, CellRole::PhraseDecoder)?;
        let fits = encoder.file.point() == decoder.file.point() && encoder.file.genres() == decoder.file.genres();
        if !fits {
            let error = ModelError::AgainstContract("its points or genres are not the phrase-encoder's".to_owned());
            return Err(CellNetworkError::Model { role: CellRole::PhraseDecoder.name(), error });
        }
        Ok(Self { encoder, decoder })
    }

    /// The decoder's file.
    pub const fn file(&self) -> &CellFile {
        &self.decoder.file
    }

    /// Which runtime is in use, and why.
    pub const fn backend(&self) -> &BackendInfo {
        &self.decoder.backend
    }

    /// What is known of a melody.
    pub(crate) fn whole(&self, genre: Option<&str>, is_minor: bool, three: bool) -> Whole {
        Whole::new(self.file().genres().len(), self.decoder.genre(genre), is_minor, three)
    }

    /// The point of a phrase.
    pub(crate) fn point_of(&self, cells: &[u8; PHRASE], whole: &Whole) -> Result<Vec<f32>, InferenceError> {
        let cells = cells.map(f32::from);
        let inputs = [
            TensorView { name: "cells", shape: vec![1, PHRASE], values: &cells },
            TensorView { name: "whole", shape: vec![1, whole.0.len()], values: &whole.0 },
        ];
        let [mean, _] = self.encoder.run(1, &inputs)?;
        Ok(mean)
    }

    /// Begins a phrase.
    pub(crate) fn writer(&self) -> PhraseWriter {
        PhraseWriter { state: vec![0.0; self.file().state()], cells: Vec::with_capacity(PHRASE) }
    }

    /// The log-probability of each symbol in the next cell of each phrase: `[63]`. The caller then adds the cells to
    /// [`PhraseWriter::cells`], before it asks for the next; at most [`PHRASE`] cells. The network reads all phrases in one
    /// run. There are as many points as writers.
    pub(crate) fn next(
        &self,
        writers: &mut [PhraseWriter],
        points: &[&[f32]],
        whole: &Whole,
    ) -> Result<Vec<Vec<f32>>, InferenceError> {
        let batch = writers.len();
        debug_assert!(points.len() == batch && writers.iter().all(|writer| writer.cells.len() < PHRASE));
        let before: Vec<f32> = writers.iter().flat_map(|writer| PHRASE_BACK.map(|by| writer.back(by))).collect();
        let numbers: Vec<f32> = writers.iter().map(|writer| writer.cells.len() as f32).collect();
        let points = points.concat();
        let state = writers.iter().flat_map(|writer| &writer.state).copied().collect::<Vec<f32>>();
        let (point, size) = (self.file().point(), self.file().state());
        let inputs = [
            TensorView { name: "before", shape: vec![batch, PHRASE_BACK.len()], values: &before },
            TensorView { name: "point", shape: vec![batch, point], values: &points },
            TensorView { name: "whole", shape: vec![batch, whole.0.len()], values: &whole.0 },
            TensorView { name: "number", shape: vec![batch, 1], values: &numbers },
            TensorView { name: "state", shape: vec![batch, size], values: &state },
        ];
        let [likely, state] = self.decoder.run(batch, &inputs)?;
        for (writer, state) in writers.iter_mut().zip(state.chunks_exact(size)) {
            writer.state.copy_from_slice(state);
        }
        Ok(likely.chunks_exact(CELL_SYMBOLS).map(<[f32]>::to_vec).collect())
    }
}

impl PhraseWriter {
    /// What was written so many cells before the next one.
    fn back(&self, by: usize) -> f32 {
        let cell = self.cells.len().checked_sub(by).and_then(|cell| self.cells.get(cell));
        f32::from(cell.copied().unwrap_or(UNKNOWN_CELL))
    }
}

const _: () = assert!(ABSENT as usize > CELL_SYMBOLS);
