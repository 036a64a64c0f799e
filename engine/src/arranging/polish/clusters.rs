//! Thins clusters: of two notes of a part that sound together a semitone apart, the less supported one gives way, and no
//! more than [`MOST_CLASSES`] pitch classes sound at once. Minor ninths stay: the network writes them no more often than
//! pianists do.
//!
//! A note gives way where the other one begins: a note that begins there too is removed, and one that began before ends
//! there, as when a hand moves on. In pianists' accompaniments (POP909) semitones sound for 0.5% of the time; in genres
//! with few training pieces, such as waltzes and jigs, the network writes them for more than 10%.

use continuo_music::{
    note::Note,
    time::{TICKS_PER_STEP, Tick},
};
use std::{cmp::Reverse, ops::Range};

/// How many pitch classes may sound at once: a seventh chord's.
const MOST_CLASSES: usize = 4;

/// What sounds together with a part.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// Other parts, sorted: a pitch class that they double belongs to the harmony.
    pub harmony: [&'a [Note]; 2],
    /// The melody, sorted.
    pub melody: &'a [Note],
    /// The phrase's bars, none of which may fall silent.
    pub bars: &'a [Range<Tick>],
}

/// Thins the notes of a part, sorted by start. Returns how many were shortened or removed.
pub fn apply(notes: &mut Vec<Note>, around: &Surroundings<'_>) -> usize {
    let mut starts: Vec<Tick> = notes.iter().map(|note| note.start).collect();
    starts.dedup();
    let mut changed = 0;
    // Notes start to sound together only where one of them begins.
    for at in starts {
        loop {
            let unwanted = unwanted(notes, at, around);
            if unwanted.is_empty() {
                break;
            }
            changed += unwanted.len();
            *notes = without(notes, &unwanted, at).collect();
        }
    }
    changed
}

/// The indices of the notes that give way next at a tick; empty if there is nothing to thin.
fn unwanted(notes: &[Note], at: Tick, around: &Surroundings<'_>) -> Vec<usize> {
    let after = notes.partition_point(|note| note.start <= at);
    let sounding: Vec<usize> = (0..after).filter(|&index| notes[index].end() > at).collect();
    let support = |class: u8| support(class, at, around);
    let neighbours = |index: usize| {
        let others = sounding.iter().filter(|&&other| notes[index].pitch.abs_diff(notes[other].pitch) == 1);
        others.count()
    };
    let clustered = sounding.iter().map(|&index| (index, neighbours(index))).filter(|&(_, neighbours)| neighbours > 0);
    let spare = clustered.filter(|&(index, _)| !is_needed(notes, &[index], at, around.bars));
    let weakest = spare.min_by_key(|&(index, neighbours)| {
        let Note { pitch, length, .. } = notes[index];
        (support(pitch % 12), Reverse(neighbours), length, Reverse(pitch))
    });
    if let Some((index, _)) = weakest {
        return vec![index];
    }
    let voices = (0..12).map(|class| -> Vec<usize> {
        sounding.iter().copied().filter(|&index| notes[index].pitch % 12 == class).collect()
    });
    let voices: Vec<Vec<usize>> = voices.filter(|indices| !indices.is_empty()).collect();
    if voices.len() <= MOST_CLASSES {
        return Vec::new();
    }
    let spare = voices.into_iter().filter(|indices| !is_needed(notes, indices, at, around.bars));
    let weakest = spare.min_by_key(|indices| {
        let length = indices.iter().map(|&index| notes[index].length).max();
        (support(notes[indices[0]].pitch % 12), length, Reverse(notes[indices[0]].pitch))
    });
    weakest.unwrap_or_default()
}

