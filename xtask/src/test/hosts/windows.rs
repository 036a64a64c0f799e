//! Continuo for Windows under Wine: builds it, a development build so that it takes minutes, and runs the tests that
//! compare it with Continuo for Linux.

use super::{cargo_test, cross, effort::Effort, needs};
use crate::{
    build::{files, runtime, shipped, target::Target, workspace},
    release::layout,
};
use anyhow::{Context, Result, bail};
use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// What Rust calls the system, in the kind that Debian's compiler and Wine serve.
const TRIPLE: &str = "x86_64-pc-windows-gnu";

/// Builds and tests. Prints what is missing and skips both where this machine cannot have it.
pub fn run(effort: Effort) -> Result<()> {
    if let Some(missing) = cross::missing(TRIPLE, &needs::WINE, "Wine")? {
        println!("Skipped: needs {missing}.");
        return Ok(());
    }
    let target = Target::given(Some(TRIPLE))?;
    let Some(library) = runtime::run_for(&target)? else { bail!("ONNX Runtime for Windows could not be fetched") };
    let tests = build(&target)?;
    let folder = target.folder().join("under-wine");
    layout::lay_out(&target, &target.folder().join("debug"), &folder.join("bundled"), true)?;
    let place = |name: &str| folder.join("bundled").join(name);
    files::copy_into(&library, &place(""))?;
    files::copy_into(&library, &place("Continuo.vst3").join("Contents").join("x86_64-win"))?;
    fs::copy(&tests, folder.join("tests.exe")).with_context(|| format!("{} cannot be copied", tests.display()))?;
    random_numbers(&folder)?;

    // The command line's own tests build the command line with the features of all tests.
    let both = ["--test", "windows", "--test", "doctor"];
    workspace::run(&mut cargo_test::command(&[&both[..], &["--no-run"]].concat(), &[], effort)?)?;
    let command_line = workspace::target().join("debug").join("continuo");
    let filter = ["--ignored", "--skip", "plays::", "--skip", "window::of_the", "--test-threads", "1"];
    let mut command = cargo_test::command(&both[..2], &filter, effort)?;
    workspace::run(
        command
            .env("CONTINUO_WINDOWS", &folder)
            .env("CONTINUO_COMMAND_LINE", command_line)
            .env("CONTINUO_DATA", workspace::target().join("no-data")),
    )
}

/// Builds the plugin, the standalone, the command line and the test program; returns the last.
fn build(target: &Target) -> Result<PathBuf> {
    let mut build = workspace::cargo(["build", "--quiet"]);
    build
        .args(cross::MESSAGES)
        .args(["--package", "continuo-tests", "--package", "continuo-cli", "--package", shipped::PLUGIN])
        .args(["--lib", "--bins", "--test", "windows", "--features", shipped::STANDALONE])
        .args(target.options())
        // Debugging information would double the time.
        .env("CARGO_PROFILE_DEV_DEBUG", "false");
    cross::build(&mut build, "Continuo for Windows")?.named("windows")
}

/// Makes the library with random numbers that Debian's Wine lacks.
fn random_numbers(folder: &Path) -> Result<()> {
    let source = workspace::root().join("tests").join("windows").join("bcryptprimitives.c");
    let options = ["-shared", "-s", "-o"].map(OsStr::new);
    let mut compiler = Command::new(needs::WINDOWS_COMPILER);
    let library = folder.join("bcryptprimitives.dll");
    workspace::run(compiler.args(options).arg(library).arg(source).arg("-ladvapi32"))
}
