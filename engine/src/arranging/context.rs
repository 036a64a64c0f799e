//! What the parts play before a phrase.

use crate::score::score::Score;
use continuo_music::{
    part::{PartMap, PartNotes},
    time::{TICKS_PER_QUARTER, Tick},
};

/// How far back a phrase's context may reach, in ticks: four bars of twelve quarter notes.
pub const CONTEXT: Tick = 4 * 12 * TICKS_PER_QUARTER;

/// The parts that sounded before `start - shift`, moved by `shift` ticks.
pub fn parts_before(score: &Score, start: Tick, shift: Tick) -> PartNotes {
    let stretch = start - shift - CONTEXT..start - shift;
    PartMap::from_fn(|part| {
        let mut notes = score.part_notes(part, &stretch);
        for note in &mut notes {
            note.start += shift;
        }
        notes
    })
}
