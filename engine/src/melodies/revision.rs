//! What the reviser says of all cells of a melody, window by window.

use super::{cells::Layout, passage::Passage};
use crate::network::{
    InferenceError, Reviser,
    cell_networks::{REVISED, Whole},
    contract::{ABSENT, CELL_SLOT, CELL_SYMBOLS, CHORD_CELLS, CHORD_FEATURES},
};
use std::ops::Range;

/// Windows overlap by half.
const STRIDE: usize = REVISED / 2;

/// The reviser before a melody.
pub(super) struct Revision<'a> {
    network: &'a Reviser,
    whole: Whole,
    /// Of the melody and a window more.
    chords: Vec<f32>,
    length: usize,
    /// How often the network was asked.
    pub asked: usize,
}

impl<'a> Revision<'a> {
    pub fn new(network: &'a Reviser, passage: &Passage<'_>) -> Self {
        let Passage { conditions, layout, melody, .. } = passage;
        let whole = network.whole(melody.genre, conditions.key.is_minor(), layout.grid.three);
        let mut chords = Layout::chords(layout, conditions);
        chords.resize(chords.len() + REVISED / CHORD_CELLS * CHORD_FEATURES, 0.0);
        Self { network, whole, chords, length: layout.len(), asked: 0 }
    }

    /// The log-probabilities of the symbols in the cells of the window that begins with a cell, a slot's first.
    pub fn window(&mut self, cells: &[u8], first: usize, doubt: f32) -> Result<Vec<f32>, InferenceError> {
        let mut read = [ABSENT; REVISED];
        let there = cells.get(first..(first + REVISED).min(cells.len())).unwrap_or_default();
        for (read, &symbol) in read.iter_mut().zip(there) {
            *read = symbol;
        }
        let slots = first / CHORD_CELLS * CHORD_FEATURES;
        let chords = self.chords.get(slots..slots + REVISED / CHORD_CELLS * CHORD_FEATURES).unwrap_or_default();
        self.asked += 1;
        self.network.revise(&read, chords, &self.whole, doubt)
    }

    /// The windows of the whole melody, each with the cells that it is asked for: those that lie in its middle.
    pub fn windows(&self) -> Vec<(usize, Range<usize>)> {
        let last = self.length.saturating_sub(REVISED).div_ceil(STRIDE) * STRIDE;
        (0..=last)
            .step_by(STRIDE)
            .map(|first| {
                let from = if first == 0 { 0 } else { first + STRIDE / 2 };
                let to = if first == last { self.length } else { first + STRIDE + STRIDE / 2 };
                (first, from..to)
            })
            .collect()
    }

    /// The window in whose middle a stretch of cells lies.
    pub const fn around(&self, cells: &Range<usize>) -> usize {
        let most = self.length.saturating_sub(REVISED).div_ceil(CELL_SLOT) * CELL_SLOT;
        let room = REVISED.saturating_sub(cells.end - cells.start) / 2;
        let first = cells.start.saturating_sub(room) / CELL_SLOT * CELL_SLOT;
        if first < most { first } else { most }
    }

    /// Writes what the windows say of their own cells into `likely`, `[cells, 63]`; those alone that read one of the
    /// `changed` cells.
    pub fn update(
        &mut self,
        likely: &mut [f32],
        cells: &[u8],
        changed: &Range<usize>,
        doubt: f32,
    ) -> Result<(), InferenceError> {
        for (first, own) in self.windows() {
            if changed.start >= first + REVISED || changed.end <= first {
                continue;
            }
            let made = self.window(cells, first, doubt)?;
            let (from, to) = ((own.start - first) * CELL_SYMBOLS, (own.end - first) * CELL_SYMBOLS);
            let here = likely.get_mut(own.start * CELL_SYMBOLS..own.end * CELL_SYMBOLS);
            if let (Some(here), Some(made)) = (here, made.get(from..to)) {
                here.copy_from_slice(made);
            }
        }
        Ok(())
    }
}
