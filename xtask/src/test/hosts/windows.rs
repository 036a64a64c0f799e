//! Continuo for Windows under Wine: builds it, a development build so that it takes minutes, and runs the tests that
//! compare it with Continuo for Linux.

use super::{cargo_test, effort::Effort, needs};
use crate::{
    build::{files, runtime, shipped, target::Target, workspace},
    release::layout,
};
use anyhow::{Context, Result, bail};
use std::{
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// What Rust calls the system, in the kind that Debian's compiler and Wine serve.
const TRIPLE: &str = "x86_64-pc-windows-gnu";

/// Builds and tests. Prints what is missing and skips both where this machine cannot have it.
pub fn run(effort: Effort) -> Result<()> {
    if let Some(missing) = missing()? {
        println!("Skipped: needs {missing}.");
        return Ok(());
    }
    let target = Target::given(Some(TRIPLE))?;
    let Some(library) = runtime::run_for(&target)? else { bail!("ONNX Runtime for Windows could not be fetched") };
    let tests = build(&target)?;
    let folder = target.folder().join("under-wine");
    layout::lay_out(&target, &target.folder().join("debug"), &folder.join("bundled"), false)?;
    let place = |name: &str| folder.join("bundled").join(name);
    files::copy_into(&library, &place(""))?;
    files::copy_into(&library, &place("Continuo.vst3").join("Contents").join("x86_64-win"))?;
    fs::copy(&tests, folder.join("tests.exe")).with_context(|| format!("{} cannot be copied", tests.display()))?;
    random_numbers(&folder)?;

    // The command line's own tests build the command line with the features of all tests.
    let both = ["--test", "windows", "--test", "doctor"];
    workspace::run(&mut cargo_test::command(&[&both[..], &["--no-run"]].concat(), &[], effort)?)?;
    let command_line = workspace::target().join("debug").join("continuo");
    let filter = ["--ignored", "--skip", "plays::", "--test-threads", "1"];
    let mut command = cargo_test::command(&both[..2], &filter, effort)?;
    workspace::run(
        command
            .env("CONTINUO_WINDOWS", &folder)
            .env("CONTINUO_COMMAND_LINE", command_line)
            .env("CONTINUO_DATA", workspace::target().join("no-data")),
    )
}

/// What this machine lacks, in words. Installs it if this user may.
fn missing() -> Result<Option<String>> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Ok(Some("Wine, which runs these programs on Linux on x86_64 only".to_owned()));
    }
    if let Err(error) = needs::provide(&needs::WINE) {
        // In CI, where nobody reads it, an error.
        return if env::var_os("CI").is_some() { Err(error) } else { Ok(Some(format!("Wine ({error:#})"))) };
    }
    let has_target = || {
        let output = Command::new("rustc").args(["--print", "target-libdir", "--target", TRIPLE]).output();
        output.is_ok_and(|output| Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir())
    };
    if !has_target() {
        // Where it cannot be fetched, the target is still missing.
        let _ = Command::new("rustup").args(["target", "add", TRIPLE]).stderr(Stdio::null()).status();
    }
    let needed = format!("Rust's standard library for Windows (rustup target add {TRIPLE})");
    Ok((!has_target()).then_some(needed))
}

/// Builds the plugin, the command line and the test program; returns the last.
fn build(target: &Target) -> Result<PathBuf> {
    let mut build = workspace::cargo(["build", "--quiet", "--message-format", "json-render-diagnostics"]);
    build
        .args(["--package", "continuo-tests", "--package", "continuo-cli", "--package", shipped::PLUGIN])
        .args(["--lib", "--bin", "continuo", "--test", "windows"])
        .args(target.options())
        // Debugging information would double the time.
        .env("CARGO_PROFILE_DEV_DEBUG", "false")
        .stderr(Stdio::inherit());
    let output = build.output().context("cargo cannot be started")?;
    if !output.status.success() {
        bail!("Continuo cannot be built for Windows ({})", output.status);
    }
    program(&String::from_utf8_lossy(&output.stdout)).context("cargo did not print the program's path")
}

/// The test program among cargo's messages, one JSON object a line.
fn program(messages: &str) -> Option<PathBuf> {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    messages
        .filter(|message| message["target"]["name"] == "windows" && message["target"]["kind"][0] == "test")
        .find_map(|message| Some(message["executable"].as_str()?.into()))
}

/// Makes the library with random numbers that Debian's Wine lacks.
fn random_numbers(folder: &Path) -> Result<()> {
    let source = workspace::root().join("tests").join("windows").join("bcryptprimitives.c");
    let options = ["-shared", "-s", "-o"].map(OsStr::new);
    let mut compiler = Command::new(needs::WINDOWS_COMPILER);
    let library = folder.join("bcryptprimitives.dll");
    workspace::run(compiler.args(options).arg(library).arg(source).arg("-ladvapi32"))
}

#[cfg(test)]
mod tests {
    use super::program;
    use std::path::PathBuf;

    #[test]
    fn the_test_program_is_found_among_cargos_messages() {
        let messages = r#"{"reason":"compiler-artifact","target":{"name":"windows","kind":["lib"]},"executable":null}
            {"reason":"compiler-artifact","target":{"name":"continuo","kind":["bin"]},"executable":"/there/continuo.exe"}
            {"reason":"compiler-artifact","target":{"name":"windows","kind":["test"]},"executable":"/there/windows-1.exe"}
            {"reason":"build-finished","success":true}"#;
        assert_eq!(program(messages), Some(PathBuf::from("/there/windows-1.exe")));
        assert_eq!(program("nothing"), None);
    }
}
