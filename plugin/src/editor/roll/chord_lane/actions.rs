//! What the player does with chords: each is one edit and one step of the history.

use super::looking::{are_locked, chords_in, is_shown, key_at, place, selected};
use crate::editor::{
    context::EditorContext,
    state::{
        State,
        chords::{ChordPopup, CopiedChords, LaneChord, LaneState, Selection},
    },
};
use continuo_engine::score::{ChordEdit, Edit, HandChord};
use continuo_music::{
    chord::{Chord, ChordSpan, SymbolError},
    time::Tick,
};
use std::ops::Range;

/// Sets one chord over a stretch.
pub fn set(stretch: Range<Tick>, chord: Chord, context: &EditorContext, state: &mut State) {
    request(ChordEdit::Set(vec![HandChord { span: stretch, chord, locked: false }]), context, state);
}

/// Sets what was typed over the popup's stretch.
///
/// # Errors
/// When it is no chord symbol; the error says what would be understood.
pub fn set_typed(popup: &ChordPopup, context: &EditorContext, state: &mut State) -> Result<(), SymbolError> {
    set(popup.stretch.clone(), popup.text.parse()?, context, state);
    Ok(())
}

/// Takes the chords in a stretch away: the band chooses there again.
pub fn remove(stretch: Range<Tick>, context: &EditorContext, state: &mut State) {
    request(ChordEdit::Remove(stretch), context, state);
}

/// Locks the chords in a stretch, also those of the band, or unlocks them if all are locked.
pub fn lock_or_unlock(stretch: Range<Tick>, context: &EditorContext, state: &mut State) {
    if are_locked(&stretch, state) {
        request(ChordEdit::Lock { stretch, on: false }, context, state);
        return;
    }
    let chords = chords_in(&stretch, state).into_iter();
    let locked = chords.map(|one| HandChord { span: one.span, chord: one.chord, locked: true });
    request(ChordEdit::Set(locked.collect()), context, state);
}

/// Moves the chords in a stretch by semitones. Locked ones stay.
pub fn transpose(stretch: &Range<Tick>, semitones: i64, context: &EditorContext, state: &mut State) {
    let chords = chords_in(stretch, state).into_iter().filter(|one| one.state != LaneState::Locked);
    let moved =
        chords.map(|one| HandChord { span: one.span, chord: one.chord.transposed(semitones), locked: false }).collect();
    request(ChordEdit::Set(moved), context, state);
}

/// Copies the chords in a stretch. Returns them as a line of text for other programs.
pub fn copy(stretch: &Range<Tick>, state: &mut State) -> String {
    let chords = chords_in(stretch, state);
    let written = |one: &LaneChord| one.chord.spelled_in_ascii(key_at(one.span.start, state));
    let text: Vec<String> = chords.iter().map(written).collect();
    let moved = |one: LaneChord| ChordSpan {
        span: one.span.start - stretch.start..one.span.end - stretch.start,
        chord: one.chord,
    };
    let chords = chords.into_iter().map(moved).collect();
    state.chords.copied = Some(CopiedChords { chords, length: stretch.end - stretch.start });
    text.join(" ")
}

/// Pastes what was copied at the selection or, if nothing is selected, at the playhead, and selects it.
pub fn paste(context: &EditorContext, state: &mut State) {
    let Some(CopiedChords { chords, length }) = state.chords.copied.clone() else { return };
    let at = selected(state).unwrap_or_else(|| place(state.playback.playhead, state)).start;
    let moved =
        |one: ChordSpan| HandChord { span: one.span.start + at..one.span.end + at, chord: one.chord, locked: false };
    request(ChordEdit::Set(chords.into_iter().map(moved).collect()), context, state);
    state.chords.selected = Some(Selection::of(at..at + length));
}

/// Moves the border between two chords. The chord that grows is the player's from then on.
pub fn move_border(from: Tick, to: Tick, context: &EditorContext, state: &mut State) {
    let chords = || state.snapshot.lane.iter().filter(|chord| is_shown(chord));
    let before = chords().find(|chord| chord.span.end == from).cloned();
    let after = chords().find(|chord| chord.span.start == from).cloned();
    let (grows, shrinks) = if to > from { (before, after) } else { (after, before) };
    if let Some(LaneChord { span, chord, .. }) = grows {
        let span = if to > from { span.start..to } else { to..span.end };
        set(span, chord, context, state);
    } else if shrinks.is_some_and(|chord| chord.state.is_by_hand()) {
        remove(from.min(to)..from.max(to), context, state);
    }
}

/// Opens the popup of a stretch, and asks for what the band would choose there.
pub fn open_popup(stretch: Range<Tick>, context: &EditorContext, state: &mut State) {
    state.request(Edit::GuessChords { tick: stretch.start }, context.wiring);
    state.chords.popup = Some(ChordPopup { stretch, text: String::new(), error: None, focused: false });
}

fn request(edit: ChordEdit, context: &EditorContext, state: &mut State) {
    if !matches!(&edit, ChordEdit::Set(chords) if chords.is_empty()) {
        state.request(Edit::Chords(edit), context.wiring);
    }
}
