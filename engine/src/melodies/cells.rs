//! A melody as cells: for each step of a sixteenth whether a note begins, sounds on, or nothing sounds. A bar begins a
//! slot of 16 cells, so that "a bar ago" is one distance in every meter; longer bars take several slots.

use super::events::{BarGrid, Conditions};
use crate::network::contract::{ABSENT, CELL_SLOT, CHORD_CELLS, CHORD_FEATURES, HOLD, REST, SILENCE};
use continuo_music::note::Note;

/// Where the steps of some bars lie among the cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub grid: BarGrid,
    /// Slots of a bar.
    slots: usize,
    /// Bars of the grid.
    bars: usize,
}

impl Layout {
    pub const fn new(grid: BarGrid, bars: usize) -> Self {
        Self { grid, slots: (grid.bar as usize).div_ceil(CELL_SLOT), bars }
    }

    /// How many cells there are.
    pub const fn len(&self) -> usize {
        self.bars * self.slots * CELL_SLOT
    }

    /// The cell of a step; `None` outside the bars.
    pub fn cell(&self, step: i64) -> Option<usize> {
        let bar = usize::try_from(step.div_euclid(self.grid.bar)).ok().filter(|&bar| bar < self.bars)?;
        Some(bar * self.slots * CELL_SLOT + step.rem_euclid(self.grid.bar) as usize)
    }

    /// The step of a cell; `None` if the bar has no such step.
    pub fn step(&self, cell: usize) -> Option<i64> {
        let width = self.slots * CELL_SLOT;
        let place = (cell % width) as i64;
        (cell < self.len() && place < self.grid.bar).then_some((cell / width) as i64 * self.grid.bar + place)
    }

    /// Cells without a note.
    pub fn silent(&self) -> Vec<u8> {
        (0..self.len()).map(|cell| if self.step(cell).is_some() { SILENCE } else { ABSENT }).collect()
    }

    /// The chord of each half slot: its numbers one after the other.
    pub fn chords(&self, conditions: &Conditions<'_>) -> Vec<f32> {
        let mut found = vec![0.0; self.len() / CHORD_CELLS * CHORD_FEATURES];
        for (half, features) in found.chunks_exact_mut(CHORD_FEATURES).enumerate() {
            // In three quarters, a chord holds for a bar.
            let first = if self.grid.three { half / 2 * CELL_SLOT } else { half * CHORD_CELLS };
            let steps = if self.grid.three { self.grid.bar } else { CHORD_CELLS as i64 };
            if let Some(step) = self.step(first) {
                conditions.write_chord_of(features, step, step + steps);
            }
        }
        found
    }
}

/// A melody as cells, with the notes that they stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    pub cells: Vec<u8>,
    /// For each cell in which one of the melody's notes begins its place in the line.
    pub origin: Vec<Option<usize>>,
}

impl Written {
    /// The cells of a line of notes (sorted, in straight time). Of notes that begin in one step the first counts.
    pub fn of(line: &[Note], conditions: &Conditions<'_>, layout: &Layout) -> Self {
        let grid = layout.grid;
        let mut cells = layout.silent();
        let mut origin = vec![None; cells.len()];
        let mut now = i64::MIN;
        let starts = line.iter().skip(1).map(|note| grid.step(note.start)).chain([i64::MAX]);
        for ((index, note), following) in line.iter().enumerate().zip(starts) {
            let start = grid.step(note.start);
            let Some(cell) = layout.cell(start) else { continue };
            if start < now || following <= start {
                continue;
            }
            let end = grid.step(note.end()).max(start + 1).min(following);
            for held in (start + 1..end).filter_map(|step| layout.cell(step)) {
                cells[held] = HOLD;
            }
            cells[cell] = conditions.symbol(note.pitch);
            origin[cell] = Some(index);
            now = end;
        }
        Self { cells, origin }
    }
}

/// Whether a note begins in a cell with this symbol.
pub(super) const fn is_pitch(symbol: u8) -> bool {
    symbol < REST
}

/// The cell before, if there is one; absent ones do not count.
pub(super) fn before(cells: &[u8], cell: usize) -> Option<u8> {
    cells.get(..cell)?.iter().rev().copied().find(|&symbol| symbol != ABSENT)
}

/// The cell after, if there is one; absent ones do not count.
pub(super) fn after(cells: &[u8], cell: usize) -> Option<u8> {
    cells.get(cell + 1..)?.iter().copied().find(|&symbol| symbol != ABSENT)
}

/// The cells in which the note that begins in `cell` sounds on.
pub(super) fn held(cells: &[u8], cell: usize) -> impl Iterator<Item = usize> + '_ {
    (cell + 1..cells.len()).take_while(|&next| matches!(cells[next], HOLD | ABSENT)).filter(|&next| cells[next] == HOLD)
}

#[cfg(test)]
mod tests {
    use super::*;
    use continuo_music::{
        key::Key,
        meter::{Meter, MeterChange, MeterMap},
        time::Tick,
    };

    fn layout(numerator: i64, denominator: i64, bars: usize) -> Layout {
        let meter = Meter::new(numerator, denominator).expect("a meter");
        let meters = MeterMap::from_changes([MeterChange { tick: 0, meter }]);
        Layout::new(BarGrid::new(meters.at(0).meter, 0), bars)
    }

    #[test]
    fn bars_of_every_meter_begin_slots_and_steps_are_found_again() {
        for (numerator, denominator, bar, width) in [(4, 4, 16, 16), (3, 4, 12, 16), (5, 4, 20, 32), (7, 8, 14, 16)] {
            let layout = layout(numerator, denominator, 3);
            assert_eq!(layout.cell(bar), Some(width), "{numerator}/{denominator}");
            for step in 0..3 * bar {
                let cell = layout.cell(step).expect("inside");
                assert_eq!(layout.step(cell), Some(step));
            }
            let absent = layout.silent().into_iter().filter(|symbol| *symbol == ABSENT).count();
            assert_eq!(absent, 3 * (width - bar as usize));
            assert_eq!((layout.cell(-1), layout.cell(3 * bar)), (None, None));
        }
    }

    #[test]
    fn notes_become_cells_and_the_first_of_a_step_counts() {
        let layout = layout(3, 4, 2);
        let c = Conditions { grid: layout.grid, key: Key::major(0), genre: 0, chords: &[], end: None };
        let note = |start: Tick, length: Tick, pitch| Note { start, pitch, length, velocity: 90 };
        // A grace note, a note over the bar line, and one that falls between two steps.
        let line = [note(0, 60, 72), note(60, 900, 60), note(10 * 240, 4 * 240, 64), note(18 * 240 + 100, 200, 67)];
        let found = Written::of(&line, &c, &layout);
        let notes: Vec<_> = (0..32).filter(|&cell| is_pitch(found.cells[cell])).collect();
        assert_eq!(notes, [0, 10, 22]);
        assert_eq!([0, 10, 22].map(|cell| found.origin[cell]), [Some(1), Some(2), Some(3)]);
        assert_eq!(held(&found.cells, 10).collect::<Vec<_>>(), [11, 16, 17], "over absent cells");
        assert_eq!((before(&found.cells, 16), after(&found.cells, 11)), (Some(HOLD), Some(HOLD)));
        assert_eq!(found.cells[4], SILENCE);
    }
}
