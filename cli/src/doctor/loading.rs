//! Loads a plugin's library in a process of its own, to see whether the system can: libraries that it needs may be missing.

use crate::failure::Failure;
use std::{
    env,
    io::Read,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// How long a library may take to load.
const PATIENCE: Duration = Duration::from_secs(20);

/// Loads a library into this process and unloads it.
pub fn load(library: &Path) -> Result<(), Failure> {
    // SAFETY: code of the library's initializers runs, in a process that does nothing else. The user installed it for
    // hosts, which do the same.
    let loaded = unsafe { libloading::Library::new(library) };
    loaded.map(drop).map_err(|error| Failure::input(&chain(&error)))
}

/// An error with its causes. The libraries' own messages often name only the file.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// Lets a process load a library.
///
/// # Errors
/// Why it cannot be loaded, in a sentence.
pub fn try_in_a_process(library: &Path) -> Result<(), String> {
    let program = env::current_exe().map_err(|error| format!("it could not be tried ({error})"))?;
    let mut command = Command::new(program);
    command.args(["doctor", "--load"]).arg(library);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("it could not be tried ({error})"))?;
    let begun = Instant::now();
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if begun.elapsed() < PATIENCE => thread::sleep(Duration::from_millis(5)),
            Ok(None) => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("it did not load within {} s", PATIENCE.as_secs()));
            }
            Err(error) => return Err(format!("it could not be tried ({error})")),
        }
    };
    if status.success() {
        return Ok(());
    }
    let mut shown = String::new();
    if let Some(mut errors) = child.stderr.take() {
        let _ = errors.read_to_string(&mut shown);
    }
    // The last line is this program's own.
    let line = shown.lines().last().unwrap_or_default();
    Err(match line.strip_prefix("continuo: ") {
        Some(reason) => reason.to_owned(),
        None => format!("the process that loaded it ended with {status}"),
    })
}
