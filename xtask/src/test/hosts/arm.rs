//! Continuo for Linux on ARM under QEMU: builds it, a development build so that it takes minutes, runs the engine's tests
//! there, and compares notes and files with those of this processor.

use super::{cargo_test, cross, effort::Effort, needs};
use crate::build::{files, runtime, target::Target, workspace};
use anyhow::{Context, Result, bail};
use continuo_harness::evidence;
use std::{
    path::Path,
    process::{Command, Stdio},
};

const TRIPLE: &str = "aarch64-unknown-linux-gnu";
/// The command line, and the engine's test program that writes which notes it chooses.
const COMMAND_LINE: &str = "continuo";
const CHOICES: &str = "note_choices";

/// Builds and tests. Prints what is missing and skips both where this machine cannot have it.
pub fn run(effort: Effort) -> Result<()> {
    if let Some(missing) = cross::missing(TRIPLE, &needs::QEMU, "QEMU")? {
        println!("Skipped: needs {missing}.");
        return Ok(());
    }
    let (here, arm) = (Target::host()?, Target::given(Some(TRIPLE))?);
    let folder = arm.folder().join("under-qemu");

    // A test of the command line's builds the command line, too.
    let mut build = for_arm(&arm);
    build
        .args(["--package", "continuo-engine", "--features", "continuo-engine/runtimes", "--test", CHOICES])
        .args(["--package", "continuo-cli", "--test", "doctor", "--no-run"])
        .args(cross::MESSAGES);
    let programs = cross::build(&mut build, "Continuo for ARM")?;
    gather(&folder, &arm, &arm.folder().join("debug"), &programs.named(CHOICES)?)?;

    let tests = ["--test", "arm", "--test", "doctor", "--test", CHOICES, "--no-run"];
    let tests = [&tests[..], &cross::MESSAGES].concat();
    let programs = cross::build(&mut cargo_test::command(&tests, &[], effort)?, "the tests")?;
    gather(&folder, &here, &workspace::target().join("debug"), &programs.named(CHOICES)?)?;

    let filter = ["--ignored", "--test-threads", "1"];
    let mut command = cargo_test::command(&["--test", "arm"], &filter, effort)?;
    workspace::run(
        command
            .env("CONTINUO_PROCESSORS", &folder)
            .env("CONTINUO_EMULATED_SONGS", effort.emulated_songs.to_string())
            .env("CONTINUO_DATA", workspace::target().join("no-data")),
    )?;
    engine_tests(&arm)
}

/// `cargo test` for ARM, whose programs QEMU runs.
fn for_arm(arm: &Target) -> Command {
    let mut cargo = workspace::cargo(["test", "--quiet"]);
    let prefix = format!("CARGO_TARGET_{}", TRIPLE.replace('-', "_").to_uppercase());
    cargo
        .args(arm.options())
        .env(format!("{prefix}_LINKER"), needs::ARM_COMPILER)
        .env(format!("{prefix}_RUNNER"), "qemu-aarch64 -cpu cortex-a76 -L /usr/aarch64-linux-gnu")
        // Debugging information would double the time.
        .env("CARGO_PROFILE_DEV_DEBUG", "false");
    cargo
}

/// Copies what was built for a processor to where the tests look for it.
fn gather(folder: &Path, target: &Target, built: &Path, choices: &Path) -> Result<()> {
    let folder = folder.join(target.processor);
    files::copy(&built.join(COMMAND_LINE), &folder.join(COMMAND_LINE))?;
    files::copy(choices, &folder.join(CHOICES))?;
    let Some(library) = runtime::run_for(target)? else { bail!("ONNX Runtime could not be fetched") };
    files::copy_into(&library, &folder)
}

/// Runs the tests of the engine and of the crates below it, and records how many passed. Tests with networks take minutes
/// each there and do not run.
fn engine_tests(arm: &Target) -> Result<()> {
    let mut cargo = for_arm(arm);
    cargo.args(["--package", "continuo-engine", "--package", "continuo-music", "--lib"]);
    let output = cargo.stderr(Stdio::inherit()).output().context("cargo cannot be started")?;
    let shown = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        bail!("{shown}\nthe engine's tests fail on ARM ({})", output.status);
    }
    evidence::record_in(
        &cargo_test::evidence_folder(),
        "arm",
        "The tests of the engine, and of the music under it, pass",
        "`cargo test -p continuo-engine -p continuo-music --lib` for ARM, by QEMU; without those that load networks",
        format!("{} tests", passed(&shown)),
    )?;
    Ok(())
}

/// The sum of the tests that passed, from lines such as `test result: ok. 12 passed; 0 failed; ...`.
fn passed(shown: &str) -> u32 {
    let count = |line: &str| line.strip_prefix("test result: ok. ")?.split(' ').next()?.parse::<u32>().ok();
    shown.lines().filter_map(count).sum()
}

#[cfg(test)]
mod tests {
    use super::passed;

    #[test]
    fn tests_that_passed_are_counted() {
        let shown = "running 12 tests\n............\ntest result: ok. 12 passed; 0 failed; 3 ignored\n\n\
            test result: ok. 3 passed; 0 failed; 0 ignored\n";
        assert_eq!((passed(shown), passed("nothing")), (15, 0));
    }
}
