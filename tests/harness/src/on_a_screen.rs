//! Runs tests in a process and on a screen of their own.
//!
//! For tests: an error ends the program with a sentence.
#![allow(clippy::missing_panics_doc, reason = "a test fails by a panic")]

use crate::{
    built, child,
    screen::{NEEDED, XServer},
    window_session::WindowSession,
};
use std::{
    env,
    ffi::OsStr,
    io::{Write, stderr},
    path::PathBuf,
    process::Command,
};

/// Says that a test is left out, where the test library does not catch it: nobody would read it there.
pub fn leave_out(test: &str, reason: &str) {
    let _ = writeln!(stderr(), "LEFT OUT: {test} {reason}");
}

/// Runs an ignored test of this program on a screen of its own. Without Xvfb it is left out, and fails if `CI` is set.
pub fn run(test: &str, environment: &[(&str, &OsStr)]) {
    run_by(&mut Command::new(child::own_program()), test, environment);
}

/// As [`run`], by a command that begins with this program.
pub fn run_by(command: &mut Command, test: &str, environment: &[(&str, &OsStr)]) {
    let Some(server) = XServer::start(1400, 1000).expect("the X server starts") else {
        assert!(env::var_os("CI").is_none(), "Xvfb is not installed; install {NEEDED}");
        leave_out(test, &format!("needs a screen; install {NEEDED}"));
        return;
    };
    let probe = child::folder(&format!("probe-{test}")).join("controls");
    let display: [(&str, &OsStr); 2] = [("DISPLAY", server.display().as_ref()), ("CONTINUO_PROBE", probe.as_os_str())];
    let environment: Vec<_> = display.into_iter().chain(environment.iter().copied()).collect();
    child::run_by(command, test, &environment);
}

/// Opens the window of the plugin under test, in a test that [`run`] started.
pub fn open_window() -> WindowSession {
    let probe = PathBuf::from(env::var_os("CONTINUO_PROBE").expect("there is a file for the probe"));
    WindowSession::open(&built::library(), &probe)
}
