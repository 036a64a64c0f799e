//! What lies where in the lane, and how it is written.

use crate::editor::state::{
    State,
    chords::{LaneChord, LaneState, Selection},
};
use continuo_engine::score::chord_place;
use continuo_music::{key::Key, time::Tick};
use std::ops::Range;

/// The chord of the lane at a tick.
pub fn chord_at(tick: Tick, state: &State) -> Option<&LaneChord> {
    let lane = &state.snapshot.lane;
    let at = lane.partition_point(|chord| chord.span.end <= tick);
    lane.get(at).filter(|chord| chord.span.contains(&tick))
}

/// The place at a tick.
pub fn place(tick: Tick, state: &State) -> Range<Tick> {
    chord_place(&state.snapshot.score.meters, tick)
}

/// What a click at a tick is about: the chord that is shown there, or else the place.
pub fn field(tick: Tick, state: &State) -> Range<Tick> {
    let chord = chord_at(tick, state).filter(|chord| is_shown(chord));
    chord.map_or_else(|| place(tick, state), |chord| chord.span.clone())
}

/// Whether a chord's symbol is shown: the band's "no chord" is not.
pub fn is_shown(chord: &LaneChord) -> bool {
    chord.state.is_by_hand() || !chord.chord.is_none()
}

/// The chords that are shown in a stretch, cut at its edges.
pub fn chords_in(stretch: &Range<Tick>, state: &State) -> Vec<LaneChord> {
    let inside = |chord: &LaneChord| {
        let span = chord.span.start.max(stretch.start)..chord.span.end.min(stretch.end);
        (span.start < span.end && is_shown(chord)).then(|| LaneChord { span, ..chord.clone() })
    };
    state.snapshot.lane.iter().filter_map(inside).collect()
}

/// Whether all chords in a stretch are locked.
pub fn are_locked(stretch: &Range<Tick>, state: &State) -> bool {
    let chords = chords_in(stretch, state);
    !chords.is_empty() && chords.iter().all(|chord| chord.state == LaneState::Locked)
}

/// The stretch that edits apply to.
pub fn selected(state: &State) -> Option<Range<Tick>> {
    state.chords.selected.as_ref().map(Selection::stretch)
}

/// A chord's symbol, spelled in the key of its place.
pub fn symbol(chord: &LaneChord, state: &State) -> String {
    chord.chord.spelled(key_at(chord.span.start, state))
}

/// The key to spell a chord in: that of its place, or else the song's.
pub fn key_at(tick: Tick, state: &State) -> Option<Key> {
    state.snapshot.form.key_at(tick).or_else(|| state.snapshot.form.song_key())
}

/// A tick in words, such as `bar 3, beat 1`.
pub fn in_words(tick: Tick, state: &State) -> String {
    format!("bar {}, beat {}", state.snapshot.bar(tick), state.snapshot.beat(tick))
}
