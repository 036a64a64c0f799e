//! Moves what comes back into another key.

use crate::arranging::polish::register;
use continuo_music::{note::Note, part::Part};

/// Moves the notes of a part by so many semitones, up or down to the nearer octave of the part's register; notes that still
/// lie outside move by octaves, and go where their pitch sounds already. Notes stay sorted; drums stay as they are.
pub fn transpose(part: Part, notes: &mut Vec<Note>, semitones: i8) {
    if semitones == 0 || part == Part::Drums {
        return;
    }
    let (lowest, highest) = register(part);
    let inside = |pitch: i16| (i16::from(lowest)..=i16::from(highest)).contains(&pitch);
    let up = i16::from(semitones).rem_euclid(12);
    // What lies outside moves by an octave.
    let distance = |by: i16| {
        let outside = notes.iter().filter(|note| !inside(i16::from(note.pitch) + by)).count();
        usize::from(by.unsigned_abs()) * notes.len() + 12 * outside
    };
    let by = [up, up - 12].into_iter().min_by_key(|&by| distance(by)).unwrap_or(up);
    let mut moved: Vec<Note> = Vec::with_capacity(notes.len());
    notes.sort_unstable();
    for &note in notes.iter() {
        let mut pitch = i16::from(note.pitch) + by;
        while pitch < i16::from(lowest) {
            pitch += 12;
        }
        while pitch > i16::from(highest) {
            pitch -= 12;
        }
        let Ok(pitch) = u8::try_from(pitch) else { continue };
        if !moved.iter().any(|other| other.pitch == pitch && other.end() > note.start) {
            moved.push(Note { pitch, ..note });
        }
    }
    moved.sort_unstable();
    *notes = moved;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(part: Part, pitches: &[u8], semitones: i8) -> Vec<u8> {
        let mut notes: Vec<Note> = (0..)
            .zip(pitches)
            .map(|(beat, &pitch)| Note { start: 960 * beat, pitch, length: 960, velocity: 80 })
            .collect();
        transpose(part, &mut notes, semitones);
        notes.iter().map(|note| note.pitch).collect()
    }

    #[test]
    fn a_part_moves_to_the_nearer_octave_of_its_register() {
        assert_eq!(moved(Part::Chords, &[60, 64, 67], 2), [62, 66, 69]);
        assert_eq!(moved(Part::Chords, &[60, 64, 67], 10), [58, 62, 65]);
        assert_eq!(moved(Part::Bass, &[29, 33], -4), [37, 41], "no lower than a bass goes");
        assert_eq!(moved(Part::Chords, &[48, 60], -2), [58, 58], "one note of the two is outside");
        assert_eq!(moved(Part::Drums, &[36, 38], 5), [36, 38]);
        assert_eq!(moved(Part::Bass, &[36, 40], 0), [36, 40]);
    }
}
