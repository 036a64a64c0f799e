//! Voice leading: a chord that leaps away from the one before is revoiced. Each note moves by an octave at most, so that
//! the voices move as little as possible.
//!
//! The distance between two chords is the sum, over the notes of both, of the interval to the nearest note of the other
//! chord: a symmetric form of the voice-leading sizes in Tymoczko, *A Geometry of Music* (2011), for chords of any sizes.
//! The network's own voicing stays unless another one is nearer by [`WORTH_MOVING`] semitones.

use continuo_music::{
    note::Note,
    time::{TICKS_PER_QUARTER, Tick},
};

/// How many semitones nearer another voicing must be.
const WORTH_MOVING: i64 = 8;
/// A chord follows the one before if it begins at most this much later.
const REACH: Tick = 8 * TICKS_PER_QUARTER;
/// No voicing is wider than this, unless the network's own is.
const WIDEST: u8 = 19;
/// Chords of more notes stay as they are: they have too many voicings to search.
const MOST_NOTES: usize = 6;

/// Revoices the chords of a part, whose notes and the notes `before` them are sorted by start. Returns how many notes
/// were moved.
pub fn apply(notes: &mut [Note], before: &[Note], (lowest, highest): (u8, u8)) -> usize {
    let mut moved = 0;
    let mut previous = last_chord(before);
    let mut first = 0;
    while first < notes.len() {
        let start = notes[first].start;
        let after = first + notes[first..].iter().take_while(|note| note.start == start).count();
        if after - first >= 2 {
            if let Some((at, chord)) = &previous
                && start - at <= REACH
                && after - first <= MOST_NOTES
                && let Some(voicing) = best_voicing(notes, first..after, chord, lowest..=highest)
            {
                for (note, pitch) in notes[first..after].iter_mut().zip(voicing) {
                    moved += usize::from(note.pitch != pitch);
                    note.pitch = pitch;
                }
            }
            previous = Some((start, notes[first..after].iter().map(|note| note.pitch).collect()));
        }
        first = after;
    }
    notes.sort_unstable();
    moved
}

/// Where the last chord of two notes or more begins, and its pitches.
fn last_chord(before: &[Note]) -> Option<(Tick, Vec<u8>)> {
    let mut rest = before;
    while let Some(last) = rest.last() {
        let first = rest.partition_point(|note| note.start < last.start);
        if rest.len() - first >= 2 {
            return Some((last.start, rest[first..].iter().map(|note| note.pitch).collect()));
        }
        rest = &rest[..first];
    }
    None
}

/// The pitches of the chord `notes[chord]` in the voicing nearest to `previous`, if it is worth moving notes.
fn best_voicing(
    notes: &[Note],
    chord: std::ops::Range<usize>,
    previous: &[u8],
    register: std::ops::RangeInclusive<u8>,
) -> Option<Vec<u8>> {
    let own: Vec<u8> = notes[chord.clone()].iter().map(|note| note.pitch).collect();
    let own_distance = distance(&own, previous);
    if own_distance < WORTH_MOVING {
        return None;
    }
    let widest = spread(&own).max(WIDEST);
    let is_free = |note: &Note, pitch: u8| {
        let others = notes.iter().enumerate().filter(|(index, _)| !chord.contains(index)).map(|(_, other)| other);
        others.into_iter().all(|other| other.pitch != pitch || other.end() <= note.start || note.end() <= other.start)
    };
    let choices: Vec<Vec<u8>> = notes[chord.clone()]
        .iter()
        .map(|note| {
            let octaves = [0, -12, 12].map(|octave| i16::from(note.pitch) + octave);
            let pitches = octaves.into_iter().filter_map(|pitch| u8::try_from(pitch).ok());
            pitches.filter(|&pitch| pitch == note.pitch || register.contains(&pitch) && is_free(note, pitch)).collect()
        })
        .collect();
    let mut best: Option<(i64, usize, Vec<u8>)> = None;
    let mut voicing = Vec::with_capacity(own.len());
    let count: usize = choices.iter().map(Vec::len).product();
    for mut number in 0..count {
        voicing.clear();
        for choice in &choices {
            voicing.push(choice[number % choice.len()]);
            number /= choice.len();
        }
        let overlaps = (1..voicing.len()).any(|index| voicing[..index].contains(&voicing[index]));
        if overlaps || spread(&voicing) > widest {
            continue;
        }
        let moved = voicing.iter().zip(&own).filter(|(new, old)| new != old).count();
        let nearness = (distance(&voicing, previous), moved);
        if best.as_ref().is_none_or(|(distance, moved, _)| nearness < (*distance, *moved)) {
            best = Some((nearness.0, moved, voicing.clone()));
        }
    }
    best.filter(|(distance, ..)| own_distance - distance >= WORTH_MOVING).map(|(.., voicing)| voicing)
}

