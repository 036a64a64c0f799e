//! The calls that a host makes: activate, process, deactivate, open the window.

use crate::{
    editor::ContinuoEditor,
    params::{ContinuoParams, migration},
    process::{
        host_transport,
        instance::Instance,
        melody_input::{CONTROLLERS, MelodyInput},
        model, note_output,
        reporter::Reporter,
        sound::Sound,
        wiring::Wiring,
    },
    variants::{NotesOnly, Standalone, Variant, WithAudio},
};
use continuo_engine::{composer::Shared, storage::DataFolder, styles::StyleFolder};
use nice_plug::prelude::*;
use std::{
    marker::PhantomData,
    sync::{Arc, atomic::Ordering::Relaxed},
};

/// The plugin for most hosts.
pub type Continuo = ContinuoPlugin<NotesOnly>;
/// The plugin for hosts that require audio outputs.
pub type ContinuoWithAudio = ContinuoPlugin<WithAudio>;

/// The program without a host.
pub type ContinuoAlone = ContinuoPlugin<Standalone>;

/// The plugin.
pub struct ContinuoPlugin<V> {
    params: Arc<ContinuoParams>,
    shared: Arc<Shared>,
    wiring: Arc<Wiring>,
    /// Started at the first activation, so that a host which only scans starts no thread. Kept when the host
    /// deactivates the plugin: notes that still sound are ended when it processes again.
    instance: Option<Instance>,
    melody: MelodyInput,
    /// Tells the host what learned controls move.
    reporter: Reporter,
    /// What is heard of it, in the plugin with audio out.
    sound: Sound,
    /// The host renders offline, so the performer waits for the composer. Set before each block.
    offline: bool,
    variant: PhantomData<V>,
}

impl<V: Variant> Default for ContinuoPlugin<V> {
    fn default() -> Self {
        let genres = model::genres();
        let data = DataFolder::of_user();
        let styles = data.as_ref().map(StyleFolder::of);
        let shared = Arc::new(Shared::with_styles(styles, &genres.style_space));
        let params = ContinuoParams::new(Arc::clone(&shared), genres.names, genres.default);
        let params = Arc::new(if V::SOUNDS { params } else { params.without_sounds() });
        params.learned.0.set_parameters(&*params);
        let wiring = Arc::new(Wiring::new(Arc::clone(&params), Arc::clone(&shared), data));
        wiring.is_heard.store(V::SOUNDS, Relaxed);
        let sound = Sound::new(Arc::clone(&wiring.sound_loader));
        let melody = MelodyInput::default();
        Self {
            params,
            shared,
            wiring,
            instance: None,
            melody,
            reporter: Reporter::default(),
            sound,
            offline: false,
            variant: PhantomData,
        }
    }
}

impl<V> Drop for ContinuoPlugin<V> {
    fn drop(&mut self) {
        // A window that the host never closed may keep the wiring alive; its threads must not outlive the library.
        self.wiring.take_folder.stop();
        self.wiring.file_reader.stop();
        self.sound.stop();
    }
}

impl<V: Variant> Plugin for ContinuoPlugin<V> {
    const NAME: &'static str = V::NAME;
    const VENDOR: &'static str = "Continuo";
    // Hosts show it. Empty until the package names one: `repository` in Cargo.toml.
    const URL: &'static str = env!("CARGO_PKG_REPOSITORY");
    const EMAIL: &'static str = "";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");

    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = V::LAYOUTS;
    // Hosts end notes by controllers, and players move them.
    const MIDI_INPUT: MidiConfig = MidiConfig::MidiCCs;
    // The framework counts program changes as controllers.
    const MIDI_OUTPUT: MidiConfig = MidiConfig::MidiCCs;

    type Editor = ContinuoEditor;
    type SysExMessage = ();
    type BackgroundTask = ();

    fn filter_state(state: &mut PluginState) {
        migration::migrate(state);
    }

    fn params(&self) -> Arc<dyn Params> {
        self.params.clone()
    }

    fn editor(&mut self, _executor: AsyncExecutor<Self>) -> Option<ContinuoEditor> {
        Some(ContinuoEditor::new(Arc::clone(&self.wiring)))
    }

    fn activate(
        &mut self,
        _layout: &AudioIOLayout,
        config: &BufferConfig,
        _context: &mut impl ActivateContext<Self>,
    ) -> bool {
        let sample_rate = f64::from(config.sample_rate);
        self.wiring.start_take_folder();
        if V::SOUNDS {
            self.sound.prepare(sample_rate);
        }
        if let Some(instance) = &mut self.instance {
            instance.activate_again(sample_rate);
            return true;
        }
        match Instance::start(&self.shared, sample_rate) {
            Ok(instance) => self.instance = Some(instance),
            // Without a composer there are no parts, but the melody still passes through.
            Err(error) => nice_error!("Continuo could not start its composer thread: {error}"),
        }
        true
    }

