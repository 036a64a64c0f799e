//! Note values, and into which of them a stretch of a bar is divided.

use super::bars::Bar;
use crate::time::{TICKS_PER_QUARTER, Tick};

/// A note value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value {
    /// Its name in MusicXML.
    pub kind: &'static str,
    /// Whether it is dotted.
    pub is_dotted: bool,
}

const KINDS: [(Tick, &str); 7] = [
    (4 * TICKS_PER_QUARTER, "whole"),
    (2 * TICKS_PER_QUARTER, "half"),
    (TICKS_PER_QUARTER, "quarter"),
    (TICKS_PER_QUARTER / 2, "eighth"),
    (TICKS_PER_QUARTER / 4, "16th"),
    (TICKS_PER_QUARTER / 8, "32nd"),
    (TICKS_PER_QUARTER / 16, "64th"),
];

impl Value {
    /// The value of this length; `None` if it takes several.
    pub fn of(ticks: Tick) -> Option<Self> {
        KINDS.iter().find_map(|&(length, kind)| match ticks {
            _ if ticks == length => Some(Self { kind, is_dotted: false }),
            _ if 2 * ticks == 3 * length => Some(Self { kind, is_dotted: true }),
            _ => None,
        })
    }
}

/// All lengths of values, the longest first.
fn lengths() -> impl Iterator<Item = (Tick, bool)> {
    KINDS.iter().flat_map(|&(length, _)| [(length * 3 / 2, true), (length, false)])
}

/// The length of the first value of a note that sounds from one place of a bar to another.
pub fn first_of_note(bar: &Bar, from: Tick, to: Tick) -> Tick {
    let allowed = |&(length, _): &(Tick, bool)| length <= to - from && shows_beats(bar, from, length);
    lengths().find(allowed).map_or(to - from, |(length, _)| length)
}

/// The length of the first value of a rest: rests show the beats better than notes need to.
pub fn first_of_rest(bar: &Bar, from: Tick, to: Tick) -> Tick {
    let beat = bar.beat();
    let allowed = |&(length, is_dotted): &(Tick, bool)| {
        let is_aligned = if bar.is_compound() {
            // A dotted beat, and within it two of its parts only at its beginning.
            let within = from % beat;
            length % beat == 0 && within == 0 && (!is_dotted || length == beat)
                || !is_dotted && within + length <= beat && within % length == 0
        } else {
            let halves = length >= 2 * TICKS_PER_QUARTER && bar.ticks % length != 0;
            !is_dotted && !halves && from % length == 0
        };
        length <= to - from && is_aligned
    };
    lengths().find(allowed).map_or(to - from, |(length, _)| length)
}

/// Whether a note of this length lets its reader see where the beats are.
fn shows_beats(bar: &Bar, from: Tick, length: Tick) -> bool {
    const STEP: Tick = TICKS_PER_QUARTER / 16;
    let (own, last) = (bar.weight(from), bar.weight(from + length));
    let inside = (1..length / STEP).map(|step| from + step * STEP);
    if bar.is_compound() {
        let crosses_beat = inside.clone().any(|at| bar.weight(at) >= 2);
        return if crosses_beat { own >= 2 && last >= 2 } else { own >= 1 || fits(bar, from, length) };
    }
    let strongest = inside.map(|at| bar.weight(at)).max().unwrap_or(i8::MIN);
    // Syncopations are written as one note if they hide no more than the next stronger place.
    let is_syncopation = strongest == own + 1 && last >= own && (own >= 2 || length <= TICKS_PER_QUARTER * 3 / 2);
    strongest <= own || is_syncopation
}

/// Whether a value that begins between the parts of a compound beat ends where the next part begins.
fn fits(bar: &Bar, from: Tick, length: Tick) -> bool {
    let part = bar.beat() / 3;
    from % part + length <= part
}
