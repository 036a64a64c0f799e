//! What lies where in the lane, and how it is written.

use crate::editor::state::{
    State,
    chords::{LaneChord, LaneState, Selection},
};
use continuo_engine::score::chord_place;
use continuo_music::{key::Key, settings::Mode, time::Tick};
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

/// What the band will play in a phrase of Live mode that has not begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// The chord with which the phrase begins.
    Next,
    /// One after it.
    Later,
}

/// Where a chord stands in the plan of the phrase that comes next; `None` for other chords, and in other modes.
pub fn plan(chord: &LaneChord, state: &State) -> Option<Plan> {
    let playhead = state.playback.playhead;
    let mut phrases = state.snapshot.score.phrases_in(&(playhead..Tick::MAX));
    // While the transport stands, the phrase at the playhead comes next, if it stands where that begins.
    let comes = |start: Tick| if state.playback.rolling { start > playhead } else { start >= playhead };
    let coming = phrases.find(|phrase| comes(phrase.span.start))?;
    let is_live = coming.recipe.as_ref().is_some_and(|recipe| recipe.mode == Mode::Live);
    let inside = coming.span.contains(chord.span.start);
    let when = if chord.span.start == coming.span.start { Plan::Next } else { Plan::Later };
    (is_live && inside && chord.state == LaneState::Planned).then_some(when)
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

#[cfg(test)]
mod tests {
    use super::*;
    use continuo_engine::score::{Phrase, Recipe};
    use continuo_music::{chord::Chord, part::PartNotes, settings::Settings};

    /// The plan of four chords, one a bar from the playhead's phrase of two bars on.
    fn plans(mode: Mode, playhead: Tick, rolling: bool) -> Vec<Option<Plan>> {
        let mut state = State::new();
        (state.playback.playhead, state.playback.rolling) = (playhead, rolling);
        for start in [0, 7680] {
            let recipe = Recipe::new("model 1", &Settings { mode, ..Settings::default() }, 0, 0);
            let span = state.snapshot.score.meters.phrase_at(start, 2);
            let parts = PartNotes::default();
            let phrase = Phrase { span, recipe: Some(recipe), take: 0, judged: None, programs: [0; 4], parts };
            state.snapshot.score.insert(phrase);
        }
        let chord = |start| LaneChord { span: start..start + 3840, chord: Chord::NONE, state: LaneState::Planned };
        (0..4).map(|bar| plan(&chord(3840 * bar), &state)).collect()
    }

    #[test]
    fn in_live_mode_the_phrase_that_comes_next_is_planned() {
        let (next, later) = (Some(Plan::Next), Some(Plan::Later));
        assert_eq!(plans(Mode::Live, 4000, true), [None, None, next, later]);
        assert_eq!(plans(Mode::Live, 0, false), [next, later, None, None]);
        assert_eq!(plans(Mode::Live, 0, true), [None, None, next, later], "the first one plays");
        assert_eq!(plans(Mode::Live, 8000, true), [None; 4]);
        assert_eq!(plans(Mode::Arrange, 4000, true), [None; 4]);
    }
}
