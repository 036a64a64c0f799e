//! What instances of the built plugin cost: the time to make one, and memory.

use super::{Figure, from_csv};
use anyhow::{Context, Result, bail};
use continuo_harness::{Format, PluginHost, Setup, open, process};
use std::{
    env,
    path::Path,
    process::Command,
    thread,
    time::{Duration, Instant},
};

/// How many instances beyond the first are averaged over.
const FURTHER: usize = 4;

/// Measures in a process of its own, where nothing but the plugin takes memory.
pub fn measure_in_new_process(plugin: &Path) -> Result<Vec<Figure>> {
    let output = Command::new(env::current_exe()?).args(["bench", "--instances-of"]).arg(plugin).output()?;
    if !output.status.success() {
        bail!("instances could not be measured: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(from_csv(&String::from_utf8_lossy(&output.stdout)))
}

/// Makes instances and measures them.
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

/// An instance that processes, and how long that took.
fn instance(plugin: &Path) -> Result<(Box<dyn PluginHost>, Duration)> {
    let begun = Instant::now();
    let mut host = open(plugin, Format::Clap)?;
    host.activate(Setup { sample_rate: 48_000.0, largest_block: 64, offline: false })?;
    host.process(64, None, &[])?;
    Ok((host, begun.elapsed()))
}

/// Memory once it has stopped growing: models are loaded in the background.
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
