//! What a headless host can do, in either format.

use crate::{
    event::{HostEvent, Moved, NoteEvent, Reported},
    transport::Transport,
};

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
    /// Its group, empty if it has none. CLAP only.
    pub group: String,
    /// It can be automated.
    pub automatable: bool,
    /// Its smallest, largest and initial value, in the format's own scale.
    pub range: (f64, f64, f64),
    /// The number of steps from the smallest value to the largest; `None` if it moves continuously.
    pub steps: Option<u32>,
}

impl Parameter {
    /// The value at this share, 0 to 1, of the way from the smallest value to the largest.
    pub fn at(&self, share: f64) -> f64 {
        let (lowest, highest, _) = self.range;
        lowest + (highest - lowest) * share
    }
}

/// Why a host could not go on.
#[derive(Debug, thiserror::Error)]
pub enum PluginError {
    /// The file is not a plugin of this format.
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
    #[error("the plugin's parameter \"{name}\" does not accept \"{text}\"")]
    UnknownValue {
        /// The parameter.
        name: String,
        /// The value as text.
        text: String,
    },
}

/// The side of an active plugin that belongs to the audio thread.
pub trait AudioSide: Send {
    /// Processes one block with any events, and returns what the plugin played, in the plugin's order. Without a
    /// transport the host gives the plugin none.
    ///
    /// # Errors
    /// When the plugin fails.
    fn process_events(
        &mut self,
        frames: u32,
        transport: Option<&Transport>,
        events: &[HostEvent],
    ) -> Result<Vec<NoteEvent>, PluginError>;

    /// What the plugin sent in the last block besides notes and programs, in its order.
    fn moved(&self) -> &[Moved];

    /// What the plugin told in the last block of parameters that it moved by itself.
    fn reported(&self) -> &[Reported];

    /// Whether the events of the last block came in the order of time. VST3 does not ask for it.
    fn in_order(&self) -> bool;

    /// What the plugin's stereo output played, left and right; the last block is at the start. Silence without an output.
    fn heard(&self) -> [&[f32]; 2];

    /// The same of each output that the host took beside the first, in the plugin's order.
    fn heard_beside(&self) -> Vec<[&[f32]; 2]>;

    /// Makes the plugin start afresh: CLAP's reset; in VST3, processing goes off and on.
    ///
    /// # Errors
    /// When the plugin refuses to go on.
    fn reset(&mut self) -> Result<(), PluginError>;

    /// Stops processing and starts it again, without deactivation.
    ///
    /// # Errors
    /// When the plugin refuses to go on.
    fn suspend(&mut self) -> Result<(), PluginError>;

    /// Hands over parameter changes outside a block.
    fn flush(&mut self, changes: &[HostEvent]);
}

/// A loaded plugin instance. Dropping it frees the instance and unloads its library.
pub trait PluginHost {
    /// The plugin's own list of parameters, in its order, without those that it hides from players.
    ///
    /// # Errors
    /// When the plugin does not list them.
    fn parameters(&mut self) -> Result<Vec<Parameter>, PluginError>;

    /// A parameter's value as the plugin writes it.
    ///
    /// # Errors
    /// When there is no parameter of that name.
    fn value(&mut self, name: &str) -> Result<String, PluginError>;

    /// Sets a parameter to a value written the way the plugin writes it, such as `Jazz` or `30 %`. It takes effect
    /// at once, or with the next block when the plugin is active.
    ///
    /// # Errors
    /// When there is no such parameter or the plugin does not understand the value.
    fn set(&mut self, name: &str, text: &str) -> Result<(), PluginError>;

    /// The names of the plugin's audio outputs, in its order.
    fn outputs(&mut self) -> Vec<String>;

    /// Takes all outputs from the next activation on; otherwise only the first.
    fn take_all_outputs(&mut self);

    /// Activates the plugin and starts processing.
    ///
    /// # Errors
    /// When the plugin refuses.
    fn activate(&mut self, setup: Setup) -> Result<(), PluginError>;

    /// Processes one block and returns what the plugin played, in the plugin's order. Without a transport the host
    /// gives the plugin none.
    ///
    /// # Errors
    /// When the plugin is not active or fails.
    fn process(
        &mut self,
        frames: u32,
        transport: Option<&Transport>,
        notes: &[NoteEvent],
    ) -> Result<Vec<NoteEvent>, PluginError>;

    /// The audio side.
    ///
    /// # Errors
    /// When the plugin is not active.
    fn audio(&mut self) -> Result<&mut dyn AudioSide, PluginError>;

    /// Runs `audio` on a thread of its own with the audio side, and meanwhile `main` here with the rest, as a real
    /// host does. In `main` the plugin cannot be processed or deactivated.
    ///
    /// # Errors
    /// When the plugin is not active.
    fn on_two_threads(
        &mut self,
        audio: &mut (dyn FnMut(&mut dyn AudioSide) + Send),
        main: &mut dyn FnMut(&mut dyn PluginHost),
    ) -> Result<(), PluginError>;

    /// A parameter's value by its number, in the format's own scale; `None` if there is no such parameter.
    fn raw_value(&mut self, id: u32) -> Option<f64>;

    /// The parameters through which a host sends MIDI controllers, with their values. VST3 only.
    fn hidden(&mut self) -> Vec<(u32, f64)>;

    /// How the plugin writes a value of a parameter; `None` if it refuses.
    fn text_of(&mut self, id: u32, value: f64) -> Option<String>;

    /// The value that a text stands for; `None` if the plugin does not understand it.
    fn value_of(&mut self, id: u32, text: &str) -> Option<f64>;

    /// The plugin's state.
    ///
    /// # Errors
    /// When the plugin cannot save it.
    fn save(&mut self) -> Result<Vec<u8>, PluginError> {
        self.save_in_pieces(usize::MAX)
    }

    /// The plugin's state, through a stream that accepts at most `most` bytes at a time.
    ///
    /// # Errors
    /// When the plugin cannot save it.
    fn save_in_pieces(&mut self, most: usize) -> Result<Vec<u8>, PluginError>;

    /// Gives the plugin a state that it saved.
    ///
    /// # Errors
    /// When the plugin refuses it.
    fn load(&mut self, state: &[u8]) -> Result<(), PluginError> {
        self.load_in_pieces(state, usize::MAX)
    }

    /// Gives the plugin a state that it saved, through a stream that gives at most `most` bytes at a time.
    ///
    /// # Errors
    /// When the plugin refuses it.
    fn load_in_pieces(&mut self, state: &[u8], most: usize) -> Result<(), PluginError>;

    /// Stops processing and deactivates the plugin. Nothing happens when it is not active.
    fn deactivate(&mut self);
}
