//! A CLAP plugin instance.

use super::{
    audio::ClapAudio,
    callbacks::{Callbacks, Handlers},
    dialect::{Dialect, HasDialect},
    events,
    stream::Pieces,
};
use crate::{
    event::HostEvent,
    hosts::{
        hosted::{FormatAdapter, HostedPlugin},
        interface::{Parameter, PluginError, Setup},
    },
};
use clack_extensions::{
    audio_ports::{AudioPortInfoBuffer, PluginAudioPorts},
    params::{ParamInfoBuffer, ParamInfoFlags, PluginParams},
    render::{PluginRender, RenderMode},
    state::PluginState,
};
use clack_host::prelude::*;
use std::{ffi::CString, mem, path::Path};

/// A CLAP plugin in a host.
pub type ClapHost = HostedPlugin<ClapAdapter>;

/// A CLAP plugin as the format shows it.
pub struct ClapAdapter {
    pub(super) instance: PluginInstance<Handlers>,
}

impl ClapHost {
    /// Loads the plugin of this name from a library or a macOS bundle.
    ///
    /// # Errors
    /// When the file is not a CLAP plugin or holds no plugin of that name.
    pub fn load(path: &Path, name: &str) -> Result<Self, PluginError> {
        Self::load_into(path, name, Dialect::default())
    }

    /// As [`ClapHost::load`], in a host that takes notes of a dialect.
    ///
    /// # Errors
    /// When the file is not a CLAP plugin or holds no plugin of that name.
    pub fn load_into(path: &Path, name: &str, dialect: Dialect) -> Result<Self, PluginError> {
        let failure = |cause: String| PluginError::Load { path: path.display().to_string(), cause };
        // SAFETY: the project's own plugin is loaded, whose entry is made by the plugin framework and keeps to CLAP.
        let entry = unsafe { PluginEntry::load(path) }.map_err(|error| failure(error.to_string()))?;
        let factory = entry.get_plugin_factory().ok_or_else(|| failure("it has no plugin factory".into()))?;
        let id = factory
            .plugin_descriptors()
            .find(|plugin| plugin.name().is_some_and(|found| found.to_bytes() == name.as_bytes()))
            .and_then(|plugin| plugin.id())
            .ok_or_else(|| failure(format!("it has no plugin named {name}")))?;
        let host = HostInfo::new("Continuo's headless host", "Continuo", "", env!("CARGO_PKG_VERSION"))
            .map_err(|error| failure(error.to_string()))?;
        let instance = PluginInstance::new(|()| Callbacks::with(dialect), |_| (), &entry, id, &host)
            .map_err(|error| failure(error.to_string()))?;
        Ok(Self::new(ClapAdapter { instance }))
    }
}

impl ClapAdapter {
    fn params(&mut self) -> Result<PluginParams, PluginError> {
        self.instance.plugin_handle().get_extension().ok_or(PluginError::Refused("parameters"))
    }

    fn state(&mut self) -> Result<PluginState, PluginError> {
        self.instance.plugin_handle().get_extension().ok_or(PluginError::Refused("state"))
    }
}

impl FormatAdapter for ClapAdapter {
    type Audio = ClapAudio;

    fn parameters(&mut self) -> Result<Vec<Parameter>, PluginError> {
        let params = self.params()?;
        let plugin = self.instance.plugin_handle();
        let mut buffer = ParamInfoBuffer::new();
        (0..params.count(&plugin))
            .map(|index| {
                let info =
                    params.get_info(&plugin, index, &mut buffer).ok_or(PluginError::Refused("parameter info"))?;
                Ok(Parameter {
                    id: info.id.get(),
                    name: String::from_utf8_lossy(info.name).into_owned(),
                    group: String::from_utf8_lossy(info.module).into_owned(),
                    automatable: info.flags.contains(ParamInfoFlags::IS_AUTOMATABLE),
                    range: (info.min_value, info.max_value, info.default_value),
                    steps: info
                        .flags
                        .contains(ParamInfoFlags::IS_STEPPED)
                        .then_some((info.max_value - info.min_value) as u32),
                })
            })
            .collect()
    }

