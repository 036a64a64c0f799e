//! Tests in a process of their own: the environment, the loaded model and the log belong to a whole process.
//!
//! For tests: an error ends the program with a sentence.
#![allow(clippy::missing_panics_doc, reason = "a test fails by a panic")]

use std::{
    env,
    ffi::OsStr,
    fs,
    path::PathBuf,
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};

/// An empty folder for a test's files, in cargo's folder for such.
pub fn folder(name: &str) -> PathBuf {
    let folder = temporary_folder().join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the folder is made");
    folder
}

/// Cargo's folder for what tests write: `tmp` in the target folder. Programs of tests lie two folders below that one.
fn temporary_folder() -> PathBuf {
    own_program().ancestors().nth(3).expect("a test program lies in cargo's target folder").join("tmp")
}

/// Runs an ignored test of this program with these environment variables; it must succeed. Returns what was logged.
pub fn run(test: &str, environment: &[(&str, &OsStr)]) -> String {
    run_by(&mut Command::new(own_program()), test, environment)
}

/// This program.
pub fn own_program() -> PathBuf {
    env::current_exe().expect("a test program has a path")
}

/// The same, by a command that runs this program with whatever arguments follow.
pub fn run_by(command: &mut Command, test: &str, environment: &[(&str, &OsStr)]) -> String {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    let run = RUNS.fetch_add(1, Ordering::Relaxed);
    let log = folder(&format!("run-{}-{run}", std::process::id())).join("plugin.log");
    let output = command
        .args(["--exact", "--ignored", "--nocapture", test])
        .env("NICE_LOG", &log)
        .envs(environment.iter().copied())
        .output()
        .expect("the test program starts");
    let utf8 = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let shown = format!("{}{}", utf8(&output.stdout), utf8(&output.stderr));
    assert!(output.status.success(), "{test} failed ({}):\n{shown}", output.status);
    assert!(shown.contains("1 passed"), "there is no test {test}:\n{shown}");
    fs::read_to_string(&log).unwrap_or_default()
}
