//! `cargo test` with the environment variables that the tests of hosts read.

use super::effort::Effort;
use crate::{
    build::{runtime, workspace},
    test::lint,
};
use anyhow::Result;
use std::{fs, path::PathBuf, process::Command};

/// The folder in which the tests record their results.
pub fn evidence_folder() -> PathBuf {
    workspace::target().join("evidence")
}

/// Runs tests with these variables.
pub fn run(cargo: &[&str], program: &[&str], effort: Effort) -> Result<()> {
    workspace::run(&mut command(cargo, program, effort)?)
}

/// A command that runs tests with these variables.
pub fn command(cargo: &[&str], program: &[&str], effort: Effort) -> Result<Command> {
    // The whole workspace, so nothing is built again with fewer features than for `cargo xtask test`.
    let mut command = lint::with_lints(workspace::cargo(["test", "--quiet", "--workspace"]))?;
    command
        .args(cargo)
        .arg("--")
        .args(program)
        .env("CONTINUO_EVIDENCE", evidence_folder())
        .env("CONTINUO_CASES", effort.cases.to_string())
        .env("CONTINUO_SOAK_HOURS", effort.soak_hours.to_string())
        .env("CONTINUO_TRACED_SECONDS", effort.traced_seconds.to_string())
        // The plugin logs each invalid event and state, too much for a terminal.
        .env("NICE_LOG", workspace::target().join("hosts.log"));
    // Test programs have no library beside them, and they run faster with it.
    if let Some(library) = runtime::run()? {
        command.env("CONTINUO_ONNXRUNTIME", fs::canonicalize(library)?);
    }
    Ok(command)
}
