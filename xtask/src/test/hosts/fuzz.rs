//! The fuzz targets of `fuzz/`, built with instrumentation and run over their corpora.
//!
//! `cargo fuzz` runs them too, with sanitizers, for which it needs a nightly compiler. Here the stable compiler builds
//! them without: the engine's code is safe Rust, so the targets look for panics and broken promises.

use crate::build::{toolchain, workspace};
use anyhow::{Context, Result, bail};
use continuo_harness::evidence;
use std::{fs, path::Path, process::Command};

const TARGETS: [(&str, &str); 5] = [
    ("midi_file", "MIDI files"),
    ("saved_score", "saved arrangements"),
    ("history_and_style", "histories and styles of the user's own"),
    ("model_card", "model metadata"),
    ("playing", "streams of notes, transports and phrases"),
];

/// The flags of `cargo fuzz`, without the sanitizer.
const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing -Ccodegen-units=1";

/// Longest input in bytes; longer ones only slow each execution down.
const LARGEST: u32 = 16_384;

/// Builds and runs all targets, each for some seconds. A crash is an error and leaves its input in `target/fuzz`.
pub fn run(seconds: u32, evidence_folder: &Path) -> Result<()> {
    let manifest = workspace::root().join("fuzz").join("Cargo.toml");
    let target = workspace::target().join("fuzz");
    let host = toolchain::host()?;
    let mut build = workspace::cargo(["build", "--quiet", "--release", "--manifest-path"]);
    // With `--target`, the flags do not apply to build scripts and macros.
    build.arg(&manifest).args(["--target", &host, "--target-dir"]).arg(&target).env("RUSTFLAGS", FLAGS);
    workspace::run(&mut build)?;
    for (name, what) in TARGETS {
        let program = target.join(&host).join("release").join(name);
        let corpus = workspace::root().join("fuzz").join("corpus").join(name);
        let new = target.join("corpus").join(name);
        let crashes = target.join("crashes").join(name);
        for folder in [&new, &crashes] {
            fs::create_dir_all(folder).with_context(|| format!("{} cannot be created", folder.display()))?;
        }
        let mut fuzzer = Command::new(program);
        // New inputs go to the first folder; the committed corpus is only read.
        fuzzer
            .arg(&new)
            .arg(&corpus)
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-max_len={LARGEST}"))
            .args(["-timeout=20", "-rss_limit_mb=2048", "-print_final_stats=1", "-verbosity=1"])
            .arg(format!("-artifact_prefix={}/", crashes.display()));
        let output = fuzzer.output().with_context(|| format!("the fuzz target {name} cannot be started"))?;
        let shown = String::from_utf8_lossy(&output.stderr).into_owned();
        if !output.status.success() {
            bail!("{shown}\nthe fuzz target {name} found an input that breaks the engine; see {}", crashes.display());
        }
        let figure = figure(&shown).with_context(|| format!("the fuzz target {name} printed no figures:\n{shown}"))?;
        println!("{name:<12} {figure}");
        evidence::record_in(
            evidence_folder,
            "fuzz",
            &format!("Any {what} are read or refused, without a panic and with every promise kept"),
            &format!("libFuzzer target {name} over its committed corpus; overflow and debug assertions on"),
            &figure,
        )?;
    }
    Ok(())
}

/// Executions and coverage, from the fuzzer's last lines: `stat::number_of_executed_units: 12` and
/// `#12 DONE cov: 34 ft: 56 corp: 7/89b ...`; the number of counters from `(1234 inline 8-bit counters)`.
fn figure(shown: &str) -> Option<String> {
    let executions = shown.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"))?.trim();
    let done = shown.lines().rev().find(|line| line.contains("DONE") && line.contains("cov:"))?;
    let covered = done.split("cov:").nth(1)?.split_whitespace().next()?;
    let counters = shown.split('(').find_map(|rest| rest.split_once(" inline 8-bit counters")).map(|found| found.0);
    Some(match counters {
        Some(counters) => format!("{executions} executions, {covered} of {counters} edges covered"),
        None => format!("{executions} executions, {covered} edges covered"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fuzzers_last_words_are_understood() {
        let shown = "INFO: Loaded 1 modules   (4321 inline 8-bit counters): 4321 [0x1, 0x2),\n#2\tINITED cov: 5 ft: 6\n\
            #1200\tDONE   cov: 321 ft: 456 corp: 7/89b lim: 4 exec/s: 60 rss: 30Mb\n\
            stat::number_of_executed_units: 1200\n";
        assert_eq!(figure(shown).as_deref(), Some("1200 executions, 321 of 4321 edges covered"));
        assert_eq!(figure("nothing"), None);
    }
}
