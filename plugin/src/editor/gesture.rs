//! Moves parameters: through the host with begin and end, and into the history so that they can be undone.

use crate::wiring::Wiring;
use nice_plug::{
    context::gui::GuiContext,
    params::internals::ParamPtr,
    prelude::{Param, Params},
};
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// How long a value that was sent is shown before the host's answer must have come.
const PATIENCE: Duration = Duration::from_millis(400);
/// Turns of the wheel that follow each other this soon are one step of the history.
const JOINED: Duration = Duration::from_millis(900);

/// A value on its way to the host.
#[derive(Clone, Copy)]
struct Sent {
    value: f32,
    at: Instant,
}

/// A parameter that is being held.
#[derive(Clone, Copy)]
struct Held {
    parameter: ParamPtr,
    before: f32,
    now: f32,
}

/// Parameters that are held or on their way to the host.
#[derive(Default)]
pub struct Pending {
    sent: HashMap<ParamPtr, Sent>,
    /// A pad holds two.
    held: Vec<Held>,
    /// What was moved last without being held, and when.
    last: Option<(ParamPtr, Instant)>,
}

impl Pending {
    /// Whether nothing is on its way.
    pub fn is_empty(&self) -> bool {
        self.sent.is_empty() && self.held.is_empty()
    }

    /// Forgets what arrived or was refused.
    pub fn settle(&mut self) {
        self.sent.retain(|_, sent| sent.at.elapsed() < PATIENCE);
    }

    /// A parameter's value to show, 0 to 1: the one that was sent, or the host's.
    pub fn value(&self, parameter: &impl Param) -> f32 {
        let pointer = parameter.as_ptr();
        let held = self.held.iter().find(|held| held.parameter == pointer).map(|held| held.now);
        let sent = || self.sent.get(&pointer).map(|sent| sent.value);
        held.or_else(sent).unwrap_or_else(|| parameter.unmodulated_normalized_value())
    }
}

/// The editor's hands on the parameters.
pub struct Hands<'a> {
    /// To the host; `None` only in tests of single widgets, which then move the parameters directly.
    pub context: Option<&'a GuiContext>,
    /// For the history.
    pub wiring: &'a Wiring,
}

impl Hands<'_> {
    /// Takes hold of a parameter.
    pub fn grasp(&self, parameter: &impl Param, pending: &mut Pending) {
        let before = pending.value(parameter);
        let pointer = parameter.as_ptr();
        self.begin(pointer);
        pending.held.push(Held { parameter: pointer, before, now: before });
    }

    /// Moves what is held; the value is 0 to 1.
    pub fn turn(&self, parameter: &impl Param, value: f32, pending: &mut Pending) {
        let pointer = parameter.as_ptr();
        let value = value.clamp(0.0, 1.0);
        if let Some(held) = pending.held.iter_mut().find(|held| held.parameter == pointer) {
            held.now = value;
            self.send(pointer, value, pending);
        }
    }

    /// Lets go.
    pub fn release(&self, parameter: &impl Param, pending: &mut Pending) {
        let pointer = parameter.as_ptr();
        if let Some(at) = pending.held.iter().position(|held| held.parameter == pointer) {
            let held = pending.held.swap_remove(at);
            self.end(pointer);
            self.note(pointer, held.before, held.now, false);
        }
    }

    /// Moves a parameter in one go.
    pub fn set(&self, parameter: &impl Param, value: f32, pending: &mut Pending) {
        let before = pending.value(parameter);
        self.set_pointer(parameter.as_ptr(), before, value.clamp(0.0, 1.0), pending);
    }

    /// Moves a parameter in small steps that belong together, as the wheel does.
    pub fn nudge(&self, parameter: &impl Param, value: f32, pending: &mut Pending) {
        let before = pending.value(parameter);
        let value = value.clamp(0.0, 1.0);
        if value.to_bits() == before.to_bits() {
            return;
        }
        let pointer = parameter.as_ptr();
        let joined = pending.last.is_some_and(|(last, at)| last == pointer && at.elapsed() < JOINED);
        pending.last = Some((pointer, Instant::now()));
        self.move_once(pointer, value, pending);
        self.note(pointer, before, value, joined);
    }

    /// Sets a parameter to a value without noting it: what undoing does.
    pub fn put_back(&self, id: &str, value: f32, pending: &mut Pending) {
        let map = self.wiring.params.param_map();
        if let Some((_, pointer, _)) = map.into_iter().find(|(other, ..)| other == id) {
            self.move_once(pointer, value.clamp(0.0, 1.0), pending);
        }
    }

    fn set_pointer(&self, pointer: ParamPtr, before: f32, value: f32, pending: &mut Pending) {
        if value.to_bits() == before.to_bits() {
            return;
        }
        pending.last = None;
        self.move_once(pointer, value, pending);
        self.note(pointer, before, value, false);
    }

    fn move_once(&self, pointer: ParamPtr, value: f32, pending: &mut Pending) {
        self.begin(pointer);
        self.send(pointer, value, pending);
        self.end(pointer);
    }

    fn note(&self, pointer: ParamPtr, before: f32, after: f32, joined: bool) {
        if before.to_bits() == after.to_bits() {
            return;
        }
        let map = self.wiring.params.param_map();
        if let Some((id, ..)) = map.into_iter().find(|(_, other, _)| *other == pointer) {
            self.wiring.shared.with_history(|history| history.note_parameter(&id, before, after, joined));
        }
    }

    fn begin(&self, pointer: ParamPtr) {
        if let Some(context) = self.context {
            // SAFETY: the pointer belongs to the plugin's own parameters, which live as long as the context; the
            // editor runs on the thread that the framework asks for.
            unsafe { context.raw_begin_set_parameter(pointer) };
        }
    }

    fn send(&self, pointer: ParamPtr, value: f32, pending: &mut Pending) {
        pending.sent.insert(pointer, Sent { value, at: Instant::now() });
        if let Some(context) = self.context {
            // SAFETY: as in `begin`.
            unsafe { context.raw_set_parameter_normalized(pointer, value) };
        }
    }

    fn end(&self, pointer: ParamPtr) {
        if let Some(context) = self.context {
            // SAFETY: as in `begin`.
            unsafe { context.raw_end_set_parameter(pointer) };
        }
    }
}
