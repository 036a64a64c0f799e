//! What an instance's threads and its editor have in common.

use crate::{
    files::{
        reader::FileReader,
        take_folder::{Source, Standing, TakeFolder},
    },
    params::ContinuoParams,
    process::{standalone_transport::OwnTransport, window_keys::Keys},
};
use continuo_engine::{data_folder::DataFolder, model::PreferencesError, monitor::Monitor, shared::Shared};
use nice_plug_egui::RepaintNotifier;
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

/// Made with the plugin; each part says itself which thread owns it.
pub struct Wiring {
    /// The parameters.
    pub params: Arc<ContinuoParams>,
    /// What composer, host and editor share.
    pub shared: Arc<Shared>,
    /// Where the audio thread is.
    pub monitor: Arc<Monitor>,
    /// Keys that are played in the window, on their way to the audio thread.
    pub keys: Keys,
    /// The transport of the program without a host.
    pub own_transport: OwnTransport,
    /// The folder that fills with each take.
    pub take_folder: TakeFolder,
    /// Reads the files that are given to the window.
    pub file_reader: FileReader,
    /// Asks the window to draw itself: one atomic store.
    pub repaint: RepaintNotifier,
    /// The count of the composer's changes that the audio thread saw last. Written by the audio thread alone.
    seen: AtomicU64,
}

impl Wiring {
    /// Everything at rest. What the user chose on this machine is kept in `data`, if there is such a place.
    pub fn new(params: Arc<ContinuoParams>, shared: Arc<Shared>, data: Option<DataFolder>) -> Self {
        Self {
            params,
            shared,
            monitor: Arc::default(),
            take_folder: TakeFolder::new(data),
            file_reader: FileReader::default(),
            keys: Keys::default(),
            own_transport: OwnTransport::default(),
            repaint: RepaintNotifier::new(),
            seen: AtomicU64::new(0),
        }
    }

    /// From now on the folder for takes is filled that the project names, if the user chose it. Called when
    /// the plugin is activated and when its window opens, and not before: a host that only scans starts no thread.
    pub fn watch_takes(&self) {
        let (shared, params) = (Arc::clone(&self.shared), Arc::clone(&self.params));
        let repaint = self.repaint.clone();
        let source = Source { shared, params, monitor: Arc::clone(&self.monitor) };
        self.take_folder.start(source, move || repaint.request_repaint());
    }

    /// What becomes of the takes.
    pub fn takes(&self) -> Standing {
        self.take_folder.standing(self.params.editor.read().takes_folder.clone())
    }

    /// Names another folder for takes in the project, or none.
    pub fn name_take_folder(&self, folder: Option<PathBuf>) {
        self.params.editor.write().takes_folder = folder;
        self.take_folder.wake();
    }

    /// The user chose a folder for takes, or allowed one.
    ///
    /// # Errors
    /// When that cannot be remembered. Here it counts all the same.
    pub fn allow_takes(&self, folder: &Path) -> Result<(), PreferencesError> {
        let remembered = self.take_folder.allow(folder);
        self.take_folder.wake();
        remembered
    }

    /// Called by the audio thread after a block: asks for a repaint if there is something new to see.
    pub fn block_played(&self, reading: &continuo_engine::monitor::Reading) {
        let moved = self.monitor.show(reading);
        let changes = self.shared.changes();
        if self.seen.swap(changes, Relaxed) != changes || moved {
            self.repaint.request_repaint();
        }
    }
}
