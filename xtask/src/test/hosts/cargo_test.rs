//! `cargo test` with the environment variables that the tests of hosts read.

use super::effort::Effort;
use crate::{
    build::{runtime, workspace},
    test::{lint, plugin_log::PluginLog},
};
use anyhow::Result;
use std::{fs, path::PathBuf, process::Command};

/// The folder in which the tests record their results.
pub fn evidence_folder() -> PathBuf {
    workspace::target().join("evidence")
}

fn log_path() -> PathBuf {
    workspace::target().join("hosts.log")
}

/// Runs tests with these variables. Fails if the plugin panicked in one of its own threads, too.
pub fn run(cargo: &[&str], program: &[&str], effort: Effort) -> Result<()> {
    let log = PluginLog::begin(log_path())?;
    workspace::run(&mut command(cargo, program, effort)?)?;
    log.check()
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
        .env("CONTINUO_CACHE", workspace::target().join("cache"))
        .env("CONTINUO_CASES", effort.cases.to_string())
        .env("CONTINUO_SOAK_HOURS", effort.soak_hours.to_string())
        .env("CONTINUO_TRACED_SECONDS", effort.traced_seconds.to_string())
        // The plugin logs each invalid event and state, too much for a terminal.
        .env("NICE_LOG", log_path());
    // Test programs have no library beside them, and they run faster with it.
    if let Some(library) = runtime::run()? {
        command.env("CONTINUO_ONNXRUNTIME", fs::canonicalize(library)?);
    }
    Ok(command)
}
