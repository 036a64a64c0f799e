//! Moves parameters: through the host, with begin and end, and into the history so that the moves can be undone.

pub mod pending;
pub mod step;

use self::pending::{MovedParameter, PendingValues};
use crate::editor::context::EditorContext;
use continuo_engine::score::{Move, Step};
use nice_plug::{params::internals::ParamPtr, prelude::Param};
use std::time::{Duration, Instant};

/// Small steps, such as the wheel's, within this time are one step of the history.
const JOINED: Duration = Duration::from_millis(900);

impl EditorContext<'_> {
    /// Begins a gesture on a parameter.
    pub fn begin_gesture(&self, parameter: &impl Param, pending: &mut PendingValues) {
        let before = pending.value(parameter);
        let pointer = parameter.as_ptr();
        self.begin(pointer);
        pending.held.push(MovedParameter { parameter: pointer, before, now: before });
    }

    /// Moves a parameter during a gesture; the value is 0 to 1.
    pub fn move_to(&self, parameter: &impl Param, value: f32, pending: &mut PendingValues) {
        let pointer = parameter.as_ptr();
        let value = value.clamp(0.0, 1.0);
        if let Some(held) = pending.held.iter_mut().find(|held| held.parameter == pointer) {
            held.now = value;
            self.send(pointer, value, pending);
        }
    }

    /// Ends the gesture: all that it moved is one step of the history.
    pub fn end_gesture(&self, pending: &mut PendingValues) {
        let held = std::mem::take(&mut pending.held);
        for one in &held {
            self.end(one.parameter);
        }
        if let Some(step) = step::from_moves(self.named(held)) {
            pending.last = None;
            self.note(step);
        }
    }

    /// Sets a parameter: one step of the history.
    pub fn set(&self, parameter: &impl Param, value: f32, pending: &mut PendingValues) {
        self.set_together(&[(parameter, value)], pending);
    }

    /// Sets parameters together: one step of the history.
    pub fn set_together(&self, values: &[(&impl Param, f32)], pending: &mut PendingValues) {
        let moved = self.move_all(values, pending);
        pending.clicked = step::from_moves(moved);
        if let Some(step) = pending.clicked.clone() {
            self.note(step);
        }
    }

    /// Sets parameters that are named by their pointers: one step of the history.
    pub fn set_all(&self, values: &[(ParamPtr, f32)], pending: &mut PendingValues) {
        let mut moved = Vec::new();
        for &(parameter, now) in values {
            let (before, now) = (pending.value_of(parameter), now.clamp(0.0, 1.0));
            if (now - before).abs() > 1e-6 {
                pending.last = None;
                self.move_once(parameter, now, pending);
                moved.push(MovedParameter { parameter, before, now });
            }
        }
        pending.clicked = None;
        if let Some(step) = step::from_moves(self.named(moved)) {
            self.note(step);
        }
    }

    /// Like [`EditorContext::set_together`], for a double-click. If its first click moved something by itself, both
    /// clicks are one gesture and one step of the history.
    pub fn set_by_double_click(&self, values: &[(&impl Param, f32)], pending: &mut PendingValues) {
        let moved = self.move_all(values, pending);
        let click = pending.clicked.take();
        self.wiring.shared.history.edit(|history| {
            let mut all = moved;
            if let Some(click) = click.filter(|click| history.last_done() == Some(click)) {
                all = step::joined(step::moves(&click), all);
                history.pop_done();
            }
            if let Some(step) = step::from_moves(all) {
                history.record(step);
            }
        });
    }

    /// Moves a parameter by a small step, as the wheel does; steps in quick succession are one step of the history.
    pub fn nudge(&self, parameter: &impl Param, value: f32, pending: &mut PendingValues) {
        let before = pending.value(parameter);
        let value = value.clamp(0.0, 1.0);
        if value.to_bits() == before.to_bits() {
            return;
        }
        let pointer = parameter.as_ptr();
        let joined = pending.last.is_some_and(|(last, at)| last == pointer && at.elapsed() < JOINED);
        pending.last = Some((pointer, Instant::now()));
        self.move_once(pointer, value, pending);
        if let Some(id) = self.wiring.params.id(pointer) {
            self.wiring.shared.history.edit(|history| history.record_parameter(&id, before, value, joined));
        }
    }

    /// Sets a parameter without a step of the history, as undo does.
    pub fn restore(&self, id: &str, value: f32, pending: &mut PendingValues) {
        if let Some(pointer) = self.wiring.params.pointer(id) {
            self.move_once(pointer, value.clamp(0.0, 1.0), pending);
        }
    }

    /// Moves the parameters that have another value; returns the moves.
    fn move_all(&self, values: &[(&impl Param, f32)], pending: &mut PendingValues) -> Vec<Move> {
        let mut moved = Vec::new();
        for (parameter, value) in values {
            let (pointer, before, now) = (parameter.as_ptr(), pending.value(*parameter), value.clamp(0.0, 1.0));
            if now.to_bits() != before.to_bits() {
                pending.last = None;
                self.move_once(pointer, now, pending);
                moved.push(MovedParameter { parameter: pointer, before, now });
            }
        }
        self.named(moved)
    }

    fn move_once(&self, pointer: ParamPtr, value: f32, pending: &mut PendingValues) {
        self.begin(pointer);
        self.send(pointer, value, pending);
        self.end(pointer);
    }

    fn named(&self, moved: Vec<MovedParameter>) -> Vec<Move> {
        let name = |one: MovedParameter| {
            Some(Move { id: self.wiring.params.id(one.parameter)?, before: one.before, after: one.now })
        };
        moved.into_iter().filter_map(name).collect()
    }

    fn note(&self, step: Step) {
        self.wiring.shared.history.edit(|history| history.record(step));
    }

    fn begin(&self, pointer: ParamPtr) {
        if let Some(gui) = self.gui {
            // SAFETY: the pointer belongs to the plugin's own parameters, which live as long as `gui`; the editor runs
            // on the thread that the framework requires.
            unsafe { gui.raw_begin_set_parameter(pointer) };
        }
    }

    fn send(&self, pointer: ParamPtr, value: f32, pending: &mut PendingValues) {
        pending.note_sent(pointer, value);
        if let Some(gui) = self.gui {
            // SAFETY: as in `begin`.
            unsafe { gui.raw_set_parameter_normalized(pointer, value) };
        }
    }

    fn end(&self, pointer: ParamPtr) {
        if let Some(gui) = self.gui {
            // SAFETY: as in `begin`.
            unsafe { gui.raw_end_set_parameter(pointer) };
        }
    }
}
