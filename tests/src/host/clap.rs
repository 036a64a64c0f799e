//! A headless CLAP host.

use super::{Host, HostError, Parameter, Setup, midi_velocity};
use crate::{NoteEvent, NoteEventKind, Transport};
use clack_extensions::{
    gui::{GuiApiType, GuiConfiguration, GuiSize, HostGui, HostGuiImpl, PluginGui, Window},
    params::{ParamInfoBuffer, ParamInfoFlags, PluginParams},
    render::{PluginRender, RenderMode},
    state::PluginState,
};
use clack_host::{
    events::{
        EventFlags, Match,
        event_types::{MidiEvent, NoteOffEvent, NoteOnEvent, ParamValueEvent, TransportEvent, TransportFlags},
        spaces::CoreEventSpace,
    },
    prelude::*,
    utils::{BeatTime, SecondsTime},
};
use std::{
    ffi::CString,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};

/// What the plugin may call from any thread.
#[derive(Default)]
struct Callbacks {
    main_thread_wanted: AtomicBool,
}

impl SharedHandler<'_> for Callbacks {
    // The plugin asks for a restart when the render mode changes, which happens before activation only here.
    fn request_restart(&self) {}
    // Every block is processed, asked for or not.
    fn request_process(&self) {}
    fn request_callback(&self) {
        self.main_thread_wanted.store(true, Ordering::Relaxed);
    }
}

impl HostGuiImpl for Callbacks {
    fn resize_hints_changed(&self) {}
    // The frame around the window is as large as the screen.
    fn request_resize(&self, _new_size: GuiSize) -> Result<(), clack_host::prelude::HostError> {
        Ok(())
    }
    fn request_show(&self) -> Result<(), clack_host::prelude::HostError> {
        Ok(())
    }
    fn request_hide(&self) -> Result<(), clack_host::prelude::HostError> {
        Ok(())
    }
    fn closed(&self, _was_destroyed: bool) {}
}

struct Handlers;

impl HostHandlers for Handlers {
    type Shared<'a> = Callbacks;
    type MainThread<'a> = ();
    type AudioProcessor<'a> = ();

    fn declare_extensions(builder: &mut HostExtensions<Self>, _shared: &Self::Shared<'_>) {
        builder.register::<HostGui>();
    }
}

/// A CLAP plugin instance.
pub struct ClapHost {
    instance: PluginInstance<Handlers>,
    processor: Option<StartedPluginAudioProcessor<Handlers>>,
    pending: EventBuffer,
    sample_rate: f64,
    steady: u64,
    silence: Vec<f32>,
}

impl ClapHost {
    /// Loads the plugin of this name from a library or a macOS bundle.
    ///
    /// # Errors
    /// When the file is no CLAP plugin or holds none of that name.
    pub fn load(path: &Path, name: &str) -> Result<Self, HostError> {
        let failure = |cause: String| HostError::Load { path: path.display().to_string(), cause };
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
        let instance = PluginInstance::new(|()| Callbacks::default(), |_| (), &entry, id, &host)
            .map_err(|error| failure(error.to_string()))?;
        Ok(Self {
            instance,
            processor: None,
            pending: EventBuffer::new(),
            sample_rate: 0.0,
            steady: 0,
            silence: Vec::new(),
        })
    }

    /// Opens the plugin's window inside an X11 window, which must live until [`ClapHost::close_window`] is called.
    /// Returns its width and height in pixels.
    ///
    /// # Errors
    /// When the plugin has no window, or does not open it.
    pub fn open_window(&mut self, frame: u32) -> Result<(u32, u32), HostError> {
        let gui = self.gui()?;
        let plugin = self.instance.plugin_handle();
        let configuration = GuiConfiguration { api_type: GuiApiType::X11, is_floating: false };
        gui.create(&plugin, configuration).map_err(|_| HostError::Refused("making its window"))?;
        let size = gui.get_size(&plugin).ok_or(HostError::Refused("its window's size"))?;
        // SAFETY: the caller keeps the frame until the window is closed.
        unsafe { gui.set_parent(&plugin, Window::from_x11_handle(frame.into())) }
            .map_err(|_| HostError::Refused("its window's frame"))?;
        gui.show(&plugin).map_err(|_| HostError::Refused("showing its window"))?;
        Ok((size.width, size.height))
    }

    /// Closes the plugin's window.
    ///
    /// # Errors
    /// When the plugin has no window.
    pub fn close_window(&mut self) -> Result<(), HostError> {
        let gui = self.gui()?;
        gui.destroy(&self.instance.plugin_handle());
        Ok(())
    }

