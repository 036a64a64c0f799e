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
