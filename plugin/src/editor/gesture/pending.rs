//! Parameter values on their way to the host.

use continuo_engine::score::Step;
use nice_plug::{params::internals::ParamPtr, prelude::Param};
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// How long a sent value is shown before the host must have answered.
const PATIENCE: Duration = Duration::from_millis(400);

/// A value on its way to the host.
#[derive(Clone, Copy)]
struct SentValue {
    value: f32,
    at: Instant,
}

/// A parameter that a gesture holds, or has moved.
#[derive(Clone, Copy)]
pub struct MovedParameter {
    /// The parameter.
    pub parameter: ParamPtr,
    /// Its value before the gesture, 0 to 1.
    pub before: f32,
    /// Its value now, 0 to 1.
    pub now: f32,
}

/// Parameters that a gesture holds or that are on their way to the host. Owned by the editor's thread.
#[derive(Default)]
pub struct PendingValues {
    sent: HashMap<ParamPtr, SentValue>,
    /// The parameters of the current gesture; there is one gesture at a time, and the style pad's moves two parameters.
    pub(super) held: Vec<MovedParameter>,
    /// The parameter that a small step moved last, and when.
    pub(super) last: Option<(ParamPtr, Instant)>,
    /// The history's step for the last click, if the click moved anything.
    pub(super) clicked: Option<Step>,
}

impl PendingValues {
    /// Whether nothing is on its way.
    pub fn is_empty(&self) -> bool {
        self.sent.is_empty() && self.held.is_empty()
    }

    /// Forgets values that the host has accepted or refused by now.
    pub fn settle(&mut self) {
        self.sent.retain(|_, sent| sent.at.elapsed() < PATIENCE);
    }

    /// The value of a parameter to show, 0 to 1: the one on its way, or else the host's.
    pub fn value(&self, parameter: &impl Param) -> f32 {
        self.value_of(parameter.as_ptr())
    }

    /// The same for the pointer of one of the plugin's own parameters.
    pub(super) fn value_of(&self, pointer: ParamPtr) -> f32 {
        let held = self.held.iter().find(|held| held.parameter == pointer).map(|held| held.now);
        let sent = || self.sent.get(&pointer).map(|sent| sent.value);
        // SAFETY: the pointer belongs to the plugin's parameters, which live as long as the window.
        held.or_else(sent).unwrap_or_else(|| unsafe { pointer.unmodulated_normalized_value() })
    }

    /// Notes that a value was sent to the host.
    pub(super) fn note_sent(&mut self, parameter: ParamPtr, value: f32) {
        self.sent.insert(parameter, SentValue { value, at: Instant::now() });
    }
}
