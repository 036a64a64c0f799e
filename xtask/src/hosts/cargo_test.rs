//! `cargo test`, with what the tests of hosts look for in the environment.

use super::effort::Effort;
use crate::{lint, runtime, workspace};
use anyhow::Result;
use std::{fs, path::PathBuf, process::Command};

/// Where the tests write down what they found.
pub fn evidence_folder() -> PathBuf {
    workspace::target().join("evidence")
}

/// Runs tests with what they look for in the environment.
pub fn run(cargo: &[&str], program: &[&str], effort: Effort) -> Result<()> {
    workspace::run(&mut command(cargo, program, effort)?)
}

/// The command that runs tests with what they look for in the environment.
pub fn command(cargo: &[&str], program: &[&str], effort: Effort) -> Result<Command> {
    // The whole workspace, so that nothing is compiled again with fewer features than `cargo xtask test` asks for.
    let mut command = lint::with_lints(workspace::cargo(["test", "--quiet", "--workspace"]))?;
    command
        .args(cargo)
        .arg("--")
        .args(program)
        .env("CONTINUO_EVIDENCE", evidence_folder())
        .env("CONTINUO_CASES", effort.cases.to_string())
        .env("CONTINUO_SOAK_HOURS", effort.soak_hours.to_string())
        .env("CONTINUO_TRACED_SECONDS", effort.traced_seconds.to_string())
        // The plugin says of each wrong event and state that it is wrong: too much for a terminal.
        .env("NICE_LOG", workspace::target().join("hosts.log"));
    // Test programs have no library beside themselves, and are quicker with it.
    if let Some(library) = runtime::run()? {
        command.env("CONTINUO_ONNXRUNTIME", fs::canonicalize(library)?);
    }
    Ok(command)
}
