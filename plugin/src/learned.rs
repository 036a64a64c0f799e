//! Controllers and notes that move parameters: the player teaches them in the window (*Learn*), and the project keeps them.
//!
//! Any parameter can be taught, by its identifier. The window asks for one; the audio thread binds the next controller or
//! note that is not the melody's, and moves the parameter at the event's sample from then on.

use continuo_engine::realtime::{Control, ControlEvent, KeyStroke};
use nice_plug::{
    params::{internals::ParamPtr, persist::PersistentField},
    prelude::Params,
};
use serde::{Deserialize, Serialize};
use std::sync::{
    OnceLock,
    atomic::{AtomicU64, Ordering::Relaxed},
};

/// How many controllers and notes can be learned.
const SLOTS: usize = 32;

/// What moves a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// A MIDI controller.
    Controller {
        /// Zero-based MIDI channel.
        channel: u8,
        /// The controller's number, 0 to 127.
        number: u8,
    },
    /// A note, such as that of a pad.
    Note {
        /// Zero-based MIDI channel.
        channel: u8,
        /// MIDI pitch, 0 to 127.
        number: u8,
    },
}

impl Source {
    /// In words, for people.
    pub fn words(self) -> String {
        match self {
            Self::Controller { channel, number } => format!("controller {number} on channel {}", channel + 1),
            Self::Note { channel, number } => format!("note {number} on channel {}", channel + 1),
        }
    }

    const fn channel(self) -> u8 {
        match self {
            Self::Controller { channel, .. } | Self::Note { channel, .. } => channel,
        }
    }
}

/// What is moved: a parameter, or one of its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Target {
    /// The place of the parameter in the list of all.
    parameter: u16,
    /// The value that it gets, in thousandths of its range; `None` if the source's value moves it.
    value: Option<u16>,
}

/// A binding in the project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedBinding {
    /// The parameter's identifier.
    parameter: String,
    /// The value that it gets, in thousandths of its range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<u16>,
    /// What moves it.
    source: Source,
}

const USED: u64 = 1 << 63;
const NOTE: u64 = 1 << 62;
const NO_VALUE: u64 = 0xffff;

fn packed(source: Source, target: Target) -> u64 {
    packed_source(source) | u64::from(target.parameter) << 16 | target.value.map_or(NO_VALUE, u64::from)
}

fn packed_source(source: Source) -> u64 {
    let (note, channel, number) = match source {
        Source::Controller { channel, number } => (0, channel, number),
        Source::Note { channel, number } => (NOTE, channel, number),
    };
    USED | note | u64::from(channel & 15) << 40 | u64::from(number & 127) << 32
}

fn target_of(word: u64) -> Target {
    let value = word & 0xffff;
    Target { parameter: (word >> 16) as u16, value: (value != NO_VALUE).then_some(value as u16) }
}

fn source_of(word: u64) -> Source {
    let (channel, number) = ((word >> 40) as u8 & 15, (word >> 32) as u8 & 127);
    if word & NOTE == 0 { Source::Controller { channel, number } } else { Source::Note { channel, number } }
}

/// The parameters that can be moved, in a fixed order. The pointers are valid as long as the parameters, which outlive
/// everything that holds this.
struct Parameters(Vec<(String, ParamPtr)>);

// SAFETY: a parameter is a set of atomics, and the pointers are only read.
unsafe impl Send for Parameters {}
// SAFETY: as above.
unsafe impl Sync for Parameters {}

/// The bindings of one instance: the window asks and removes, the audio thread binds and reads, the host's main thread
/// saves and restores. Each slot is one atomic number, so that none is ever half written.
pub struct Learned {
    slots: [AtomicU64; SLOTS],
    /// The target that waits for its source, as a slot without one; 0 if none does.
    waiting: AtomicU64,
    parameters: OnceLock<Parameters>,
    /// What a project bound before the parameters were known.
    restored: parking_lot::Mutex<Vec<SavedBinding>>,
}

impl Default for Learned {
    fn default() -> Self {
        Self {
            slots: [const { AtomicU64::new(0) }; SLOTS],
            waiting: AtomicU64::new(0),
            parameters: OnceLock::new(),
            restored: parking_lot::Mutex::default(),
        }
    }
}

