//! `cargo xtask bench`: measures, and compares with the figures kept in `docs/benchmarks.csv`.

mod beside;
mod criterion;

use crate::{bundle, programs, workspace};
use anyhow::{Context, Result, bail};
use continuo_harness::figures::{Figure, from_csv, to_csv};
use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::{Command, Stdio},
};

#[derive(clap::Args)]
pub struct Options {
    /// Write the figures to docs/benchmarks.csv, as the ones to compare with from now on; with --beside, the ratios to
    /// docs/ratios.csv
    #[arg(long)]
    save: bool,
    #[command(flatten)]
    beside: beside::Options,
}

/// Measures, prints a table and compares.
pub fn run(options: &Options) -> Result<()> {
    if let Some(revision) = &options.beside.beside {
        return beside::run(&options.beside, revision, options.save);
    }
    let bundles = bundle::run(&bundle::Options::default())?;
    // The packages that are bundled, so that nothing of what they use is built again with other features.
    let packages = ["--package", "continuo-benchmarks", "--package", "continuo-cli", "--package", "continuo-plugin"];
    let mut bench = workspace::cargo(["bench"]);
    if let Some(library) = &bundles.library {
        bench.env("CONTINUO_ONNXRUNTIME", library);
    }
    let blocks = workspace::target().join("criterion").join("blocks.csv");
    bench.env("CONTINUO_FIGURES", &blocks);
    workspace::run(bench.args(packages).args(["--bench", "process", "--bench", "phrase", "--bench", "sound"]))?;
    let mut figures = criterion::figures(&workspace::target().join("criterion"))?;
    figures.extend(from_csv(&read(&blocks)?));
    figures.extend(measured(programs::command("measure").arg("instances").arg(&bundles.programs.clap))?);
    if cfg!(target_os = "linux") {
        figures.extend(measured(programs::command("measure").arg("window"))?);
    }

    let file = workspace::root().join("docs").join("benchmarks.csv");
    let baseline = baseline(&file)?;
    println!("{:<70} {:>12} {:>12} {:>8}", "", "now", "baseline", "change");
    for figure in &figures {
        let before = baseline.get(&figure.name).filter(|(_, unit)| *unit == figure.unit);
        let (shown, change) = before.map_or_else(
            || ("-".into(), "new".into()),
            |(value, unit)| (format!("{value:.2} {unit}"), change(*value, figure.value)),
        );
        println!("{:<70} {:>9.2} {} {shown:>12} {change:>8}", figure.name, figure.value, figure.unit);
    }
    if options.save {
        fs::write(&file, to_csv(&figures)).with_context(|| format!("{} could not be written", file.display()))?;
        println!("The figures were written to {}.", file.strip_prefix(workspace::root()).unwrap_or(&file).display());
    }
    Ok(())
}

/// By what share a figure changed; a figure that was zero has no share.
fn change(before: f64, now: f64) -> String {
    if before == 0.0 { "-".to_owned() } else { format!("{:+.0} %", (now / before - 1.0) * 100.0) }
}

/// The figures that a program of the harness prints.
fn measured(command: &mut Command) -> Result<Vec<Figure>> {
    let output = command.stderr(Stdio::inherit()).output().context("cargo could not be started")?;
    if !output.status.success() {
        bail!("the built plugin could not be measured ({})", output.status);
    }
    Ok(from_csv(&String::from_utf8_lossy(&output.stdout)))
}

/// The figures to compare with; empty if there is no file yet.
fn baseline(file: &Path) -> Result<BTreeMap<String, (f64, &'static str)>> {
    if !file.exists() {
        return Ok(BTreeMap::new());
    }
    Ok(from_csv(&read(file)?).into_iter().map(|figure| (figure.name, (figure.value, figure.unit))).collect())
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("{} could not be read", file.display()))
}
