//! Where to look for the ONNX Runtime library.

use super::pinned;
use crate::storage::data_folder::DataFolder;
use std::path::PathBuf;

/// The environment variable that names the library file; if it is set, no other file is tried.
pub const LIBRARY_VARIABLE: &str = "CONTINUO_ONNXRUNTIME";

/// Where to look for the library, first choice first: only the file that `CONTINUO_ONNXRUNTIME` names, if it is set; or
/// else beside the plugin or program, in a folder `continuo` there, and in `runtime` in the user's data folder. Never in
/// the working folder, which anybody may write to.
pub fn library_candidates() -> Vec<PathBuf> {
    if let Some(path) = std::env::var_os(LIBRARY_VARIABLE).filter(|path| !path.is_empty()) {
        return vec![path.into()];
    }
    let Some(library) = pinned::for_this_system() else { return Vec::new() };
    let images = [process_path::get_dylib_path(), process_path::get_executable_path()];
    let mut folders: Vec<PathBuf> = Vec::new();
    for folder in images.iter().flatten().filter_map(|image| image.parent()) {
        folders.extend([folder.to_owned(), folder.join("continuo")]);
    }
    folders.extend(DataFolder::of_user().map(|data| data.runtime()).filter(|folder| folder.is_absolute()));
    without_duplicates(folders).into_iter().map(|folder| folder.join(library.file)).collect()
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
