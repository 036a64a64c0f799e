//! What any program about music could use: notes, parts, meters, tempos, songs, keys, and MIDI files.
//!
//! Positions and lengths are ticks, 960 to a quarter note, counted from song position 0 (see [`time`]).
//! `docs/ARCHITECTURE.md` defines the terms.
//!
//! ```
//! use continuo_music::{midi_file, song::melody_line};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let song = midi_file::read_file("../tests/tunes/ode_to_joy.mid".as_ref())?;
//! let melody = melody_line(&song.tracks[song.melody_track(None)?].notes);
//! assert_eq!(song.meters.bar_number(melody[0].start), 1);
//! # Ok(())
//! # }
//! ```
#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod beats;
pub mod blues;
pub mod chord;
pub mod drum_keys;
pub mod form;
pub mod grid;
pub mod groove_template;
pub mod key;
pub mod lead;
pub mod melody;
pub mod meter;
pub mod midi_file;
mod notation;
pub mod note;
pub mod part;
mod part_settings;
pub mod pickup;
pub mod project_files;
pub mod quantise;
pub mod sections;
pub mod settings;
pub mod song;
pub mod stable_hash;
pub mod step_grid;
pub mod swing;
pub mod tempo;
pub mod time;
