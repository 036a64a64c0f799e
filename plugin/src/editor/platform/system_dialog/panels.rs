//! The file dialogs of Windows and macOS, which belong to the system.

use super::{Answer, PathKind};
use parking_lot::Mutex;
use rfd::{AsyncFileDialog, FileHandle};
use std::{
    mem,
    path::Path,
    pin::Pin,
    sync::Once,
    task::{Context, Poll, Waker},
};

/// What the system calls files that a song is read from.
const MIDI_FILES: [&str; 5] = ["mid", "midi", "smf", "kar", "rmi"];

/// The choice that is made in an open dialog.
type Choice = Pin<Box<dyn Future<Output = Option<FileHandle>> + Send>>;

/// An open dialog. Nobody can close it but the user; when it is dropped, the choice is ignored.
///
/// Only the thread that draws the window asks for the answer. The lock is never taken: it makes the future, which may only
/// be sent, one that the window's state may hold.
pub struct SystemDialog(Mutex<Choice>);

impl SystemDialog {
    /// Opens a dialog that starts at a path. `None` if the system has no such dialog.
    #[expect(clippy::unnecessary_wraps, reason = "there are systems without one")]
    pub fn open(kind: PathKind, path: &Path) -> Option<Self> {
        stay_loaded();
        let folder = if path.is_dir() { Some(path) } else { path.parent() };
        let mut dialog = AsyncFileDialog::new().set_title("Continuo");
        if let Some(folder) = folder.filter(|folder| folder.is_dir()) {
            dialog = dialog.set_directory(folder);
        }
        let choice: Choice = match kind {
            PathKind::NewFile => {
                let name = path.file_name().filter(|_| !path.is_dir()).unwrap_or_default();
                // No filter: the system would add its ending to the name of a song in another format.
                Box::pin(dialog.set_file_name(name.to_string_lossy()).save_file())
            }
            PathKind::ExistingFile => Box::pin(dialog.add_filter("MIDI", &MIDI_FILES).pick_file()),
            PathKind::SoundFont => Box::pin(dialog.add_filter("SoundFont", &["sf2"]).pick_file()),
            PathKind::Folder => Box::pin(dialog.pick_folder()),
        };
        Some(Self(Mutex::new(choice)))
    }

    /// The state of the dialog. Does not wait.
    pub fn answer(&mut self) -> Answer {
        // Nobody is woken: the window asks again with its next frame.
        match self.0.get_mut().as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Pending => Answer::Waiting,
            Poll::Ready(None) => Answer::Cancelled,
            Poll::Ready(Some(file)) => Answer::Chosen(file.path().to_owned()),
        }
    }
}

/// From now on the plugin's library stays loaded: an open dialog runs code of it, also when the host has closed the plugin.
fn stay_loaded() {
    static LOADED_AGAIN: Once = Once::new();
    LOADED_AGAIN.call_once(|| {
        let Some(own) = process_path::get_dylib_path() else { return };
        // SAFETY: the library is loaded already, so no code of it runs: only its users are counted, one more from now on.
        if let Ok(library) = unsafe { libloading::Library::new(own) } {
            mem::forget(library);
        }
    });
}
