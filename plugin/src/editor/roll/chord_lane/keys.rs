//! The keyboard in the lane: arrows walk and transpose, Enter opens the popup, Ctrl+C and Ctrl+V copy and paste.

use super::{
    actions,
    looking::{field, selected},
};
use crate::editor::{
    context::EditorContext,
    state::{State, chords::Selection},
};
use egui::{EventFilter, Key, Modifiers, Response, Ui};

/// Handles the keys while the lane has the focus.
pub fn handle(ui: &Ui, response: &Response, context: &EditorContext, state: &mut State) {
    if state.chords.popup.is_some() {
        return;
    }
    let filter = EventFilter { vertical_arrows: true, horizontal_arrows: true, escape: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let count = |key| ui.input(|input| input.num_presses(key)) as i64;
    let pressed = |key| count(key) > 0;
    let Modifiers { shift, command, .. } = ui.input(|input| input.modifiers);
    let along = count(Key::ArrowRight) - count(Key::ArrowLeft);
    if along != 0 {
        walk(along, shift, state);
    }
    if command && pressed(Key::V) {
        actions::paste(context, state);
    }
    let Some(stretch) = selected(state) else { return };
    let up = count(Key::ArrowUp) - count(Key::ArrowDown);
    if up != 0 {
        actions::transpose(&stretch, up, context, state);
    }
    if command && pressed(Key::C) {
        let text = actions::copy(&stretch, state);
        ui.copy_text(text);
    } else if pressed(Key::Enter) {
        actions::open_popup(stretch, context, state);
    } else if pressed(Key::Delete) || pressed(Key::Backspace) {
        actions::remove(stretch, context, state);
    } else if pressed(Key::L) && !command {
        actions::lock_or_unlock(stretch, context, state);
    } else if pressed(Key::Escape) {
        state.chords.selected = None;
    }
}

/// Selects the chord or the place beside the selection; with `extend` the selection grows.
fn walk(step: i64, extend: bool, state: &mut State) {
    let tick = match &state.chords.selected {
        Some(selection) if step > 0 => selection.end.end,
        Some(selection) => selection.end.start - 1,
        None => state.playback.playhead,
    };
    let next = field(tick, state);
    if next.end <= 0 {
        return;
    }
    match &mut state.chords.selected {
        Some(selection) if extend => selection.end = next,
        selected => *selected = Some(Selection::of(next)),
    }
}