impl Learned {
    /// Tells which parameters there are. Called once, by the owner of the parameters, which keeps them as long as this.
    pub fn set_parameters(&self, params: &impl Params) {
        let all = params.param_map().into_iter().map(|(id, pointer, _)| (id, pointer)).collect();
        let _ = self.parameters.set(Parameters(all));
        let restored = std::mem::take(&mut *self.restored.lock());
        self.restore(restored);
    }

    fn parameters(&self) -> &[(String, ParamPtr)] {
        self.parameters.get().map_or(&[], |parameters| parameters.0.as_slice())
    }

    fn target(&self, id: &str, value: Option<f32>) -> Option<Target> {
        let parameter = self.parameters().iter().position(|(other, _)| other == id)?;
        let value = value.map(|value| (value.clamp(0.0, 1.0) * 1000.0).round() as u16);
        Some(Target { parameter: u16::try_from(parameter).ok()?, value })
    }

    /// Waits for the source that is to move a parameter, or to set one of its values (0 to 1).
    pub fn wait_for(&self, id: &str, value: Option<f32>) {
        if let Some(target) = self.target(id, value) {
            let waiting = packed(Source::Controller { channel: 0, number: 0 }, target);
            self.waiting.store(waiting, Relaxed);
        }
    }

    /// Stops waiting.
    pub fn cancel(&self) {
        self.waiting.store(0, Relaxed);
    }

    /// Whether this parameter, or value of it, waits for its source.
    pub fn waits(&self, id: &str, value: Option<f32>) -> bool {
        let waiting = self.waiting.load(Relaxed);
        waiting != 0 && Some(target_of(waiting)) == self.target(id, value)
    }

    /// What moves this parameter, or sets this value of it.
    pub fn sources(&self, id: &str, value: Option<f32>) -> Vec<Source> {
        let Some(target) = self.target(id, value) else { return Vec::new() };
        let words = self.slots.iter().map(|slot| slot.load(Relaxed));
        words.filter(|word| word & USED != 0 && target_of(*word) == target).map(source_of).collect()
    }

    /// Removes what moves this parameter, or sets this value of it.
    pub fn forget(&self, id: &str, value: Option<f32>) {
        let Some(target) = self.target(id, value) else { return };
        for slot in &self.slots {
            let word = slot.load(Relaxed);
            if word & USED != 0 && target_of(word) == target {
                slot.store(0, Relaxed);
            }
        }
    }

    /// Binds a source: it moves nothing else from then on. If all slots are taken, nothing is bound.
    fn bind(&self, source: Source, target: Target) {
        let key = packed_source(source);
        let same = |slot: &&AtomicU64| slot.load(Relaxed) & !0xffff_ffff == key;
        let free = || self.slots.iter().find(|slot| slot.load(Relaxed) == 0);
        if let Some(slot) = self.slots.iter().find(same).or_else(free) {
            slot.store(packed(source, target), Relaxed);
        }
    }

    /// Binds the source to what waits, unless it is on the melody's channel. Returns whether it is bound now, to anything.
    /// Called by the audio thread.
    fn is_bound(&self, source: Source, melody: u8, starts: bool) -> bool {
        let waiting = self.waiting.load(Relaxed);
        if waiting != 0 && starts && source.channel() != melody {
            self.waiting.store(0, Relaxed);
            self.bind(source, target_of(waiting));
        }
        self.bound(source).is_some()
    }

    fn bound(&self, source: Source) -> Option<Target> {
        let key = packed_source(source);
        let words = self.slots.iter().map(|slot| slot.load(Relaxed));
        words.filter(|word| word & !0xffff_ffff == key).map(target_of).next()
    }

    /// Whether a key stroke moves a parameter and is no music. `melody` is the channel of the melody.
    pub fn takes_stroke(&self, stroke: &KeyStroke, melody: u8) -> bool {
        let source = Source::Note { channel: stroke.channel & 15, number: stroke.pitch & 127 };
        self.is_bound(source, melody, stroke.velocity.is_some())
    }

    /// Whether a movement of a control moves a parameter and does not pass. `melody` is the channel of the melody.
    pub fn takes_control(&self, event: &ControlEvent, melody: u8) -> bool {
        let Control::Controller { number, value } = event.control else { return false };
        let source = Source::Controller { channel: event.channel & 15, number: number & 127 };
        !event.control.ends_notes() && self.is_bound(source, melody, value > 0)
    }