    fn raw_value(&mut self, id: u32) -> Option<f64> {
        let params = self.params().ok()?;
        params.get_value(&self.instance.plugin_handle(), ClapId::from_raw(id)?)
    }

    fn text_of(&mut self, id: u32, value: f64) -> Option<String> {
        let params = self.params().ok()?;
        let mut buffer = [0; 256];
        let id = ClapId::from_raw(id)?;
        let text = params.value_to_text(&self.instance.plugin_handle(), id, value, &mut buffer).ok()?;
        Some(String::from_utf8_lossy(text).into_owned())
    }

    fn value_of(&mut self, id: u32, text: &str) -> Option<f64> {
        let params = self.params().ok()?;
        let text = CString::new(text).ok()?;
        params.text_to_value(&self.instance.plugin_handle(), ClapId::from_raw(id)?, &text)
    }

    /// An inactive plugin gets no blocks, so its changes are flushed.
    fn announce(&mut self, _id: u32, _value: f64, pending: &mut Vec<HostEvent>) {
        let Ok(params) = self.params() else { return };
        if let Some(mut inactive) = self.instance.inactive_plugin_handle() {
            let changes = events::buffer(&mem::take(pending));
            params.flush(&mut inactive, &changes.as_input(), &mut OutputEvents::void());
        }
    }

    fn outputs(&mut self) -> Vec<String> {
        let plugin = self.instance.plugin_handle();
        let Some(ports) = plugin.get_extension::<PluginAudioPorts>() else { return Vec::new() };
        let mut buffer = AudioPortInfoBuffer::new();
        let name =
            |index| Some(String::from_utf8_lossy(ports.get(&plugin, index, false, &mut buffer)?.name).into_owned());
        (0..ports.count(&plugin, false)).filter_map(name).collect()
    }

    fn start(&mut self, setup: Setup, outputs: usize) -> Result<ClapAudio, PluginError> {
        let render: PluginRender =
            self.instance.plugin_handle().get_extension().ok_or(PluginError::Refused("render mode"))?;
        let mode = if setup.offline { RenderMode::Offline } else { RenderMode::Realtime };
        render.set(&self.instance.plugin_handle(), mode).map_err(|_| PluginError::Refused("render mode"))?;

        let configuration = PluginAudioConfiguration {
            sample_rate: setup.sample_rate,
            min_frames_count: 1,
            max_frames_count: setup.largest_block,
        };
        let stopped =
            self.instance.activate(|_, ()| (), configuration).map_err(|_| PluginError::Refused("activation"))?;
        let started = stopped.start_processing().map_err(|_| PluginError::Refused("start of processing"))?;
        let dialect = self.instance.access_shared_handler(HasDialect::dialect);
        Ok(ClapAudio::new(started, self.params()?, setup, dialect, outputs))
    }

    fn stop(&mut self, audio: ClapAudio) {
        if let Some(stopped) = audio.stop() {
            self.instance.deactivate(stopped);
        }
    }

    fn save_in_pieces(&mut self, most: usize) -> Result<Vec<u8>, PluginError> {
        let state = self.state()?;
        let mut stream = Pieces { inner: Vec::new(), most };
        state.save(&self.instance.plugin_handle(), &mut stream).map_err(|_| PluginError::Refused("saving"))?;
        Ok(stream.inner)
    }

    fn load_in_pieces(&mut self, bytes: &[u8], most: usize) -> Result<(), PluginError> {
        let state = self.state()?;
        let mut stream = Pieces { inner: bytes, most };
        state.load(&self.instance.plugin_handle(), &mut stream).map_err(|_| PluginError::Refused("loading"))
    }

    fn serve_main_thread(&mut self) {
        if self.instance.access_shared_handler(Callbacks::take_main_thread_request) {
            self.instance.call_on_main_thread_callback();
        }
    }
}
