//! Notes as they cross between host and plugin.

/// What happens to a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoteEventKind {
    /// It ends.
    Off,
    /// A General MIDI program is chosen on the channel; the event's pitch is the program.
    Program,
    /// It begins, with this MIDI velocity (1 to 127).
    On(u8),
}

/// An event in one block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NoteEvent {
    /// Samples from the block's first.
    pub time: u32,
    /// What happens.
    pub kind: NoteEventKind,
    /// Zero-based MIDI channel.
    pub channel: u8,
    /// MIDI pitch, 0 to 127.
    pub pitch: u8,
}

/// An event at its place in everything that was played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SongEvent {
    /// Samples from the first block's first.
    pub sample: u64,
    /// The event; its time is the one in its block.
    pub event: NoteEvent,
}
