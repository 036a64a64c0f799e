//! The chords of the lane, and what the player is doing with them.

use crate::editor::state::form::Form;
use continuo_engine::score::{HandChord, Score, laid_over};
use continuo_music::{
    chord::{Chord, ChordSpan},
    time::Tick,
};
use std::ops::Range;

/// Where a chord of the lane comes from. The lane draws each state in its own way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaneState {
    /// The band chose it: it was read from what the parts play.
    Planned,
    /// It was given with the song.
    Given,
    /// The player set it.
    ByHand,
    /// The player set it and locked it.
    Locked,
}

impl LaneState {
    /// Whether the player set the chord.
    pub const fn is_by_hand(self) -> bool {
        matches!(self, Self::ByHand | Self::Locked)
    }
}

/// A chord of the lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaneChord {
    /// Its ticks.
    pub span: Range<Tick>,
    /// The chord; [`Chord::NONE`] where nothing sounds.
    pub chord: Chord,
    /// Where it comes from.
    pub state: LaneState,
}

/// The chords of a score in order, without overlaps: those that the parts keep to, and those that they play elsewhere.
pub fn lane(score: &Score, form: &Form) -> Vec<LaneChord> {
    let played: Vec<ChordSpan> = form.chords().cloned().collect();
    let kept = score.given_chords();
    let state = |start: Tick| match score.hand_chord_at(start) {
        Some(HandChord { locked: true, .. }) => LaneState::Locked,
        Some(_) => LaneState::ByHand,
        None if kept.iter().any(|chord| chord.span.contains(&start)) => LaneState::Given,
        None => LaneState::Planned,
    };
    let all = laid_over(kept, &played).into_iter();
    all.map(|ChordSpan { span, chord }| LaneChord { state: state(span.start), span, chord }).collect()
}

/// What the mouse drags in the lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaneDrag {
    /// The border between two chords.
    Border {
        /// Where it was.
        from: Tick,
        /// Where it would be.
        to: Tick,
    },
    /// The end of the selection.
    Selection,
}

/// The chords that were copied, from the beginning of the stretch on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopiedChords {
    /// The chords; their first place is at 0.
    pub chords: Vec<ChordSpan>,
    /// The stretch's length.
    pub length: Tick,
}

/// The popup of a stretch of the lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChordPopup {
    /// The stretch that it is about.
    pub stretch: Range<Tick>,
    /// What was typed.
    pub text: String,
    /// What is wrong with it.
    pub error: Option<String>,
    /// Whether the field was given the keyboard's focus.
    pub focused: bool,
}

/// What the player is doing in the lane. Owned by the editor's thread.
#[derive(Debug, Default)]
pub struct ChordsInHand {
    /// The stretch that is selected, and the place from which it was extended.
    pub selected: Option<Selection>,
    /// The open popup.
    pub popup: Option<ChordPopup>,
    /// What was copied.
    pub copied: Option<CopiedChords>,
    /// What the mouse drags.
    pub drag: Option<LaneDrag>,
}

/// A selected stretch of the lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The place at which it began.
    pub anchor: Range<Tick>,
    /// The place up to which it was extended, before or after the anchor.
    pub end: Range<Tick>,
}

impl Selection {
    /// One place, or one chord.
    pub fn of(place: Range<Tick>) -> Self {
        Self { anchor: place.clone(), end: place }
    }

    /// The whole stretch.
    pub fn stretch(&self) -> Range<Tick> {
        self.anchor.start.min(self.end.start)..self.anchor.end.max(self.end.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use continuo_engine::score::ChordEdit;

    #[test]
    fn the_lane_says_where_each_chord_comes_from() {
        let mut score = Score::default();
        let chord = |symbol: &str| symbol.parse::<Chord>().unwrap();
        score.give_chords(vec![ChordSpan { span: 0..7680, chord: chord("C") }]);
        let set = |from, to, symbol, locked| HandChord { span: from..to, chord: chord(symbol), locked };
        score.edit_chords(&ChordEdit::Set(vec![set(1920, 3840, "Am", false), set(7680, 9600, "F", true)]));
        let lane: Vec<_> = lane(&score, &Form::default())
            .into_iter()
            .map(|one| (one.span.start, one.chord.to_string(), one.state))
            .collect();
        let expected = [
            (0, "C", LaneState::Given),
            (1920, "Am", LaneState::ByHand),
            (3840, "C", LaneState::Given),
            (7680, "F", LaneState::Locked),
        ];
        assert_eq!(lane, expected.map(|(start, symbol, state)| (start, symbol.to_owned(), state)));
    }

    #[test]
    fn a_selection_reaches_from_its_anchor_in_both_directions() {
        let mut selection = Selection::of(10..20);
        selection.end = 0..5;
        assert_eq!(selection.stretch(), 0..20);
        selection.end = 30..40;
        assert_eq!(selection.stretch(), 10..40);
    }
}
