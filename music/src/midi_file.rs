//! Standard MIDI files: reading them into a [`Song`](crate::song::Song) and writing songs with their parts.
//!
//! `midly` decodes and encodes the events. It is lenient and does not say where a file is broken, so the structure of
//! each chunk and event is checked here first; errors name the byte.
//!
//! Format: *Standard MIDI Files 1.0* (MIDI Manufacturers Association, RP-001).

mod bytes;
mod error;
mod limits;
mod pairing;
mod read;
mod write;

pub use error::{Fault, MidiFileError};
pub use limits::{MAX_EVENTS, MAX_FILE_BYTES, MAX_SONG_QUARTERS};
pub use read::{read, read_file};
pub use write::{OutputFile, OutputTrack, PartTrack};
