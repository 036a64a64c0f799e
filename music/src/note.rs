//! A note at a song position.

use crate::time::Tick;
use serde::{Deserialize, Serialize};

/// A note of the melody or of a part, at an absolute song position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Note {
    /// Its first tick.
    pub start: Tick,
    /// MIDI pitch, 0 to 127.
    pub pitch: u8,
    /// Its length in ticks; at least 1.
    pub length: Tick,
    /// MIDI velocity, 1 to 127.
    pub velocity: u8,
}

impl Note {
    /// The first tick after it.
    pub const fn end(&self) -> Tick {
        self.start + self.length
    }
}
