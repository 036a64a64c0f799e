//! The melody networks say what event follows in a melody. They read one event at a time and remember those before as
//! keys and values, which the engine keeps between two runs. One network says it alone, or two together.

mod error;
mod member;
mod reading;

pub use self::error::MelodyError;
pub(crate) use self::reading::Reading;

use self::member::{Member, Ring};
use super::{
    contract::{LONGEST_EVENT, MELODY_SYMBOLS},
    model::{MelodyEngine, ModelSource},
    runtime::{BackendInfo, InferenceError, RuntimeOptions},
};

/// The transformer's share where both networks say what follows; the rest is the LSTM's. With it, 40 validation melodies
/// have 2.31 nats a note, where the LSTM alone has 2.34 and the transformer 2.55 (`models/MELODIES.md`).
const SHARE: f32 = 0.3;

/// A melody network in a runtime, or two whose probabilities are mixed.
pub struct MelodyNetwork {
    one: Member,
    other: Option<Member>,
}

/// The events that the networks have read: both the same ones.
#[derive(Clone)]
pub(crate) struct Memory {
    one: Ring,
    other: Option<Ring>,
}

impl Memory {
    /// How many events are remembered at most.
    pub fn room(&self) -> usize {
        self.rings().map(Ring::room).min().unwrap_or(0)
    }

    /// Forgets all events but the first `count`, as if no more had been read. Only while nothing was forgotten yet:
    /// otherwise forgets all.
    pub fn rewind(&mut self, count: usize) {
        let kept = self.rings().map(|ring| ring.kept(count)).min().unwrap_or(0);
        self.one.rewind(kept);
        if let Some(other) = &mut self.other {
            other.rewind(kept);
        }
    }

    fn rings(&self) -> impl Iterator<Item = &Ring> {
        std::iter::once(&self.one).chain(&self.other)
    }
}

impl MelodyNetwork {
    /// Loads what goes on with melodies, beside the generator from `source` or built in.
    ///
    /// # Errors
    /// When a file cannot be used, or no runtime runs it.
    pub fn load(
        source: &ModelSource,
        engine: MelodyEngine,
        runtime: impl Into<RuntimeOptions>,
    ) -> Result<Self, MelodyError> {
        let (runtime, (one, other)) = (runtime.into(), engine.kinds(source));
        let one = Member::load(source, one, &runtime)?;
        let other = other.map(|kind| Member::load(source, kind, &runtime)).transpose()?;
        Ok(Self { one, other })
    }

    /// Name and version of its network, or of both.
    pub fn name(&self) -> String {
        let other = self.other.as_ref().map(|other| other.file.name());
        std::iter::once(self.one.file.name()).chain(other).collect::<Vec<_>>().join(" + ")
    }

    /// The ids of the genres that it knows, in its order.
    pub fn genres(&self) -> &[String] {
        self.one.file.genres()
    }

    /// Which runtime is in use, and why.
    pub const fn backend(&self) -> &BackendInfo {
        &self.one.backend
    }

    /// A memory of nothing.
    pub(crate) fn memory(&self) -> Memory {
        Memory { one: self.one.ring(), other: self.other.as_ref().map(Member::ring) }
    }

    /// The log-probability of each symbol with each length, row by row: `[62, 32]`. Remembers the event that was read.
    pub(crate) fn next(&self, memory: &mut Memory, reading: &Reading) -> Result<Vec<f32>, InferenceError> {
        let mut likely = self.one.next(&mut memory.one, reading)?;
        if let (Some(other), Some(ring)) = (&self.other, &mut memory.other) {
            let found = other.next(ring, &other.reading_of(reading, self.genres()))?;
            mix(&mut likely, &found);
        }
        Ok(likely)
    }
}

/// Mixes the probabilities of one network with those of another.
fn mix(one: &mut [f32], other: &[f32]) {
    let (share, rest) = (SHARE.ln(), (1.0 - SHARE).ln());
    for (mixed, other) in one.iter_mut().zip(other) {
        let (a, b) = (*mixed + share, *other + rest);
        let most = a.max(b);
        *mixed = most + ((a - most).exp() + (b - most).exp()).ln();
    }
}

/// The place of a symbol with a length, 1 to [`LONGEST_EVENT`], in what [`MelodyNetwork::next`] returns.
pub(crate) const fn index_of(symbol: u8, length: usize) -> usize {
    symbol as usize * LONGEST_EVENT + length - 1
}

/// How many numbers [`MelodyNetwork::next`] returns.
pub(crate) const LIKELY: usize = MELODY_SYMBOLS * LONGEST_EVENT;

#[cfg(all(test, feature = "runtimes"))]
mod tests;
