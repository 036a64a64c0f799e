//! A counter-melody moves, or rests: it does not knock on one note.
//!
//! In real counter-melodies one note in thirteen repeats the one before it; the network writes one in three.

use continuo_music::{
    note::Note,
    time::{TICKS_PER_STEP, Tick},
};

/// A note may be struck so often; if more often, it is held.
const MOST_STROKES: usize = 2;
/// A line of so many notes on so few pitches says nothing.
const FEWEST_NOTES: usize = 4;
const FEWEST_PITCHES: usize = 3;

/// Holds a note instead of striking it again and again, and silences the line in a stretch of `ticks` where it still has no
/// more than two pitches; stretches shorter than `shortest` are too short for that. Notes are sorted by start. Returns how many
/// notes were changed or removed.
pub fn apply(notes: &mut Vec<Note>, ticks: Tick, shortest: Tick) -> usize {
    let count = notes.len();
    let mut held: Vec<Note> = Vec::with_capacity(count);
    for knocking in
        notes.chunk_by(|left, right| right.pitch == left.pitch && right.start - left.end() <= TICKS_PER_STEP)
    {
        match knocking {
            [first, .., last] if knocking.len() > MOST_STROKES => {
                held.push(Note { length: last.end() - first.start, ..*first });
            }
            few => held.extend_from_slice(few),
        }
    }
    let mut pitches: Vec<u8> = held.iter().map(|note| note.pitch).collect();
    pitches.sort_unstable();
    pitches.dedup();
    if ticks >= shortest && count >= FEWEST_NOTES && pitches.len() < FEWEST_PITCHES {
        held.clear();
    }
    *notes = held;
    count - notes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(pitches: &[u8]) -> Vec<Note> {
        let notes = (0..).zip(pitches);
        notes.map(|(beat, &pitch)| Note { start: 960 * beat, pitch, length: 900, velocity: 80 }).collect()
    }

    fn played(pitches: &[u8]) -> Vec<(Tick, u8, Tick)> {
        let mut notes = line(pitches);
        apply(&mut notes, 15_360, 15_360);
        notes.iter().map(|note| (note.start / 960, note.pitch, note.length)).collect()
    }

    #[test]
    fn a_note_is_held_instead_of_repeated() {
        assert_eq!(played(&[60, 60, 60, 62, 64]), [(0, 60, 2820), (3, 62, 900), (4, 64, 900)]);
        assert_eq!(played(&[60, 60, 62, 64]).len(), 4, "once is an upbeat");
        let mut apart = line(&[60, 60, 60, 64, 65]);
        apart[1].start += 480;
        apart[2].start += 960;
        apart[3].start += 960;
        apart[4].start += 960;
        assert_eq!(apply(&mut apart, 15_360, 15_360), 0, "after a rest it begins again");
    }

    #[test]
    fn a_line_of_two_pitches_rests_unless_the_phrase_is_short() {
        assert_eq!(played(&[60, 60, 60, 60]), []);
        assert_eq!(played(&[60, 62, 60, 62, 60]), []);
        assert_eq!(played(&[60, 62, 60]).len(), 3, "a few notes may be an answer");
        let mut short = line(&[60, 62, 60, 62]);
        assert_eq!(apply(&mut short, 3840, 15_360), 0);
    }
}
