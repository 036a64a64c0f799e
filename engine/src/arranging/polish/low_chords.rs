//! Keeps close chords out of the low register, where they are muddy: arrangers write wide intervals there.

use continuo_music::note::Note;

/// A close chord has no note below F3.
const LOWEST: u8 = 53;
/// The span in semitones up to which a chord of three notes or more is close.
const CLOSE: u8 = 9;

/// Inverts the close chords of a part that lie low, upwards, until they lie high enough or wide enough. Notes are sorted by
/// start; returns how many were moved.
pub fn apply(notes: &mut [Note], highest: u8) -> usize {
    let mut moved = 0;
    let mut first = 0;
    while first < notes.len() {
        let after = first + notes[first..].iter().take_while(|note| note.start == notes[first].start).count();
        while let Some(lowest) = lowest_of_close(&notes[first..after]) {
            let index = first + lowest;
            let raised = Note { pitch: notes[index].pitch + 12, ..notes[index] };
            let is_free = |other: &Note| {
                other.pitch != raised.pitch || other.end() <= raised.start || raised.end() <= other.start
            };
            if raised.pitch > highest || !notes.iter().all(is_free) {
                break;
            }
            notes[index] = raised;
            moved += 1;
        }
        first = after;
    }
    notes.sort_unstable();
    moved
}

/// The index of the lowest note, if these are a close chord that lies low.
fn lowest_of_close(chord: &[Note]) -> Option<usize> {
    let (index, lowest) = chord.iter().enumerate().min_by_key(|(_, note)| note.pitch)?;
    let highest = chord.iter().map(|note| note.pitch).max()?;
    (chord.len() >= 3 && lowest.pitch < LOWEST && highest - lowest.pitch <= CLOSE).then_some(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inverted(pitches: &[u8]) -> Vec<u8> {
        let mut notes: Vec<Note> =
            pitches.iter().map(|&pitch| Note { start: 0, pitch, length: 960, velocity: 80 }).collect();
        apply(&mut notes, 79);
        notes.iter().map(|note| note.pitch).collect()
    }

    #[test]
    fn a_close_triad_at_c3_is_inverted_upwards() {
        assert_eq!(inverted(&[48, 52, 55]), [55, 60, 64]);
        assert_eq!(inverted(&[50, 53, 57]), [53, 57, 62]);
    }

    #[test]
    fn open_chords_high_chords_and_two_notes_stay() {
        for pitches in [&[48, 55, 64][..], &[55, 60, 64], &[48, 52]] {
            assert_eq!(inverted(pitches), pitches);
        }
    }

    #[test]
    fn a_pitch_that_sounds_already_is_not_doubled() {
        let held = Note { start: 0, pitch: 60, length: 3840, velocity: 80 };
        let chord = [48, 52, 55].map(|pitch| Note { start: 960, pitch, length: 960, velocity: 80 });
        let mut notes = [&[held][..], &chord].concat();
        assert_eq!(apply(&mut notes, 79), 0);
    }
}
