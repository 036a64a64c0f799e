//! Continuo's engine: everything that knows no plugin format and no window.
//!
//! A melody goes in, five generated parts come out, in time with a host's transport.
//! The words used here are defined in `docs/ARCHITECTURE.md`.
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
