//! What a host does in the same way for both formats.

use super::interface::{AudioSide, Parameter, PluginError, PluginHost, Setup};
use crate::{
    event::{HostEvent, NoteEvent},
    transport::Transport,
};
use std::{mem, thread};

/// A plugin as its format shows it. It is freed, and its library unloaded, on drop.
pub trait FormatAdapter {
    /// The audio thread's side.
    type Audio: AudioSide;

    /// See [`PluginHost::parameters`].
    fn parameters(&mut self) -> Result<Vec<Parameter>, PluginError>;

    /// See [`PluginHost::raw_value`].
    fn raw_value(&mut self, id: u32) -> Option<f64>;

    /// See [`PluginHost::hidden`].
    fn hidden(&mut self) -> Vec<(u32, f64)> {
        Vec::new()
    }

    /// See [`PluginHost::text_of`].
    fn text_of(&mut self, id: u32, value: f64) -> Option<String>;

    /// See [`PluginHost::value_of`].
    fn value_of(&mut self, id: u32, text: &str) -> Option<f64>;

    /// Announces a changed parameter outside a block. The last of the pending changes is this one; they go out with the
    /// next block, unless the format lets the adapter hand them over now.
    fn announce(&mut self, id: u32, value: f64, pending: &mut Vec<HostEvent>);

    /// See [`PluginHost::outputs`].
    fn outputs(&mut self) -> Vec<String>;

    /// Activates the plugin and starts processing, with so many of its audio outputs.
    fn start(&mut self, setup: Setup, outputs: usize) -> Result<Self::Audio, PluginError>;

    /// Stops processing and deactivates the plugin.
    fn stop(&mut self, audio: Self::Audio);

    /// See [`PluginHost::save_in_pieces`].
    fn save_in_pieces(&mut self, most: usize) -> Result<Vec<u8>, PluginError>;

    /// See [`PluginHost::load_in_pieces`].
    fn load_in_pieces(&mut self, state: &[u8], most: usize) -> Result<(), PluginError>;

    /// Calls the plugin back on the main thread if it asked for that. CLAP only.
    fn serve_main_thread(&mut self) {}
}

/// A plugin instance in a host.
pub struct HostedPlugin<A: FormatAdapter> {
    /// The format's side of it.
    pub(super) adapter: A,
    /// `None` while inactive, or while another thread has it.
    audio: Option<A::Audio>,
    /// Parameter changes that go out with the next block.
    pending: Vec<HostEvent>,
    /// Whether the host takes more outputs than the first.
    takes_all: bool,
}

impl<A: FormatAdapter> HostedPlugin<A> {
    pub(super) fn new(adapter: A) -> Self {
        Self { adapter, audio: None, pending: Vec::new(), takes_all: false }
    }

    fn id_of(&mut self, name: &str) -> Result<u32, PluginError> {
        let found = self.adapter.parameters()?.into_iter().find(|parameter| parameter.name == name);
        found.map(|parameter| parameter.id).ok_or_else(|| PluginError::UnknownParameter(name.into()))
    }
}

impl<A: FormatAdapter> PluginHost for HostedPlugin<A> {
    fn parameters(&mut self) -> Result<Vec<Parameter>, PluginError> {
        self.adapter.parameters()
    }

    fn value(&mut self, name: &str) -> Result<String, PluginError> {
        let id = self.id_of(name)?;
        let value = self.raw_value(id).ok_or(PluginError::Refused("parameter value"))?;
        self.text_of(id, value).ok_or(PluginError::Refused("parameter text"))
    }

    fn set(&mut self, name: &str, text: &str) -> Result<(), PluginError> {
        let id = self.id_of(name)?;
        let unknown = || PluginError::UnknownValue { name: name.into(), text: text.into() };
        let value = self.value_of(id, text).ok_or_else(unknown)?;
        self.pending.push(HostEvent::Parameter { time: 0, id, value });
        self.adapter.announce(id, value, &mut self.pending);
        Ok(())
    }

    fn outputs(&mut self) -> Vec<String> {
        self.adapter.outputs()
    }

    fn take_all_outputs(&mut self) {
        self.takes_all = true;
    }

    fn activate(&mut self, setup: Setup) -> Result<(), PluginError> {
        let outputs = self.adapter.outputs().len();
        self.audio = Some(self.adapter.start(setup, if self.takes_all { outputs } else { outputs.min(1) })?);
        Ok(())
    }

    fn process(
        &mut self,
        frames: u32,
        transport: Option<&Transport>,
        notes: &[NoteEvent],
    ) -> Result<Vec<NoteEvent>, PluginError> {
        self.adapter.serve_main_thread();
        let mut events = mem::take(&mut self.pending);
        events.extend(notes.iter().copied().map(HostEvent::Note));
        self.audio()?.process_events(frames, transport, &events)
    }

    fn audio(&mut self) -> Result<&mut dyn AudioSide, PluginError> {
        match &mut self.audio {
            Some(audio) => Ok(audio),
            None => Err(PluginError::Refused("processing while inactive")),
        }
    }

    fn on_two_threads(
        &mut self,
        audio: &mut (dyn FnMut(&mut dyn AudioSide) + Send),
        main: &mut dyn FnMut(&mut dyn PluginHost),
    ) -> Result<(), PluginError> {
        let mut side = self.audio.take().ok_or(PluginError::Refused("processing while inactive"))?;
        thread::scope(|scope| {
            scope.spawn(|| audio(&mut side));
            main(self);
        });
        self.audio = Some(side);
        self.adapter.serve_main_thread();
        Ok(())
    }

    fn raw_value(&mut self, id: u32) -> Option<f64> {
        self.adapter.raw_value(id)
    }

    fn hidden(&mut self) -> Vec<(u32, f64)> {
        self.adapter.hidden()
    }

    fn text_of(&mut self, id: u32, value: f64) -> Option<String> {
        self.adapter.text_of(id, value)
    }

    fn value_of(&mut self, id: u32, text: &str) -> Option<f64> {
        self.adapter.value_of(id, text)
    }

    fn save_in_pieces(&mut self, most: usize) -> Result<Vec<u8>, PluginError> {
        self.adapter.save_in_pieces(most)
    }

    fn load_in_pieces(&mut self, state: &[u8], most: usize) -> Result<(), PluginError> {
        self.adapter.load_in_pieces(state, most)?;
        self.adapter.serve_main_thread();
        Ok(())
    }

    fn deactivate(&mut self) {
        if let Some(audio) = self.audio.take() {
            self.adapter.stop(audio);
        }
    }
}

impl<A: FormatAdapter> Drop for HostedPlugin<A> {
    fn drop(&mut self) {
        self.deactivate();
    }
}