    fn gui(&mut self) -> Result<PluginGui, HostError> {
        self.instance.plugin_handle().get_extension().ok_or(HostError::Refused("a window"))
    }

    fn params(&mut self) -> Result<PluginParams, HostError> {
        self.instance.plugin_handle().get_extension().ok_or(HostError::Refused("parameters"))
    }

    fn id_of(&mut self, name: &str) -> Result<ClapId, HostError> {
        let found = self.parameters()?.into_iter().find(|parameter| parameter.name == name);
        found
            .and_then(|parameter| ClapId::from_raw(parameter.id))
            .ok_or_else(|| HostError::UnknownParameter(name.into()))
    }

    fn state(&mut self) -> Result<PluginState, HostError> {
        self.instance.plugin_handle().get_extension().ok_or(HostError::Refused("state"))
    }

    fn serve_main_thread(&mut self) {
        if self.instance.access_shared_handler(|shared| shared.main_thread_wanted.swap(false, Ordering::Relaxed)) {
            self.instance.call_on_main_thread_callback();
        }
    }

    fn transport_event(&self, transport: &Transport) -> TransportEvent {
        let mut flags = TransportFlags::HAS_TEMPO
            | TransportFlags::HAS_BEATS_TIMELINE
            | TransportFlags::HAS_SECONDS_TIMELINE
            | TransportFlags::HAS_TIME_SIGNATURE;
        flags.set(TransportFlags::IS_PLAYING, transport.playing);
        flags.set(TransportFlags::IS_LOOP_ACTIVE, transport.cycle.is_some());
        let (cycle_start, cycle_end) = transport.cycle.unwrap_or_default();
        let seconds = |quarters: f64| SecondsTime::from_float(quarters * 60.0 / transport.tempo);
        TransportEvent {
            header: EventHeader::new_core(0, EventFlags::empty()),
            flags,
            song_pos_beats: BeatTime::from_float(transport.position),
            song_pos_seconds: SecondsTime::from_float(transport.sample as f64 / self.sample_rate),
            tempo: transport.tempo,
            tempo_inc: 0.0,
            loop_start_beats: BeatTime::from_float(cycle_start),
            loop_end_beats: BeatTime::from_float(cycle_end),
            loop_start_seconds: seconds(cycle_start),
            loop_end_seconds: seconds(cycle_end),
            bar_start: BeatTime::from_float(transport.bar_start()),
            bar_number: 0,
            time_signature_numerator: transport.meter.0,
            time_signature_denominator: transport.meter.1,
        }
    }
}

impl Host for ClapHost {
    fn parameters(&mut self) -> Result<Vec<Parameter>, HostError> {
        let params = self.params()?;
        let plugin = self.instance.plugin_handle();
        let mut buffer = ParamInfoBuffer::new();
        (0..params.count(&plugin))
            .map(|index| {
                let info = params.get_info(&plugin, index, &mut buffer).ok_or(HostError::Refused("parameter info"))?;
                Ok(Parameter {
                    id: info.id.get(),
                    name: String::from_utf8_lossy(info.name).into_owned(),
                    group: String::from_utf8_lossy(info.module).into_owned(),
                    automatable: info.flags.contains(ParamInfoFlags::IS_AUTOMATABLE),
                })
            })
            .collect()
    }

    fn value(&mut self, name: &str) -> Result<String, HostError> {
        let id = self.id_of(name)?;
        let params = self.params()?;
        let plugin = self.instance.plugin_handle();
        let value = params.get_value(&plugin, id).ok_or(HostError::Refused("parameter value"))?;
        let mut buffer = [0; 256];
        let text =
            params.value_to_text(&plugin, id, value, &mut buffer).map_err(|_| HostError::Refused("parameter text"))?;
        Ok(String::from_utf8_lossy(text).into_owned())
    }

    fn set(&mut self, name: &str, text: &str) -> Result<(), HostError> {
        let unknown = || HostError::UnknownValue { name: name.into(), text: text.into() };
        let id = self.id_of(name)?;
        let params = self.params()?;
        let written = CString::new(text).map_err(|_| unknown())?;
        let value = params.text_to_value(&self.instance.plugin_handle(), id, &written).ok_or_else(unknown)?;
        self.pending.push(&ParamValueEvent::new(0, id, Pckn::match_all(), value));
        if let Some(mut inactive) = self.instance.inactive_plugin_handle() {
            params.flush(&mut inactive, &self.pending.as_input(), &mut OutputEvents::void());
            self.pending.clear();
        }
        Ok(())
    }

