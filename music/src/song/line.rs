//! One line extracted from notes that may sound together.

use crate::{
    note::Note,
    time::{TICKS_PER_QUARTER, Tick},
};
use std::{collections::BTreeSet, ops::Range};

/// A note is no part of a melody if it is longer than this, and so many others begin meanwhile: a drone, or a note that
/// hangs.
const LONGEST: Tick = 16 * TICKS_PER_QUARTER;
const BEGIN_MEANWHILE: usize = 16;

/// The highest line of `notes` (sorted): each note that is the highest one sounding for at least half of its length.
/// A line whose notes overlap a little is kept whole. A note whose pitch starts again while it sounds ends there, as on
/// a keyboard. A note that lasts through many bars of other notes is left out, so that it does not hide them.
pub fn melody_line(notes: &[Note]) -> Vec<Note> {
    highest(&cut_repeats(&without_drones(notes)))
}

/// The notes of the [`melody_line`] of `notes` (sorted) that sound in a stretch; faster than finding the whole line.
pub fn melody_line_in(notes: &[Note], stretch: &Range<Tick>) -> Vec<Note> {
    let mut keys = cut_repeats(&without_drones(notes));
    let sounds_in = |note: &Note, stretch: &Range<Tick>| note.start < stretch.end && stretch.start < note.end();
    // Whether a note is in the line depends on every note that sounds with it, also before and after the stretch.
    let sounding = keys.iter().filter(|note| sounds_in(note, stretch));
    let wide = sounding.fold(stretch.clone(), |wide, note| wide.start.min(note.start)..wide.end.max(note.end()));
    keys.retain(|note| sounds_in(note, &wide));
    let mut line = highest(&keys);
    line.retain(|note| sounds_in(note, stretch));
    line
}

/// The notes that are the highest for at least half of their length, where no pitch starts again while it sounds.
fn highest(keys: &[Note]) -> Vec<Note> {
    let mut edges: Vec<(Tick, bool, usize)> = Vec::with_capacity(2 * keys.len());
    for (index, note) in keys.iter().enumerate() {
        edges.push((note.start, true, index));
        edges.push((note.end(), false, index));
    }
    edges.sort_unstable();
    let mut sounding: BTreeSet<(u8, usize)> = BTreeSet::new();
    let mut ticks_on_top = vec![0; keys.len()];
    let mut before = edges.first().map_or(0, |edge| edge.0);
    for (tick, starts, index) in edges {
        if let Some(&(_, top)) = sounding.last() {
            ticks_on_top[top] += tick - before;
        }
        before = tick;
        let key = (keys[index].pitch, index);
        if starts {
            sounding.insert(key);
        } else {
            sounding.remove(&key);
        }
    }
    let on_top = keys.iter().zip(ticks_on_top);
    on_top.filter(|(note, ticks)| 2 * ticks >= note.length).map(|(note, _)| *note).collect()
}

/// Ends each note where the same pitch starts again; of two that start together, keeps the longer.
pub(super) fn cut_repeats(notes: &[Note]) -> Vec<Note> {
    let mut last: [Option<usize>; 128] = [None; 128];
    let mut kept: Vec<Note> = Vec::with_capacity(notes.len());
    for note in notes {
        let slot = &mut last[usize::from(note.pitch & 127)];
        if let Some(earlier) = slot.and_then(|index| kept.get_mut(index)) {
            if earlier.start == note.start {
                earlier.length = earlier.length.max(note.length);
                continue;
            }
            earlier.length = earlier.length.min(note.start - earlier.start);
        }
        *slot = Some(kept.len());
        kept.push(*note);
    }
    kept
}

