//! Moves parameters: through the host with begin and end, and into the history so that they can be undone.

pub mod step;

use self::step as moves;
use crate::process::wiring::Wiring;
use continuo_engine::history::{Move, Step};
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

/// A parameter that is being held, or was moved.
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
    /// One gesture at a time; the pad's holds two.
    held: Vec<Held>,
    /// What was moved last without being held, and when.
    last: Option<(ParamPtr, Instant)>,
    /// What the history noted of the last click, if it moved anything.
    clicked: Option<Step>,
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

    /// Lets go of all that is held: one gesture, one step of the history.
    pub fn release(&self, pending: &mut Pending) {
        let held = std::mem::take(&mut pending.held);
        for one in &held {
            self.end(one.parameter);
        }
        if let Some(step) = moves::step(self.named(held)) {
            pending.last = None;
            self.note(step);
        }
    }

    /// Moves a parameter in one go.
    pub fn set(&self, parameter: &impl Param, value: f32, pending: &mut Pending) {
        self.set_together(&[(parameter, value)], pending);
    }

    /// Moves parameters in one go: one step of the history.
    pub fn set_together(&self, values: &[(&impl Param, f32)], pending: &mut Pending) {
        let moved = self.move_all(values, pending);
        pending.clicked = moves::step(moved);
        if let Some(step) = pending.clicked.clone() {
            self.note(step);
        }
    }

    /// Does by a double-click what [`Hands::set_together`] does. Where its first click moved something by itself, both
    /// are one gesture, and one step of the history.
    pub fn set_by_double_click(&self, values: &[(&impl Param, f32)], pending: &mut Pending) {
        let moved = self.move_all(values, pending);
        let click = pending.clicked.take();
        self.wiring.shared.with_history(|history| {
            let mut all = moved;
            if let Some(click) = click.filter(|click| history.last_done() == Some(click)) {
                all = moves::joined(moves::of(&click), all);
                history.take_done();
            }
            if let Some(step) = moves::step(all) {
                history.note(step);
            }
        });
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
        if let Some(id) = self.id(pointer) {
            self.wiring.shared.with_history(|history| history.note_parameter(&id, before, value, joined));
        }
    }

    /// Sets a parameter to a value without noting it: what undoing does.
    pub fn put_back(&self, id: &str, value: f32, pending: &mut Pending) {
        let map = self.wiring.params.param_map();
        if let Some((_, pointer, _)) = map.into_iter().find(|(other, ..)| other == id) {
            self.move_once(pointer, value.clamp(0.0, 1.0), pending);
        }
    }

    /// Moves what is elsewhere; tells what was.
    fn move_all(&self, values: &[(&impl Param, f32)], pending: &mut Pending) -> Vec<Move> {
        let mut moved = Vec::new();
        for (parameter, value) in values {
            let (pointer, before, now) = (parameter.as_ptr(), pending.value(*parameter), value.clamp(0.0, 1.0));
            if now.to_bits() != before.to_bits() {
                pending.last = None;
                self.move_once(pointer, now, pending);
                moved.push(Held { parameter: pointer, before, now });
            }
        }
        self.named(moved)
    }

    fn move_once(&self, pointer: ParamPtr, value: f32, pending: &mut Pending) {
        self.begin(pointer);
        self.send(pointer, value, pending);
        self.end(pointer);
    }

    fn named(&self, moved: Vec<Held>) -> Vec<Move> {
        let name = |one: Held| Some(Move { id: self.id(one.parameter)?, before: one.before, after: one.now });
        moved.into_iter().filter_map(name).collect()
    }

    fn id(&self, pointer: ParamPtr) -> Option<String> {
        let map = self.wiring.params.param_map();
        map.into_iter().find(|(_, other, _)| *other == pointer).map(|(id, ..)| id)
    }

    fn note(&self, step: Step) {
        self.wiring.shared.with_history(|history| history.note(step));
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
