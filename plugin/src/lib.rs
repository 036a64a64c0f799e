//! Continuo as a plugin: a thin layer between a host and `continuo_engine`.
//!
//! | room | what it holds |
//! |---|---|
//! | `plugin.rs` | the calls that a host makes; `variants.rs`: the two plugins that are exported |
//! | `params/` | the parameters, and what a project saves; `learned.rs`: controllers that move them |
//! | `process/` | what happens in each block: melody notes in, notes out, transport; and what the threads share |
//! | `files/` | threads that read dropped files and write takes |
//! | `editor/` | the window |
//!
//! Threads: the host's audio thread owns the plugin while it processes, the host's main thread otherwise (the
//! framework ensures this); the composer's thread belongs to [`process::instance::Instance`]. Parameters are atomics.

pub mod editor;
pub mod learned;
pub mod params;
pub mod plugin;
pub mod process;
pub mod variants;

mod files;
mod presets;

pub use plugin::{Continuo, ContinuoAlone, ContinuoWithAudio};

nice_plug::nice_export_clap!(Continuo, ContinuoWithAudio);
nice_plug::nice_export_vst3!(Continuo, ContinuoWithAudio);

/// Shows the version of the plugin's file to `continuo doctor`, which looks for it without loading the file. Exported,
/// because the linker would leave it out otherwise.
// SAFETY: no other symbol of this process has this name, and nobody calls it: it is text.
#[unsafe(no_mangle)]
pub static CONTINUO_PLUGIN_MARK: &str = continuo_engine::PLUGIN_MARK;
