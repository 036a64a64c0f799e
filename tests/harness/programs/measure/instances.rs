//! What instances of the built plugin cost: the time to make one, and memory.

use anyhow::{Context, Result};
use continuo_harness::{Format, PluginHost, Setup, figures::Figure, open, process};
use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

/// How many instances after the first are averaged.
const FURTHER: usize = 4;

/// Makes instances and measures them. This process must hold nothing else that uses memory.
pub fn measure(plugin: &Path) -> Result<Vec<Figure>> {
    let before = memory()?;
    let mut hosts = Vec::new();
    let (first, first_time) = instance(plugin)?;
    hosts.push(first);
    let one = settled_memory()?;
    let mut times = Vec::new();
    for _ in 0..FURTHER {
        let (host, time) = instance(plugin)?;
        hosts.push(host);
        times.push(time);
    }
    let all = settled_memory()?;
    times.sort_unstable();
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    let figure = |name: &str, value, unit| Figure { name: name.into(), value, unit };
    Ok(vec![
        figure("instance: create and activate the first", milliseconds(first_time), "ms"),
        figure("instance: create and activate a further one", milliseconds(times[times.len() / 2]), "ms"),
        figure("instance: memory of the first", one - before, "MB"),
        figure("instance: memory of each further one", (all - one) / FURTHER as f64, "MB"),
    ])
}

/// An instance that processes, and how long it took to make it.
fn instance(plugin: &Path) -> Result<(Box<dyn PluginHost>, Duration)> {
    let begun = Instant::now();
    let mut host = open(plugin, Format::Clap)?;
    host.activate(Setup { sample_rate: 48_000.0, largest_block: 64, offline: false })?;
    host.process(64, None, &[])?;
    Ok((host, begun.elapsed()))
}

/// Memory once it has stopped growing: models load in the background.
fn settled_memory() -> Result<f64> {
    const QUIET: Duration = Duration::from_secs(2);
    let mut last = memory()?;
    let mut changed = Instant::now();
    while changed.elapsed() < QUIET {
        thread::sleep(Duration::from_millis(50));
        let now = memory()?;
        if (now - last).abs() > 0.25 {
            changed = Instant::now();
        }
        last = now;
    }
    Ok(last)
}

/// The resident memory of this process, in megabytes.
fn memory() -> Result<f64> {
    Ok(process::resident_kilobytes().context("memory is only measured on Linux")? / 1000.0)
}
