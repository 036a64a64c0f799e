//! Facts about the Rust toolchain.

use anyhow::{Context, Result, bail};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Prints that this toolchain lacks a sanitizer, so its tests are skipped. In CI, where nobody reads it, an error.
pub fn without(sanitizer: &str) -> Result<()> {
    let reason = format!("this Rust toolchain has no {sanitizer} for this system");
    if env::var_os("CI").is_some() {
        bail!("{reason}: CI may not skip its tests");
    }
    println!("Skipped: {reason}.");
    Ok(())
}

/// This system's target triple.
pub fn host() -> Result<String> {
    let text = ask(&["-vV"])?;
    let line = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(line.context("`rustc -vV` names no host")?.to_owned())
}

/// The toolchain's library for a sanitizer; `None` if it has none for this system. The name is that in the file's name:
/// `rtsan`, `tsan`.
pub fn sanitizer(name: &str) -> Result<Option<PathBuf>> {
    let folder = PathBuf::from(ask(&["--print", "target-libdir"])?.trim());
    let entries = fs::read_dir(&folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let ending = format!("_rt.{name}.a");
    let is_library = |path: &PathBuf| path.to_string_lossy().ends_with(&ending);
    Ok(entries.filter_map(|entry| Some(entry.ok()?.path())).find(is_library))
}

/// Whether there is a standard library for a system. Fetches it if that is possible.
pub fn provide_target(triple: &str) -> bool {
    let is_there = || {
        let folder = ask(&["--print", "target-libdir", "--target", triple]);
        folder.is_ok_and(|folder| Path::new(folder.trim()).is_dir())
    };
    if !is_there() {
        // Where it cannot be fetched, it is still missing.
        let _ = Command::new("rustup").args(["target", "add", triple]).stderr(Stdio::null()).status();
    }
    is_there()
}

fn ask(arguments: &[&str]) -> Result<String> {
    let output = Command::new("rustc").args(arguments).output().context("rustc cannot be started")?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
