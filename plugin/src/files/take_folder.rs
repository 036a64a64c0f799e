//! A folder that fills with each take, one MIDI file a phrase.
//!
//! The project names the folder, and a project may come from anybody: it is filled only if this user chose it on this
//! machine (`take_folder/permission.rs`). Until then the window asks.

mod permission;
mod writer;

use continuo_engine::{data_folder::DataFolder, midi_file::SaveError, model::PreferencesError};
use parking_lot::Mutex;
use permission::Permission;
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread::{self, JoinHandle},
    time::Duration,
};
pub use writer::Source;
use writer::Writer;

/// How often it is looked whether there is a new take or another folder.
const PAUSE: Duration = Duration::from_millis(200);
/// How long to wait before a file that could not be written is tried again.
const PAUSE_AFTER_FAULT: Duration = Duration::from_secs(2);

/// Writes takes in a thread of its own, so that neither composer nor window waits for a disk. Owned by the plugin
/// instance; dropping it joins the thread.
pub struct TakeFolder {
    permission: Arc<Permission>,
    worker: Mutex<Work>,
    /// Why nothing is written. Written by the thread, and by whoever could not start it; read by the editor.
    fault: Fault,
}

/// A sentence without its full stop, if there is something wrong.
type Fault = Arc<Mutex<Option<String>>>;

/// What becomes of the takes, as far as their folder decides it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// No folder is named.
    #[default]
    Off,
    /// They are written there.
    Filled(PathBuf),
    /// The project names a folder that this user never chose here: nothing is written until it is allowed.
    Asked(PathBuf),
}

/// Why takes are not written.
#[derive(Debug, thiserror::Error)]
enum TakeError {
    /// What the folder is depends on where the host was started.
    #[error("the project names the folder {} without its full path; choose the folder again", .0.display())]
    NoFullPath(PathBuf),
    /// A file could not be written.
    #[error(transparent)]
    Save(#[from] SaveError),
    /// There is no thread to do it.
    #[error("the system has no thread for it ({0}); close something and open the project again")]
    NoThread(std::io::Error),
}

#[derive(Default)]
enum Work {
    /// Nobody started it.
    #[default]
    Idle,
    /// The thread looks for takes.
    Going(Worker),
    /// The plugin is gone: a window that its host forgot must start no thread that outlives the library.
    Over,
}

struct Worker {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl TakeFolder {
    /// Writes nothing yet. The folders that the user chose are remembered in `data`, if there is such a place.
    pub fn new(data: Option<DataFolder>) -> Self {
        Self { permission: Arc::new(Permission::new(data)), worker: Mutex::default(), fault: Fault::default() }
    }

    /// From now on takes are written to the folder that the project names, beginning with those that there are, as
    /// long as the user chose that folder. `notify` is called on the thread when [`TakeFolder::fault`] or
    /// [`TakeFolder::standing`] may have changed.
    pub fn start(&self, source: Source, notify: impl Fn() + Send + 'static) {
        let mut worker = self.worker.lock();
        if !matches!(*worker, Work::Idle) {
            return;
        }
        let stop = Arc::new(AtomicBool::new(false));
        let mut writer = Writer::new(source, Arc::clone(&self.permission), Arc::clone(&stop));
        let (stopped, fault) = (Arc::clone(&stop), Arc::clone(&self.fault));
        let work = move || {
            while !stopped.load(Relaxed) {
                let found = writer.look().err().map(|error| error.to_string());
                let pause = if found.is_some() { PAUSE_AFTER_FAULT } else { PAUSE };
                let changed = std::mem::replace(&mut *fault.lock(), found.clone()) != found;
                if changed || writer.asks_anew() {
                    notify();
                }
                thread::park_timeout(pause);
            }
        };
        match thread::Builder::new().name("continuo takes".to_owned()).spawn(work) {
            Ok(thread) => *worker = Work::Going(Worker { stop, thread }),
            Err(error) => *self.fault.lock() = Some(TakeError::NoThread(error).to_string()),
        }
    }

    /// Looks at once whether the project names another folder.
    pub fn wake(&self) {
        if let Work::Going(worker) = &*self.worker.lock() {
            worker.thread.thread().unpark();
        }
    }

    /// Writes no more, whatever is asked later, and waits for the thread's end.
    pub fn stop(&self) {
        let work = std::mem::replace(&mut *self.worker.lock(), Work::Over);
        if let Work::Going(worker) = work {
            worker.end();
        }
    }

    /// The user chose this folder: it may be filled, in this project and in others on this machine.
    ///
    /// # Errors
    /// When that cannot be remembered. In this instance it counts all the same.
    pub fn allow(&self, folder: &Path) -> Result<(), PreferencesError> {
        self.permission.give(folder)
    }

    /// What becomes of takes when the project names this folder. Looks at no disk.
    pub fn standing(&self, named: Option<PathBuf>) -> Standing {
        match named {
            None => Standing::Off,
            // What is wrong with it is told as a fault; there is nothing that could be allowed.
            Some(folder) if !folder.is_absolute() || self.permission.covers(&folder) => Standing::Filled(folder),
            Some(folder) => Standing::Asked(folder),
        }
    }

    /// Why nothing is written, as a sentence without its full stop.
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
