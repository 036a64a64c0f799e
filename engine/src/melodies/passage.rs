//! The bars of a melody that a tool reads and writes: their place in the song, their cells, and how they are played.

use super::{
    cells::{Layout, Written, is_pitch},
    events::{BarGrid, Conditions},
    extend::next_bar,
    feel::{Feel, legato},
};
use crate::network::contract::{ABSENT, HOLD};
use continuo_music::{
    chord::ChordSpan,
    key::{Key, KeyMap},
    meter::{MeterMap, PhraseSpan},
    note::Note,
    swing::{SwingGrid, SwingMap},
    time::{TICKS_PER_QUARTER, TICKS_PER_STEP, Tick},
};
use std::ops::Range;

/// The most cells of a passage: more than an hour.
const MOST_CELLS: i64 = 1 << 17;

/// A melody with what is known of it.
#[derive(Clone, Copy, Debug)]
pub struct KnownMelody<'a> {
    /// One line of notes, sorted.
    pub notes: &'a [Note],
    /// The song's meters.
    pub meters: &'a MeterMap,
    /// The key; `None`: found in the melody.
    pub key: Option<Key>,
    /// Chords, as far as they are known.
    pub chords: &'a [ChordSpan],
    /// The id of a genre; the network need not know it.
    pub genre: Option<&'a str>,
}

/// A melody on its grid.
pub(super) struct Passage<'a> {
    pub melody: KnownMelody<'a>,
    pub conditions: Conditions<'a>,
    pub layout: Layout,
    pub written: Written,
    swing: SwingGrid,
    feel: Feel,
}

impl<'a> Passage<'a> {
    /// The melody's bars, and those of `span` if it reaches further; the meter is the one where `span` begins. `None` if
    /// they are too many.
    pub fn of(melody: KnownMelody<'a>, span: &Range<Tick>) -> Option<Self> {
        let meter = melody.meters.at(span.start).meter;
        let grid = BarGrid::new(meter, 0);
        let bar = grid.bar * TICKS_PER_STEP;
        let first = melody.notes.first().map_or(span.start, |note| note.start).min(span.start);
        let origin = span.start - (span.start - first + bar - 1).div_euclid(bar) * bar;
        let end = next_bar(melody.notes, melody.meters).max(span.end);
        let bars = (end - origin + bar - 1).div_euclid(bar).max(1);
        if bars * grid.bar.max(16) > MOST_CELLS {
            return None;
        }
        let grid = BarGrid { origin, ..grid };
        let layout = Layout::new(grid, bars as usize);
        let all = PhraseSpan { start: origin, end: origin + bars * bar, meter };
        let swing = SwingMap::of(melody.notes, &[Tick::MIN..Tick::MAX], melody.meters).at(&all);
        let swing = SwingGrid::of(&all, swing);
        let straight: Vec<Note> = melody.notes.iter().map(|&note| swing.straightened(note)).collect();
        let key = melody.key.or_else(|| key_at(&melody, span.start)).unwrap_or(Key::major(0));
        let conditions = Conditions { grid, key, genre: 0, chords: melody.chords, end: None };
        let written = Written::of(&legato(&straight), &conditions, &layout);
        let feel = Feel::of(&straight, grid);
        Some(Self { melody, conditions, layout, written, swing, feel })
    }

    /// The cells of a stretch of the song.
    pub fn cells_of(&self, span: &Range<Tick>) -> Range<usize> {
        let grid = self.layout.grid;
        let cell = |tick| self.layout.cell(grid.step(tick)).unwrap_or(self.layout.len());
        cell(span.start)..cell(span.end)
    }

    /// The notes that cells stand for: those that were not changed as they were played, the others in the melody's manner.
    pub fn notes(&self, cells: &[u8]) -> Vec<Note> {
        let mut found = Vec::new();
        let mut kept = vec![false; self.melody.notes.len()];
        for cell in (0..cells.len()).filter(|&cell| is_pitch(cells[cell])) {
            let Some(start) = self.layout.step(cell) else { continue };
            let steps = steps_of(cells, cell);
            let earlier = self.written.origin[cell].filter(|_| self.written.cells[cell] == cells[cell]);
            let original = earlier.and_then(|index| self.melody.notes.get(index));
            if let (Some(index), Some(&note)) = (earlier, original) {
                kept[index] = true;
                let was = steps_of(&self.written.cells, cell);
                let changed = if steps == was { note.length } else { note.length + (steps - was) * TICKS_PER_STEP };
                found.push(Note { length: changed.max(1), ..note });
            } else {
                found.push(self.played(cells, cell, start, steps));
            }
        }
        // Grace notes and their like, which have no cell of their own, stay beside the note that they belong to.
        let has_cell: Vec<bool> = {
            let mut has = vec![false; kept.len()];
            self.written.origin.iter().flatten().for_each(|&index| has[index] = true);
            has
        };
        for (index, &note) in self.melody.notes.iter().enumerate() {
            let owner =
                (index..kept.len()).find(|&next| has_cell[next]).or_else(|| (0..index).rfind(|&last| has_cell[last]));
            if !has_cell[index] && owner.is_none_or(|owner| kept[owner]) {
                found.push(note);
            }
        }
        found.sort_unstable();
        found
    }

    /// All notes of cells in the melody's manner, as if none were known; `layout` need not be the melody's own.
    pub fn rendered(&self, cells: &[u8], layout: &Layout) -> Vec<Note> {
        let onsets = (0..cells.len()).filter(|&cell| is_pitch(cells[cell]));
        onsets.filter_map(|cell| Some(self.played(cells, cell, layout.step(cell)?, steps_of(cells, cell)))).collect()
    }

    /// A new note.
    fn played(&self, cells: &[u8], cell: usize, start: i64, steps: i64) -> Note {
        let end = cells.iter().skip(cell + 1).find(|&&symbol| !matches!(symbol, HOLD | ABSENT));
        let is_followed = end.is_some_and(|&symbol| is_pitch(symbol));
        let length = steps * TICKS_PER_STEP;
        let gated = if is_followed && length <= 2 * TICKS_PER_QUARTER {
            ((length as f32 * self.feel.gate()).round() as Tick).max(1)
        } else {
            length
        };
        self.swing.swung(Note {
            start: self.layout.grid.tick(start),
            pitch: self.conditions.pitch(cells[cell]),
            length: gated,
            velocity: self.feel.velocity(start, self.layout.grid),
        })
    }
}

/// How many steps the note that begins in a cell sounds.
fn steps_of(cells: &[u8], cell: usize) -> i64 {
    1 + super::cells::held(cells, cell).count() as i64
}

/// The key at a place, or where the melody begins.
fn key_at(melody: &KnownMelody<'_>, tick: Tick) -> Option<Key> {
    let keys = KeyMap::of(melody.notes, &[Tick::MIN..Tick::MAX], melody.meters);
    keys.at(tick).or_else(|| keys.at(melody.notes.first()?.start))
}
