//! `cargo xtask install`.

use crate::{bundle, workspace};
use anyhow::{Context, Result};
use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// Bundles and copies into the user's own plugin folders.
pub fn run() -> Result<()> {
    let (clap_folder, vst3_folder) = folders()?;
    let bundles = bundle::run(&bundle::Options::default())?;
    replace(&bundles.clap, &clap_folder)?;
    replace(&bundles.vst3, &vst3_folder)?;
    if let Some(library) = bundles.library.filter(|_| bundles.clap.is_file()) {
        bundle::copy_into(&library, &clap_folder)?;
    }
    println!("Rescan the plugins in your host to see Continuo.");
    Ok(())
}

/// The user's own CLAP and VST3 folders, as the formats define them.
fn folders() -> Result<(PathBuf, PathBuf)> {
    let variable = if cfg!(windows) { "LOCALAPPDATA" } else { "HOME" };
    let base = env::var_os(variable)
        .map(PathBuf::from)
        .with_context(|| format!("{variable} is not set, so your plugin folders are not known"))?;
    Ok(if cfg!(windows) {
        let common = base.join("Programs").join("Common");
        (common.join("CLAP"), common.join("VST3"))
    } else if cfg!(target_os = "macos") {
        let plugins = base.join("Library").join("Audio").join("Plug-Ins");
        (plugins.join("CLAP"), plugins.join("VST3"))
    } else {
        (base.join(".clap"), base.join(".vst3"))
    })
}

/// Copies a file or folder into `folder` in the place of what is there under its name.
fn replace(from: &Path, folder: &Path) -> Result<()> {
    let name = from.file_name().with_context(|| format!("{} has no name", from.display()))?;
    let to = folder.join(name);
    let done = (|| {
        fs::create_dir_all(folder)?;
        // Removed rather than overwritten: a running host keeps the file that it has mapped.
        if to.is_dir() {
            fs::remove_dir_all(&to)?;
        } else if to.exists() {
            fs::remove_file(&to)?;
        }
        copy(from, &to)
    })();
    done.with_context(|| format!("{} could not be copied to {}", from.display(), to.display()))?;
    let shown = from.strip_prefix(workspace::root()).unwrap_or(from);
    println!("{} -> {}", shown.display(), to.display());
    Ok(())
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    if from.is_dir() {
        fs::create_dir_all(to)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
        return Ok(());
    }
    fs::copy(from, to).map(drop)
}
