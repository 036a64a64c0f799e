//! Parameters that a plugin moves by itself while it processes, on their way to the host.

use crossbeam::queue::ArrayQueue;
use nice_plug_core::params::internals::ParamPtr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// What happens to a parameter that the plugin moves by itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ParameterMove {
    /// Something takes hold of it. Only CLAP hosts learn of this.
    Begin,
    /// It has this normalized value now. The plugin has already set it.
    Value(f32),
    /// Nothing holds it any more. Only CLAP hosts learn of this.
    End,
}

/// A parameter that the plugin moved by itself.
#[derive(Debug, Clone, Copy)]
pub struct MovedParameter {
    /// When, in samples from the start of the buffer that is given to `Plugin::process()`.
    pub timing: u32,
    /// Which parameter.
    pub param: ParamPtr,
    /// What happens to it.
    pub what: ParameterMove,
}

/// A queue of parameters that the plugin moved by itself while it processed, for instance because a
/// MIDI controller is mapped to them. A plugin that returns one from
/// `ClapPlugin::parameter_output()` and `Vst3Plugin::parameter_output()` fills it during
/// `Plugin::process()`, in the order of time together with the note events that it sends. The
/// wrapper empties it on the same thread: before each note event and after the call. Nothing here
/// allocates or waits.
pub struct ParameterOutput {
    queue: ArrayQueue<MovedParameter>,
}

impl ParameterOutput {
    /// A queue for so many changes per buffer.
    pub fn new(capacity: usize) -> Self {
        Self {
            queue: ArrayQueue::new(capacity),
        }
    }

    /// Report a change to the host. Returns `false` if the queue is full: then the host does not
    /// learn of it.
    pub fn push(&self, moved: MovedParameter) -> bool {
        self.queue.push(moved).is_ok()
    }

    pub(crate) fn pop(&self) -> Option<MovedParameter> {
        self.queue.pop()
    }
}

/// How many reported values are remembered.
const REMEMBERED: usize = 64;

/// The values that were reported to a VST3 host in the last second. Hosts hand them on to the edit
/// controller, which here is the plugin itself, some time later: by then the parameter may have
/// moved on, and an old value must not bring it back.
///
/// The audio thread writes, any thread reads. An entry's value and time are two numbers; a reader
/// that sees them in the middle of a change misjudges the oldest value only.
pub(crate) struct ReportedValues {
    /// The parameter's hash above the bits of its value.
    entries: [AtomicU64; REMEMBERED],
    /// When each was reported, in samples.
    times: [AtomicU64; REMEMBERED],
    /// How many values were reported so far.
    count: AtomicUsize,
    /// The samples that were processed so far.
    now: AtomicU64,
}

impl ReportedValues {
    pub(crate) fn new() -> Self {
        Self {
            entries: [const { AtomicU64::new(0) }; REMEMBERED],
            times: [const { AtomicU64::new(0) }; REMEMBERED],
            count: AtomicUsize::new(0),
            now: AtomicU64::new(0),
        }
    }

    /// Remember a value that was reported. Called on the audio thread.
    pub(crate) fn remember(&self, hash: u32, value: f32) {
        let count = self.count.load(Ordering::Relaxed);
        let index = count % REMEMBERED;
        self.times[index].store(self.now.load(Ordering::Relaxed), Ordering::Relaxed);
        self.entries[index].store(
            u64::from(hash) << 32 | u64::from(value.to_bits()),
            Ordering::Relaxed,
        );
        self.count.store(count.wrapping_add(1), Ordering::Release);
    }

    /// Forget what was reported of a parameter: from now on every value that the host sets counts.
    /// Called on the main thread.
    pub(crate) fn forget(&self, hash: u32) {
        for entry in &self.entries {
            if (entry.load(Ordering::Relaxed) >> 32) as u32 == hash {
                entry.store(0, Ordering::Relaxed);
            }
        }
    }

    /// Let time pass. Called on the audio thread.
    pub(crate) fn pass(&self, samples: u64) {
        self.now.fetch_add(samples, Ordering::Relaxed);
    }

    /// Whether a value that the host sets is one that was reported within this number of samples,
    /// and another one was reported since.
    pub(crate) fn is_outdated(&self, hash: u32, value: f32, within: u64) -> bool {
        let count = self.count.load(Ordering::Acquire);
        let now = self.now.load(Ordering::Relaxed);
        let recent = (1..=REMEMBERED.min(count)).filter_map(|back| {
            let index = count.wrapping_sub(back) % REMEMBERED;
            let entry = self.entries[index].load(Ordering::Relaxed);
            let is_recent =
                now.saturating_sub(self.times[index].load(Ordering::Relaxed)) <= within;
            ((entry >> 32) as u32 == hash && is_recent).then(|| f32::from_bits(entry as u32))
        });
        // The latest one comes first
        let is_same = |reported: f32| (reported - value).abs() < 1e-4;
        let mut recent = recent.peekable();
        !recent.peek().copied().is_some_and(is_same) && recent.any(is_same)
    }
}