/// The notes (sorted) without those that last through many bars of other notes: a drone or a note that hangs is no part
/// of a melody.
pub fn without_drones(notes: &[Note]) -> Vec<Note> {
    let starts: Vec<Tick> = notes.iter().map(|note| note.start).collect();
    let until = |tick: Tick| starts.partition_point(|&start| start < tick);
    let is_drone = |note: &&Note| note.length > LONGEST && until(note.end()) - until(note.start + 1) >= BEGIN_MEANWHILE;
    notes.iter().filter(|note| !is_drone(note)).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn note(start: Tick, pitch: u8, length: Tick) -> Note {
        Note { start, pitch, length, velocity: 80 }
    }

    #[test]
    fn a_legato_line_is_kept_whole() {
        let line = [note(0, 72, 500), note(480, 71, 500), note(960, 74, 480)];
        assert_eq!(melody_line(&line), line);
    }

    #[test]
    fn lower_notes_of_chords_and_a_drone_are_removed() {
        let chords = [note(0, 60, 960), note(0, 64, 960), note(0, 67, 480), note(480, 69, 480), note(960, 48, 960)];
        assert_eq!(melody_line(&chords), [note(0, 67, 480), note(480, 69, 480), note(960, 48, 960)]);
    }

    #[test]
    fn a_note_on_top_for_half_of_its_length_stays_beside_a_higher_one() {
        let both = [note(0, 60, 960), note(0, 67, 480)];
        assert_eq!(melody_line(&both), both);
        let longer = [note(0, 60, 960), note(0, 67, 481)];
        assert_eq!(melody_line(&longer), longer[1..]);
    }

    #[test]
    fn a_note_as_long_as_the_song_does_not_hide_the_melody() {
        let melody: Vec<_> = (0..40).map(|beat| note(960 * beat, 60 + (beat % 7) as u8, 900)).collect();
        for pitch in [40, 63, 90] {
            let mut notes = melody.clone();
            notes.push(note(0, pitch, 960 * 40));
            notes.sort_unstable();
            let line = melody_line(&notes);
            let lost = melody.iter().filter(|note| !line.contains(note)).count();
            assert_eq!(lost, 0, "{pitch}");
        }
        // A last note that is held over a few bars of accompaniment is the melody's.
        let held = note(0, 90, 960 * 16);
        let notes = [&[held], &melody[..16]].concat();
        assert_eq!(melody_line(&notes), [held]);
    }

    #[test]
    fn a_repeated_key_ends_the_note_before() {
        let repeated = [note(0, 72, 960), note(480, 72, 960)];
        assert_eq!(melody_line(&repeated), [note(0, 72, 480), note(480, 72, 960)]);
    }

    proptest! {
        #[test]
        fn notes_one_after_another_are_kept(lengths in prop::collection::vec((1_i64..5000, 0_u8..128), 0..60)) {
            let mut start = 0;
            let line: Vec<_> = lengths.into_iter().map(|(length, pitch)| {
                let next = note(start, pitch, length);
                start += length;
                next
            }).collect();
            prop_assert_eq!(melody_line(&line), line);
        }

        #[test]
        fn the_line_in_a_stretch_is_that_part_of_the_whole(
            mut notes in prop::collection::vec((0_i64..8000, 50_u8..70, prop_oneof![9 => 1_i64..3000, 1 => 20_000_i64..40_000]), 0..60),
            (from, length) in (-100_i64..9000, 0_i64..3000),
        ) {
            notes.sort_unstable();
            let notes: Vec<_> = notes.into_iter().map(|(start, pitch, length)| note(start, pitch, length)).collect();
            let mut whole = melody_line(&notes);
            whole.retain(|note| note.start < from + length && from < note.end());
            prop_assert_eq!(melody_line_in(&notes, &(from..from + length)), whole);
        }

        #[test]
        fn a_line_consists_of_starts_that_existed(
            mut notes in prop::collection::vec((0_i64..4000, 0_u8..128, prop_oneof![9 => 1_i64..2000, 1 => 20_000_i64..40_000]), 0..60),
        ) {
            notes.sort_unstable();
            let notes: Vec<_> = notes.into_iter().map(|(start, pitch, length)| note(start, pitch, length)).collect();
            let line = melody_line(&notes);
            prop_assert!(line.iter().all(|kept| notes.iter().any(|n| (n.start, n.pitch) == (kept.start, kept.pitch))));
            prop_assert!(line.is_sorted() && line.iter().all(|note| note.length > 0));
            prop_assert_eq!(line.is_empty(), notes.is_empty());
            prop_assert_eq!(melody_line(&line), line);
        }
    }
}