/// The support of a pitch class: 1 if another part plays it, and 1 if it is consonant with the melody.
fn support(class: u8, at: Tick, around: &Surroundings<'_>) -> u8 {
    // Each part has its own timing: half a step later, all notes that belong together have begun.
    let at = at + TICKS_PER_STEP / 2;
    let sounds = |note: &&Note| note.start <= at && at < note.end();
    let doubled = around.harmony.iter().any(|notes| notes.iter().filter(sounds).any(|note| note.pitch % 12 == class));
    let interval = |note: &Note| (i16::from(note.pitch) - i16::from(class)).rem_euclid(12);
    let consonant = around.melody.iter().filter(sounds).any(|note| matches!(interval(note), 0 | 3 | 4 | 5 | 7 | 8 | 9));
    u8::from(doubled) + u8::from(consonant)
}

/// Whether a bar would fall silent if these notes gave way. Of two that sound together, the one that ends first is
/// never needed.
fn is_needed(notes: &[Note], indices: &[usize], at: Tick, bars: &[Range<Tick>]) -> bool {
    let end = indices.iter().map(|&index| notes[index].end()).max().unwrap_or(at);
    let mut touched = bars.iter().filter(|bar| bar.start < end && at < bar.end);
    touched.any(|bar| !without(notes, indices, at).any(|note| note.start < bar.end && bar.start < note.end()))
}

