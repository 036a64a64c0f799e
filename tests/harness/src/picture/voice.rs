//! A voice of the picture.

use continuo_music::{note::Note, part::Part};

/// A voice of the picture.
pub struct Voice<'a> {
    /// The generated part; `None` for the melody.
    pub part: Option<Part>,
    /// One-based MIDI channel.
    pub channel: u8,
    /// Its notes.
    pub notes: &'a [Note],
}
