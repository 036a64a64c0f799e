//! A folder to which each take is written, one MIDI file per phrase.
//!
//! The project names the folder, and projects may come from strangers: takes are written only if this user chose the
//! folder on this machine (`take_folder/permission.rs`). Until then the window asks.

pub mod error;
pub mod permission;
pub mod writer;

use self::{
    error::TakeError,
    permission::Permission,
    writer::{TakeSource, Writer},
};
use continuo_engine::storage::{DataFolder, PreferencesError};
use parking_lot::Mutex;
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

/// How often the thread looks for a new take or another folder.
const PAUSE: Duration = Duration::from_millis(200);
/// The pause before a file that could not be written is tried again.
const PAUSE_AFTER_FAULT: Duration = Duration::from_secs(2);

/// Writes takes on a thread of its own, so that neither composer nor window waits for a disk. Owned by the plugin
/// instance; dropping it joins the thread.
pub struct TakeFolder {
    permission: Arc<Permission>,
    worker: Mutex<Work>,
    /// Why no takes are written. The thread writes it, or the caller that could not start the thread; the editor reads
    /// it.
    fault: Fault,
}

/// The error as a sentence without its full stop; `None` without an error.
type Fault = Arc<Mutex<Option<String>>>;

/// Whether takes are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TakeFolderStatus {
    /// The project names no folder.
    #[default]
    Off,
    /// Takes are written to this folder.
    Active(PathBuf),
    /// The project names a folder that this user never chose here: nothing is written until the user allows it.
    NeedsPermission(PathBuf),
}

#[derive(Default)]
enum Work {
    /// Not started.
    #[default]
    Idle,
    /// The thread runs.
    Running(Worker),
    /// The plugin is gone: a window that the host never closed must not start a thread that outlives the library.
    Stopped,
}

struct Worker {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl TakeFolder {
    /// Writes nothing yet. `data` holds the user's choice of folders, if the system has a folder for it.
    pub fn new(data: Option<DataFolder>) -> Self {
        Self { permission: Arc::new(Permission::new(data)), worker: Mutex::default(), fault: Fault::default() }
    }

    /// Starts to write takes, including those that exist already, to the folder that the project names, provided that
    /// the user chose that folder. The thread calls `notify` when [`TakeFolder::fault`] or [`TakeFolder::status`] may
    /// have changed.
    pub fn start(&self, source: TakeSource, notify: impl Fn() + Send + 'static) {
        let mut worker = self.worker.lock();
        if !matches!(*worker, Work::Idle) {
            return;
        }
        let stop = Arc::new(AtomicBool::new(false));
        let mut writer = Writer::new(source, Arc::clone(&self.permission), Arc::clone(&stop));
        let (stopped, fault) = (Arc::clone(&stop), Arc::clone(&self.fault));
        let work = move || {
            while !stopped.load(Relaxed) {
                let error = writer.write_new_takes().err().map(|error| error.to_string());
                let pause = if error.is_some() { PAUSE_AFTER_FAULT } else { PAUSE };
                let changed = std::mem::replace(&mut *fault.lock(), error.clone()) != error;
                if changed || writer.status_changed() {
                    notify();
                }
                thread::park_timeout(pause);
            }
        };
        match thread::Builder::new().name("continuo takes".to_owned()).spawn(work) {
            Ok(thread) => *worker = Work::Running(Worker { stop, thread }),
            Err(error) => *self.fault.lock() = Some(TakeError::NoThread(error).to_string()),
        }
    }

    /// Makes the thread look at once whether the project names another folder.
    pub fn wake(&self) {
        if let Work::Running(worker) = &*self.worker.lock() {
            worker.thread.thread().unpark();
        }
    }

    /// Stops for good, and waits until the thread ends.
    pub fn stop(&self) {
        let work = std::mem::replace(&mut *self.worker.lock(), Work::Stopped);
        if let Work::Running(worker) = work {
            worker.end();
        }
    }

    /// Allows takes in a folder that the user chose, in this project and in others on this machine.
    ///
    /// # Errors
    /// The choice cannot be saved. This instance may use the folder all the same.
    pub fn allow(&self, folder: &Path) -> Result<(), PreferencesError> {
        self.permission.grant(folder)
    }

    /// Whether takes are written if the project names this folder. Reads no disk.
    pub fn status(&self, named: Option<PathBuf>) -> TakeFolderStatus {
        match named {
            None => TakeFolderStatus::Off,
            // The user cannot allow a relative path; `fault` reports it.
            Some(folder) if !folder.is_absolute() || self.permission.is_known(&folder) => {
                TakeFolderStatus::Active(folder)
            }
            Some(folder) => TakeFolderStatus::NeedsPermission(folder),
        }
    }

    /// Why no takes are written, as a sentence without its full stop.
    pub fn fault(&self) -> Option<String> {
        self.fault.lock().clone()
    }
}

impl Drop for TakeFolder {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Worker {
    fn end(self) {
        self.stop.store(true, Relaxed);
        self.thread.thread().unpark();
        // A panic was reported where it happened.
        let _ = self.thread.join();
    }
}

#[cfg(test)]
mod tests;
