//! What the parts play in a window, as the conductor and the style encoder read it.

use crate::network::{
    contract::{DRUM_VOICES, PITCHES, PLANE, STEPS},
    fit::Cell,
    numbers, roll,
    tensors::{TensorView, same_bits},
};
use continuo_music::part::{PART_COUNT, Part, PartMap, PartNotes};

/// Windows of parts, row by row: 1 where a note starts or sounds, else 0.
#[derive(Clone, Debug, Default)]
pub(crate) struct PlayedWindows {
    batch: usize,
    pitched: Vec<f32>,
    drums: Vec<f32>,
    parts: Vec<f32>,
}

impl PlayedWindows {
    /// None yet, with room for so many.
    pub fn with_room(count: usize) -> Self {
        Self { pitched: numbers::with_room(count * 8 * PLANE), ..Self::default() }
    }

    /// The windows are no longer needed; their memory is used again.
    pub fn give_back(self) {
        numbers::give_back(self.pitched);
    }

    /// The number of windows.
    pub const fn batch(&self) -> usize {
        self.batch
    }

    /// Adds a window: the notes of the parts that are `playing`, transposed by `shift` semitones, on `cells`.
    pub fn push(
        &mut self,
        notes: &PartNotes,
        playing: PartMap<bool>,
        cells: &[Cell],
        shift: i64,
        voices: &[u8; DRUM_VOICES],
    ) {
        let row = self.batch;
        self.batch += 1;
        self.pitched.resize(self.batch * 8 * PLANE, 0.0);
        self.drums.resize(self.batch * STEPS * DRUM_VOICES, 0.0);
        let planes = &mut self.pitched[row * 8 * PLANE..];
        for (index, part) in Part::PITCHED.into_iter().enumerate().filter(|&(_, part)| playing[part]) {
            roll::write(&notes[part], cells, shift, &mut planes[2 * index * PLANE..2 * (index + 1) * PLANE]);
        }
        if playing[Part::Drums] {
            roll::write_drums(&notes[Part::Drums], cells, voices, &mut self.drums[row * STEPS * DRUM_VOICES..]);
        }
        self.parts.extend(playing.iter().map(|(_, &plays)| f32::from(u8::from(plays))));
    }

    /// The tensors `pitched`, `drums` and `parts`.
    pub fn tensors(&self) -> [TensorView<'_>; 3] {
        let batch = self.batch;
        // The same parts play in all takes of a phrase.
        let (first, rest) = self.parts.split_at(PART_COUNT.min(self.parts.len()));
        let parts = if rest.chunks(PART_COUNT).all(|row| same_bits(row, first)) { first } else { &self.parts[..] };
        [
            TensorView { name: "pitched", shape: vec![batch, 8, STEPS, PITCHES], values: &self.pitched },
            TensorView { name: "drums", shape: vec![batch, STEPS, DRUM_VOICES], values: &self.drums },
            TensorView { name: "parts", shape: vec![batch, PART_COUNT], values: parts },
        ]
    }
}
