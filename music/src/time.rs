//! Musical time: integer ticks, 960 to a quarter note, counted from song position 0.

/// A position or a length in ticks, [`TICKS_PER_QUARTER`] to a quarter note. Positions may be negative: hosts
/// start a little before bar 1.
pub type Tick = i64;

/// Ticks in a quarter note.
pub const TICKS_PER_QUARTER: Tick = 960;

/// Ticks in a step: a sixteenth note, the unit of the networks' grid.
pub const TICKS_PER_STEP: Tick = TICKS_PER_QUARTER / 4;

/// How long before a phrase starts its generation begins, in ticks: an eighth note.
///
/// Notes played after this point no longer shape that phrase. The cut is a musical position, not a moment, so that a
/// phrase does not depend on the block size or the speed of the machine.
pub const LEAD: Tick = TICKS_PER_QUARTER / 2;

/// The exact position in ticks of a position in quarter notes.
pub fn ticks_from_quarters(quarters: f64) -> f64 {
    quarters * TICKS_PER_QUARTER as f64
}

/// The position in quarter notes of a tick.
pub fn quarters_from_ticks(ticks: Tick) -> f64 {
    ticks as f64 / TICKS_PER_QUARTER as f64
}