    fn activate(&mut self, setup: Setup) -> Result<(), HostError> {
        let render: PluginRender =
            self.instance.plugin_handle().get_extension().ok_or(HostError::Refused("render mode"))?;
        let mode = if setup.offline { RenderMode::Offline } else { RenderMode::Realtime };
        render.set(&self.instance.plugin_handle(), mode).map_err(|_| HostError::Refused("render mode"))?;

        let configuration = PluginAudioConfiguration {
            sample_rate: setup.sample_rate,
            min_frames_count: 1,
            max_frames_count: setup.largest_block,
        };
        let stopped =
            self.instance.activate(|_, ()| (), configuration).map_err(|_| HostError::Refused("activation"))?;
        let started = stopped.start_processing().map_err(|_| HostError::Refused("start of processing"))?;
        self.processor = Some(started);
        self.sample_rate = setup.sample_rate;
        self.silence = vec![0.0; setup.largest_block as usize];
        Ok(())
    }

    fn process(
        &mut self,
        frames: u32,
        transport: Option<&Transport>,
        notes: &[NoteEvent],
    ) -> Result<Vec<NoteEvent>, HostError> {
        self.serve_main_thread();
        let transport = transport.map(|transport| self.transport_event(transport));
        let processor = self.processor.as_mut().ok_or(HostError::Refused("processing while inactive"))?;

        // Parameter changes lie at time 0, so they stay before the notes.
        let mut input = std::mem::take(&mut self.pending);
        for note in notes {
            let key = Pckn::new(0_u16, u16::from(note.channel), u16::from(note.pitch), Match::All);
            match note.kind {
                NoteEventKind::On(velocity) => {
                    input.push(&NoteOnEvent::new(note.time, key, f64::from(velocity) / 127.0));
                }
                NoteEventKind::Off => input.push(&NoteOffEvent::new(note.time, key, 0.0)),
                NoteEventKind::Program => {
                    input.push(&MidiEvent::new(note.time, 0, [0xC0 | note.channel, note.pitch, 0]));
                }
            }
        }

        // The plugin has no audio port; the block's length is read from this dummy one all the same.
        let mut ports = AudioPorts::with_capacity(1, 1);
        let mut outputs = ports.with_output_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_output_only(std::iter::once(&mut self.silence[..frames as usize])),
        }]);
        let mut played = EventBuffer::new();
        processor
            .process(
                &InputAudioBuffers::empty(),
                &mut outputs,
                &input.as_input(),
                &mut played.as_output(),
                Some(self.steady),
                transport.as_ref(),
            )
            .map_err(|_| HostError::Refused("processing"))?;
        self.steady += u64::from(frames);
        input.clear();
        self.pending = input;
        Ok(played.iter().filter_map(note_event).collect())
    }

    fn save(&mut self) -> Result<Vec<u8>, HostError> {
        let state = self.state()?;
        let mut bytes = Vec::new();
        state.save(&self.instance.plugin_handle(), &mut bytes).map_err(|_| HostError::Refused("saving"))?;
        Ok(bytes)
    }

    fn load(&mut self, mut bytes: &[u8]) -> Result<(), HostError> {
        let state = self.state()?;
        state.load(&self.instance.plugin_handle(), &mut bytes).map_err(|_| HostError::Refused("loading"))?;
        self.serve_main_thread();
        Ok(())
    }

    fn deactivate(&mut self) {
        if let Some(processor) = self.processor.take() {
            self.instance.deactivate(processor.stop_processing());
        }
    }
}

impl Drop for ClapHost {
    fn drop(&mut self) {
        self.deactivate();
    }
}

fn note_event(event: &UnknownEvent) -> Option<NoteEvent> {
    let time = event.header().time();
    let specific = |value: Match<u16>| value.into_specific().map(|value| value as u8);
    match event.as_core_event()? {
        CoreEventSpace::NoteOn(note) => Some(NoteEvent {
            time,
            kind: NoteEventKind::On(midi_velocity(note.velocity())),
            channel: specific(note.channel())?,
            pitch: specific(note.key())?,
        }),
        CoreEventSpace::NoteOff(note) => Some(NoteEvent {
            time,
            kind: NoteEventKind::Off,
            channel: specific(note.channel())?,
            pitch: specific(note.key())?,
        }),
        CoreEventSpace::Midi(midi) => {
            let [status, program, _] = midi.data();
            (status & 0xF0 == 0xC0).then_some(NoteEvent {
                time,
                kind: NoteEventKind::Program,
                channel: status & 0x0F,
                pitch: program,
            })
        }
        _ => None,
    }
}
