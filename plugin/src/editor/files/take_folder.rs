//! The player's choice of a folder for takes.

use crate::editor::{context::EditorContext, state::State};
use std::path::Path;

/// Names a folder in the project and allows it.
///
/// # Errors
/// A sentence that says what is wrong with the folder.
pub fn choose(folder: &Path, context: &EditorContext, state: &mut State) -> Result<(), String> {
    if !folder.is_dir() {
        return Err(format!("the folder {} does not exist; create it first", folder.display()));
    }
    // A relative path would mean another folder when the host is started elsewhere.
    let folder =
        std::path::absolute(folder).map_err(|error| format!("{} has no full path: {error}", folder.display()))?;
    context.wiring.start_take_folder();
    context.wiring.set_take_folder(Some(folder.clone()));
    allow(&folder, context, state);
    Ok(())
}

/// Allows takes in the project's folder.
pub fn allow(folder: &Path, context: &EditorContext, state: &mut State) {
    let folder_name = folder.display();
    match context.wiring.allow_take_folder(folder) {
        Ok(()) => state.show_message(format!("Takes are saved to {folder_name}")),
        Err(error) => state.show_error(format!(
            "Takes are saved to {folder_name}, but this choice could not be stored for other projects: {error}"
        )),
    }
}