    /// Moves what a source is bound to; `value` is that of the controller, or the velocity, 0 when a key goes up. Returns
    /// the parameter with the value that it has now, 0 to 1, or `None` if it had that value before. Called by the audio
    /// thread, at the event's sample.
    pub fn act(&self, moved: Moved) -> Option<(ParamPtr, Option<f32>)> {
        let target = self.bound(moved.source)?;
        let &(_, parameter) = self.parameters().get(usize::from(target.parameter))?;
        // SAFETY: the parameter lives as long as the plugin, which is processing. Its value is an atomic.
        unsafe {
            let value = new_value(moved, target, parameter)?;
            let changed = parameter._internal_set_normalized_value(value);
            Some((parameter, changed.then(|| parameter.unmodulated_normalized_value())))
        }
    }

    /// The bindings, for the project.
    fn saved(&self) -> Vec<SavedBinding> {
        let words = self.slots.iter().map(|slot| slot.load(Relaxed)).filter(|word| word & USED != 0);
        let saved = words.filter_map(|word| {
            let target = target_of(word);
            let parameter = self.parameters().get(usize::from(target.parameter))?.0.clone();
            Some(SavedBinding { parameter, value: target.value, source: source_of(word) })
        });
        saved.collect()
    }

    fn restore(&self, saved: Vec<SavedBinding>) {
        if self.parameters.get().is_none() {
            *self.restored.lock() = saved;
            return;
        }
        self.slots.iter().for_each(|slot| slot.store(0, Relaxed));
        for SavedBinding { parameter, value, source } in saved {
            // A newer Continuo may have parameters that this one does not know.
            if let Some(target) = self.target(&parameter, None) {
                self.bind(source, Target { value: value.map(|value| value.min(1000)), ..target });
            }
        }
    }
}

/// A learned controller or note that moves at a sample of the block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Samples from the start of the block.
    pub offset: u32,
    /// What moves.
    pub source: Source,
    /// The controller's value, or the velocity of the note: 0 when it ends.
    pub value: u8,
}

/// The value that a parameter gets, 0 to 1; `None` to leave it.
///
/// # Safety
/// The parameter must be alive.
unsafe fn new_value(moved: Moved, target: Target, parameter: ParamPtr) -> Option<f32> {
    let is_note = matches!(moved.source, Source::Note { .. });
    if let Some(value) = target.value {
        // One value of several: chosen when the switch or the key goes down.
        let goes_down = if is_note { moved.value > 0 } else { moved.value >= 64 };
        return goes_down.then(|| f32::from(value) / 1000.0);
    }
    // SAFETY: as the caller promises.
    let (steps, now) = unsafe { (parameter.step_count(), parameter.unmodulated_normalized_value()) };
    match (steps, is_note) {
        (Some(1), false) => Some(if moved.value >= 64 { 1.0 } else { 0.0 }),
        (Some(1), true) if is_trigger(parameter) => Some(if moved.value > 0 { 1.0 } else { 0.0 }),
        // A pad switches on and off, and goes through the values of a list.
        (Some(_), true) if moved.value > 0 => {
            // SAFETY: as the caller promises.
            let next = unsafe { parameter.next_normalized_step(now, false) };
            Some(if next <= now { 0.0 } else { next })
        }
        (_, true) if moved.value == 0 => None,
        _ => Some(f32::from(moved.value.min(127)) / 127.0),
    }
}

/// Whether a switch acts when it goes on, and falls back by itself: hosts show such a one as off most of the time.
fn is_trigger(parameter: ParamPtr) -> bool {
    // SAFETY: the caller of `new_value` promises that the parameter is alive.
    let name = unsafe { parameter.name() };
    TRIGGERS.contains(&name)
}

/// The names of the triggers.
const TRIGGERS: [&str; 3] = ["Generate", "End", "Intro"];

/// The bindings in the host's project.
#[derive(Default)]
pub struct SavedLearned(pub std::sync::Arc<Learned>);

impl PersistentField<'_, Vec<SavedBinding>> for SavedLearned {
    fn set(&self, saved: Vec<SavedBinding>) {
        self.0.restore(saved);
    }

    fn map<F, R>(&self, read: F) -> R
    where
        F: Fn(&Vec<SavedBinding>) -> R,
    {
        read(&self.0.saved())
    }
}

#[cfg(test)]
mod tests;
