//! The mouse in the editor: draws, selects, moves, lengthens, makes louder, deletes.

use super::{
    actions,
    view::{Target, View},
};
use crate::editor::{
    context::EditorContext,
    state::{State, melody_editor::NoteDrag},
};
use continuo_music::{note::Note, time::Tick};
use egui::{CursorIcon, Modifiers, PointerButton, Pos2, Response, Ui};

/// How far the mouse goes for one step of velocity, in points.
const POINTS_PER_VELOCITY: f32 = 1.5;
/// The velocity of a new note where no other is near.
const USUAL_VELOCITY: u8 = 90;

/// Handles clicks and drags.
pub fn handle(ui: &Ui, response: &Response, view: &View, context: &EditorContext, state: &mut State) {
    if let Some(proposal) = &mut state.proposal {
        // Until the player has answered, clicks choose what is kept.
        if let Some(pointer) = response.interact_pointer_pos().filter(|_| response.clicked()) {
            proposal.toggle(|note| view.cell(note).expand(2.0).contains(pointer));
        }
        return;
    }
    let (origin, modifiers) = ui.input(|input| (input.pointer.press_origin(), input.modifiers));
    if let Some(origin) = origin.filter(|_| response.drag_started_by(PointerButton::Primary)) {
        response.request_focus();
        begin(origin, modifiers, view, state);
    }
    if response.dragged_by(PointerButton::Middle) {
        state.time_axis.scroll(-response.drag_delta().x);
    }
    if let (Some(origin), Some(pointer)) = (origin, response.interact_pointer_pos())
        && response.dragged_by(PointerButton::Primary)
    {
        go_on(origin, pointer, modifiers.alt, view, state);
    }
    if let Some(drag) = state.melody.drag.take_if(|_| !response.dragged())
        && response.drag_stopped()
    {
        end(drag, context, state);
    }
    let pointer = response.interact_pointer_pos();
    if let Some(pointer) = pointer.filter(|_| response.double_clicked()) {
        response.request_focus();
        double_click(pointer, view, context, state);
    } else if let Some(pointer) = pointer.filter(|_| response.clicked()) {
        response.request_focus();
        click(pointer, modifiers.shift, view, state);
    }
    if let Some(pointer) = response.hover_pos() {
        let icon = match view.target(pointer, state) {
            Target::End(_) => CursorIcon::ResizeHorizontal,
            Target::Note(_) if modifiers.command => CursorIcon::ResizeVertical,
            Target::Note(_) => CursorIcon::Grab,
            Target::Nothing => CursorIcon::Crosshair,
        };
        ui.set_cursor_icon(icon);
    }
}

/// Begins a drag.
fn begin(origin: Pos2, modifiers: Modifiers, view: &View, state: &mut State) {
    let (tick, pitch) = view.place(origin);
    let target = view.target(origin, state);
    state.melody.drag = Some(match target {
        Target::Note(note) | Target::End(note) => {
            if !state.melody.selected.contains(&note) {
                if !modifiers.shift {
                    state.melody.selected.clear();
                }
                state.melody.selected.push(note);
            }
            match target {
                _ if modifiers.command => NoteDrag::Velocity(0),
                Target::End(_) => NoteDrag::Lengthen { from: tick, ticks: 0 },
                _ => NoteDrag::Move { from: (tick, pitch), ticks: 0, semitones: 0 },
            }
        }
        Target::Nothing if modifiers.shift => NoteDrag::Select((tick, pitch), (tick, pitch)),
        Target::Nothing => NoteDrag::Draw(new_note(tick, pitch, view, state)),
    });
}

/// The drag goes on. With `free`, it keeps to no grid.
fn go_on(origin: Pos2, pointer: Pos2, free: bool, view: &View, state: &mut State) {
    let (tick, pitch) = view.place(pointer);
    let steps = |ticks: Tick| if free { ticks } else { view.whole_steps(ticks) };
    let end = if free { tick } else { view.snapped(tick, state) + view.step };
    match &mut state.melody.drag {
        Some(NoteDrag::Draw(note)) => {
            note.pitch = pitch;
            note.length = (end - note.start).max(if free { 1 } else { view.step });
        }
        Some(NoteDrag::Move { from, ticks, semitones }) => {
            // All stay in the song.
            let first = state.melody.selected.iter().map(|note| note.start).min().unwrap_or_default();
            *ticks = steps(tick - from.0).max(-first);
            *semitones = i32::from(pitch) - i32::from(from.1);
        }
        Some(NoteDrag::Lengthen { from, ticks }) => *ticks = steps(tick - *from),
        Some(NoteDrag::Velocity(by)) => *by = ((origin.y - pointer.y) / POINTS_PER_VELOCITY).round() as i32,
        Some(NoteDrag::Select(_, to)) => *to = (tick, pitch),
        None => {}
    }
}

/// The drag has ended.
fn end(drag: NoteDrag, context: &EditorContext, state: &mut State) {
    match drag {
        NoteDrag::Draw(note) => actions::add(note, context, state),
        NoteDrag::Select(..) => {
            let found = state.snapshot.score.melody().iter().filter(|note| drag.selects(note)).copied();
            state.melody.selected = found.collect();
        }
        NoteDrag::Move { .. } | NoteDrag::Lengthen { .. } | NoteDrag::Velocity(_) => {
            actions::change_selected(|note| drag.applied(note), context, state);
        }
    }
}

/// Selects the note under the mouse, or adds it to the selected ones, or takes it out.
fn click(pointer: Pos2, add: bool, view: &View, state: &mut State) {
    let target = view.target(pointer, state);
    let selected = &mut state.melody.selected;
    match target {
        Target::Note(note) | Target::End(note) if add => match selected.iter().position(|other| *other == note) {
            Some(at) => drop(selected.remove(at)),
            None => selected.push(note),
        },
        Target::Note(note) | Target::End(note) => *selected = vec![note],
        Target::Nothing => selected.clear(),
    }
}

/// Deletes the note under the mouse, or draws one.
fn double_click(pointer: Pos2, view: &View, context: &EditorContext, state: &mut State) {
    match view.target(pointer, state) {
        Target::Note(note) | Target::End(note) => actions::remove(vec![note], context, state),
        Target::Nothing => {
            let (tick, pitch) = view.place(pointer);
            let note = new_note(tick, pitch, view, state);
            actions::add(note, context, state);
        }
    }
}

/// A note of one step, as loud as the one before it.
fn new_note(tick: Tick, pitch: u8, view: &View, state: &State) -> Note {
    let start = view.snapped(tick, state);
    let before = state.snapshot.score.melody().iter().rfind(|note| note.start <= start);
    Note { start, pitch, length: view.step, velocity: before.map_or(USUAL_VELOCITY, |note| note.velocity) }
}