/// The notes, of which those at `indices`, which sound at a tick, end there.
fn without(notes: &[Note], indices: &[usize], at: Tick) -> impl Iterator<Item = Note> {
    let shortened = move |(index, note): (usize, &Note)| {
        let length = if indices.contains(&index) { at - note.start } else { note.length };
        (length > 0).then_some(Note { length, ..*note })
    };
    notes.iter().enumerate().filter_map(shortened)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALONE: Surroundings<'_> = Surroundings { harmony: [&[], &[]], melody: &[], bars: &[] };

    fn note(start: Tick, pitch: u8, length: Tick) -> Note {
        Note { start, pitch, length, velocity: 80 }
    }

    fn chord(start: Tick, pitches: &[u8]) -> Vec<Note> {
        pitches.iter().map(|&pitch| note(start, pitch, 960)).collect()
    }

    fn thinned(mut notes: Vec<Note>, around: &Surroundings<'_>) -> Vec<Note> {
        apply(&mut notes, around);
        notes
    }

    #[test]
    fn what_the_bass_plays_stays_and_its_neighbour_goes() {
        let cluster = chord(0, &[59, 60, 64]);
        for (bass, kept) in [(36, [60, 64]), (35, [59, 64])] {
            let around = Surroundings { harmony: [&[note(30, bass, 960)], &[]], ..ALONE };
            assert_eq!(thinned(cluster.clone(), &around), chord(0, &kept), "even if the bass is a little late");
        }
    }

    #[test]
    fn what_is_consonant_with_the_melody_stays() {
        let around = Surroundings { melody: &[note(0, 79, 960)], ..ALONE };
        assert_eq!(thinned(chord(0, &[59, 60]), &around), chord(0, &[59]), "both are consonant; the lower one stays");
        let around = Surroundings { melody: &[note(0, 77, 960)], ..ALONE };
        assert_eq!(thinned(chord(0, &[59, 60]), &around), chord(0, &[60]));
    }

    #[test]
    fn the_longer_and_then_the_lower_note_stays() {
        let uneven = vec![note(0, 59, 480), note(0, 60, 960)];
        assert_eq!(thinned(uneven, &ALONE), [note(0, 60, 960)]);
        assert_eq!(thinned(chord(0, &[60, 61]), &ALONE), chord(0, &[60]));
        assert_eq!(thinned(chord(0, &[48, 61]), &ALONE), chord(0, &[48, 61]), "a minor ninth is not a semitone");
        assert_eq!(thinned(chord(0, &[60, 61, 62]), &ALONE), chord(0, &[60, 62]), "the note between two others");
    }

    #[test]
    fn a_held_note_ends_where_a_better_supported_neighbour_begins() {
        let around = Surroundings { harmony: [&[note(480, 36, 960)], &[]], ..ALONE };
        let held = vec![note(0, 59, 960), note(480, 60, 480)];
        assert_eq!(thinned(held, &around), [note(0, 59, 480), note(480, 60, 480)]);
    }

    #[test]
    fn of_five_pitch_classes_the_least_supported_is_removed_in_all_octaves() {
        let around = Surroundings { harmony: [&[note(0, 36, 960)], &chord(0, &[76, 79])], ..ALONE };
        let notes = chord(0, &[50, 60, 62, 64, 67, 69]);
        assert_eq!(thinned(notes, &around), chord(0, &[50, 60, 62, 64, 67]));
        let mut notes = chord(0, &[50, 57, 60, 62, 64, 67, 69]);
        notes[0].length = 1200;
        assert_eq!(apply(&mut notes, &around), 2);
        assert!(notes.iter().all(|note| note.pitch % 12 != 9));
    }

    #[test]
    fn no_bar_falls_silent_for_a_better_supported_note() {
        let bars = [0..3840, 3840..7680];
        let around = Surroundings { harmony: [&[note(0, 36, 960)], &[]], bars: &bars, ..ALONE };
        let notes = vec![note(0, 59, 7680), note(0, 60, 960)];
        assert_eq!(thinned(notes.clone(), &around), [note(0, 59, 7680)]);
        assert_eq!(thinned(notes, &Surroundings { bars: &[], ..around }), [note(0, 60, 960)]);
    }

    fn notes(count: usize) -> impl Strategy<Value = Vec<Note>> {
        let note = (0i64..64, 48u8..80, 1i64..24).prop_map(|(step, pitch, steps)| note(240 * step, pitch, 240 * steps));
        prop::collection::vec(note, 0..count).prop_map(|mut notes| {
            notes.sort_unstable();
            let mut apart: Vec<Note> = Vec::new();
            for note in notes {
                if !apart.iter().any(|other| other.pitch == note.pitch && other.end() > note.start) {
                    apart.push(note);
                }
            }
            apart
        })
    }

    fn sounding(notes: &[Note], at: Tick) -> Vec<u8> {
        notes.iter().filter(|note| note.start <= at && at < note.end()).map(|note| note.pitch).collect()
    }

    proptest! {
        #[test]
        fn the_result_is_part_of_the_input_and_has_no_clusters(
            (before, bass, strings, melody) in (notes(60), notes(20), notes(20), notes(20)),
        ) {
            let bars: Vec<_> = (0..24).map(|bar| 3840 * bar..3840 * (bar + 1)).collect();
            let around = Surroundings { harmony: [&bass, &strings], melody: &melody, bars: &bars };
            let mut after = before.clone();
            let changed = apply(&mut after, &around);
            prop_assert!(after.is_sorted());
            let within = |note: &&Note| before.iter().any(|n| {
                (n.start, n.pitch, n.velocity) == (note.start, note.pitch, note.velocity) && n.length >= note.length
            });
            prop_assert_eq!(after.iter().filter(within).count(), after.len());
            let unchanged = after.iter().filter(|note| before.contains(note)).count();
            prop_assert_eq!(changed, before.len() - unchanged);
            for note in &after {
                let pitches = sounding(&after, note.start);
                prop_assert!(pitches.iter().all(|a| pitches.iter().all(|b| a.abs_diff(*b) != 1)));
                let mut classes: Vec<u8> = pitches.iter().map(|pitch| pitch % 12).collect();
                classes.sort_unstable();
                classes.dedup();
                prop_assert!(classes.len() <= MOST_CLASSES);
            }
            let sounds = |notes: &[Note], bar: &Range<Tick>| notes.iter().any(|n| n.start < bar.end && bar.start < n.end());
            for bar in &bars {
                prop_assert_eq!(sounds(&before, bar), sounds(&after, bar));
            }
            let mut again = after.clone();
            prop_assert_eq!(apply(&mut again, &around), 0, "nothing is left to thin");
            prop_assert_eq!(again, after);
        }
    }
}