    fn reset(&mut self) {
        if let Some(instance) = &mut self.instance {
            instance.performer.reset();
        }
        self.sound.reset();
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        aux: &mut AuxiliaryBuffers,
        context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        for channel in buffer.as_slice() {
            channel.fill(0.0);
        }
        let frames = buffer.samples() as u32;
        if V::SOUNDS {
            self.sound.begin(self.offline);
        }
        // In bypass everything passes.
        let learned = Some(&*self.params.learned.0).filter(|_| !self.params.bypass.value());
        self.melody.collect(self.wiring.window_keys.played(), context, frames, learned, &self.params.settings());
        let Some(instance) = &mut self.instance else {
            note_output::send_melody(context, self.melody.events());
            if V::SOUNDS {
                self.sound.hear_melody(self.melody.events(), &self.params);
                self.sound.render(buffer, aux.outputs, &self.params, None, None);
            }
            return ProcessStatus::KeepAlive;
        };
        let transport = if context.plugin_api() == PluginApi::Standalone {
            self.wiring.standalone_transport.advance(frames, f64::from(context.transport().sample_rate))
        } else {
            host_transport::block_transport(context.transport(), self.offline)
        };
        self.wiring.show_meter(transport.meter);
        let sample_rate = f64::from(context.transport().sample_rate);
        // A learned controller acts at its sample: there the block is played in pieces.
        self.reporter.begin(frames, sample_rate);
        for piece in self.melody.pieces(frames) {
            for &moved in piece.moved {
                if let Some((parameter, value)) = self.params.learned.0.act(moved) {
                    self.reporter.moved(piece.from, parameter, value);
                }
            }
            piece.controls().for_each(|event| instance.performer.control(event));
            instance.performer.call(self.params.intro.value(), self.params.end.value());
            instance.performer.process(
                &transport.later(piece.from, sample_rate),
                piece.frames(),
                &self.params.settings(),
                self.params.bypass.value(),
                self.params.generate.value(),
                piece.strokes,
                &mut |event| {
                    let event = piece.in_block(event);
                    note_output::send(context, event);
                    if V::SOUNDS {
                        self.sound.hear(event, &self.params);
                    }
                },
            );
        }
        if V::SOUNDS {
            let (programs, lead) = (instance.performer.programs(), instance.performer.lead_program());
            self.sound.render(buffer, aux.outputs, &self.params, programs, lead);
        }
        self.wiring.block_played(&instance.performer.reading());
        ProcessStatus::KeepAlive
    }

    fn deactivate(&mut self) {
        if let Some(instance) = &mut self.instance {
            instance.performer.reset();
            instance.log_status(&self.shared);
        }
        self.reporter.end();
    }
}

/// The project's address, if the package names one.
const fn address() -> Option<&'static str> {
    let address = env!("CARGO_PKG_REPOSITORY");
    if address.is_empty() { None } else { Some(address) }
}

impl<V: Variant> ClapPlugin for ContinuoPlugin<V> {
    const CLAP_ID: &'static str = V::CLAP_ID;
    const CLAP_DESCRIPTION: Option<&'static str> = Some("An ensemble that accompanies a melody");
    const CLAP_MANUAL_URL: Option<&'static str> = address();
    const CLAP_SUPPORT_URL: Option<&'static str> = address();
    const CLAP_FEATURES: &'static [ClapFeature] = V::FEATURES;

    fn begin_block(&mut self, mode: ProcessMode) {
        self.offline = mode == ProcessMode::Offline;
    }

    fn parameter_output(&self) -> Option<Arc<ParameterOutput>> {
        Some(self.reporter.output())
    }
}

impl<V: Variant> Vst3Plugin for ContinuoPlugin<V> {
    const VST3_CLASS_ID: [u8; 16] = V::VST3_CLASS_ID;
    const VST3_SUBCATEGORIES: &'static [Vst3SubCategory] = V::SUBCATEGORIES;
    // Hidden parameters. Without this list there would be 2,080 of them.
    const VST3_MIDI_CONTROLLERS: Option<&'static [&'static [u8]]> = Some(&CONTROLLERS);

    fn begin_block(&mut self, mode: ProcessMode) {
        self.offline = mode == ProcessMode::Offline;
    }

    fn parameter_output(&self) -> Option<Arc<ParameterOutput>> {
        Some(self.reporter.output())
    }
}
