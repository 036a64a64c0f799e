//! A headless CLAP host.

mod audio;

use self::audio::ClapAudio;
use super::{Audio, Host, HostError, Parameter, Setup};
use crate::{HostEvent, NoteEvent, Transport};
use clack_extensions::{
    gui::{GuiApiType, GuiConfiguration, GuiSize, HostGui, HostGuiImpl, PluginGui, Window},
    params::{ParamInfoBuffer, ParamInfoFlags, PluginParams},
    render::{PluginRender, RenderMode},
    state::PluginState,
};
use clack_host::prelude::*;
use std::{
    ffi::CString,
    io::{self, Read, Write},
    mem,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

/// What the plugin may call from any thread.
#[derive(Default)]
struct Callbacks {
    main_thread_wanted: AtomicBool,
    /// The width and height that the window asked for last.
    size_wanted: Mutex<Option<(u32, u32)>>,
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
    // The frame around the window is as large as the screen, so there is nothing to do for it.
    fn request_resize(&self, new_size: GuiSize) -> Result<(), clack_host::prelude::HostError> {
        if let Ok(mut wanted) = self.size_wanted.lock() {
            *wanted = Some((new_size.width, new_size.height));
        }
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
    audio: Option<ClapAudio>,
    /// Parameter changes that go out with the next block.
    pending: Vec<HostEvent>,
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
        Ok(Self { instance, audio: None, pending: Vec::new() })
    }

    /// Makes the plugin's window, which is neither inside another nor shown yet.
    ///
    /// # Errors
    /// When the plugin has no window, or does not make it.
    pub fn make_window(&mut self) -> Result<(), HostError> {
        let configuration = GuiConfiguration { api_type: GuiApiType::X11, is_floating: false };
        let gui = self.gui()?;
        gui.create(&self.instance.plugin_handle(), configuration).map_err(|_| HostError::Refused("making its window"))
    }

    /// Opens the plugin's window inside an X11 window, which must live until [`ClapHost::close_window`] is called.
    /// Between making it and showing it the host takes a pause. Returns its width and height in pixels.
    ///
    /// # Errors
    /// When the plugin has no window, or does not open it.
    pub fn open_window(&mut self, frame: u32, pause: Duration) -> Result<(u32, u32), HostError> {
        self.make_window()?;
        let gui = self.gui()?;
        let plugin = self.instance.plugin_handle();
        let size = gui.get_size(&plugin).ok_or(HostError::Refused("its window's size"))?;
        // SAFETY: the caller keeps the frame until the window is closed.
        unsafe { gui.set_parent(&plugin, Window::from_x11_handle(frame.into())) }
            .map_err(|_| HostError::Refused("its window's frame"))?;
        thread::sleep(pause);
        gui.show(&plugin).map_err(|_| HostError::Refused("showing its window"))?;
        Ok((size.width, size.height))
    }

    /// Tells the window that its frame has another size, in pixels.
    ///
    /// # Errors
    /// When the plugin has no window, or does not take the size.
    pub fn resize_window(&mut self, width: u32, height: u32) -> Result<(), HostError> {
        let gui = self.gui()?;
        gui.set_size(&self.instance.plugin_handle(), GuiSize { width, height })
            .map_err(|_| HostError::Refused("another size for its window"))
    }

    /// The width and height in pixels that the window asked for last.
    pub fn size_wanted(&mut self) -> Option<(u32, u32)> {
        self.serve_main_thread();
        self.instance.access_shared_handler(|callbacks| callbacks.size_wanted.lock().ok().and_then(|size| *size))
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
}

/// A stream that moves at most so many bytes at a time, as the format allows every host.
struct Pieces<T> {
    inner: T,
    most: usize,
}

impl Read for Pieces<&[u8]> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let room = buffer.len().min(self.most);
        self.inner.read(&mut buffer[..room])
    }
}

impl Write for Pieces<Vec<u8>> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.inner.write(&bytes[..bytes.len().min(self.most)])
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
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
                    range: (info.min_value, info.max_value, info.default_value),
                    steps: info
                        .flags
                        .contains(ParamInfoFlags::IS_STEPPED)
                        .then_some((info.max_value - info.min_value) as u32),
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
        self.pending.push(HostEvent::Parameter { time: 0, id: id.get(), value });
        if let Some(mut inactive) = self.instance.inactive_plugin_handle() {
            let changes = audio::buffer(&mem::take(&mut self.pending));
            params.flush(&mut inactive, &changes.as_input(), &mut OutputEvents::void());
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
        let params = self.params()?;
        self.audio = Some(ClapAudio::new(started, params, setup));
        Ok(())
    }

    fn process(
        &mut self,
        frames: u32,
        transport: Option<&Transport>,
        notes: &[NoteEvent],
    ) -> Result<Vec<NoteEvent>, HostError> {
        self.serve_main_thread();
        let mut events = mem::take(&mut self.pending);
        events.extend(notes.iter().copied().map(HostEvent::Note));
        self.audio()?.process_events(frames, transport, &events)
    }

    fn audio(&mut self) -> Result<&mut dyn Audio, HostError> {
        match &mut self.audio {
            Some(audio) => Ok(audio),
            None => Err(HostError::Refused("processing while inactive")),
        }
    }

    fn on_two_threads(
        &mut self,
        audio: &mut (dyn FnMut(&mut dyn Audio) + Send),
        main: &mut dyn FnMut(&mut dyn Host),
    ) -> Result<(), HostError> {
        let mut side = self.audio.take().ok_or(HostError::Refused("processing while inactive"))?;
        thread::scope(|scope| {
            scope.spawn(|| audio(&mut side));
            main(self);
        });
        self.audio = Some(side);
        self.serve_main_thread();
        Ok(())
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

    fn save_in_pieces(&mut self, most: usize) -> Result<Vec<u8>, HostError> {
        let state = self.state()?;
        let mut stream = Pieces { inner: Vec::new(), most };
        state.save(&self.instance.plugin_handle(), &mut stream).map_err(|_| HostError::Refused("saving"))?;
        Ok(stream.inner)
    }

    fn load_in_pieces(&mut self, bytes: &[u8], most: usize) -> Result<(), HostError> {
        let state = self.state()?;
        let mut stream = Pieces { inner: bytes, most };
        state.load(&self.instance.plugin_handle(), &mut stream).map_err(|_| HostError::Refused("loading"))?;
        self.serve_main_thread();
        Ok(())
    }

    fn deactivate(&mut self) {
        if let Some(stopped) = self.audio.take().and_then(ClapAudio::stop) {
            self.instance.deactivate(stopped);
        }
    }
}

impl Drop for ClapHost {
    fn drop(&mut self) {
        self.deactivate();
    }
}
