//! How large a MIDI file and its song may be.

use crate::time::Tick;

/// Files with more bytes are refused, so that no file can use up the memory.
pub const MAX_FILE_BYTES: u64 = 32_000_000;
/// Songs with more events are refused; a symphony has a few hundred thousand.
pub const MAX_EVENTS: usize = 2_000_000;
/// Songs with more quarter notes are refused: over 13 hours at 120 beats a minute.
pub const MAX_SONG_QUARTERS: Tick = 100_000;
