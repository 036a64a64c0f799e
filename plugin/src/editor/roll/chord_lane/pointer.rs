//! The mouse in the lane: a click opens the popup, a drag selects, or moves a border.

use super::{
    actions,
    looking::{field, is_shown, place},
};
use crate::editor::{
    context::EditorContext,
    state::{
        State,
        chords::{LaneDrag, Selection},
    },
};
use continuo_engine::score::nearest_chord_border;
use continuo_music::time::Tick;
use egui::{CursorIcon, PointerButton, Rect, Response, Ui};

/// How near to a border the mouse takes hold of it, in points.
const NEAR: f32 = 4.0;

/// Handles clicks and drags.
pub fn handle(ui: &Ui, response: &Response, rect: Rect, context: &EditorContext, state: &mut State) {
    let shift = ui.input(|input| input.modifiers.shift);
    if response.drag_started_by(PointerButton::Primary)
        && let Some(origin) = ui.input(|input| input.pointer.press_origin())
    {
        response.request_focus();
        begin_drag(origin.x - rect.left(), shift, state);
    }
    if response.dragged()
        && let Some(pointer) = response.interact_pointer_pos()
    {
        drag_to(state.time_axis.tick(pointer.x - rect.left()), state);
    }
    let drag = if response.dragged() { None } else { state.chords.drag.take() };
    if let Some(LaneDrag::Border { from, to }) = drag.filter(|_| response.drag_stopped())
        && from != to
    {
        actions::move_border(from, to, context, state);
    }
    if response.clicked()
        && let Some(pointer) = response.interact_pointer_pos()
    {
        response.request_focus();
        let clicked = field(state.time_axis.tick(pointer.x - rect.left()), state);
        match &mut state.chords.selected {
            Some(selection) if shift => selection.end = clicked,
            selected => {
                *selected = Some(Selection::of(clicked.clone()));
                actions::open_popup(clicked, context, state);
            }
        }
    }
    let over = response.hover_pos().and_then(|pointer| border_near(pointer.x - rect.left(), state));
    if over.is_some() || matches!(state.chords.drag, Some(LaneDrag::Border { .. })) {
        ui.ctx().set_cursor_icon(CursorIcon::ResizeHorizontal);
    }
}

/// Begins a drag, `x` points from the lane's left edge.
fn begin_drag(x: f32, extend: bool, state: &mut State) {
    state.chords.popup = None;
    if let Some(from) = border_near(x, state) {
        state.chords.drag = Some(LaneDrag::Border { from, to: from });
        return;
    }
    state.chords.drag = Some(LaneDrag::Selection);
    if !extend || state.chords.selected.is_none() {
        state.chords.selected = Some(Selection::of(place(state.time_axis.tick(x), state)));
    }
}

fn drag_to(tick: Tick, state: &mut State) {
    let border = nearest_chord_border(&state.snapshot.score.meters, tick);
    let end = place(tick, state);
    match (&mut state.chords.drag, &mut state.chords.selected) {
        (Some(LaneDrag::Border { to, .. }), _) => *to = border,
        (Some(LaneDrag::Selection), Some(selection)) => selection.end = end,
        _ => {}
    }
}

/// The border of a chord under the mouse, `x` points from the lane's left edge.
fn border_near(x: f32, state: &State) -> Option<Tick> {
    let near = |edge: &Tick| (state.time_axis.x(*edge) - x).abs() <= NEAR;
    let shown = state.snapshot.lane.iter().filter(|chord| is_shown(chord));
    shown.flat_map(|chord| [chord.span.start, chord.span.end]).find(near)
}
