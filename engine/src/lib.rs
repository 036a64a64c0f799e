//! Continuo's engine: everything that is independent of plugin formats and windows.
//!
//! A melody goes in; five generated parts come out, in time with a host's transport. The modules, from the ground up:
//! [`storage`] keeps files; [`network`] runs the models; [`styles`] are the genres; [`score`] holds melody, phrases and
//! takes; [`arranging`] generates phrases from a melody; [`realtime`] plays them on the audio thread; [`composer`] is
//! the thread between the two. `docs/ARCHITECTURE.md` defines the terms.
//!
//! What the command line does, in short: read a melody and arrange an ensemble under it.
//!
//! ```
//! use continuo_engine::prelude::*;
//! use continuo_music::{midi_file, part::Part};
//!
//! # #[cfg(feature = "runtimes")]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let file = midi_file::read_file("../tests/tunes/ode_to_joy.mid".as_ref())?;
//! let melody = file.tracks[file.melody_track(None)?].notes.clone();
//! let song = WholeSong { melody, meters: file.meters, ..WholeSong::default() };
//! let mut arranger = Arranger::load(&ModelSource::Embedded, BackendChoice::Auto)?;
//! let shape = Shape { temperature: 0.8, seed: 7, ..Shape::default() };
//! let settings = Settings { shape, ..Settings::default() };
//!
//! let arrangement = arrange_song(&mut arranger, &song, &settings, &Shelf::default(), |_, _| {})?;
//! assert!(Part::ALL.iter().any(|&part| !arrangement.parts[part].is_empty()));
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "runtimes"))]
//! # fn main() {}
//! ```
#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod arranging;
pub mod composer;
pub mod network;
pub mod prelude;
pub mod realtime;
pub mod score;
pub mod storage;
pub mod styles;
