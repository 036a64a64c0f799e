//! Compiles and lints in one pass.
//!
//! `cargo clippy` only checks, so the tests' build would compile the project's crates a second time. Instead, cargo
//! uses this program as the compiler of the workspace's members. It calls clippy's driver, which compiles too, and
//! turns warnings into errors.

use crate::build::workspace;
use anyhow::{Context, Result};
use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

/// The compiler's arguments, if cargo started this program as the compiler: it puts the compiler's path first.
pub fn asked() -> Option<Vec<OsString>> {
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    let first = Path::new(arguments.first()?);
    (first.file_stem()? == "rustc").then_some(arguments)
}

/// Compiles with clippy's driver.
pub fn compile(arguments: &[OsString]) -> ExitCode {
    let beside =
        |rustc: &OsString| Path::new(rustc).with_file_name(format!("clippy-driver{}", env::consts::EXE_SUFFIX));
    let driver = arguments.first().map(beside).filter(|driver| driver.exists());
    let driver = driver.unwrap_or_else(|| PathBuf::from("clippy-driver"));
    match Command::new(&driver).args(arguments).args(["-D", "warnings"]).status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{} cannot be started: {error}; is clippy installed?", driver.display());
            ExitCode::FAILURE
        }
    }
}

/// Lets a cargo command lint what it compiles.
///
/// # Errors
/// If this program cannot be copied.
pub fn with_lints(mut command: Command) -> Result<Command> {
    // A copy, because cargo overwrites the program itself while it compiles.
    let compiler = workspace::target().join(format!("lint{}", env::consts::EXE_SUFFIX));
    let copied = fs::create_dir_all(workspace::target()).and_then(|()| fs::copy(env::current_exe()?, &compiler));
    copied.with_context(|| format!("{} cannot be written", compiler.display()))?;
    command.env("RUSTC_WORKSPACE_WRAPPER", compiler);
    Ok(command)
}
