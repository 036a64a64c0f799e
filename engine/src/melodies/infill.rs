//! Writes some bars of a melody again, between what comes before and after them.

use super::{
    cells::{after, before, is_pitch},
    change::{Change, MOST_REVISED_BARS, ReviseError, changes},
    choice::drawn_from,
    passage::{KnownMelody, Passage},
    revision::Revision,
};
use crate::{
    arranging::random::Random,
    network::{
        InferenceError, Reviser,
        cell_networks::likely_at,
        contract::{ABSENT, CELL_SLOT, CELL_SYMBOLS, HOLD, REST, SILENCE, UNKNOWN_CELL, UNKNOWN_PITCH},
    },
    score::Keep,
};
use continuo_music::{key::Key, note::Note, time::Tick};
use std::ops::Range;

/// Slots that are written at a time, with as many around them.
const TOGETHER: usize = 4;
/// The order in which the cells of a slot are written: beats before what lies between them, and at once only cells that are
/// a beat apart.
const ORDER: [&[usize]; 7] = [&[0], &[8], &[4, 12], &[2, 10], &[6, 14], &[1, 5, 9, 13], &[3, 7, 11, 15]];
/// How many cells of a rhythm are drawn at a time.
const RHYTHM_AT_ONCE: usize = 2;
/// How often the unlikeliest cells are drawn again, and which share of them.
const REPAIRS: usize = 3;
const REPAIRED: f32 = 0.3;

/// What to write again, and how.
#[derive(Clone, Debug)]
pub struct InfillRequest<'a> {
    /// The melody.
    pub melody: KnownMelody<'a>,
    /// The bars to write, at most [`MOST_REVISED_BARS`].
    pub span: Range<Tick>,
    /// What stays of them.
    pub keep: Keep,
    /// How boldly notes are chosen, 0 (the likeliest) to 2.
    pub temperature: f32,
    /// Chooses among the results.
    pub seed: u32,
}

/// A melody with some bars written again.
#[derive(Clone, Debug, PartialEq)]
pub struct Infilled {
    /// All notes of the melody, sorted.
    pub notes: Vec<Note>,
    /// What changed, sorted by start.
    pub changes: Vec<Change>,
    /// The key.
    pub key: Key,
}

/// Writes bars of a melody again. `progress` is called with the cells that are done.
///
/// # Errors
/// When there are no notes to keep or to hear, the bars are too many, or the network fails.
pub fn infill(
    network: &Reviser,
    request: &InfillRequest<'_>,
    mut progress: impl FnMut(usize, usize),
) -> Result<Infilled, ReviseError> {
    if request.melody.notes.is_empty() {
        return Err(ReviseError::NoNotes);
    }
    let bar = request.melody.meters.at(request.span.start).meter.bar_ticks().max(1);
    let bars = (request.span.end - request.span.start + bar - 1).div_euclid(bar);
    if bars > MOST_REVISED_BARS {
        return Err(ReviseError::TooManyBars(bars));
    }
    let passage = Passage::of(request.melody, &request.span).ok_or(ReviseError::TooLong)?;
    let within = passage.cells_of(&request.span);
    let has_notes = within.clone().any(|cell| is_pitch(passage.written.cells[cell]));
    if within.is_empty() || request.keep != Keep::Nothing && !has_notes {
        return Err(ReviseError::NothingThere);
    }
    let cells = passage.written.cells.clone();
    let mut writer = Writer {
        revision: Revision::new(network, &passage),
        given: cells.clone(),
        cells,
        temperature: request.temperature,
        random: Random::of_melody(request.seed),
    };
    writer.hide(&within, request.keep);
    let stride = TOGETHER * CELL_SLOT;
    let mut first = within.start;
    while first < within.end {
        let end = within.end.min((first / CELL_SLOT) * CELL_SLOT + stride);
        match request.keep {
            Keep::Pitches => writer.write_rhythm(&(first..end))?,
            Keep::Nothing | Keep::Rhythm => writer.write(&(first..end))?,
        }
        first = end;
        progress(first - within.start, within.len());
    }
    let notes = passage.notes(&writer.cells);
    Ok(Infilled { notes, changes: changes(&passage, &writer.cells), key: passage.conditions.key })
}

