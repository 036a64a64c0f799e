//! Standard MIDI files: reading them into a [`Song`](crate::song::Song) and writing songs with their parts.
//!
//! `midly` decodes and encodes the events. It is lenient and does not say where a file is broken, so the structure of
//! each chunk and event is checked here first. A damaged file is read as far as it goes: a warning names the byte where
//! a track breaks off, and a file without a readable note is refused with that place.
//!
//! Format: *Standard MIDI Files 1.0* (MIDI Manufacturers Association, RP-001).

mod bytes;
mod chords;
mod conductor;
mod container;
mod contents;
mod error;
mod found;
mod karaoke;
mod limits;
mod pairing;
mod read;
mod sections;
mod text;
mod write;

pub use error::{Fault, MidiFileError};
pub use limits::{MAX_EVENTS, MAX_FILE_BYTES, MAX_SONG_QUARTERS};
pub use read::{read, read_file};
pub use sections::marked_sections;
pub use write::{MidiType, OutputFile, OutputTrack, PartTrack};
