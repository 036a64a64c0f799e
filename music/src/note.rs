//! A note at a song position.

use crate::time::Tick;
use serde::{Deserialize, Serialize};

/// A note of the melody or of a part, at an absolute song position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Note {
    /// Where it starts.
    pub start: Tick,
    /// MIDI pitch, 0 to 127.
    pub pitch: u8,
    /// How long it sounds; at least 1.
    pub length: Tick,
    /// MIDI velocity, 1 to 127.
    pub velocity: u8,
}

impl Note {
    /// The first tick at which it no longer sounds.
    pub const fn end(&self) -> Tick {
        self.start + self.length
    }
}
