//! Puts a new rest to the beginning of a phrase that plays.

use continuo_music::{
    note::Note,
    part::{Part, PartMap, PartNotes},
    time::{TICKS_PER_STEP, Tick},
};

/// The notes of `old` before a beat, and those of `new` from there on, for each part that is `wanted`; the other parts are
/// `old`'s.
///
/// A note that begins less than half a step before the beat belongs to it. A note of `old` that sounds there ends there,
/// unless `new` has its pitch sounding there too: then it goes on as long as that. What else sounds there in `new` begins
/// there.
pub fn with_new_rest(old: &PartNotes, new: &PartNotes, beat: Tick, wanted: PartMap<bool>) -> PartNotes {
    PartMap::from_fn(|part| if wanted[part] { joined(part, &old[part], &new[part], beat) } else { old[part].clone() })
}

/// The first tick at which notes of a rest from this beat on may begin.
pub const fn first_tick(beat: Tick) -> Tick {
    beat - TICKS_PER_STEP / 2
}

fn joined(part: Part, old: &[Note], new: &[Note], beat: Tick) -> Vec<Note> {
    let border = first_tick(beat);
    // A note that would be shorter than a step is not worth another stroke.
    let sounds = |note: &&Note| note.start < border && note.end() >= beat + TICKS_PER_STEP && part != Part::Drums;
    let mut notes: Vec<Note> = Vec::new();
    for &note in old.iter().filter(|note| note.start < border) {
        let end = if note.end() <= beat || part == Part::Drums {
            note.end()
        } else {
            new.iter().filter(sounds).find(|other| other.pitch == note.pitch).map_or(beat, Note::end)
        };
        notes.push(Note { length: end - note.start, ..note });
    }
    for note in new.iter().filter(sounds) {
        if !notes.iter().any(|held| held.pitch == note.pitch && held.end() > beat) {
            notes.push(Note { start: beat, length: note.end() - beat, ..*note });
        }
    }
    // What was cut at the beat must not sound over a note that is played a little early.
    let rest: Vec<Note> = new.iter().filter(|note| note.start >= border).copied().collect();
    for note in &mut notes {
        if let Some(next) = rest.iter().find(|next| next.pitch == note.pitch && next.start < note.end()) {
            note.length = (next.start - note.start).max(1);
        }
    }
    notes.extend(rest);
    notes.sort_unstable();
    notes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BEAT: Tick = 4800;

    fn note(start: Tick, pitch: u8, length: Tick) -> Note {
        Note { start, pitch, length, velocity: 80 }
    }

    fn rest(part: Part, old: Vec<Note>, new: Vec<Note>) -> Vec<Note> {
        let of = |notes: Vec<Note>| PartMap::from_fn(|other| if other == part { notes.clone() } else { vec![] });
        with_new_rest(&of(old), &of(new), BEAT, PartMap::from_fn(|_| true))[part].clone()
    }

    #[test]
    fn the_old_ends_and_the_new_begins_at_the_beat() {
        let found = rest(
            Part::Bass,
            vec![note(3840, 40, 3840), note(7680, 40, 3840)],
            vec![note(3840, 45, 3840), note(7680, 45, 3840)],
        );
        assert_eq!(found, [note(3840, 40, 960), note(BEAT, 45, 2880), note(7680, 45, 3840)]);
    }

    #[test]
    fn a_common_tone_sounds_on() {
        let chord = |pitches: [u8; 3], length: Tick| pitches.map(|pitch| note(3840, pitch, length)).to_vec();
        let found = rest(Part::Chords, chord([60, 64, 67], 1920), chord([57, 60, 64], 3840));
        assert_eq!(found, [note(3840, 60, 3840), note(3840, 64, 3840), note(3840, 67, 960), note(BEAT, 57, 2880)]);
    }

    #[test]
    fn what_is_played_a_little_early_belongs_to_the_beat() {
        let found = rest(Part::Bass, vec![note(4780, 40, 900)], vec![note(4790, 45, 900)]);
        assert_eq!(found, [note(4790, 45, 900)]);
        let found = rest(Part::Bass, vec![note(3840, 45, 3000)], vec![note(4790, 45, 900)]);
        assert_eq!(found, [note(3840, 45, 950), note(4790, 45, 900)]);
    }

    #[test]
    fn a_stroke_on_a_drum_is_struck_once_and_kept_parts_stay() {
        assert_eq!(rest(Part::Drums, vec![note(3840, 49, 3840)], vec![note(3840, 49, 3840)]), [note(3840, 49, 3840)]);
        let old: PartNotes = PartMap::from_fn(|_| vec![note(3840, 40, 3840)]);
        assert_eq!(with_new_rest(&old, &PartNotes::default(), BEAT, PartMap::default()), old);
    }

    proptest! {
        #[test]
        fn nothing_changes_before_the_beat_and_no_pitch_sounds_twice(
            old in prop::collection::vec((0_i64..14_000, 40_u8..44, 1_i64..6000), 0..20),
            new in prop::collection::vec((0_i64..14_000, 40_u8..44, 1_i64..6000), 0..20),
        ) {
            let apart = |list: Vec<(Tick, u8, Tick)>| {
                let mut notes: Vec<Note> = vec![];
                for (start, pitch, length) in list {
                    let new = note(start, pitch, length);
                    if notes.iter().all(|other| other.pitch != pitch || other.end() <= start || new.end() <= other.start) {
                        notes.push(new);
                    }
                }
                notes.sort_unstable();
                notes
            };
            let (old, new) = (apart(old), apart(new));
            let found = rest(Part::Strings, old.clone(), new);
            let before = |notes: &[Note]| -> Vec<(Tick, u8)> {
                notes.iter().filter(|note| note.start < first_tick(BEAT)).map(|note| (note.start, note.pitch)).collect()
            };
            prop_assert_eq!(before(&found), before(&old));
            for (index, note) in found.iter().enumerate() {
                prop_assert!(note.length > 0);
                for other in &found[index + 1..] {
                    prop_assert!(other.pitch != note.pitch || other.start >= note.end(), "{:?} {:?}", note, other);
                }
            }
        }
    }
}
