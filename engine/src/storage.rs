//! Files that are written whole or not at all, the user's data folder with the preferences for all projects, and the
//! folder of what can be made again.

pub(crate) mod atomic_file;
pub(crate) mod cache_folder;
pub(crate) mod data_folder;
mod patience;
pub(crate) mod preferences;

pub use atomic_file::{SaveError, check, check_folder, save, save_folder, save_new};
pub use cache_folder::{CACHE_VARIABLE, CacheFolder};
pub use data_folder::{DATA_VARIABLE, DataFolder, is_name};
pub use preferences::{Preferences, PreferencesError};
