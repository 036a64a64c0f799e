//! Runs tests in a process of their own: the environment, the loaded model and the log belong to a whole process.
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

/// This program.
pub fn own_program() -> PathBuf {
    env::current_exe().expect("a test program has a path")
}

/// Cargo's folder for the files of tests: `tmp` in the target folder. Test programs lie two folders below that one.
fn temporary_folder() -> PathBuf {
    own_program().ancestors().nth(3).expect("a test program lies in cargo's target folder").join("tmp")
}

/// An empty folder for a test's files.
pub fn folder(name: &str) -> PathBuf {
    let folder = temporary_folder().join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the folder is made");
    folder
}

/// Runs an ignored test of this program by a command that begins with the program: whether the test succeeded, and what
/// the process printed.
pub fn outcome(command: &mut Command, test: &str) -> (bool, String) {
    let output = command.args(["--exact", "--ignored", "--nocapture", test]).output();
    let output = output.unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    let shown = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&shown).into_owned())
}

/// Runs an ignored test of this program by a command that begins with the program; the test must succeed.
pub fn succeed(command: &mut Command, test: &str) {
    let (succeeded, shown) = outcome(command, test);
    assert!(succeeded, "{test} failed:\n{shown}");
    assert!(shown.contains("1 passed"), "there is no test {test}:\n{shown}");
}

/// Runs an ignored test of this program with these environment variables; the test must succeed, and none of the plugin's
/// threads may panic. Returns the plugin's log.
pub fn run(test: &str, environment: &[(&str, &OsStr)]) -> String {
    run_by(&mut Command::new(own_program()), test, environment)
}

/// As [`run`], by a command that begins with the program.
pub fn run_by(command: &mut Command, test: &str, environment: &[(&str, &OsStr)]) -> String {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    let run = RUNS.fetch_add(1, Ordering::Relaxed);
    let log = folder(&format!("run-{}-{run}", std::process::id())).join("plugin.log");
    succeed(command.env("NICE_LOG", &log).envs(environment.iter().copied()), test);
    let log = fs::read_to_string(&log).unwrap_or_default();
    assert!(!log.contains("ERROR panic:"), "{test}: a thread of the plugin panicked:\n{log}");
    log
}
