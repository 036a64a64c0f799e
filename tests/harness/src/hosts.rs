//! Headless hosts: they load a built plugin as a workstation does, feed it a transport and notes, and collect what it
//! plays. Both formats are driven through one trait, [`PluginHost`].

pub mod clap;
mod hosted;
mod interface;
mod velocity;
pub mod vst3;
pub mod watcher;

pub use interface::{AudioSide, Format, Parameter, PluginError, PluginHost, Setup};

use clap::ClapHost;
use std::path::Path;
use vst3::Vst3Host;

/// Loads Continuo from a library or a bundle.
///
/// # Errors
/// When it cannot be loaded.
pub fn open(path: &Path, format: Format) -> Result<Box<dyn PluginHost>, PluginError> {
    open_named(path, format, "Continuo")
}

/// Loads the plugin of this name from a library or a bundle.
///
/// # Errors
/// When it cannot be loaded.
pub fn open_named(path: &Path, format: Format, name: &str) -> Result<Box<dyn PluginHost>, PluginError> {
    Ok(match format {
        Format::Clap => Box::new(ClapHost::load(path, name)?),
        Format::Vst3 => Box::new(Vst3Host::load(path, name)?),
    })
}
