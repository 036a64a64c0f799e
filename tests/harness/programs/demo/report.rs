//! What the demonstration prints at its end.

use super::song::{LoadedTune, PlayedPart};
use anyhow::{Context, Result};
use serde::Deserialize;
use std::{fs, path::Path};

/// The plugin's own account of itself, from the line that it logs when it is deactivated.
#[derive(Debug, Deserialize)]
pub struct Status {
    pub model: Option<String>,
    pub backend: Option<String>,
    pub remark: Option<String>,
    pub fault: Option<String>,
    pub generated: u64,
    pub last_generation_ms: Option<f64>,
    pub slowest_generation_ms: Option<f64>,
    pub late: u32,
}

/// The last status in the plugin's log.
pub fn status(log: &Path) -> Result<Status> {
    let text = fs::read_to_string(log).with_context(|| format!("the plugin left no log at {}", log.display()))?;
    let status = text.lines().rev().find_map(|line| line.split_once("Continuo status: "));
    let (_, json) = status.with_context(|| format!("{} holds no status", log.display()))?;
    serde_json::from_str(json).with_context(|| format!("the status in {} cannot be read", log.display()))
}

/// Prints the table.
pub fn print(tune: &LoadedTune, parts: &[PlayedPart], status: &Status) {
    println!();
    println!("{:<10} {:>7} {:>6}   pitches", "", "channel", "notes");
    for part in parts {
        let lowest = part.notes.iter().map(|note| note.pitch).min();
        let highest = part.notes.iter().map(|note| note.pitch).max();
        let range = lowest.zip(highest).map_or_else(String::new, |(low, high)| format!("{low} to {high}"));
        println!("{:<10} {:>7} {:>6}   {range}", part.name, part.channel + 1, part.notes.len());
    }
    println!();
    let unknown = || "none".to_owned();
    let milliseconds = |time: Option<f64>| time.map_or_else(unknown, |time| format!("{time:.1} ms"));
    let rows = [
        ("model", status.model.clone().unwrap_or_else(unknown)),
        ("runtime", status.backend.clone().unwrap_or_else(unknown)),
        ("phrases generated", status.generated.to_string()),
        ("generation of a phrase", milliseconds(status.last_generation_ms)),
        ("the slowest one", milliseconds(status.slowest_generation_ms)),
        ("late phrases", status.late.to_string()),
        ("tune", format!("{:.0} s a pass", tune.melody.duration().as_secs_f64())),
    ];
    for (name, value) in rows {
        println!("{name:<24} {value}");
    }
    for sentence in [&status.remark, &status.fault].into_iter().flatten() {
        println!("{sentence}");
    }
}
