//! Continuo as a plugin: a thin layer between a host and `continuo_engine`.
//!
//! Threads: the host's audio thread owns the plugin while it processes, the host's main thread otherwise (the
//! framework sees to that); the composer's thread belongs to [`instance::Instance`]. Parameters are atomics.

pub mod editor;
pub mod instance;
pub mod params;
pub mod plugin;
pub mod wiring;

mod blocks;
mod file_reader;
mod keys;
mod model;
mod own_transport;
mod status;
mod take_folder;

pub use plugin::{Continuo, ContinuoWithAudio};

nice_plug::nice_export_clap!(Continuo);
nice_plug::nice_export_vst3!(Continuo, ContinuoWithAudio);
