//! One melody network in a runtime, and what it remembers.

use super::{error::MelodyError, reading::Reading};
use crate::network::{
    contract::{CHORD_FEATURES, LOOKBACK, MELODY_PLACES},
    model::{MelodyFile, MelodyKind, MemoryShape, ModelSource},
    runtime::{BackendInfo, InferenceError, RuntimeOptions, SharedBackend, load_network, run_finite},
    tensors::TensorView,
};

/// Where the genre stands among the numbers of a place.
const GENRE: usize = 4;

/// A melody network in a runtime.
pub(super) struct Member {
    pub file: MelodyFile,
    network: SharedBackend,
    pub backend: BackendInfo,
}

/// The events that one network has read: keys and values in a ring.
#[derive(Clone)]
pub(super) struct Ring {
    shape: MemoryShape,
    keys: Vec<f32>,
    values: Vec<f32>,
    starts: Vec<i64>,
    /// How many events were read; the oldest are forgotten.
    read: usize,
}

impl Ring {
    fn new(shape: MemoryShape) -> Self {
        let numbers = shape.layers * shape.heads * shape.events * shape.size;
        Self { shape, keys: vec![0.0; numbers], values: vec![0.0; numbers], starts: vec![0; shape.events], read: 0 }
    }

    /// How many events are remembered at most.
    pub const fn room(&self) -> usize {
        self.shape.events
    }

    /// How many of the first `count` events can be gone back to: none once the oldest were forgotten.
    pub fn kept(&self, count: usize) -> usize {
        if self.read <= self.shape.events { count.min(self.read) } else { 0 }
    }

    /// Forgets all events but the first `kept`, as if no more had been read.
    pub fn rewind(&mut self, kept: usize) {
        let MemoryShape { events, size, .. } = self.shape;
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

impl Member {
    pub fn load(source: &ModelSource, kind: MelodyKind, runtime: &RuntimeOptions) -> Result<Self, MelodyError> {
        let file = MelodyFile::load(source, kind)?;
        let (network, backend) = load_network(file.file(), runtime)?;
        Ok(Self { file, network, backend })
    }

    /// A memory of nothing.
    pub fn ring(&self) -> Ring {
        Ring::new(self.file.memory())
    }

    /// A reading in which the genre, a number in the list `genres`, is the number that it has in this network's list.
    pub fn reading_of(&self, reading: &Reading, genres: &[String]) -> Reading {
        let own = self.file.genres();
        let id = genres.get(usize::from(reading.place[GENRE]));
        let number = id.and_then(|id| own.iter().position(|genre| genre == id)).unwrap_or(own.len());
        let mut reading = reading.clone();
        reading.place[GENRE] = number as u8;
        reading
    }

    /// The log-probability of each symbol with each length, row by row. Remembers the event that was read.
    pub fn next(&self, memory: &mut Ring, reading: &Reading) -> Result<Vec<f32>, InferenceError> {
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
