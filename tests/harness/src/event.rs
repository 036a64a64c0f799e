//! Events between host and plugin.

/// What happens to a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoteEventKind {
    /// It ends.
    Off,
    /// The channel changes to a General MIDI program; the event's pitch is the program.
    Program,
    /// It begins, with this MIDI velocity (1 to 127).
    On(u8),
}

/// A note event in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NoteEvent {
    /// Samples from the start of the block.
    pub time: u32,
    /// What happens.
    pub kind: NoteEventKind,
    /// Zero-based MIDI channel.
    pub channel: u8,
    /// MIDI pitch, 0 to 127.
    pub pitch: u8,
}

impl NoteEvent {
    /// A note of the melody, on the first channel.
    pub const fn melody(time: u32, kind: NoteEventKind, pitch: u8) -> Self {
        Self { time, kind, channel: 0, pitch }
    }

    /// Whether a note begins.
    pub const fn is_on(&self) -> bool {
        matches!(self.kind, NoteEventKind::On(_))
    }
}

/// What a plugin sends besides notes and programs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moved {
    /// Samples from the start of the block.
    pub time: u32,
    /// What moves.
    pub control: MovedControl,
}

/// A control as either format sends it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MovedControl {
    /// A controller, pitch bend or pressure as MIDI bytes.
    Midi([u8; 3]),
    /// A note's expression.
    Expression {
        /// The number that both formats give it; 6 is pressure.
        kind: u32,
        /// The value on the format's own scale.
        value: f64,
    },
}

/// What a plugin tells the host of a parameter that it moved by itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reported {
    /// Samples from the start of the block.
    pub time: u32,
    /// The format's number for the parameter.
    pub id: u32,
    /// What happened to it.
    pub kind: ReportedKind,
}

/// What happened to a parameter that the plugin moved by itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ReportedKind {
    /// Something took hold of it. CLAP only.
    Begin,
    /// It has this value now, in the format's own scale.
    Value(f64),
    /// Nothing holds it any more. CLAP only.
    End,
}

/// A note event at its place in everything that was played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SongEvent {
    /// Samples from the start of the first block.
    pub sample: u64,
    /// The event; its time is the one in its block.
    pub event: NoteEvent,
}

/// What happens to a note whose address a format allows and no sensible host uses.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AddressedKind {
    /// It begins, with this velocity; formats have 0 to 1.
    On(f64),
    /// It ends.
    Off,
    /// It ends at once. CLAP only; in VST3 it ends.
    Choke,
}

/// Any event that a host may hand to a plugin with a block, sensible or not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum HostEvent {
    /// A note as hosts send them.
    Note(NoteEvent),
    /// A note with an identifier and with numbers that need not exist; `None` stands for a wildcard.
    Addressed {
        /// Samples from the start of the block.
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
        /// Samples from the start of the block.
        time: u32,
        /// The format's number for the parameter.
        id: u32,
        /// The value: plain in CLAP, 0 to 1 in VST3.
        value: f64,
    },
    /// A note's expression.
    Expression {
        /// Samples from the start of the block.
        time: u32,
        /// The number that both formats give it.
        kind: u8,
        /// The note's identifier, by which VST3 knows it.
        id: u16,
        /// The note's channel and key, by which CLAP knows it.
        note: (u8, u8),
        /// The value on the format's own scale.
        value: f64,
    },
    /// Three raw MIDI bytes. In VST3 only the controllers that the plugin assigns to parameters arrive.
    Midi {
        /// Samples from the start of the block.
        time: u32,
        /// The bytes.
        bytes: [u8; 3],
    },
}

impl HostEvent {
    /// A note.
    pub const fn note(time: u32, kind: NoteEventKind, channel: u8, pitch: u8) -> Self {
        Self::Note(NoteEvent { time, kind, channel, pitch })
    }

    /// A note of the melody, on the first channel.
    pub const fn melody(time: u32, kind: NoteEventKind, pitch: u8) -> Self {
        Self::Note(NoteEvent::melody(time, kind, pitch))
    }
}
