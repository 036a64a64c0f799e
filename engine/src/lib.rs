//! Continuo's engine: everything that knows no plugin format and no window.
//!
//! A melody goes in, five generated parts come out, in time with a host's transport.
//! The words used here are defined in `docs/ARCHITECTURE.md`.
//!
//! What the command line does, in short: read a melody, write an ensemble under it.
//!
//! ```
//! use continuo_engine::{
//!     arrange::arrange, arranger::Arranger, generator::BackendChoice, midi_file, model::ModelSource, part::Part,
//!     settings::Settings, style::Shelf,
//! };
//!
//! # #[cfg(feature = "runtimes")]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let song = midi_file::read_file("../tests/tunes/ode_to_joy.mid".as_ref())?;
//! let melody = &song.tracks[song.melody_track(None)?].notes;
//! let mut arranger = Arranger::load(&ModelSource::Embedded, BackendChoice::Auto)?;
//! let settings = Settings { temperature: 0.8, seed: 7, ..Settings::default() };
//!
//! let arrangement = arrange(&mut arranger, melody, &song.meters, &settings, &Shelf::default(), |_, _| {})?;
//! assert!(Part::ALL.iter().any(|&part| !arrangement.parts[part].is_empty()));
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "runtimes"))]
//! # fn main() {}
//! ```
#![deny(missing_docs)]
#![forbid(unsafe_code)]
#![cfg_attr(not(feature = "runtimes"), allow(dead_code, unused_imports, reason = "only runtimes use all of it"))]

pub mod arrange;
pub mod arranger;
pub mod capture;
pub mod composer;
pub mod conductor;
pub mod data_folder;
pub mod decode;
pub mod edit;
pub mod export;
pub mod fit;
pub mod generator;
pub mod history;
pub mod key;
pub mod ledger;
pub mod melody;
pub mod meter;
pub mod midi_file;
pub mod model;
pub mod monitor;
pub mod note;
pub mod part;
pub mod performer;
pub mod polish;
pub mod queues;
pub mod roll;
pub mod schedule;
pub mod score;
pub mod settings;
pub mod shared;
pub mod song;
pub mod style;
pub mod time;
pub mod transport;
mod window;
