//! `cargo xtask test`: everything that must pass before a change is accepted.

mod architecture;
pub mod cycles;
mod hosts;
pub mod lint;
mod plugin_log;
mod targets;
#[cfg(test)]
mod workflows;

use crate::{
    build::{python, runtime, workspace},
    release::licences,
};
use anyhow::{Result, bail};
use hosts::Effort;
use plugin_log::PluginLog;
use std::{
    fs,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

/// The training code's requirements that its tests without a network need.
const LIGHT: [&str; 8] = ["ruff", "pytest", "numpy", "mido", "jinja2", "xmlschema", "rpp", "music21"];

#[derive(clap::Args)]
pub struct Options {
    /// Instead, test with real hosts, hostile hosts, long sessions and damaged files: all parts or those named
    #[arg(long, value_enum, value_name = "PART", num_args = 0..)]
    hosts: Option<Vec<hosts::Part>>,
    /// Instead, compile for Windows, both Macs and Linux on ARM, or for those named, with warnings as errors; nothing is
    /// linked or run
    #[arg(long, conflicts_with = "hosts", value_name = "TRIPLE", num_args = 0..)]
    targets: Option<Vec<String>>,
    /// Run the long versions of these: hours instead of minutes
    #[arg(long, requires = "hosts")]
    long: bool,
    /// Start no further part of these after so many minutes, and list those left out
    #[arg(long, requires = "hosts", value_name = "MINUTES")]
    minutes: Option<u64>,
    /// Write the results to docs/RELIABILITY.md
    #[arg(long, requires = "hosts")]
    save: bool,
}

/// Runs every step, the cheapest first, and stops at the first failure.
pub fn run(options: &Options) -> Result<()> {
    if let Some(parts) = &options.hosts {
        let effort = if options.long { Effort::LONG } else { Effort::SHORT };
        let most = options.minutes.map(|minutes| Duration::from_secs(60 * minutes));
        return hosts::run(parts, effort, most, options.save);
    }
    if let Some(triples) = &options.targets {
        return targets::run(triples);
    }
    let mut times: Vec<(&str, Duration)> = Vec::new();
    let mut step = |name: &'static str, work: &dyn Fn() -> Result<()>| -> Result<()> {
        println!("== {name}");
        let begun = Instant::now();
        let result = work();
        times.push((name, begun.elapsed()));
        println!(
            "== {name}: {} after {:.0} s",
            if result.is_ok() { "done" } else { "failed" },
            begun.elapsed().as_secs_f64()
        );
        result
    };
    let cargo = |arguments: &[&str]| workspace::run(&mut workspace::cargo(arguments));

    step("formatting", &|| {
        cargo(&["fmt", "--all", "--check"])?;
        cargo(&["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"])
    })?;
    step("module cycles", &cycles::run)?;
    step("architecture", &architecture::run)?;
    step("licences and sources", &licences::run)?;
    step("python", &python_tests)?;
    step("clippy and build", &|| {
        // All targets include the benchmarks, which do not run here.
        let build = workspace::cargo(["test", "--quiet", "--workspace", "--all-targets", "--no-run"]);
        workspace::run(&mut lint::with_lints(build)?)
    })?;
    step("docs", &|| {
        let mut doc = workspace::cargo(["doc", "--quiet", "--workspace", "--no-deps"]);
        workspace::run(doc.env("RUSTDOCFLAGS", "-D warnings"))
    })?;
    step("runtime library", &|| runtime::run().map(drop))?;
    step("tests", &|| {
        let mut test = lint::with_lints(workspace::cargo(["test", "--quiet", "--workspace"]))?;
        // Ignore the models and styles of whoever runs the tests, and leave nothing with them.
        test.env("CONTINUO_DATA", workspace::target().join("no-data")).env_remove("CONTINUO_MODEL");
        test.env("CONTINUO_CACHE", workspace::target().join("cache"));
        // The plugin logs each invalid event and state, too much for a terminal.
        let log = PluginLog::begin(workspace::target().join("tests.log"))?;
        test.env("NICE_LOG", log.path());
        // Test programs have no library beside them, and they run faster with it.
        if let Some(library) = runtime::run()? {
            test.env("CONTINUO_ONNXRUNTIME", library);
        }
        workspace::run(&mut test)?;
        log.check()
    })?;

    println!();
    for (name, time) in &times {
        println!("{name:<16} {:>6.0} s", time.as_secs_f64());
    }
    Ok(())
}

/// Runs linter, type checker and tests of the training code and of what cuts the SoundFont. Skips them without Python, and those that need PyTorch
/// without PyTorch: it is large, and nothing that users get depends on it.
fn python_tests() -> Result<()> {
    if python::for_training().is_none() {
        println!("Skipping the tests of the training code: Python 3.11 or later with venv is missing.");
        return Ok(());
    }
    let folder = python::training();
    let full = folder.join(".venv").join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let has_network = python::succeeds(Command::new(&full).args(["-c", "import torch, pytest, ruff, mypy"]));
    let interpreter = if has_network {
        full
    } else {
        let light = python::requirements()?;
        let light: Vec<String> =
            light.into_iter().filter(|pin| LIGHT.iter().any(|name| pin.split("==").next() == Some(name))).collect();
        python::environment(&workspace::target().join("python"), &light, None)?
    };
    let module = |name: &str| {
        let mut command = Command::new(&interpreter);
        command.current_dir(&folder).args(["-m", name]);
        command
    };
    workspace::run(module("ruff").args(["check", "--quiet", "."]))?;
    if has_network {
        // Without PyTorch, most types in this code are unknown.
        workspace::run(module("mypy").arg("continuo_training"))?;
    }

    let (mut runnable, mut left_out) = (Vec::new(), Vec::new());
    for name in test_modules(&folder.join("tests"))? {
        let import = format!("import tests.{name}");
        let can_run = python::succeeds(Command::new(&interpreter).current_dir(&folder).args(["-c", &import]));
        if can_run || has_network { &mut runnable } else { &mut left_out }.push(format!("tests/{name}.py"));
    }
    if !left_out.is_empty() {
        println!("Skipped without PyTorch: {}", left_out.join(", "));
    }
    if runnable.is_empty() {
        bail!("none of the training code's tests can be imported");
    }
    workspace::run(module("pytest").arg("--quiet").args(runnable))?;
    // What cuts the SoundFont needs nothing but NumPy.
    let soundfont = |name: &str| {
        let mut command = module(name);
        command.current_dir(workspace::root().join("sounds").join("soundfont"));
        command
    };
    workspace::run(soundfont("ruff").args(["check", "--quiet", "."]))?;
    if has_network {
        workspace::run(soundfont("mypy").arg("cut_soundfont"))?;
    }
    workspace::run(soundfont("pytest").arg("--quiet"))
}

/// The names of the Python test modules in a folder, sorted.
fn test_modules(folder: &Path) -> Result<Vec<String>> {
    let mut names: Vec<String> = fs::read_dir(folder)?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.strip_suffix(".py").map(str::to_owned))
        .filter(|name| name.starts_with("test_"))
        .collect();
    names.sort();
    Ok(names)
}
