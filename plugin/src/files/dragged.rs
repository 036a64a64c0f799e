//! Files that are dragged out of the window into other programs.

use continuo_engine::score::Export;
use continuo_engine::storage::{self, CacheFolder};
use std::{fs, path::PathBuf};

/// The folder for dragged files: the user's own, so that nobody else can have put anything there. Nothing deletes the
/// files, since a DAW may play a file from where it lies.
pub fn folder() -> Option<PathBuf> {
    Some(CacheFolder::of_user()?.dragged())
}

/// Writes a file that will never be overwritten: by the time of the next drag it may be part of somebody's project.
///
/// # Errors
/// A sentence that says why the file could not be written.
pub fn write(file: &Export) -> Result<PathBuf, String> {
    let folder = folder().ok_or("this system has no cache folder for your programs: save the phrase instead")?;
    fs::create_dir_all(&folder).map_err(|error| format!("{} could not be created: {error}", folder.display()))?;
    storage::save_new(&folder, &file.name, &file.bytes).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dragged_files_lie_in_a_folder_of_the_users_own() {
        let Some(folder) = folder() else { return };
        assert!(folder.is_absolute());
        assert!(!folder.starts_with(std::env::temp_dir()), "{}", folder.display());
    }
}
