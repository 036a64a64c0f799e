//! How long notes are written: no rest that nobody plays, no tie that says nothing.

use super::{
    bars::Bars,
    cells::{Cells, Onset},
};
use crate::time::{TICKS_PER_QUARTER, Tick};

const EIGHTH: Tick = TICKS_PER_QUARTER / 2;
const SIXTEENTH: Tick = TICKS_PER_QUARTER / 4;

/// A note on the written axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Written {
    /// Where it begins.
    pub start: Tick,
    /// Where it ends, after its beginning.
    pub end: Tick,
    /// Its MIDI pitch.
    pub pitch: u8,
    /// Its MIDI velocity.
    pub velocity: u8,
}

/// Notes with their written beginnings, sorted, and the places where they are released: sets their ends. Notes that
/// begin together end together unless others begin where one of them ends.
pub fn ends(bars: &Bars, cells: &Cells, notes: &mut Vec<(Written, Onset)>) -> Vec<Written> {
    let end_of_song = bars.all().last().map_or(0, |bar| bar.start + bar.ticks);
    notes.retain(|(note, _)| note.start < end_of_song);
    notes.sort_by_key(|(note, _)| (note.start, note.pitch));
    // Of two notes of one pitch at one place, the longer is written.
    notes.dedup_by(|(later, released), (kept, kept_released)| {
        let is_same = (later.start, later.pitch) == (kept.start, kept.pitch);
        if is_same {
            *kept_released = (*kept_released).max(*released);
        }
        is_same
    });
    let mut starts: Vec<Tick> = notes.iter().map(|(note, _)| note.start).collect();
    starts.dedup();
    let mut written: Vec<Written> = notes
        .iter()
        .map(|(note, released)| {
            let next = starts.get(starts.partition_point(|&start| start <= note.start)).copied();
            let end = end(bars, cells, note.start, *released, next).min(end_of_song);
            Written { end: end.max(note.start + 1), ..*note }
        })
        .collect();
    // A note of a chord that ends alone, where nothing begins, is written as long as the others or up to the next.
    for &start in &starts {
        let first = written.partition_point(|note| note.start < start);
        let together = written[first..].iter_mut().take_while(|note| note.start == start);
        let mut together: Vec<&mut Written> = together.collect();
        let longest = together.iter().map(|note| note.end).max().unwrap_or(start);
        for note in together.iter_mut().filter(|note| starts.binary_search(&note.end).is_err()) {
            let next = starts.get(starts.partition_point(|&place| place < note.end)).copied();
            note.end = longest.min(next.unwrap_or(longest));
        }
    }
    // A pitch that is struck again ends before.
    for index in 0..written.len() {
        let note = written[index];
        let again = written[index + 1..].iter().take_while(|next| next.start < note.end);
        if let Some(next) = again.filter(|next| next.pitch == note.pitch && next.start > note.start).min() {
            written[index].end = next.start;
        }
    }
    written
}

/// Where a note ends that begins at `start`, with the beginning of the note after it.
fn end(bars: &Bars, cells: &Cells, start: Tick, released: Onset, next: Option<Tick>) -> Tick {
    let bar = &bars.all()[bars.holding(start)];
    let is_fine = (start - bar.start) % EIGHTH != 0;
    let mut end = match cells.at(released.straight) {
        Some(cell) if cell.is_triplet => cells.written(released),
        _ => {
            // Counted from the bar line: eighths, but sixteenths behind a note that is off them.
            let bar = &bars.all()[bars.holding(released.straight)];
            let unit = if is_fine { SIXTEENTH } else { EIGHTH };
            let line = (released.straight - bar.start + unit / 2) / unit * unit;
            bar.start + line.min(bar.ticks)
        }
    };
    if end <= start {
        end = match cells.at(start) {
            Some(cell) if cell.is_triplet => start + cell.ticks / 3,
            _ if is_fine => bar.start + ((start - bar.start) / SIXTEENTH + 1) * SIXTEENTH,
            _ => start + EIGHTH,
        };
    }
    let held = released.straight - start;
    let Some(next) = next else {
        // The last note ends with its bar rather than an eighth before.
        let bar = &bars.all()[bars.holding(end - 1)];
        let bar_end = bar.start + bar.ticks;
        return if bar_end - end <= EIGHTH && 5 * held >= 4 * (bar_end - start) { bar_end } else { end };
    };
    let gap = next - end;
    let is_legato = 2 * held >= next - start;
    let is_slight_overlap = (-EIGHTH..0).contains(&gap);
    let is_slight_gap = gap > 0 && (gap <= SIXTEENTH || gap <= EIGHTH && is_legato);
    if is_slight_overlap || is_slight_gap { next } else { end }
}

/// As [`ends`] for drums, whose notes say when to strike: each is written up to the next, at most to the end of its beat.
pub fn drum_ends(bars: &Bars, cells: &Cells, mut notes: Vec<Written>) -> Vec<Written> {
    notes.sort_by_key(|note| (note.start, note.pitch));
    notes.dedup_by_key(|note| (note.start, note.pitch));
    let starts: Vec<Tick> = notes.iter().map(|note| note.start).collect();
    let end_of_song = bars.all().last().map_or(0, |bar| bar.start + bar.ticks);
    notes.retain(|note| note.start < end_of_song);
    for note in &mut notes {
        let bar = &bars.all()[bars.holding(note.start)];
        let within = note.start - bar.start;
        let beat = bar.start + ((within / bar.beat() + 1) * bar.beat()).min(bar.ticks);
        let beat = match cells.at(note.start) {
            Some(cell) if cell.is_triplet => cell.start + cell.ticks,
            _ => beat,
        };
        let next = starts.get(starts.partition_point(|&start| start <= note.start)).copied();
        note.end = next.unwrap_or(beat).min(beat);
    }
    notes
}
