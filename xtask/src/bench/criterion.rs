//! The results that criterion writes.

use anyhow::{Context, Result};
use continuo_harness::figures::Figure;
use serde_json::Value;
use std::{fs, path::Path};

/// The medians of the last run, sorted by name.
pub fn figures(folder: &Path) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    collect(folder, &mut figures)?;
    figures.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(figures)
}

fn collect(folder: &Path, figures: &mut Vec<Figure>) -> Result<()> {
    let estimates = folder.join("new").join("estimates.json");
    if estimates.is_file() {
        let median = read(&estimates)?["median"]["point_estimate"].as_f64();
        let name = read(&folder.join("new").join("benchmark.json"))?["full_id"].as_str().map(str::to_owned);
        if let (Some(median), Some(name)) = (median, name) {
            figures.push(from_nanoseconds(name, median));
        }
        return Ok(());
    }
    let entries = fs::read_dir(folder).with_context(|| format!("{} could not be read", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, figures)?;
        }
    }
    Ok(())
}

fn read(file: &Path) -> Result<Value> {
    let text = fs::read_to_string(file).with_context(|| format!("{} could not be read", file.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not as criterion writes it", file.display()))
}

fn from_nanoseconds(name: String, nanoseconds: f64) -> Figure {
    match nanoseconds {
        ..1e3 => Figure { name, value: nanoseconds, unit: "ns" },
        1e3..1e6 => Figure { name, value: nanoseconds / 1e3, unit: "us" },
        _ => Figure { name, value: nanoseconds / 1e6, unit: "ms" },
    }
}
