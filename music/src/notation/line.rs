//! A voice of a staff: from notes to the values that are written in each bar.

use super::{
    bars::{Bar, Bars},
    cells::{Cell, Cells},
    ends::Written,
    values::{Value, first_of_note, first_of_rest},
};
use crate::time::Tick;

/// A note's head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its MIDI pitch.
    pub pitch: u8,
    /// Its MIDI velocity.
    pub velocity: u8,
    /// Whether it is tied to the same note before.
    pub is_tied_back: bool,
    /// Whether it is tied to the same note after.
    pub is_tied_on: bool,
}

/// A chord, a note or a rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where it begins on the written axis.
    pub start: Tick,
    /// How long it is there.
    pub ticks: Tick,
    /// Its value; in a triplet, three take the time of two.
    pub value: Value,
    /// The triplet that it is in.
    pub triplet: Option<Triplet>,
    /// Its notes from low to high; none in a rest.
    pub heads: Vec<Head>,
}

/// A piece's place in a triplet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Triplet {
    /// Whether it begins the triplet.
    pub is_first: bool,
    /// Whether it ends it.
    pub is_last: bool,
    /// The value of each of the three.
    pub of: Value,
}

/// What is written in each bar; nothing in bars without a note.
pub fn pieces(bars: &Bars, cells: &Cells, notes: &[Written]) -> Vec<Vec<Piece>> {
    let mut notes: Vec<&Written> = notes.iter().collect();
    notes.sort();
    let mut waiting = notes.into_iter().peekable();
    let mut sounding: Vec<&Written> = Vec::new();
    bars.all()
        .iter()
        .map(|bar| {
            let end = bar.start + bar.ticks;
            sounding.retain(|note| note.end > bar.start);
            while let Some(note) = waiting.next_if(|note| note.start < end) {
                sounding.push(note);
            }
            if sounding.is_empty() { Vec::new() } else { bar_of(bar, cells, &sounding) }
        })
        .collect()
}

/// The rests of a bar without a note, for bars that a rest of a whole bar does not fit.
pub fn rests(bar: &Bar) -> Vec<Piece> {
    let mut pieces = Vec::new();
    divide(bar, &[], bar.start, bar.start + bar.ticks, &[], &mut pieces);
    pieces
}

/// What is written in a bar with these notes.
fn bar_of(bar: &Bar, cells: &Cells, notes: &[&Written]) -> Vec<Piece> {
    let end = bar.start + bar.ticks;
    let mut places: Vec<Tick> = notes.iter().flat_map(|note| [note.start, note.end]).collect();
    places.extend([bar.start, end]);
    places.retain(|place| (bar.start..=end).contains(place));
    places.sort_unstable();
    places.dedup();
    let is_divided = |cell: &&Cell| places.iter().any(|&at| cell.start < at && at < cell.start + cell.ticks);
    let triplets: Vec<&Cell> = cells.triplets(bar.start, end).filter(is_divided).collect();
    let mut pieces: Vec<Piece> = Vec::new();
    let mut rest_from: Option<Tick> = None;
    for pair in places.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let mut heard: Vec<&&Written> = notes.iter().filter(|note| note.start <= from && note.end >= to).collect();
        if heard.is_empty() {
            rest_from.get_or_insert(from);
            continue;
        }
        if let Some(rest) = rest_from.take() {
            divide(bar, &triplets, rest, from, &[], &mut pieces);
        }
        heard.sort_by_key(|note| note.pitch);
        heard.dedup_by_key(|note| note.pitch);
        divide(bar, &triplets, from, to, &heard, &mut pieces);
    }
    if let Some(rest) = rest_from {
        divide(bar, &triplets, rest, end, &[], &mut pieces);
    }
    pieces
}

/// Divides a stretch into values.
fn divide(bar: &Bar, triplets: &[&Cell], from: Tick, to: Tick, notes: &[&&Written], pieces: &mut Vec<Piece>) {
    let mut at = from;
    while at < to {
        let triplet = triplets.iter().find(|cell| cell.start <= at && at < cell.start + cell.ticks);
        let (ticks, triplet) = if let Some(cell) = triplet {
            let third = cell.ticks / 3;
            let ticks = (to.min(cell.start + cell.ticks) - at).min(2 * third);
            let of = Value::of(cell.ticks / 2).unwrap_or(EIGHTH);
            let is_last = at + ticks == cell.start + cell.ticks;
            (ticks, Some(Triplet { is_first: at == cell.start, is_last, of }))
        } else {
            let next = triplets.iter().map(|cell| cell.start).find(|&start| start > at).unwrap_or(Tick::MAX);
            let until = to.min(next) - bar.start;
            let first = if notes.is_empty() { first_of_rest } else { first_of_note };
            (first(bar, at - bar.start, until), None)
        };
        let value = Value::of(if triplet.is_some() { ticks * 3 / 2 } else { ticks });
        let head = |note: &&&Written| Head {
            pitch: note.pitch,
            velocity: note.velocity,
            is_tied_back: note.start < at,
            is_tied_on: note.end > at + ticks,
        };
        let heads = notes.iter().map(head).collect();
        pieces.push(Piece { start: at, ticks, value: value.unwrap_or(EIGHTH), triplet, heads });
        at += ticks;
    }
}

const EIGHTH: Value = Value { kind: "eighth", is_dotted: false };
