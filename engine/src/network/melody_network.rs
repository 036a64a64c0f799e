//! The melody network says what event follows in a melody. It reads one event at a time and remembers those before as
//! keys and values, which the engine keeps between two runs.

use super::{
    contract::{CHORD_FEATURES, LONGEST_EVENT, LOOKBACK, MELODY_PLACES, MELODY_SYMBOLS},
    model::{MelodyEngine, MelodyFile, MemoryShape, ModelError, ModelSource},
    runtime::{BackendError, BackendInfo, InferenceError, RuntimeOptions, SharedBackend, load_network, run_finite},
    tensors::TensorView,
};

/// A melody network in a runtime.
pub struct MelodyNetwork {
    file: MelodyFile,
    network: SharedBackend,
    backend: BackendInfo,
}

/// Why there is no melody network.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum MelodyError {
    /// Its file cannot be used.
    #[error("the melody network: {0}")]
    Model(#[from] ModelError),
    /// No runtime runs it.
    #[error("the melody network: {0}")]
    Backend(#[from] BackendError),
}

/// What is known before an event.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reading {
    /// Symbol and length of the event before.
    pub event: (u8, u8),
    /// The step where the event before began.
    pub event_start: i64,
    /// The step where the event to come begins.
    pub start: i64,
    pub place: [u8; MELODY_PLACES],
    /// Symbol and length of the events that began a number of bars before; see [`LOOKBACK`].
    pub back: [(u8, u8); LOOKBACK.len()],
    /// The chord and the next one.
    pub chords: [f32; 2 * CHORD_FEATURES],
}

/// The events that the network has read.
#[derive(Clone)]
pub(crate) struct Memory {
    shape: MemoryShape,
    keys: Vec<f32>,
    values: Vec<f32>,
    starts: Vec<i64>,
    /// How many events were read; the oldest are forgotten.
    read: usize,
}

impl Memory {
    fn new(shape: MemoryShape) -> Self {
        let numbers = shape.layers * shape.heads * shape.events * shape.size;
        Self { shape, keys: vec![0.0; numbers], values: vec![0.0; numbers], starts: vec![0; shape.events], read: 0 }
    }

    /// How many events are remembered at most.
    pub const fn room(&self) -> usize {
        self.shape.events
    }

    /// Forgets all events but the first `count`, as if no more had been read. Only while nothing was forgotten yet:
    /// otherwise forgets all.
    pub fn rewind(&mut self, count: usize) {
        let MemoryShape { events, size, .. } = self.shape;
        let kept = if self.read <= events { count.min(self.read) } else { 0 };
        for memory in [&mut self.keys, &mut self.values] {
            memory.chunks_exact_mut(events * size).for_each(|rows| rows[kept * size..].fill(0.0));
        }
        self.starts[kept..].fill(0);
        self.read = kept;
    }

    fn remember(&mut self, key: &[f32], value: &[f32], start: i64) {
        let MemoryShape { events, size, .. } = self.shape;
        let slot = self.read % events;
        for (memory, new) in [(&mut self.keys, key), (&mut self.values, value)] {
            for (rows, row) in memory.chunks_exact_mut(events * size).zip(new.chunks_exact(size)) {
                rows[slot * size..(slot + 1) * size].copy_from_slice(row);
            }
        }
        self.starts[slot] = start;
        self.read += 1;
    }
}

impl MelodyNetwork {
    /// Loads a melody network beside the generator from `source`, or the built-in one.
    ///
    /// # Errors
    /// When its file cannot be used, or no runtime runs it.
    pub fn load(
        source: &ModelSource,
        engine: MelodyEngine,
        runtime: impl Into<RuntimeOptions>,
    ) -> Result<Self, MelodyError> {
        let file = MelodyFile::load(source, engine)?;
        let (network, backend) = load_network(file.file(), &runtime.into())?;
        Ok(Self { file, network, backend })
    }

    /// Its file.
    pub const fn file(&self) -> &MelodyFile {
        &self.file
    }

    /// Which runtime is in use, and why.
    pub const fn backend(&self) -> &BackendInfo {
        &self.backend
    }

    /// A memory of nothing.
    pub(crate) fn memory(&self) -> Memory {
        Memory::new(self.file.memory())
    }

    /// The log-probability of each symbol with each length, row by row: `[62, 32]`. Remembers the event that was read.
    pub(crate) fn next(&self, memory: &mut Memory, reading: &Reading) -> Result<Vec<f32>, InferenceError> {
        let MemoryShape { layers, heads, events, size } = memory.shape;
        let event = [f32::from(reading.event.0), f32::from(reading.event.1)];
        let place = reading.place.map(f32::from);
        let back: Vec<f32> = reading.back.iter().flat_map(|&(symbol, length)| [symbol.into(), length.into()]).collect();
        let since = |start: &i64| (reading.start - start).max(0) as f32;
        let distance: Vec<f32> = memory.starts.iter().chain([&reading.event_start]).map(since).collect();
        let is_known = |slot| if slot < memory.read || slot == events { 1.0 } else { 0.0 };
        let remembered: Vec<f32> = (0..=events).map(is_known).collect();
        let kept = vec![1, layers, heads, events, size];
        let inputs = [
            TensorView { name: "event", shape: vec![1, 2], values: &event },
            TensorView { name: "place", shape: vec![1, MELODY_PLACES], values: &place },
            TensorView { name: "back", shape: vec![1, LOOKBACK.len(), 2], values: &back },
            TensorView { name: "chords", shape: vec![1, 2 * CHORD_FEATURES], values: &reading.chords },
            TensorView { name: "distance", shape: vec![1, events + 1], values: &distance },
            TensorView { name: "remembered", shape: vec![1, events + 1], values: &remembered },
            TensorView { name: "keys", shape: kept.clone(), values: &memory.keys },
            TensorView { name: "values", shape: kept, values: &memory.values },
        ];
        let expected = &self.file.file().signature().outputs;
        let outputs = run_finite(&mut *self.network.lock(), 1, &inputs, expected)?;
        let mut outputs = outputs.into_iter();
        let (Some(likely), Some(key), Some(value)) = (outputs.next(), outputs.next(), outputs.next()) else {
            return Err(InferenceError::Runtime("an output is missing".to_owned()));
        };
        memory.remember(&key, &value, reading.event_start);
        Ok(likely)
    }
}

/// The place of a symbol with a length, 1 to [`LONGEST_EVENT`], in what [`MelodyNetwork::next`] returns.
pub(crate) const fn index_of(symbol: u8, length: usize) -> usize {
    symbol as usize * LONGEST_EVENT + length - 1
}

/// How many numbers [`MelodyNetwork::next`] returns.
pub(crate) const LIKELY: usize = MELODY_SYMBOLS * LONGEST_EVENT;
