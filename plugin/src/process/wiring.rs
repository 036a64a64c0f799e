//! What an instance's threads and its editor share.

use crate::{
    files::{
        reader::FileReader,
        take_folder::writer::TakeSource,
        take_folder::{TakeFolder, TakeFolderStatus},
    },
    params::ContinuoParams,
    process::{sound_loader::SoundLoader, standalone_transport::StandaloneTransport, window_keys::WindowKeys},
};
use continuo_engine::{
    composer::Shared,
    network::MelodyEngine,
    realtime::Monitor,
    storage::{DataFolder, Preferences, PreferencesError},
};
use continuo_music::meter::Meter;
use nice_plug_egui::RepaintNotifier;
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
};

/// Created with the plugin; the type of each field says which thread owns it.
pub struct Wiring {
    /// The parameters.
    pub params: Arc<ContinuoParams>,
    /// What composer, host and editor share.
    pub shared: Arc<Shared>,
    /// The audio thread's position in the song.
    pub monitor: Arc<Monitor>,
    /// Keys that are played in the window, on their way to the audio thread.
    pub window_keys: WindowKeys,
    /// The transport of the standalone program.
    pub standalone_transport: StandaloneTransport,
    /// Writes each take to a folder.
    pub take_folder: TakeFolder,
    /// Reads the files that the player drops or opens.
    pub file_reader: FileReader,
    /// Asks the window to draw itself: one atomic store.
    pub repaint: RepaintNotifier,
    /// Whether this plugin is heard, and not the note effect. Set when it is made.
    pub is_heard: AtomicBool,
    /// Loads the sounds; the window chooses them.
    pub sound_loader: Arc<SoundLoader>,
    /// The user's choices on this machine, if the system has a folder for them.
    data: Option<DataFolder>,
    /// The host's meter: numerator and denominator in the upper and lower half, 0 while unknown. Written by the audio
    /// thread alone.
    host_meter: AtomicU64,
    /// The composer's count of changes that the audio thread saw last. Written by the audio thread alone.
    seen: AtomicU64,
}

impl Wiring {
    /// Starts nothing yet. `data` holds the user's choices on this machine, if the system has a folder for them.
    pub fn new(params: Arc<ContinuoParams>, shared: Arc<Shared>, data: Option<DataFolder>) -> Self {
        Self {
            params,
            shared,
            monitor: Arc::default(),
            take_folder: TakeFolder::new(data.clone()),
            sound_loader: Arc::new(SoundLoader::new(data.clone())),
            data,
            file_reader: FileReader::default(),
            window_keys: WindowKeys::default(),
            standalone_transport: StandaloneTransport::default(),
            repaint: RepaintNotifier::new(),
            is_heard: AtomicBool::new(true),
            host_meter: AtomicU64::new(0),
            seen: AtomicU64::new(0),
        }
    }

    /// Starts the thread that writes takes to the project's folder, if the user chose that folder. Called when the
    /// plugin is activated and when its window opens, but not before: a host that only scans starts no thread.
    pub fn start_take_folder(&self) {
        let (shared, params) = (Arc::clone(&self.shared), Arc::clone(&self.params));
        let repaint = self.repaint.clone();
        let source = TakeSource { shared, params, monitor: Arc::clone(&self.monitor) };
        self.take_folder.start(source, move || repaint.request_repaint());
    }

    /// Whether takes are written, and where.
    pub fn take_folder_status(&self) -> TakeFolderStatus {
        self.take_folder.status(self.params.editor.read().takes_folder.clone())
    }

    /// Sets the project's folder for takes; `None` for no folder.
    pub fn set_take_folder(&self, folder: Option<PathBuf>) {
        self.params.editor.write().takes_folder = folder;
        self.take_folder.wake();
    }

    /// Allows this instance and later ones to write takes to a folder, because the user chose it.
    ///
    /// # Errors
    /// The choice cannot be saved for later. This instance may use the folder all the same.
    pub fn allow_take_folder(&self, folder: &Path) -> Result<(), PreferencesError> {
        let saved = self.take_folder.allow(folder);
        self.take_folder.wake();
        saved
    }

    /// The user's data folder, if the system has one.
    pub fn data(&self) -> Option<&DataFolder> {
        self.data.as_ref()
    }

    /// Whether this user was not yet shown where the help is. Without a place to remember it, there is no hint.
    pub fn is_hint_due(&self) -> bool {
        let read = |data| Preferences::read(data).is_ok_and(|preferences| !preferences.help_found);
        self.data.as_ref().is_some_and(read)
    }

    /// Remembers that this user knows where the help is.
    pub fn keep_hint_closed(&self) {
        if let Some(data) = &self.data
            && let Err(error) = Preferences::change(data, |preferences| preferences.help_found = true)
        {
            nice_plug::prelude::nice_warn!("Continuo: the hint about its help will be shown again: {error}");
        }
    }

    /// What this user chose to make windows easier to read: larger text, and high contrast.
    pub fn legibility(&self) -> (bool, bool) {
        self.data.as_ref().map(Preferences::legibility_of).unwrap_or_default()
    }

    /// Remembers what this user chose to make windows easier to read.
    ///
    /// # Errors
    /// The preferences cannot be written.
    pub fn keep_legibility(&self, larger_text: bool, high_contrast: bool) -> Result<(), PreferencesError> {
        let Some(data) = &self.data else { return Ok(()) };
        Preferences::change(data, |preferences| {
            (preferences.larger_text, preferences.high_contrast) = (larger_text, high_contrast);
        })
    }

    /// What the user chose to go on with melodies, in *Extend* and Lead.
    pub fn melody_engine(&self) -> MelodyEngine {
        self.data.as_ref().map(MelodyEngine::chosen_in).unwrap_or_default()
    }

    /// Chooses what goes on with melodies, for all projects. Lead follows within a second, *Extend* when it runs next.
    ///
    /// # Errors
    /// In a sentence: the preferences cannot be written, or the system has no folder for them.
    pub fn choose_melody_engine(&self, engine: MelodyEngine) -> Result<(), String> {
        let data = self.data.as_ref().ok_or("this system has no folder for your data; set CONTINUO_DATA to one")?;
        engine.choose_in(data).map_err(|error| error.to_string())
    }

    /// The host's meter in its last block, if it told one that music can have.
    pub fn host_meter(&self) -> Option<Meter> {
        let both = self.host_meter.load(Relaxed);
        Meter::new((both >> 32) as i64, (both & 0xffff_ffff) as i64)
    }

    /// Called by the audio thread before each block: keeps the host's meter for the window.
    pub fn show_meter(&self, meter: Option<(i64, i64)>) {
        let (numerator, denominator) = meter.unwrap_or_default();
        self.host_meter.store((numerator as u64 & 0xffff_ffff) << 32 | denominator as u64 & 0xffff_ffff, Relaxed);
    }

    /// Called by the audio thread after each block: asks for a repaint if the window would look different.
    pub fn block_played(&self, reading: &continuo_engine::realtime::MonitorReading) {
        let moved = self.monitor.show(reading);
        let changes = self.shared.changes();
        if self.seen.swap(changes, Relaxed) != changes || moved {
            self.repaint.request_repaint();
        }
    }
}
