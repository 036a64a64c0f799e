//! What an instance's threads and its editor have in common.

use crate::{
    file_reader::FileReader, keys::Keys, own_transport::OwnTransport, params::ContinuoParams, take_folder::TakeFolder,
};
use continuo_engine::{monitor::Monitor, shared::Shared};
use nice_plug_egui::RepaintNotifier;
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::Relaxed},
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
    /// Everything at rest.
    pub fn new(params: Arc<ContinuoParams>, shared: Arc<Shared>) -> Self {
        Self {
            params,
            shared,
            monitor: Arc::default(),
            take_folder: TakeFolder::default(),
            file_reader: FileReader::default(),
            keys: Keys::default(),
            own_transport: OwnTransport::default(),
            repaint: RepaintNotifier::new(),
            seen: AtomicU64::new(0),
        }
    }

    /// Fills the folder that the project remembers.
    pub fn fill_folder(&self) {
        let folder = self.params.editor.read().takes_folder.clone();
        self.take_folder.set(folder, &self.shared, &self.params, &self.monitor);
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
