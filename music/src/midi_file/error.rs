//! Why a MIDI file could not be read.

use super::limits::{MAX_EVENTS, MAX_FILE_BYTES, MAX_SONG_QUARTERS};

/// What is wrong at a byte of a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The file does not begin like a MIDI file.
    #[error("this is not a MIDI file: it should begin with \"MThd\"")]
    NotMidi,
    /// The header chunk is shorter than its six bytes.
    #[error("the header is too short ({0} bytes of at least 6)")]
    ShortHeader(usize),
    /// A format number other than 0, 1 and 2.
    #[error("the format is {0}, but only formats 0, 1 and 2 exist")]
    UnknownFormat(u16),
    /// A time division of 0 ticks, or an unknown frame rate.
    #[error("the time division {0:#06x} is invalid")]
    InvalidDivision(u16),
    /// The file ends within a chunk.
    #[error("the file ends within a chunk: {expected} bytes were announced, {found} are left")]
    TruncatedChunk {
        /// Bytes that the chunk's header announces.
        expected: usize,
        /// Bytes left in the file.
        found: usize,
    },
    /// A track is shorter or longer than its chunk's header says.
    #[error("the track is not as long as announced ({0} bytes)")]
    WrongLength(usize),
    /// There is no track chunk.
    #[error("the file has no track")]
    NoTracks,
    /// The track ends within an event.
    #[error("the track ends within an event")]
    TruncatedEvent,
    /// A variable-length number of more than four bytes.
    #[error("a variable-length number is longer than four bytes")]
    LongNumber,
    /// An event without a status byte where no running status is in force.
    #[error("an event has no status byte, and no running status is in force")]
    NoStatus,
    /// A status byte that is not allowed in files.
    #[error("the status byte {0:#04x} is not allowed in a file")]
    InvalidStatus(u8),
    /// A status byte where a data byte should be.
    #[error("the data byte {0:#04x} is above 0x7f")]
    InvalidData(u8),
    /// The song is longer than this reader accepts.
    #[error("the song is longer than {MAX_SONG_QUARTERS} quarter notes")]
    TooLong,
    /// There are more events than this reader accepts.
    #[error("the song holds more than {MAX_EVENTS} events")]
    TooManyEvents,
}

/// Why a MIDI file could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MidiFileError {
    /// The bytes are broken.
    #[error("{fault} (byte {offset})")]
    Broken {
        /// The place in the file, counted from 0.
        offset: usize,
        /// What is wrong there.
        fault: Fault,
    },
    /// A type 2 file.
    #[error("this is a type 2 MIDI file, a set of separate patterns; save the song as type 0 or 1")]
    SeparatePatterns,
    /// More bytes than a song needs.
    #[error("the file is larger than {} MB, which no song needs; give a smaller file", MAX_FILE_BYTES / 1_000_000)]
    TooLarge,
    /// The file could not be opened or read.
    #[error("it could not be read: {0}")]
    Unreadable(#[from] std::io::Error),
}
