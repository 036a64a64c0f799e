//! Where to look for the ONNX Runtime library.

use super::pinned;
use crate::storage::data_folder::DataFolder;
use std::path::{Path, PathBuf};

/// The environment variable that names the library file; if it is set, no other file is tried.
pub const LIBRARY_VARIABLE: &str = "CONTINUO_ONNXRUNTIME";

/// Where to look for the library, first choice first: only the file that `CONTINUO_ONNXRUNTIME` names, if it is set; or
/// else beside the plugin or program, in a folder `continuo` there, and in `runtime` in the user's data folder. Never in
/// the working folder, which anybody may write to.
pub fn library_candidates() -> Vec<PathBuf> {
    let images = [process_path::get_dylib_path(), process_path::get_executable_path()];
    library_candidates_beside(images.iter().flatten().filter_map(|image| image.parent()).map(Path::to_owned))
}

/// As [`library_candidates`], for plugins or programs that lie in these folders.
pub fn library_candidates_beside(programs: impl IntoIterator<Item = PathBuf>) -> Vec<PathBuf> {
    if let Some(path) = named() {
        return vec![path];
    }
    let Some(library) = pinned::for_this_system() else { return Vec::new() };
    let mut folders: Vec<PathBuf> = Vec::new();
    for folder in programs {
        let own = folder.join("continuo");
        folders.extend([folder, own]);
    }
    folders.extend(DataFolder::of_user().map(|data| data.runtime()).filter(|folder| folder.is_absolute()));
    without_duplicates(folders).into_iter().map(|folder| folder.join(library.file)).collect()
}

/// The file that `CONTINUO_ONNXRUNTIME` names.
fn named() -> Option<PathBuf> {
    Some(std::env::var_os(LIBRARY_VARIABLE).filter(|path| !path.is_empty())?.into())
}

/// Keeps the first occurrence of each folder.
fn without_duplicates(folders: Vec<PathBuf>) -> Vec<PathBuf> {
    let mut kept: Vec<PathBuf> = Vec::with_capacity(folders.len());
    for folder in folders {
        if !kept.contains(&folder) {
            kept.push(folder);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_working_folder_is_never_searched() {
        assert!(library_candidates().iter().all(|path| path.is_absolute()));
    }

    #[test]
    fn no_folder_is_searched_twice() {
        let folders = ["/a", "/a/continuo", "/a", "/b", "/a/continuo"].map(PathBuf::from);
        assert_eq!(without_duplicates(folders.into()), ["/a", "/a/continuo", "/b"].map(PathBuf::from));
        let found = library_candidates();
        let data = DataFolder::of_user().map(|data| data.runtime());
        let is_set = std::env::var_os(LIBRARY_VARIABLE).is_some_and(|path| !path.is_empty());
        if let (Some(data), false, Some(_)) = (data, is_set, pinned::for_this_system()) {
            assert_eq!(found.iter().filter(|path| path.starts_with(&data)).count(), usize::from(data.is_absolute()));
        }
    }
}
