//! Quantising: moves notes to a grid, wholly or in part, and keeps what swings swinging.
//!
//! A grid is counted anew from each bar line. Where the notes swing, each line of the grid lies where the swing puts it, so
//! a shuffle becomes an exact shuffle, not a straight one.

mod grid;

pub use grid::{Grid, GridError};

use crate::{
    meter::MeterMap,
    note::Note,
    swing::{Swing, SwingGrid, SwingMap},
    time::Tick,
};

/// Whether and how the lines of the grid swing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum GridSwing<'a> {
    /// They do not.
    Straight,
    /// As the notes do, place by place.
    AsPlayed(&'a SwingMap),
    /// The same all through.
    Fixed(Swing),
}

/// How notes are moved.
///
/// ```
/// use continuo_music::{meter::MeterMap, note::Note, quantise::{GridSwing, Quantiser}};
///
/// let note = |start, length| Note { start, pitch: 72, length, velocity: 90 };
/// let meters = MeterMap::default();
/// let quantiser = Quantiser {
///     meters: &meters,
///     grid: "1/8".parse().expect("a grid"),
///     strength: 1.0,
///     swing: GridSwing::Straight,
///     ends: false,
/// };
/// assert_eq!(quantiser.moved(&[note(30, 400), note(455, 300)]), [note(0, 400), note(480, 300)]);
/// let half = Quantiser { strength: 0.5, ..quantiser };
/// assert_eq!(half.moved(&[note(30, 400), note(460, 300)]), [note(15, 400), note(470, 300)]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Quantiser<'a> {
    /// Where the bars are.
    pub meters: &'a MeterMap,
    /// The lines.
    pub grid: Grid,
    /// How far notes move towards their lines, 0 (not at all) to 1 (onto them).
    pub strength: f32,
    /// Whether the lines swing. Lines of triplets never do.
    pub swing: GridSwing<'a>,
    /// Whether notes also end on lines; if not, they keep their lengths.
    pub ends: bool,
}

impl Quantiser<'_> {
    /// The notes (sorted by start), moved, in the same order. Notes that did not sound together before still do not, and
    /// a note that lasted until the next one still does. Several notes of one pitch may come to lie at one place.
    pub fn moved(&self, notes: &[Note]) -> Vec<Note> {
        // Lines are monotonic in the place that they are nearest to, but for rounding where meters change.
        let mut latest = Tick::MIN;
        let mut moved: Vec<Note> = Vec::with_capacity(notes.len());
        for note in notes {
            latest = latest.max(self.towards(note.start, self.line(note.start)));
            moved.push(Note { start: latest, length: self.length(note, latest), ..*note });
        }
        let starts: Vec<Tick> = moved.iter().map(|note| note.start).collect();
        for (index, note) in moved.iter_mut().enumerate() {
            let later = starts.partition_point(|&start| start <= note.start);
            let (Some(before), Some(after)) = (notes.get(later), starts.get(later)) else { continue };
            let old_end = notes[index].end();
            if old_end == before.start || (old_end < before.start && note.end() > *after) {
                note.length = (after - note.start).max(1);
            }
        }
        moved
    }

    /// The place of the grid's line that is nearest, the later one of two equally near.
    pub fn line(&self, tick: Tick) -> Tick {
        let swung = self.swing_at(tick);
        let straight = swung.unswing(tick);
        swung.swing(self.nearest(straight))
    }

    fn nearest(&self, tick: Tick) -> Tick {
        let bar = self.meters.phrase_at(tick, 1);
        let unit = self.grid.ticks();
        let before = tick - (tick - bar.start).rem_euclid(unit);
        let after = (before + unit).min(bar.end);
        if tick - before < after - tick { before } else { after }
    }

    fn length(&self, note: &Note, start: Tick) -> Tick {
        if !self.ends {
            return note.length;
        }
        let mut line = self.line(note.end());
        let first = self.line(note.start);
        if line <= first {
            // At least one line's distance is left.
            line = self.line(first + self.grid.ticks());
        }
        (self.towards(note.end(), line) - start).max(1)
    }

    fn towards(&self, tick: Tick, line: Tick) -> Tick {
        tick + ((line - tick) as f64 * f64::from(self.strength.clamp(0.0, 1.0))).round() as Tick
    }

    fn swing_at(&self, tick: Tick) -> SwingGrid {
        const BARS: u8 = 4;
        let span = self.meters.phrase_at(tick, BARS);
        let swing = match self.swing {
            _ if self.grid.is_triplet() => None,
            GridSwing::Straight => None,
            GridSwing::AsPlayed(map) => map.at(&span),
            GridSwing::Fixed(swing) => Some(swing),
        };
        SwingGrid::of(&span, swing)
    }
}

#[cfg(test)]
mod tests;
