//! What the player does with notes of the melody: each is one edit and one step of the history.

use crate::editor::{
    context::EditorContext,
    state::{
        State,
        melody_editor::CopiedNotes,
        range::{Field, SelectedRange},
    },
};
use continuo_engine::score::{Edit, MelodyEdit};
use continuo_music::{melody::begins_in, note::Note, time::Tick};
use std::ops::Range;

/// Changes the selected notes.
pub fn change_selected(change: impl Fn(Note) -> Note, context: &EditorContext, state: &mut State) {
    let gone = state.melody.selected.clone();
    let new = gone.iter().map(|&note| change(note)).collect();
    request(gone, new, context, state);
}

/// Adds a note, and selects it.
pub fn add(note: Note, context: &EditorContext, state: &mut State) {
    request(vec![], vec![note], context, state);
}

/// Deletes notes.
pub fn remove(notes: Vec<Note>, context: &EditorContext, state: &mut State) {
    request(notes, vec![], context, state);
}

/// Deletes the notes that begin in some bars.
pub fn remove_bars(bars: &Range<Tick>, context: &EditorContext, state: &mut State) {
    remove(notes_in(bars, state), context, state);
}

/// The notes that begin in some bars.
pub fn notes_in(bars: &Range<Tick>, state: &State) -> Vec<Note> {
    state.snapshot.score.melody().iter().filter(|note| begins_in(note, bars)).copied().collect()
}

/// Copies the notes that begin in some bars. Returns them as a line of text for other programs.
pub fn copy_bars(bars: &Range<Tick>, state: &mut State) -> String {
    let notes = notes_in(bars, state);
    keep_copy(notes, bars, state)
}

/// Copies the selected notes with the bars in which they lie; see [`copy_bars`].
pub fn copy_selected(state: &mut State) -> Option<String> {
    let notes = state.melody.selected.clone();
    let (first, last) = (notes.iter().map(|note| note.start).min()?, notes.iter().map(|note| note.start).max()?);
    let meters = &state.snapshot.score.meters;
    let bars = meters.bar_start(first)..meters.phrase_at(last, 1).end;
    Some(keep_copy(notes, &bars, state))
}

fn keep_copy(notes: Vec<Note>, bars: &Range<Tick>, state: &mut State) -> String {
    let text: Vec<String> = notes.iter().map(|note| note.pitch.to_string()).collect();
    let from_bar = |note: Note| Note { start: note.start - bars.start, ..note };
    let notes = notes.into_iter().map(from_bar).collect();
    state.melody.copied = Some(CopiedNotes { notes, length: bars.end - bars.start });
    text.join(" ")
}

/// Pastes what was copied, bar on bar: at the selected bars or, without any, at the bar of the playhead. It is added to what is
/// there. In the editor, what was pasted is selected; in the lanes, its bars are.
pub fn paste(context: &EditorContext, state: &mut State) {
    let Some(CopiedNotes { notes, length }) = state.melody.copied.clone() else { return };
    let at = state.range.as_ref().map_or_else(|| state.playback.playhead, |range| range.bars().start);
    let meters = state.snapshot.score.meters.clone();
    let bar = Field::at(0, at, &meters);
    let start = bar.bar.start;
    let new: Vec<Note> = notes.iter().map(|note| Note { start: (note.start + start).max(0), ..*note }).collect();
    request(vec![], new, context, state);
    state.range = Some(SelectedRange { anchor: bar, end: Field::at(0, start + length - 1, &meters) });
}

/// Forgets selected notes that are no longer in the melody.
pub fn forget_gone_notes(state: &mut State) {
    let melody = state.snapshot.score.melody();
    state.melody.selected.retain(|note| melody.binary_search(note).is_ok());
}

fn request(gone: Vec<Note>, new: Vec<Note>, context: &EditorContext, state: &mut State) {
    if gone == new {
        return;
    }
    let selected = new.clone();
    state.request(Edit::Melody(MelodyEdit { gone, new }), context.wiring);
    state.melody.selected = selected;
    // Notes that were cut or joined by others are another note now.
    forget_gone_notes(state);
}
