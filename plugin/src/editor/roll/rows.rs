//! Which pitch is drawn at which height.

use crate::editor::state::State;
use continuo_music::{note::Note, part::Part};

/// The rows of a lane, one for each pitch.
pub struct Rows {
    /// The pitches from the lowest: a whole range for pitched parts, only those in use for drums.
    pitches: Vec<u8>,
}

impl Rows {
    /// The rows for all notes of a lane, so that they do not change when the player scrolls.
    pub fn of_lane(part: Option<Part>, state: &State) -> Self {
        let score = &state.snapshot.score;
        match part {
            None => Self::of(score.melody().iter().chain(&state.snapshot.hearing)),
            Some(Part::Drums) => Self::drums(score.phrases().iter().flat_map(|phrase| &phrase.parts[Part::Drums])),
            Some(part) => Self::of(score.phrases().iter().flat_map(|phrase| &phrase.parts[part])),
        }
    }

    /// The rows for Lead's notes.
    pub fn of_lead(state: &State) -> Self {
        Self::of(state.snapshot.score.lead().notes().iter())
    }

    fn of<'a>(notes: impl Iterator<Item = &'a Note>) -> Self {
        let (low, high) = notes.fold((127, 0), |(low, high), note| (note.pitch.min(low), note.pitch.max(high)));
        let (low, high) = if low > high { (60, 72) } else { (low, high) };
        // At least an octave and a half, so that a single note does not fill the lane.
        let missing = 18_u8.saturating_sub(high - low);
        let low = low.saturating_sub(missing / 2);
        Self { pitches: (low..=(high + missing.div_ceil(2)).min(127)).collect() }
    }

    fn drums<'a>(notes: impl Iterator<Item = &'a Note>) -> Self {
        let mut used = [false; 128];
        notes.for_each(|note| used[usize::from(note.pitch & 127)] = true);
        let mut pitches: Vec<u8> = (0..128).filter(|&pitch| used[usize::from(pitch)]).collect();
        if pitches.len() < 6 {
            pitches.resize(6, 127);
        }
        Self { pitches }
    }

    /// The position of a pitch's row from the bottom, and a row's height, both 0 to 1.
    pub fn place(&self, pitch: u8) -> (f32, f32) {
        let row = self.pitches.partition_point(|&other| other < pitch);
        let count = self.pitches.len() as f32;
        (row as f32 / count, 1.0 / count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(pitch: u8) -> Note {
        Note { start: 0, pitch, length: 1, velocity: 1 }
    }

    #[test]
    fn every_pitch_has_a_row_of_its_own_inside_the_lane() {
        let notes = [note(0), note(40), note(127)];
        for rows in [Rows::of(notes.iter()), Rows::of(notes[1..2].iter()), Rows::drums(notes.iter())] {
            let places: Vec<_> = notes.iter().map(|note| rows.place(note.pitch)).collect();
            assert!(places.iter().all(|(at, height)| (0.0..=1.0).contains(at) && *height > 0.0));
        }
        let rows = Rows::of(notes.iter());
        assert!(rows.place(40).0 < rows.place(41).0);
    }
}
