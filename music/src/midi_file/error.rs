//! Why a MIDI file could not be read.

use super::limits::{MAX_EVENTS, MAX_FILE_BYTES, MAX_SONG_QUARTERS};

/// What breaks a file at one of its bytes.
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
    #[error("the format is {0}, but there are only the formats 0, 1 and 2")]
    UnknownFormat(u16),
    /// A time division of 0 ticks, or frames a second that do not exist.
    #[error("the time division {0:#06x} is none that exists")]
    BadDivision(u16),
    /// The file ends within a chunk.
    #[error("the file ends within a chunk: {expected} bytes were announced, {found} are there")]
    TruncatedChunk {
        /// Bytes that the chunk's head promises.
        expected: usize,
        /// Bytes left in the file.
        found: usize,
    },
    /// There is no track chunk at all.
    #[error("the file holds no track")]
    NoTracks,
    /// The track ends within an event.
    #[error("the track ends within an event")]
    TruncatedEvent,
    /// A variable-length number of more than four bytes.
    #[error("a variable-length number is longer than four bytes")]
    LongNumber,
    /// Running status is used where no status is in force.
    #[error("an event has no status byte and none is in force from before")]
    NoStatus,
    /// A status byte that files cannot hold.
    #[error("the status byte {0:#04x} cannot stand in a file")]
    ForeignStatus(u8),
    /// A status byte where a data byte should be.
    #[error("a data byte is {0:#04x}, but data bytes end at 0x7f")]
    BadData(u8),
    /// The song is longer than this reader takes.
    #[error("the song is longer than {MAX_SONG_QUARTERS} quarter notes")]
    TooLong,
    /// There are more events than this reader takes.
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
        /// Where in the file, counted from 0.
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
