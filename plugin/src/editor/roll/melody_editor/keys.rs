//! The keyboard in the editor.

use super::actions;
use crate::editor::{
    context::EditorContext,
    state::{
        State,
        melody_editor::{lengthened, louder, moved},
    },
};
use continuo_music::{note::Note, time::Tick};
use egui::{Event, EventFilter, Key, Modifiers, Response, Ui};

/// By how much an arrow key moves or lengthens notes.
const STEP: Tick = 240;
/// By how much an arrow key changes velocities.
const LOUDER: i32 = 8;

/// Handles the keys while the editor has the focus.
pub fn handle(ui: &Ui, response: &Response, context: &EditorContext, state: &mut State) {
    let filter = EventFilter { vertical_arrows: true, horizontal_arrows: true, escape: true, tab: false };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let count = |key| ui.input(|input| input.num_presses(key)) as i64;
    let pressed = |key| count(key) > 0;
    let Modifiers { shift, command, alt, .. } = ui.input(|input| input.modifiers);
    let (along, up) = (count(Key::ArrowRight) - count(Key::ArrowLeft), count(Key::ArrowUp) - count(Key::ArrowDown));
    if along != 0 && alt {
        walk(along, state);
    } else if along != 0 && shift {
        actions::change_selected(|note| lengthened(note, along * STEP), context, state);
    } else if along != 0 {
        actions::change_selected(|note| moved(note, along * STEP, 0), context, state);
    }
    if up != 0 {
        let by = up as i32;
        if command {
            actions::change_selected(|note| louder(note, by * LOUDER), context, state);
        } else {
            let semitones = if shift { 12 * by } else { by };
            actions::change_selected(|note| moved(note, 0, semitones), context, state);
        }
    }
    let (copied, cut, pasted) = ui.input(|input| {
        let any = |wanted: fn(&Event) -> bool| input.events.iter().any(wanted);
        (
            any(|event| matches!(event, Event::Copy)) || (command && input.key_pressed(Key::C)),
            any(|event| matches!(event, Event::Cut)) || (command && input.key_pressed(Key::X)),
            any(|event| matches!(event, Event::Paste(_))) || (command && input.key_pressed(Key::V)),
        )
    });
    if copied || cut {
        let text = actions::copy_selected(state);
        if let Some(text) = text {
            ui.copy_text(text);
        }
    }
    if pressed(Key::Delete) || pressed(Key::Backspace) || cut {
        let notes = state.melody.selected.clone();
        actions::remove(notes, context, state);
    } else if pasted {
        actions::paste(context, state);
    } else if command && pressed(Key::A) {
        state.melody.selected = state.snapshot.score.melody().to_vec();
    } else if pressed(Key::Insert) || pressed(Key::Enter) {
        insert(context, state);
    } else if pressed(Key::Escape) {
        if state.melody.selected.is_empty() {
            state.melody.open = false;
        }
        state.melody.selected.clear();
    }
}

/// Selects the note before or after the selected ones.
fn walk(steps: i64, state: &mut State) {
    let melody = state.snapshot.score.melody();
    let first = || state.melody.selected.iter().min().and_then(|note| melody.binary_search(note).ok());
    let last = || state.melody.selected.iter().max().and_then(|note| melody.binary_search(note).ok());
    let at_playhead = melody.partition_point(|note| note.start < state.playback.playhead);
    let to = match steps {
        1.. => last().map_or(at_playhead, |at| at + 1),
        _ => first().map_or(at_playhead, |at| at.saturating_sub(1)),
    };
    if let Some(&note) = melody.get(to.min(melody.len().saturating_sub(1))) {
        state.melody.selected = vec![note];
    }
}

/// Adds a note after the selected one, like it, or at the playhead.
fn insert(context: &EditorContext, state: &mut State) {
    let after = state.melody.selected.iter().max().map(|last| Note { start: last.end(), ..*last });
    let start = || state.playback.playhead.max(0).div_euclid(STEP) * STEP;
    let note = after.unwrap_or_else(|| Note { start: start(), length: 2 * STEP, pitch: 72, velocity: 90 });
    actions::add(note, context, state);
}
