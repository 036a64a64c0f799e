//! `cargo xtask bench`: measures, and compares with the figures kept in `docs/benchmarks.csv`.

mod criterion;
mod instances;
#[cfg(target_os = "linux")]
mod window;

use crate::{bundle, workspace};
use anyhow::{Context, Result};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

#[derive(clap::Args)]
pub struct Options {
    /// Write the figures to docs/benchmarks.csv, as the ones to compare with from now on
    #[arg(long)]
    save: bool,
    /// Used by this program itself: measure instances of a plugin and print the figures
    #[arg(long, hide = true, value_name = "LIBRARY")]
    instances_of: Option<PathBuf>,
    /// Used by this program itself: measure the window of a plugin and print the figures
    #[cfg(target_os = "linux")]
    #[arg(long, hide = true, value_name = "LIBRARY")]
    window_of: Option<PathBuf>,
}

/// A figure with its unit, such as 3.1 ms.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    pub name: String,
    pub value: f64,
    pub unit: &'static str,
}

/// Units that figures may have; a file with others was written by hand.
const UNITS: [&str; 6] = ["ns", "us", "ms", "MB", "%", "1/s"];

/// Measures, prints a table and compares.
pub fn run(options: &Options) -> Result<()> {
    if let Some(library) = &options.instances_of {
        print!("{}", to_csv(&instances::measure(library)?));
        return Ok(());
    }
    #[cfg(target_os = "linux")]
    if let Some(library) = &options.window_of {
        print!("{}", to_csv(&window::measure(library)?));
        return Ok(());
    }
    let bundles = bundle::run(&bundle::Options::default())?;
    // The packages that are bundled, so that nothing of what they use is built again with other features.
    let packages = ["--package", "continuo-engine", "--package", "continuo-plugin"];
    let mut bench = workspace::cargo(["bench"]);
    if let Some(library) = &bundles.library {
        bench.env("CONTINUO_ONNXRUNTIME", library);
    }
    let blocks = workspace::target().join("criterion").join("blocks.csv");
    bench.env("CONTINUO_FIGURES", &blocks);
    workspace::run(bench.args(packages).args(["--bench", "process", "--bench", "phrase"]))?;
    let mut figures = criterion::figures(&workspace::target().join("criterion"))?;
    figures.extend(from_csv(&read(&blocks)?));
    figures.extend(instances::measure_in_new_process(&bundles.clap)?);
    #[cfg(target_os = "linux")]
    figures.extend(window::measure_in_new_process()?);

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

/// By how much of itself a figure changed; one that was nothing has no share.
fn change(before: f64, now: f64) -> String {
    if before == 0.0 { "-".to_owned() } else { format!("{:+.0} %", (now / before - 1.0) * 100.0) }
}

fn to_csv(figures: &[Figure]) -> String {
    let lines = figures.iter().map(|figure| format!("{},{:.3},{}\n", figure.name, figure.value, figure.unit));
    std::iter::once("name,value,unit\n".to_owned()).chain(lines).collect()
}

fn from_csv(text: &str) -> Vec<Figure> {
    let figure = |line: &str| {
        let mut fields = line.rsplitn(3, ',');
        let unit = fields.next().and_then(|unit| UNITS.into_iter().find(|known| *known == unit))?;
        let value = fields.next()?.parse().ok()?;
        Some(Figure { name: fields.next()?.to_owned(), value, unit })
    };
    text.lines().skip(1).filter_map(figure).collect()
}

/// The figures to compare with; none where there is no file yet.
fn baseline(file: &Path) -> Result<BTreeMap<String, (f64, &'static str)>> {
    if !file.exists() {
        return Ok(BTreeMap::new());
    }
    Ok(from_csv(&read(file)?).into_iter().map(|figure| (figure.name, (figure.value, figure.unit))).collect())
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("{} could not be read", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_come_back_from_a_file() {
        let figures = [
            Figure { name: "process, five parts".into(), value: 1.25, unit: "us" },
            Figure { name: "first instance".into(), value: 80.0, unit: "MB" },
        ];
        assert_eq!(from_csv(&to_csv(&figures)), figures);
    }
}