fn spread(pitches: &[u8]) -> u8 {
    let lowest = pitches.iter().min().copied().unwrap_or(0);
    pitches.iter().max().map_or(0, |highest| highest - lowest)
}

fn distance(left: &[u8], right: &[u8]) -> i64 {
    let one_way = |from: &[u8], to: &[u8]| -> i64 {
        from.iter().filter_map(|a| to.iter().map(|b| i64::from(a.abs_diff(*b))).min()).sum()
    };
    one_way(left, right) + one_way(right, left)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const REGISTER: (u8, u8) = (48, 79);

    fn chord(start: Tick, pitches: &[u8]) -> Vec<Note> {
        pitches.iter().map(|&pitch| Note { start, pitch, length: 960, velocity: 80 }).collect()
    }

    fn pitches(notes: &[Note], start: Tick) -> Vec<u8> {
        notes.iter().filter(|note| note.start == start).map(|note| note.pitch).collect()
    }

    #[test]
    fn a_chord_an_octave_away_comes_near() {
        let mut notes = [chord(0, &[60, 64, 67]), chord(960, &[48, 53, 57]), chord(1920, &[67, 71, 74])].concat();
        assert_eq!(apply(&mut notes, &[], REGISTER), 5);
        assert_eq!(pitches(&notes, 960), [60, 65, 69]);
        assert_eq!(pitches(&notes, 1920), [59, 62, 67], "a step from the chord before, not a fifth");
    }

    #[test]
    fn chords_that_already_move_little_stay_as_the_network_wrote_them() {
        let notes = [chord(0, &[60, 64, 67]), chord(960, &[60, 65, 69]), chord(1920, &[59, 62, 67])].concat();
        let mut led = notes.clone();
        assert_eq!(apply(&mut led, &[], REGISTER), 0);
        assert_eq!(led, notes);
    }

    #[test]
    fn the_phrase_before_leads_into_this_one_unless_it_is_far_away() {
        let before = chord(-960, &[72, 76, 79]);
        let mut near = chord(0, &[48, 52, 55]);
        assert_eq!(apply(&mut near, &before, REGISTER), 3);
        assert_eq!(pitches(&near, 0), [60, 64, 67], "by an octave, since notes move no further");
        let mut far = chord(20_000, &[48, 52, 55]);
        assert_eq!(apply(&mut far, &before, REGISTER), 0);
    }

    proptest! {
        #[test]
        fn pitch_classes_and_times_stay_and_no_note_overlaps_another(
            chords in prop::collection::vec((prop::collection::btree_set(48u8..80, 1..5), 1i64..4), 1..12),
        ) {
            let mut start = 0;
            let mut notes = Vec::new();
            for (pitches, quarters) in chords {
                for pitch in pitches {
                    notes.push(Note { start, pitch, length: 960, velocity: 80 });
                }
                start += 480 * quarters;
            }
            // As from the decoder: a pitch that starts again ends first.
            for index in 0..notes.len() {
                let again = notes[index + 1..].iter().find(|n| n.pitch == notes[index].pitch).map(|n| n.start);
                if let Some(again) = again {
                    notes[index].length = notes[index].length.min(again - notes[index].start);
                }
            }
            notes.sort_unstable();
            let key = |note: &Note| (note.start, note.length, note.pitch % 12, note.velocity);
            let mut sorted: Vec<_> = notes.iter().map(key).collect();
            sorted.sort_unstable();
            apply(&mut notes, &[], REGISTER);
            let mut after: Vec<_> = notes.iter().map(key).collect();
            after.sort_unstable();
            prop_assert_eq!(sorted, after);
            for (index, note) in notes.iter().enumerate() {
                prop_assert!((REGISTER.0..=REGISTER.1).contains(&note.pitch));
                prop_assert!(notes[index + 1..].iter().all(|n| n.pitch != note.pitch || n.start >= note.end()));
            }
        }
    }
}
