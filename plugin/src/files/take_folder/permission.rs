//! The folders for takes that this user has chosen on this machine.

use continuo_engine::storage::{DataFolder, Preferences, PreferencesError};
use parking_lot::Mutex;
use std::path::{Path, PathBuf};

/// Which folders may receive takes. Owned by the plugin instance; its writer of takes and its editor ask. The lock is
/// held for short comparisons only, never while a disk is read.
pub struct Permission {
    data: Option<DataFolder>,
    known: Mutex<Vec<PathBuf>>,
}

impl Permission {
    /// The preferences in `data` are not read yet.
    pub fn new(data: Option<DataFolder>) -> Self {
        Self { data, known: Mutex::default() }
    }

    /// Whether a folder is known to be allowed. Reads no disk.
    pub fn is_known(&self, folder: &Path) -> bool {
        self.known.lock().iter().any(|known| known == folder)
    }

    /// Whether a folder is allowed. Reads the preferences unless it is known to be: the user may have allowed it in
    /// another instance meanwhile.
    pub fn check(&self, folder: &Path) -> bool {
        if self.is_known(folder) {
            return true;
        }
        let Some(data) = &self.data else { return false };
        let chosen = Preferences::take_folders_of(data);
        let mut known = self.known.lock();
        known.extend(chosen.into_iter().filter(|chosen| chosen == folder));
        known.iter().any(|known| known == folder)
    }

    /// Allows a folder, because the user chose it.
    ///
    /// # Errors
    /// The choice cannot be saved for other projects. This instance may use the folder all the same.
    pub fn grant(&self, folder: &Path) -> Result<(), PreferencesError> {
        if !self.is_known(folder) {
            self.known.lock().push(folder.to_owned());
        }
        let Some(data) = &self.data else { return Ok(()) };
        Preferences::change(data, |preferences| preferences.choose_take_folder(folder.to_owned()))
    }
}
