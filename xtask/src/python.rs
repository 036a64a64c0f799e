//! Python, where the machine has it: for the runtime library, the training code and its tests.

use crate::workspace;
use anyhow::{Context, Result, bail};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The folder with the training code.
pub fn training() -> PathBuf {
    workspace::root().join("models").join("training")
}

/// A Python, 3.9 or later, that has a module, if there is one.
pub fn with_module(module: &str) -> Option<&'static str> {
    ["python3", "python"].into_iter().find(|python| {
        succeeds(Command::new(python).args(["-c", &format!("import sys, {module}; assert sys.version_info > (3, 9)")]))
    })
}

/// Whether a command can be run and succeeds; nobody sees its output.
pub fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// The pinned requirements of the training code, one package a line.
pub fn requirements() -> Result<Vec<String>> {
    let file = training().join("requirements.txt");
    let text = fs::read_to_string(&file).with_context(|| format!("{} could not be read", file.display()))?;
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    Ok(lines.filter(|line| !line.is_empty()).map(str::to_owned).collect())
}

/// A virtual environment with exactly these packages, made anew when they changed. Returns its interpreter.
pub fn environment(folder: &Path, packages: &[String]) -> Result<PathBuf> {
    let interpreter = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };
    let interpreter = folder.join(interpreter);
    let note = folder.join("packages.txt");
    let wanted = packages.join("\n");
    if interpreter.exists() && fs::read_to_string(&note).is_ok_and(|found| found == wanted) {
        return Ok(interpreter);
    }
    let Some(python) = with_module("venv") else {
        bail!("there is no Python 3.9 or later with the module venv; install it to run this");
    };
    workspace::run(Command::new(python).args(["-m", "venv", "--clear"]).arg(folder))?;
    workspace::run(
        Command::new(&interpreter)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
            .args(packages),
    )?;
    fs::write(&note, wanted).with_context(|| format!("{} could not be written", note.display()))?;
    Ok(interpreter)
}
