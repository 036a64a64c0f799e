//! Copying files.

use anyhow::{Context, Result};
use std::{fs, path::Path};

/// Copies a file into a folder, under its own name.
pub fn copy_into(file: &Path, folder: &Path) -> Result<()> {
    let name = file.file_name().with_context(|| format!("{} has no name", file.display()))?;
    fs::create_dir_all(folder)
        .and_then(|()| fs::copy(file, folder.join(name)))
        .with_context(|| format!("{} cannot be copied into {}", file.display(), folder.display()))?;
    Ok(())
}

/// Copies a file to a place, with the folders on the way there, in place of what lies there.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    let parent = to.parent().with_context(|| format!("{} has no folder", to.display()))?;
    // A host may have the old file mapped: it keeps that one.
    if to.is_file() {
        fs::remove_file(to).with_context(|| format!("{} cannot be replaced", to.display()))?;
    }
    fs::create_dir_all(parent)
        .and_then(|()| fs::copy(from, to))
        .with_context(|| format!("{} cannot be copied to {}", from.display(), to.display()))?;
    Ok(())
}
