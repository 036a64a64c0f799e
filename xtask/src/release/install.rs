//! `cargo xtask install`.

use super::bundle;
use crate::build::{files, workspace};
use anyhow::{Context, Result};
use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// Bundles the plugins and copies them into the user's own plugin folders.
pub fn run() -> Result<()> {
    let (clap_folder, vst3_folder) = folders()?;
    let bundles = bundle::run(&bundle::Options::default())?;
    let programs = &bundles.programs;
    replace(&programs.clap, &clap_folder)?;
    replace(&programs.vst3, &vst3_folder)?;
    if let Some(library) = bundles.library.filter(|_| programs.clap.is_file()) {
        files::copy_into(&library, &clap_folder)?;
    }
    if programs.clap.is_file() {
        // Other plugins share this folder, so the licences go into a folder of Continuo's own.
        for file in &bundles.licences {
            files::copy_into(file, &clap_folder.join("continuo"))?;
        }
    }
    println!("Rescan the plugins in your host to see Continuo.");
    Ok(())
}

/// The user's own CLAP and VST3 folders, as the formats define them.
fn folders() -> Result<(PathBuf, PathBuf)> {
    let variable = if cfg!(windows) { "LOCALAPPDATA" } else { "HOME" };
    let base = env::var_os(variable)
        .map(PathBuf::from)
        .with_context(|| format!("{variable} is not set; your plugin folders are unknown"))?;
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

/// Copies a file or folder into `folder`, replacing what has its name there.
fn replace(from: &Path, folder: &Path) -> Result<()> {
    let name = from.file_name().with_context(|| format!("{} has no name", from.display()))?;
    let to = folder.join(name);
    exchange(from, folder, &to).with_context(|| {
        format!("{} cannot be copied to {}; the installed version stays", from.display(), to.display())
    })?;
    let shown = from.strip_prefix(workspace::root()).unwrap_or(from);
    println!("{} -> {}", shown.display(), to.display());
    Ok(())
}

/// Copies next to `to` first and then moves, so a failed copy leaves the installed version. Moves instead of
/// overwriting, so a running host keeps the file that it has mapped.
fn exchange(from: &Path, folder: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    // Not named like a plugin, in case a host scans now; removed on every path out of here.
    let beside = tempfile::Builder::new().prefix(".continuo-").tempdir_in(folder)?;
    let (new, old) = (beside.path().join("new"), beside.path().join("old"));
    copy(from, &new)?;
    if !to.is_dir() {
        // One step.
        return fs::rename(&new, to);
    }
    // A folder cannot replace one that is not empty.
    fs::rename(to, &old)?;
    let moved = fs::rename(&new, to);
    if moved.is_err() && fs::rename(&old, to).is_err() {
        // Better next to its place than lost.
        let _ = beside.keep();
    }
    moved
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything below a folder, with the files' contents.
    fn found(folder: &Path) -> Vec<(PathBuf, Option<String>)> {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                found.push((path.clone(), None));
                found.extend(self::found(&path));
            } else {
                found.push((path.clone(), Some(fs::read_to_string(&path).unwrap())));
            }
        }
        found.sort();
        found
    }

    #[test]
    fn a_file_and_a_folder_take_the_place_of_what_was_installed() {
        let home = tempfile::tempdir().unwrap();
        let (built, installed) = (home.path().join("built"), home.path().join("installed"));
        for version in ["1", "2"] {
            fs::create_dir_all(built.join("a.vst3/inside")).unwrap();
            fs::write(built.join("a.clap"), version).unwrap();
            fs::write(built.join("a.vst3/inside").join(version), version).unwrap();
            replace(&built.join("a.clap"), &installed).unwrap();
            replace(&built.join("a.vst3"), &installed).unwrap();
            fs::remove_dir_all(&built).unwrap();
        }
        let expected = [
            (installed.join("a.clap"), Some("2".to_owned())),
            (installed.join("a.vst3"), None),
            (installed.join("a.vst3/inside"), None),
            (installed.join("a.vst3/inside/2"), Some("2".to_owned())),
        ];
        assert_eq!(found(&installed), expected);
    }

    #[cfg(unix)]
    #[test]
    fn a_copy_that_fails_leaves_what_was_installed() {
        let home = tempfile::tempdir().unwrap();
        let (built, installed) = (home.path().join("built"), home.path().join("installed"));
        for folder in [&built, &installed] {
            fs::create_dir_all(folder.join("a.vst3")).unwrap();
            fs::write(folder.join("a.vst3/plugin"), "one").unwrap();
        }
        fs::write(installed.join("a.clap"), "one").unwrap();
        // Broken links: they exist but cannot be read.
        for broken in ["a.vst3/broken", "a.clap"] {
            std::os::unix::fs::symlink("nowhere", built.join(broken)).unwrap();
        }
        let before = found(&installed);
        for name in ["a.vst3", "a.clap"] {
            let error = format!("{:#}", replace(&built.join(name), &installed).unwrap_err());
            assert!(error.contains("the installed version stays"), "{error}");
        }
        assert_eq!(found(&installed), before);
    }
}
