//! Compiles and lints in one pass.
//!
//! `cargo clippy` only checks, so the tests' own build would compile the project's crates a second time. Here cargo is
//! given this program as the compiler of the workspace's members; it hands over to clippy's driver, which is a compiler
//! too, and makes warnings errors.

use crate::workspace;
use anyhow::{Context, Result};
use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

/// What cargo asks of the compiler, if this program was started as one: cargo puts the compiler's path first.
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
            eprintln!("{} could not be started: {error}; is clippy installed?", driver.display());
            ExitCode::FAILURE
        }
    }
}

/// Lets a cargo command lint what it compiles.
///
/// # Errors
/// When this program cannot be copied to where cargo leaves it alone.
pub fn with_lints(mut command: Command) -> Result<Command> {
    // Not the program itself: cargo writes that anew while it compiles.
    let compiler = workspace::target().join(format!("lint{}", env::consts::EXE_SUFFIX));
    let copied = fs::create_dir_all(workspace::target()).and_then(|()| fs::copy(env::current_exe()?, &compiler));
    copied.with_context(|| format!("{} could not be written", compiler.display()))?;
    command.env("RUSTC_WORKSPACE_WRAPPER", compiler);
    Ok(command)
}
