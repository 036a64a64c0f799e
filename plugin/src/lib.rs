//! Continuo as a plugin: a thin layer between a host and `continuo_engine`.
//!
//! | room | what it holds |
//! |---|---|
//! | `plugin.rs` | the calls that a host makes; `variants.rs`: the two plugins that are exported |
//! | `params/` | the parameters, and what a project saves |
//! | `process/` | what happens in each block: melody notes in, notes out, transport; and what the threads share |
//! | `files/` | threads that read dropped files and write takes |
//! | `editor/` | the window |
//!
//! Threads: the host's audio thread owns the plugin while it processes, the host's main thread otherwise (the
//! framework ensures this); the composer's thread belongs to [`process::instance::Instance`]. Parameters are atomics.

pub mod editor;
pub mod params;
pub mod plugin;
pub mod process;
pub mod variants;

mod files;
mod presets;

pub use plugin::{Continuo, ContinuoWithAudio};

nice_plug::nice_export_clap!(Continuo, ContinuoWithAudio);
nice_plug::nice_export_vst3!(Continuo, ContinuoWithAudio);
