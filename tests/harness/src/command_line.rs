//! What a `continuo` command reports, whichever system it was built for.
//!
//! For tests: an error ends the program with a sentence.
#![allow(clippy::missing_panics_doc, reason = "a test fails by a panic")]

use serde_json::Value;
use std::{ffi::OsStr, process::Command};

/// What ONNX Runtime remarks about the processor that QEMU stands in for; it knows real ones.
const EMULATED: &str = "onnxruntime cpuid_info warning: Unknown CPU vendor";

/// What a command prints as JSON. It must succeed and may print nothing else: everything else would reach users.
pub fn json(command: &mut Command) -> Value {
    let done = command.arg("--json").output().expect("the command line starts");
    let errors = String::from_utf8_lossy(&done.stderr);
    let errors: String = errors.lines().filter(|line| !line.starts_with(EMULATED)).collect();
    assert!(done.status.success(), "{command:?} ended with {}: {errors}", done.status);
    assert_eq!(errors, "", "{command:?}: something else speaks to the user");
    serde_json::from_slice(&done.stdout).expect("the report is JSON")
}

/// Arranges a file into another by a command that begins with the program; returns the runtime that the report names.
pub fn arrange(mut command: Command, input: &OsStr, output: &OsStr, options: &[&str]) -> String {
    let report = json(command.arg("arrange").arg(input).arg("-o").arg(output).args(options));
    report["backend"].as_str().expect("the report names the runtime").to_owned()
}
