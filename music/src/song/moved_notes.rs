//! A track whose notes were moved: what goes with them moves, too.

use super::{
    Song,
    track::{Text, Track},
};
use crate::{note::Note, time::Tick};

/// Where places go when notes move: a note's start goes where the note went, and what lies between two notes stays between
/// them.
#[derive(Clone, Debug, Default)]
struct Stretch {
    /// From and to; both rise.
    knots: Vec<(Tick, Tick)>,
}

impl Stretch {
    /// `before` and `after` are the same notes in the same order, sorted by their starts before.
    fn of(before: &[Note], after: &[Note]) -> Self {
        let mut knots: Vec<(Tick, Tick)> = Vec::new();
        for (from, to) in before.iter().zip(after).map(|(before, after)| (before.start, after.start)) {
            // A place goes where the first note went that began there, but not before what lies before it.
            let is_same = knots.last().is_some_and(|last| last.0 == from);
            let other = if is_same { knots.pop() } else { None };
            let to = other.map_or(to, |(_, other)| to.min(other));
            let least = knots.last().map_or(to, |last| last.1);
            knots.push((from, to.max(least)));
        }
        Self { knots }
    }

    fn at(&self, tick: Tick) -> Tick {
        let after = self.knots.partition_point(|knot| knot.0 <= tick);
        let left = after.checked_sub(1).map(|index| self.knots[index]);
        match (left, self.knots.get(after)) {
            (None, None) => tick,
            // What is before the first note keeps its place, unless the note came before it.
            (None, Some(right)) => tick.min(right.1),
            (Some(left), None) => tick - left.0 + left.1,
            (Some(left), Some(right)) => {
                let share = (tick - left.0) as f64 / (right.0 - left.0) as f64;
                left.1 + ((right.1 - left.1) as f64 * share).round() as Tick
            }
        }
    }
}

impl Track {
    /// The track with its notes moved; controllers, programs and lyrics move with them. `moved` are the track's notes in
    /// the track's order. Of notes of one pitch, one ends where the next begins; those that begin together become one note,
    /// as long as the longest and as loud as the loudest. Also returns how many notes went that way.
    #[must_use]
    pub fn with_moved_notes(&self, moved: &[Note]) -> (Self, usize) {
        let stretch = Stretch::of(&self.notes, moved);
        let mut track = self.clone();
        for event in &mut track.events {
            event.tick = stretch.at(event.tick);
        }
        for text in &mut track.lyrics {
            text.tick = stretch.at(text.tick);
        }
        track.notes = one_at_a_time(moved);
        let joined = moved.len() - track.notes.len();
        (track, joined)
    }
}

impl Song {
    /// Moves the lyrics that belong to no single track with the notes of a track: `before` and `after` are its notes in
    /// the same order.
    pub fn move_lyrics(&mut self, before: &[Note], after: &[Note]) {
        let stretch = Stretch::of(before, after);
        self.lyrics.iter_mut().for_each(|Text { tick, .. }| *tick = stretch.at(*tick));
    }
}

/// The notes, sorted, of which no two of one pitch sound at once.
fn one_at_a_time(notes: &[Note]) -> Vec<Note> {
    let mut sorted = notes.to_vec();
    sorted.sort_unstable();
    let mut kept: Vec<Note> = Vec::with_capacity(sorted.len());
    let mut sounding: [Option<usize>; 128] = [None; 128];
    for note in sorted {
        let pitch = usize::from(note.pitch & 127);
        match sounding[pitch].map(|index| &mut kept[index]) {
            Some(before) if before.start == note.start => {
                before.length = before.length.max(note.length);
                before.velocity = before.velocity.max(note.velocity);
            }
            before => {
                if let Some(before) = before {
                    before.length = before.length.min(note.start - before.start);
                }
                sounding[pitch] = Some(kept.len());
                kept.push(note);
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::song::{ChannelEvent, Side};
    use midly::MidiMessage;
    use proptest::prelude::*;

    fn note(start: Tick, pitch: u8, length: Tick) -> Note {
        Note { start, pitch, length, velocity: 90 }
    }

    #[test]
    fn a_program_before_a_note_and_its_syllable_go_with_it() {
        let program = MidiMessage::ProgramChange { program: 5.into() };
        let event = |tick| ChannelEvent { tick, message: program, side: Side::Between };
        let track = Track {
            notes: vec![note(0, 60, 200), note(1000, 62, 200), note(1900, 64, 200)],
            events: vec![event(0), event(990), event(1000), event(1450), event(2500)],
            lyrics: vec![Text { tick: 1000, bytes: b"la".to_vec() }],
            ..Track::default()
        };
        let (moved, joined) = track.with_moved_notes(&[note(0, 60, 200), note(960, 62, 200), note(1920, 64, 200)]);
        assert_eq!(joined, 0);
        let ticks: Vec<_> = moved.events.iter().map(|event| event.tick).collect();
        assert_eq!(ticks, [0, 950, 960, 1440, 2520]);
        assert_eq!(moved.lyrics[0].tick, 960);
        // What comes before the first note does not come after it.
        let (moved, _) = Track { notes: vec![note(100, 60, 50)], events: vec![event(60)], ..Track::default() }
            .with_moved_notes(&[note(0, 60, 50)]);
        assert_eq!(moved.events[0].tick, 0);
    }

    #[test]
    fn notes_that_begin_together_and_part_move_no_place_before_an_earlier_one() {
        let before = [note(0, 60, 100), note(417, 60, 100), note(417, 62, 100)];
        let after = [note(417, 60, 100), note(500, 60, 100), note(345, 62, 100)];
        let stretch = Stretch::of(&before, &after);
        assert_eq!([0, 347, 365, 417].map(|place| stretch.at(place)), [417; 4]);
    }

    #[test]
    fn notes_of_a_pitch_that_meet_become_one() {
        let track = Track { notes: vec![note(100, 60, 50), note(140, 60, 300), note(200, 60, 90)], ..Track::default() };
        let (moved, joined) = track.with_moved_notes(&[note(120, 60, 50), note(120, 60, 300), note(240, 60, 90)]);
        assert_eq!((moved.notes, joined), (vec![note(120, 60, 120), note(240, 60, 90)], 1));
    }

    proptest! {
        #[test]
        fn places_keep_their_order(
            notes in prop::collection::vec((0i64..5000, -100i64..100), 1..40), mut places in prop::collection::vec(0i64..6000, 2..40),
        ) {
            let mut before: Vec<Note> = notes.iter().map(|&(start, _)| note(start, 60, 100)).collect();
            before.sort_unstable();
            let after: Vec<Note> =
                before.iter().zip(&notes).map(|(before, &(_, off))| note(before.start + off, 60, 100)).collect();
            let stretch = Stretch::of(&before, &after);
            places.sort_unstable();
            let moved: Vec<Tick> = places.iter().map(|&place| stretch.at(place)).collect();
            prop_assert!(moved.windows(2).all(|pair| pair[0] <= pair[1]));
        }
    }
}
