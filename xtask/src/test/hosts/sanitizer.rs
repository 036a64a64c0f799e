//! RealtimeSanitizer on the audio thread, with the library that comes with the Rust toolchain.

use super::{cargo_test, effort::Effort};
use crate::build::{toolchain, workspace};
use anyhow::Result;

/// Runs the tests under the sanitizer. Skips them if the toolchain lacks it, except in CI.
pub fn run(effort: Effort) -> Result<()> {
    let Some(library) = toolchain::sanitizer("rtsan")? else {
        return toolchain::without("RealtimeSanitizer");
    };
    let filter = ["--include-ignored", "the_sanitizer", "nothing_that_may_block"];
    let mut command = cargo_test::command(&["--test", "sanitized"], &filter, effort)?;
    workspace::run(command.env("RTSAN_ENABLE", "1").env("RTSAN_LIB_PATH", library))
}
