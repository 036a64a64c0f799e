//! The folders for takes that this user chose on this machine.

use continuo_engine::{
    data_folder::DataFolder,
    model::{Preferences, PreferencesError},
};
use parking_lot::Mutex;
use std::path::{Path, PathBuf};

/// Which folders may be filled. Owned by the plugin instance; asked by its writer of takes and its editor. The lock is
/// held for short comparisons only, never while a disk is read.
pub struct Permission {
    data: Option<DataFolder>,
    known: Mutex<Vec<PathBuf>>,
}

impl Permission {
    /// Nothing is known yet of what the preferences in `data` say.
    pub fn new(data: Option<DataFolder>) -> Self {
        Self { data, known: Mutex::default() }
    }

    /// Whether a folder may be filled, as far as is known. Looks at no disk.
    pub fn covers(&self, folder: &Path) -> bool {
        self.known.lock().iter().any(|known| known == folder)
    }

    /// Whether a folder may be filled. Reads the preferences unless that is known already: another instance may have
    /// been allowed meanwhile.
    pub fn look(&self, folder: &Path) -> bool {
        if self.covers(folder) {
            return true;
        }
        let Some(data) = &self.data else { return false };
        let chosen = Preferences::take_folders_of(data);
        let mut known = self.known.lock();
        known.extend(chosen.into_iter().filter(|chosen| chosen == folder));
        known.iter().any(|known| known == folder)
    }

    /// The user chose this folder.
    ///
    /// # Errors
    /// When that cannot be remembered for other projects. For this instance it counts all the same.
    pub fn give(&self, folder: &Path) -> Result<(), PreferencesError> {
        if !self.covers(folder) {
            self.known.lock().push(folder.to_owned());
        }
        let Some(data) = &self.data else { return Ok(()) };
        Preferences::change(data, |preferences| preferences.choose_take_folder(folder.to_owned()))
    }
}
