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

/// How a note is meant that is addressed the way a format allows and no sane host needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AddressedKind {
    /// It begins, with this velocity; formats say 0 to 1.
    On(f64),
    /// It ends.
    Off,
    /// It ends at once. CLAP only; VST3 is told an end.
    Choke,
}

/// Anything that a host may hand to a plugin with a block, sensible or not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum HostEvent {
    /// A note as hosts send them.
    Note(NoteEvent),
    /// A note with an identifier, and with numbers that need not exist; none stands for a wildcard.
    Addressed {
        /// Samples from the block's first.
        time: u32,
        /// What happens.
        kind: AddressedKind,
        /// The note's identifier.
        id: Option<u16>,
        /// The channel.
        channel: Option<u16>,
        /// The key.
        key: Option<u16>,
    },
    /// A parameter by its number, in the format's own scale.
    Parameter {
        /// Samples from the block's first.
        time: u32,
        /// The format's number for the parameter.
        id: u32,
        /// The value: plain in CLAP, 0 to 1 in VST3.
        value: f64,
    },
    /// Three raw MIDI bytes. CLAP only.
    Midi {
        /// Samples from the block's first.
        time: u32,
        /// The bytes.
        bytes: [u8; 3],
    },
}
