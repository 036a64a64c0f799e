//! RealtimeSanitizer on the audio thread, with the library that comes with the Rust toolchain.

use super::{Effort, command};
use crate::workspace;
use anyhow::{Context, Result};
use std::{fs, path::PathBuf, process::Command};

/// Runs the tests under the sanitizer. A toolchain without it leaves them out, and says so.
pub fn run(effort: Effort) -> Result<()> {
    let Some(library) = library()? else {
        println!("Left out: this Rust toolchain has no RealtimeSanitizer for this system.");
        return Ok(());
    };
    let filter = ["--include-ignored", "the_sanitizer", "nothing_that_may_block"];
    let mut command = command(&["--test", "sanitized"], &filter, effort)?;
    workspace::run(command.env("RTSAN_ENABLE", "1").env("RTSAN_LIB_PATH", library))
}

/// The sanitizer's library among the toolchain's own.
fn library() -> Result<Option<PathBuf>> {
    let output = Command::new("rustc").args(["--print", "target-libdir"]).output().context("rustc does not start")?;
    let folder = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    let entries = fs::read_dir(&folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let is_library = |path: &PathBuf| path.to_string_lossy().ends_with("_rt.rtsan.a");
    Ok(entries.filter_map(|entry| Some(entry.ok()?.path())).find(is_library))
}
