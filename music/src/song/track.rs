//! A track of a song: its notes on one channel, and what goes with them.

use crate::{note::Note, time::Tick};

/// Text at a position: a marker or a syllable of the lyrics, in the file's own encoding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Its position.
    pub tick: Tick,
    /// The text.
    pub bytes: Vec<u8>,
}

/// A channel message other than a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChannelEvent {
    /// Its position.
    pub tick: Tick,
    /// A controller, program change, pitch bend or pressure.
    pub message: midly::MidiMessage,
    /// Its order among the notes at the same position.
    pub side: Side,
}

/// Whether a message comes before, between or after the ends and beginnings of notes at the same position on its
/// channel: a pedal pressed before a note ends sustains it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// Before notes end.
    BeforeEnds,
    /// After notes have ended and before others begin.
    #[default]
    Between,
    /// After notes have begun.
    AfterBeginnings,
}

/// The notes that one track of the file has on one channel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Track {
    /// The track's name.
    pub name: Option<String>,
    /// Zero-based MIDI channel.
    pub channel: u8,
    /// Its notes, sorted by start; never empty in a [`Song`](super::Song).
    pub notes: Vec<Note>,
    /// Its other channel messages, in order.
    pub events: Vec<ChannelEvent>,
    /// Its lyrics, in order.
    pub lyrics: Vec<Text>,
}

impl Track {
    /// Its name, or its channel if it has no name, to show to people.
    pub fn label(&self) -> String {
        self.name.clone().unwrap_or_else(|| format!("channel {}", self.channel + 1))
    }
}
