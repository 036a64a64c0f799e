//! Files that are written whole or not at all, and the user's data folder with the preferences for all projects.

pub(crate) mod atomic_file;
pub(crate) mod data_folder;
pub(crate) mod preferences;

pub use atomic_file::{SaveError, check, check_folder, save, save_folder, save_new};
pub use data_folder::{DATA_VARIABLE, DataFolder, is_name};
pub use preferences::{Preferences, PreferencesError};
