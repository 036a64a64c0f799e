//! What the Rust toolchain says of itself.

use anyhow::{Context, Result, bail};
use std::{env, fs, path::PathBuf, process::Command};

/// Says that something is left out which this toolchain lacks. In CI, where nobody reads it, that is an error.
pub fn without(sanitizer: &str) -> Result<()> {
    let said = format!("this Rust toolchain has no {sanitizer} for this system");
    if env::var_os("CI").is_some() {
        bail!("{said}: its tests cannot be left out in CI");
    }
    println!("Left out: {said}.");
    Ok(())
}

/// The triple that is built for.
pub fn host() -> Result<String> {
    let text = ask(&["-vV"])?;
    let line = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(line.context("rustc does not say what it builds for")?.to_owned())
}

/// A sanitizer's library among the toolchain's own, for linking into programs; `None` if it has none for this system.
/// The sanitizer's name is as in the file's: `rtsan`, `tsan`.
pub fn sanitizer(name: &str) -> Result<Option<PathBuf>> {
    let folder = PathBuf::from(ask(&["--print", "target-libdir"])?.trim());
    let entries = fs::read_dir(&folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let ending = format!("_rt.{name}.a");
    let is_library = |path: &PathBuf| path.to_string_lossy().ends_with(&ending);
    Ok(entries.filter_map(|entry| Some(entry.ok()?.path())).find(is_library))
}

fn ask(arguments: &[&str]) -> Result<String> {
    let output = Command::new("rustc").args(arguments).output().context("rustc could not be started")?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
