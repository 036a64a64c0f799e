//! Keeps a part out of the way of the parts that the player plays.

use super::room::{clashes, register};
use continuo_music::{
    note::Note,
    part::{Part, PartMap},
    time::{TICKS_PER_STEP, Tick},
};

/// Corrects the notes of a generated part: those that clash with a note of the player go; those that would double one, or
/// that lie below the player's bass (for the bass: above another note of the player) move by octaves, or go where no octave
/// is free. Only the bass stays where it cannot move. Returns how many notes were changed or removed.
pub fn apply(part: Part, notes: &mut Vec<Note>, own: &PartMap<Option<Vec<Note>>>) -> usize {
    let theirs: Vec<(Part, Note)> = Part::PITCHED
        .into_iter()
        .filter_map(|part| Some((part, own[part].as_deref()?)))
        .flat_map(|(part, notes)| notes.iter().map(move |&note| (part, note)))
        .collect();
    if theirs.is_empty() {
        return 0;
    }
    let all: Vec<Note> = theirs.iter().map(|&(_, note)| note).collect();
    let count = notes.len();
    notes.retain(|note| !clashes(note, &all));
    let mut changed = count - notes.len();
    notes.sort_unstable();
    let mut kept: Vec<Note> = Vec::with_capacity(notes.len());
    for note in notes.drain(..) {
        let beside: Vec<(Part, Note)> = theirs
            .iter()
            .copied()
            .filter(|(_, other)| shared(&note, other) >= TICKS_PER_STEP.min(note.length))
            .collect();
        let is_free = |pitch: u8, kept: &[Note]| {
            beside.iter().all(|&(other, theirs)| !in_the_way(part, pitch, other, theirs.pitch))
                && !kept.iter().any(|other| other.pitch == pitch && other.end() > note.start)
        };
        let place = octaves(part, note.pitch).find(|&pitch| is_free(pitch, &kept));
        match place {
            Some(pitch) => {
                changed += usize::from(pitch != note.pitch);
                kept.push(Note { pitch, ..note });
            }
            None if part == Part::Bass => kept.push(note),
            None => changed += 1,
        }
    }
    *notes = kept;
    changed
}

/// How long two notes sound together.
fn shared(one: &Note, other: &Note) -> Tick {
    one.end().min(other.end()) - one.start.max(other.start)
}

/// Whether a note of a generated part cannot sound with a note of a part of the player.
fn in_the_way(part: Part, pitch: u8, other: Part, theirs: u8) -> bool {
    match (part, other) {
        (_, Part::Bass) => pitch <= theirs,
        (Part::Bass, _) => pitch >= theirs,
        _ => pitch == theirs,
    }
}

/// The pitch, then its octaves inside the part's register, nearest first.
fn octaves(part: Part, pitch: u8) -> impl Iterator<Item = u8> {
    let (lowest, highest) = register(part);
    let moved = [12, -12, 24, -24, 36].into_iter().filter_map(move |by: i16| u8::try_from(i16::from(pitch) + by).ok());
    std::iter::once(pitch).chain(moved.filter(move |pitch| (lowest..=highest).contains(pitch)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn note(start: Tick, pitch: u8, length: Tick) -> Note {
        Note { start, pitch, length, velocity: 80 }
    }

    fn own(part: Part, notes: &[Note]) -> PartMap<Option<Vec<Note>>> {
        let mut own = PartMap::default();
        own[part] = Some(notes.to_vec());
        own
    }

    #[test]
    fn nothing_lies_below_the_players_bass_or_doubles_a_note() {
        let mut chords = vec![note(0, 48, 960), note(0, 55, 960), note(0, 64, 960)];
        assert_eq!(apply(Part::Chords, &mut chords, &own(Part::Bass, &[note(0, 52, 960)])), 1);
        assert_eq!(chords, [note(0, 60, 960), note(0, 55, 960), note(0, 64, 960)]);
        let mut strings = vec![note(0, 64, 960), note(960, 64, 960)];
        apply(Part::Strings, &mut strings, &own(Part::Counter, &[note(0, 64, 960)]));
        assert_eq!(strings, [note(0, 76, 960), note(960, 64, 960)]);
        let mut bass = vec![note(0, 50, 960)];
        apply(Part::Bass, &mut bass, &own(Part::Chords, &[note(0, 48, 960)]));
        assert_eq!(bass, [note(0, 38, 960)]);
    }

    #[test]
    fn a_semitone_that_lasts_goes_and_the_bass_stays_where_it_cannot_move() {
        let mut chords = vec![note(0, 61, 480), note(0, 64, 480)];
        assert_eq!(apply(Part::Chords, &mut chords, &own(Part::Bass, &[note(0, 36, 960)])), 1);
        assert_eq!(chords, [note(0, 64, 480)]);
        let mut bass = vec![note(0, 30, 480)];
        assert_eq!(apply(Part::Bass, &mut bass, &own(Part::Chords, &[note(0, 26, 480)])), 0);
        assert_eq!(bass, [note(0, 30, 480)]);
    }

    #[test]
    fn drums_are_in_nobodys_way() {
        let mut chords = vec![note(0, 48, 480)];
        assert_eq!(apply(Part::Chords, &mut chords, &own(Part::Drums, &[note(0, 49, 480)])), 0);
    }

    proptest! {
        #[test]
        fn no_generated_chord_note_lies_at_or_below_the_players_bass(
            chords in prop::collection::vec((0i64..4000, 48u8..80, 1i64..2000), 0..30),
            bass in prop::collection::vec((0i64..4000, 28u8..70, 240i64..2000), 1..10),
        ) {
            let notes = |list: &[(Tick, u8, Tick)]| -> Vec<Note> {
                list.iter().map(|&(start, pitch, length)| note(start, pitch, length)).collect()
            };
            let (mut chords, bass) = (notes(&chords), notes(&bass));
            apply(Part::Chords, &mut chords, &own(Part::Bass, &bass));
            for chord in &chords {
                for bass in bass.iter().filter(|bass| shared(chord, bass) >= TICKS_PER_STEP.min(chord.length)) {
                    prop_assert!(chord.pitch > bass.pitch);
                }
            }
        }
    }
}
