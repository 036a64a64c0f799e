//! What the melody networks read.

use crate::network::contract::{CHORD_FEATURES, LOOKBACK, MELODY_PLACES};

/// What is known before an event.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reading {
    /// Symbol and length of the event before.
    pub event: (u8, u8),
    /// The step where the event before began.
    pub event_start: i64,
    /// The step where the event to come begins.
    pub start: i64,
    pub place: [u8; MELODY_PLACES],
    /// Symbol and length of the events that began a number of bars before; see [`LOOKBACK`].
    pub back: [(u8, u8); LOOKBACK.len()],
    /// The chord and the next one.
    pub chords: [f32; 2 * CHORD_FEATURES],
}
