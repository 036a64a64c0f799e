//! The chores that need a host, a screen or a picture: programs of the harness, which this one builds and starts, so that it
//! builds without all that.

#[cfg(target_os = "linux")]
use crate::runtime;
use crate::{bundle, train, workspace};
use anyhow::{Context, Result, bail};
use std::{
    ffi::OsString,
    fs,
    process::{Command, Stdio},
};

/// Options that are handed on.
#[derive(clap::Args)]
pub struct Options {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "OPTIONS")]
    options: Vec<OsString>,
}

impl Options {
    fn ask_for_help(&self) -> bool {
        self.options.iter().any(|option| option == "-h" || option == "--help")
    }
}

/// A program of the harness, in the current folder: paths among its options may be relative to that.
pub fn command(name: &str) -> Command {
    let mut command = workspace::cargo(["run", "--quiet", "--package", "continuo-harness", "--manifest-path"]);
    command.arg(workspace::root().join("Cargo.toml")).args(["--", name]);
    command.current_dir(".").env("CARGO_TARGET_DIR", workspace::target());
    command
}

/// Bundles the plugin and lets it play.
pub fn demo(options: &Options) -> Result<()> {
    // First without plugins: a wrong tune or genre is reported before they are built.
    finish(command("demo").args(&options.options))?;
    if options.ask_for_help() {
        return Ok(());
    }
    let bundles = bundle::run(&bundle::Options::default())?;
    let mut demo = command("demo");
    finish(demo.args(&options.options).arg("--bundles").args([bundles.programs.clap, bundles.programs.vst3]))
}

/// Measures how cost grows, and has the training code draw it.
pub fn costs() -> Result<()> {
    let bundles = bundle::run(&bundle::Options::default())?;
    let mut benchmark = workspace::cargo(["bench", "--quiet", "--package", "continuo-benchmarks", "--bench", "costs"]);
    let mut instances = command("measure");
    instances.arg("costs").arg(&bundles.programs.clap);
    let mut lines = b"chart,at,value\n".to_vec();
    for program in [&mut benchmark, &mut instances] {
        if let Some(library) = &bundles.library {
            program.env("CONTINUO_ONNXRUNTIME", library);
        }
        let output = program.stderr(Stdio::inherit()).output().context("cargo could not be started")?;
        if !output.status.success() {
            bail!("the costs could not be measured ({})", output.status);
        }
        lines.extend(output.stdout);
    }
    let file = workspace::root().join("docs").join("costs.csv");
    fs::write(&file, lines).with_context(|| format!("{} could not be written", file.display()))?;
    train::training_code(["costs".into(), "--measured".into(), file.into()].into())
}

/// Takes pictures of the window.
#[cfg(target_os = "linux")]
pub fn screenshots(options: &Options) -> Result<()> {
    let mut program = command("screenshots");
    if !options.ask_for_help()
        && let Some(library) = runtime::run()?
    {
        program.env("CONTINUO_ONNXRUNTIME", library);
    }
    finish(program.args(&options.options))
}

/// Writes the tunes.
pub fn tunes() -> Result<()> {
    finish(&mut command("tunes"))
}

/// Runs a program, and ends as it does if it fails: it has reported why.
fn finish(program: &mut Command) -> Result<()> {
    let status = program.status().context("cargo could not be started")?;
    if !status.success() {
        std::process::exit(status.code().unwrap_or(1));
    }
    Ok(())
}