struct Writer<'a> {
    revision: Revision<'a>,
    /// The melody as it was.
    given: Vec<u8>,
    cells: Vec<u8>,
    temperature: f32,
    random: Random,
}

impl Writer<'_> {
    fn hide(&mut self, within: &Range<usize>, keep: Keep) {
        for cell in within.clone().filter(|&cell| self.given[cell] != ABSENT) {
            self.cells[cell] = match keep {
                Keep::Rhythm if is_pitch(self.given[cell]) => UNKNOWN_PITCH,
                Keep::Rhythm => self.given[cell],
                Keep::Nothing | Keep::Pitches => UNKNOWN_CELL,
            };
        }
    }

    /// Writes the hidden cells of a stretch, beats first; then the unlikeliest again, as Coconet does.
    fn write(&mut self, stretch: &Range<usize>) -> Result<(), InferenceError> {
        let hidden: Vec<(usize, u8)> = stretch
            .clone()
            .filter(|&cell| matches!(self.cells[cell], UNKNOWN_CELL | UNKNOWN_PITCH))
            .map(|cell| (cell, self.cells[cell]))
            .collect();
        let first = self.revision.around(stretch);
        for places in ORDER {
            // Neighbouring bars are not drawn at once, so that one can answer the other.
            for parity in [0, 1] {
                let now: Vec<(usize, u8)> = hidden
                    .iter()
                    .copied()
                    .filter(|(cell, _)| places.contains(&(cell % CELL_SLOT)) && cell / CELL_SLOT % 2 == parity)
                    .collect();
                self.draw(&now, first, self.temperature)?;
            }
        }
        for _ in 0..REPAIRS {
            let mut sure: Vec<(f32, (usize, u8))> = Vec::with_capacity(hidden.len());
            let likely = self.revision.window(&self.cells, first, 0.1)?;
            for &(cell, was) in &hidden {
                let found = likely.get(likely_at(cell - first, self.cells[cell])).copied().unwrap_or(0.0);
                sure.push((found + 0.5 * self.random.uniform(), (cell, was)));
            }
            sure.sort_by(|a, b| a.0.total_cmp(&b.0));
            let count = (hidden.len() as f32 * REPAIRED).ceil() as usize;
            let mut again: Vec<(usize, u8)> = sure.into_iter().take(count).map(|(_, cell)| cell).collect();
            again.sort_unstable();
            for &(cell, was) in &again {
                self.cells[cell] = was;
            }
            for half in [0, 1] {
                let now: Vec<(usize, u8)> = again.iter().copied().skip(half).step_by(2).collect();
                self.draw(&now, first, 0.7 * self.temperature)?;
            }
        }
        Ok(())
    }

    /// Draws cells at once, in their order, so that what sounds on has begun.
    fn draw(&mut self, now: &[(usize, u8)], first: usize, temperature: f32) -> Result<(), InferenceError> {
        if now.is_empty() {
            return Ok(());
        }
        let likely = self.revision.window(&self.cells, first, 0.0)?;
        for &(cell, hidden) in now {
            let from = likely_at(cell - first, 0);
            let Some(row) = likely.get(from..from + CELL_SYMBOLS) else { continue };
            let mut row = row.to_vec();
            self.forbid(&mut row, cell, hidden);
            let symbol = drawn_from(&row, temperature, &mut self.random).unwrap_or(usize::from(SILENCE));
            self.cells[cell] = symbol as u8;
        }
        Ok(())
    }

    /// Only a note sounds on, and what a rhythm has as a note is one.
    fn forbid(&self, row: &mut [f32], cell: usize, hidden: u8) {
        let mut no = |symbol: u8| {
            if let Some(value) = row.get_mut(usize::from(symbol)) {
                *value = f32::NEG_INFINITY;
            }
        };
        if hidden == UNKNOWN_PITCH {
            no(HOLD);
            no(SILENCE);
            return;
        }
        if before(&self.cells, cell).is_none_or(|symbol| symbol == SILENCE) {
            no(HOLD);
        }
        if after(&self.cells, cell) == Some(HOLD) {
            no(SILENCE);
        }
    }

    /// Writes a new rhythm for the pitches of each bar, from left to right. Where so many notes are to begin in so many
    /// cells, each cell's chance depends on the chances of those after it (conditional Bernoulli sampling, Chen, Dempster
    /// and Liu 1994).
    fn write_rhythm(&mut self, stretch: &Range<usize>) -> Result<(), InferenceError> {
        let first = self.revision.around(stretch);
        for slot in stretch.start / CELL_SLOT..stretch.end.div_ceil(CELL_SLOT) {
            let here = (slot * CELL_SLOT).max(stretch.start)..((slot + 1) * CELL_SLOT).min(stretch.end);
            let open: Vec<usize> = here.filter(|&cell| self.cells[cell] == UNKNOWN_CELL).collect();
            let mut pitches: Vec<u8> = open.iter().map(|&cell| self.given[cell]).filter(|&was| is_pitch(was)).collect();
            pitches.reverse();
            let mut likely = vec![];
            for (index, &cell) in open.iter().enumerate() {
                if index % RHYTHM_AT_ONCE == 0 {
                    likely = self.revision.window(&self.cells, first, 0.0)?;
                }
                let row = |cell: usize| {
                    let from = likely_at(cell - first, 0);
                    likely.get(from..from + CELL_SYMBOLS).unwrap_or_default()
                };
                let odds: Vec<f64> = open.iter().skip(index).map(|&cell| self.odds(row(cell))).collect();
                let chance = chance_of_first(&odds, pitches.len());
                if f64::from(self.random.uniform()) < chance {
                    self.cells[cell] = pitches.pop().unwrap_or(HOLD);
                } else {
                    let mut row = row(cell).to_vec();
                    row.iter_mut().take(usize::from(REST)).for_each(|pitch| *pitch = f32::NEG_INFINITY);
                    self.forbid(&mut row, cell, UNKNOWN_CELL);
                    let symbol = drawn_from(&row, self.temperature, &mut self.random).unwrap_or(usize::from(SILENCE));
                    self.cells[cell] = symbol as u8;
                }
            }
        }
        Ok(())
    }

    /// The odds that a note begins in a cell.
    fn odds(&self, row: &[f32]) -> f64 {
        let begins: f64 = row.iter().take(usize::from(REST)).map(|&value| f64::from(value).exp()).sum();
        let begins = begins.clamp(1e-5, 1.0 - 1e-5);
        (begins / (1.0 - begins)).powf(1.0 / f64::from(self.temperature.max(0.1)))
    }
}

/// The chance that the first of some cells is chosen if `count` of them are, by their odds.
fn chance_of_first(odds: &[f64], count: usize) -> f64 {
    let Some((&first, rest)) = odds.split_first() else { return 0.0 };
    if count == 0 {
        return 0.0;
    }
    // Sums over all ways to choose 0, 1, … of the rest.
    let mut sums = vec![0.0; count + 1];
    sums[0] = 1.0;
    for &odd in rest {
        for chosen in (1..=count).rev() {
            sums[chosen] += odd * sums[chosen - 1];
        }
    }
    let (with, without) = (first * sums[count - 1], sums[count]);
    if with + without > 0.0 { with / (with + without) } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_cells_are_chosen_as_there_are_notes() {
        let even = [1.0; 4];
        assert!((chance_of_first(&even, 2) - 0.5).abs() < 1e-9);
        assert!((chance_of_first(&even, 4) - 1.0).abs() < 1e-9);
        assert!(chance_of_first(&even, 0).abs() < 1e-9);
        assert!((chance_of_first(&[3.0, 1.0], 1) - 0.75).abs() < 1e-9);
    }
}

#[cfg(all(test, feature = "runtimes"))]
mod network_tests;
