//! What a headless host can do, in either format.

pub mod clap;
pub mod vst3;
pub mod watcher;

use crate::{HostEvent, NoteEvent, Transport};
use std::path::Path;

/// A plugin format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// CLAP 1.
    Clap,
    /// VST 3.
    Vst3,
}

/// How the audio engine runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Setup {
    /// Samples a second.
    pub sample_rate: f64,
    /// The longest block, in samples.
    pub largest_block: u32,
    /// The host renders as fast as it can rather than in real time.
    pub offline: bool,
}

/// A parameter as the plugin lists it.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// The format's number for it.
    pub id: u32,
    /// The name shown to people.
    pub name: String,
    /// Its group, empty for none. CLAP only.
    pub group: String,
    /// It can be automated.
    pub automatable: bool,
    /// The smallest value, the largest, and the one that it begins with, in the format's own scale.
    pub range: (f64, f64, f64),
    /// How many steps lead from the smallest value to the largest; none for one that moves continuously.
    pub steps: Option<u32>,
}

/// Why a host could not go on.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The file is no plugin of this format.
    #[error("{path} could not be loaded as a plugin: {cause}")]
    Load {
        /// The file.
        path: String,
        /// The loader's own words.
        cause: String,
    },
    /// The plugin did not do what the format asks of it.
    #[error("the plugin failed at \"{0}\"")]
    Refused(&'static str),
    /// There is no such parameter.
    #[error("the plugin has no parameter named \"{0}\"")]
    UnknownParameter(String),
    /// The plugin does not understand a value.
    #[error("the plugin's parameter \"{name}\" does not take \"{text}\"")]
    UnknownValue {
        /// The parameter.
        name: String,
        /// What it was given.
        text: String,
    },
}

/// The side of an active plugin that belongs to the audio thread.
pub trait Audio: Send {
    /// Processes one block with whatever events, and returns what the plugin played, in the plugin's order. Without a
    /// transport the plugin is told nothing about it.
    ///
    /// # Errors
    /// When the plugin fails.
    fn process_events(
        &mut self,
        frames: u32,
        transport: Option<&Transport>,
        events: &[HostEvent],
    ) -> Result<Vec<NoteEvent>, HostError>;

    /// Tells the plugin to start afresh: CLAP's reset; in VST3, processing goes off and on.
    ///
    /// # Errors
    /// When the plugin refuses to go on.
    fn reset(&mut self) -> Result<(), HostError>;

    /// Stops processing and starts it again, without deactivation.
    ///
    /// # Errors
    /// When the plugin refuses to go on.
    fn suspend(&mut self) -> Result<(), HostError>;

    /// Hands over parameter changes outside a block.
    fn flush(&mut self, changes: &[HostEvent]);
}

/// A loaded plugin instance. It is freed, and its library unloaded, on drop.
pub trait Host {
    /// The plugin's own list of parameters, in its order.
    ///
    /// # Errors
    /// When the plugin does not list them.
    fn parameters(&mut self) -> Result<Vec<Parameter>, HostError>;

    /// A parameter's value as the plugin writes it.
    ///
    /// # Errors
    /// When there is no parameter of that name.
    fn value(&mut self, name: &str) -> Result<String, HostError>;

    /// Sets a parameter to a value written the way the plugin writes it, such as `Jazz` or `30 %`. It takes effect
    /// at once, or with the next block when the plugin is active.
    ///
    /// # Errors
    /// When there is no such parameter or the plugin does not understand the value.
    fn set(&mut self, name: &str, text: &str) -> Result<(), HostError>;

    /// Activates the plugin and starts processing.
    ///
    /// # Errors
    /// When the plugin refuses.
    fn activate(&mut self, setup: Setup) -> Result<(), HostError>;

    /// Processes one block and returns what the plugin played, in the plugin's order. Without a transport the
    /// plugin is told nothing about it.
    ///
    /// # Errors
    /// When the plugin is not active or fails.
    fn process(
        &mut self,
        frames: u32,
        transport: Option<&Transport>,
        notes: &[NoteEvent],
    ) -> Result<Vec<NoteEvent>, HostError>;

    /// The audio side.
    ///
    /// # Errors
    /// When the plugin is not active.
    fn audio(&mut self) -> Result<&mut dyn Audio, HostError>;

    /// Runs `audio` on a thread of its own with the audio side, and meanwhile `main` here with the rest, as a real
    /// host does. In `main` the plugin cannot be processed or deactivated.
    ///
    /// # Errors
    /// When the plugin is not active.
    fn on_two_threads(
        &mut self,
        audio: &mut (dyn FnMut(&mut dyn Audio) + Send),
        main: &mut dyn FnMut(&mut dyn Host),
    ) -> Result<(), HostError>;

    /// A parameter's value by its number, in the format's own scale; none if there is no such parameter.
    fn raw_value(&mut self, id: u32) -> Option<f64>;

    /// How the plugin writes a value of a parameter; none if it does not.
    fn text_of(&mut self, id: u32, value: f64) -> Option<String>;

    /// The value that a text stands for; none if the plugin does not understand it.
    fn value_of(&mut self, id: u32, text: &str) -> Option<f64>;

    /// The plugin's state.
    ///
    /// # Errors
    /// When the plugin cannot save it.
    fn save(&mut self) -> Result<Vec<u8>, HostError> {
        self.save_in_pieces(usize::MAX)
    }

    /// The plugin's state, through a stream that takes at most so many bytes at a time.
    ///
    /// # Errors
    /// When the plugin cannot save it.
    fn save_in_pieces(&mut self, most: usize) -> Result<Vec<u8>, HostError>;

    /// Gives the plugin a state that it saved.
    ///
    /// # Errors
    /// When the plugin does not take it.
    fn load(&mut self, state: &[u8]) -> Result<(), HostError> {
        self.load_in_pieces(state, usize::MAX)
    }

    /// Gives the plugin a state that it saved, through a stream that gives at most so many bytes at a time.
    ///
    /// # Errors
    /// When the plugin does not take it.
    fn load_in_pieces(&mut self, state: &[u8], most: usize) -> Result<(), HostError>;

    /// Stops processing and deactivates the plugin. Nothing happens when it is not active.
    fn deactivate(&mut self);
}

/// Loads Continuo from a library or a bundle.
///
/// # Errors
/// When it cannot be loaded.
pub fn open(path: &Path, format: Format) -> Result<Box<dyn Host>, HostError> {
    open_named(path, format, "Continuo")
}

/// Loads the plugin of this name from a library or a bundle.
///
/// # Errors
/// When it cannot be loaded.
pub fn open_named(path: &Path, format: Format, name: &str) -> Result<Box<dyn Host>, HostError> {
    Ok(match format {
        Format::Clap => Box::new(clap::ClapHost::load(path, name)?),
        Format::Vst3 => Box::new(vst3::Vst3Host::load(path, name)?),
    })
}

/// The MIDI velocity of a format's velocity of 0 to 1; at least 1, since 0 would be a note-off.
fn midi_velocity(velocity: f64) -> u8 {
    (velocity * 127.0).round().clamp(1.0, 127.0) as u8
}
