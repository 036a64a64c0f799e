//! ThreadSanitizer on everything in the engine that crosses threads, with the Rust toolchain's library.
//!
//! It watches `engine/tests/threads/`, which is built with it together with all dependencies except the standard
//! library.

use crate::build::{toolchain, workspace};
use anyhow::{Context, Result, bail};
use continuo_harness::evidence;
use std::{
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

/// Links the standard library although it is built without the sanitizer. Lets `crossbeam` do without fences, which the
/// sanitizer does not understand. Fixes the kind of function names, because the suppressions use them.
const FLAGS: &str = "-Zsanitizer=thread -Cunsafe-allow-abi-mismatch=sanitizer -Csymbol-mangling-version=v0 \
    --cfg crossbeam_sanitize --cfg crossbeam_sanitize_thread";

/// The exit code of a program in which ThreadSanitizer found something.
const FOUND: i32 = 66;

/// The beginning of each of its reports.
const REPORT: &str = "WARNING: ThreadSanitizer";

/// Watches a program that races on purpose, and then the engine for some seconds. Skips both if the toolchain lacks the
/// sanitizer, except in CI.
pub fn run(seconds: u32, evidence_folder: &Path) -> Result<()> {
    let known = cfg!(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")));
    if !known || toolchain::sanitizer("tsan")?.is_none() {
        return toolchain::without("ThreadSanitizer");
    }
    let program = build()?;
    let (control, shown) = watch(&program, "CONTINUO_THREAD_RACE", "1")?;
    // Check the name too, because suppressions work by names only.
    if control.status.code() != Some(FOUND) || !shown.contains(REPORT) || !shown.contains("Unguarded") {
        bail!("{shown}\nThreadSanitizer did not stop a program that races on purpose ({})", control.status);
    }
    let (output, shown) = watch(&program, "CONTINUO_THREAD_SECONDS", &seconds.to_string())?;
    if !output.status.success() || shown.contains(REPORT) {
        bail!("{shown}\nThreadSanitizer found a fault in the engine's threads ({})", output.status);
    }
    let figure = figure(&shown).with_context(|| format!("the program printed no figures:\n{shown}"))?;
    println!("threads      {figure}");
    evidence::record_in(
        evidence_folder,
        "real-time",
        "What crosses threads in the engine does so without a data race",
        "ThreadSanitizer over a performer, its composer, an editor and a host at once, in random use; it is seen to \
         stop a program that races on purpose. The standard library is not built with it, and the end of a take's \
         last copy, where that library has a fence, is left out",
        format!("0 races in {figure}"),
    )?;
    Ok(())
}

/// Builds the program with the sanitizer in a folder of its own and returns its path.
fn build() -> Result<PathBuf> {
    let mut build = workspace::cargo(["test", "--quiet", "--package", "continuo-engine"]);
    build
        .args(["--test", "threads", "--no-run", "--message-format", "json-render-diagnostics"])
        // With `--target`, the flags do not apply to build scripts and macros.
        .args(["--target", &toolchain::host()?, "--target-dir"])
        .arg(workspace::target().join("threads"))
        // The stable compiler does not support sanitizers yet; this permits them.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", FLAGS)
        .env("CARGO_PROFILE_DEV_DEBUG", "line-tables-only")
        .stderr(Stdio::inherit());
    let output = build.output().context("cargo cannot be started")?;
    if !output.status.success() {
        bail!("the engine cannot be built with ThreadSanitizer ({})", output.status);
    }
    executable(&String::from_utf8_lossy(&output.stdout)).context("cargo did not print the program's path")
}

/// The program among cargo's messages, one JSON object a line.
fn executable(messages: &str) -> Option<PathBuf> {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    messages
        .filter(|message| message["target"]["name"] == "threads")
        .find_map(|message| Some(message["executable"].as_str()?.into()))
}

/// Runs the program under the sanitizer; returns how it ended and what both printed.
fn watch(program: &Path, variable: &str, value: &str) -> Result<(Output, String)> {
    let suppressions = workspace::root().join("engine").join("tests").join("threads").join("suppressions.txt");
    // Function names come from LLVM's symbolizer if there is one, or else from `addr2line`.
    let options = format!("allow_addr2line=1 suppressions='{}'", suppressions.display());
    let mut command = Command::new(program);
    let output = command.env(variable, value).env("TSAN_OPTIONS", options).output();
    let output = output.with_context(|| format!("{} cannot be started", program.display()))?;
    let shown = [output.stdout.as_slice(), &output.stderr].concat();
    Ok((output, String::from_utf8_lossy(&shown).into_owned()))
}

/// The figures that the program printed.
fn figure(shown: &str) -> Option<String> {
    Some(shown.lines().find_map(|line| line.strip_prefix("threads: "))?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_found_among_cargos_messages() {
        let messages = r#"{"reason":"compiler-artifact","target":{"name":"continuo_engine"},"executable":null}
            {"reason":"compiler-artifact","target":{"name":"threads"},"executable":"/there/threads-1"}
            {"reason":"build-finished","success":true}"#;
        assert_eq!(executable(messages), Some(PathBuf::from("/there/threads-1")));
        assert_eq!(executable("nothing"), None);
    }

    #[test]
    fn the_programs_line_is_understood() {
        assert_eq!(figure("a warning\nthreads: 12 blocks, 3 s\n").as_deref(), Some("12 blocks, 3 s"));
        assert_eq!(figure("#5 threads::main"), None);
    }
}
