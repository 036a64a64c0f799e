//! What instances of the built plugin cost: the time to make one, and the memory that it has for itself once it has played.

use anyhow::{Context, Result, ensure};
use continuo_harness::{Format, MelodyNote, Pace, Player, PluginHost, Setup, Tune, figures::Figure, open, process};
use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

/// How many instances after the first are averaged.
const FURTHER: usize = 4;
const SAMPLE_RATE: f64 = 48_000.0;
const BLOCK: u32 = 64;
/// How many bars of four quarters each instance plays: two phrases.
const BARS: u8 = 8;

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
        figure("instance: private memory of the first, two phrases of four takes played", one - before, "MB"),
        figure("instance: private memory of each further one", (all - one) / FURTHER as f64, "MB"),
    ])
}

/// An instance that has played, and how long it took until it could.
fn instance(plugin: &Path) -> Result<(Box<dyn PluginHost>, Duration)> {
    let begun = Instant::now();
    let mut host = open(plugin, Format::Clap)?;
    host.activate(Setup { sample_rate: SAMPLE_RATE, largest_block: BLOCK, offline: false })?;
    host.process(BLOCK, None, &[])?;
    let time = begun.elapsed();
    host.deactivate();
    // Offline, so that every phrase is waited for.
    let played = Player::new(&mut *host, SAMPLE_RATE, BLOCK, true, Pace::Fast)?.pass(&scale(), &mut |_| {})?;
    ensure!(!played.is_empty(), "the plugin played nothing");
    Ok((host, time))
}

/// A scale up and down, a note each quarter.
fn scale() -> Tune {
    let pitch = |quarter: u8| 60 + [0, 2, 4, 5, 7, 5, 4, 2][usize::from(quarter % 8)];
    let note = |quarter: u8| MelodyNote { start: quarter.into(), length: 0.9, pitch: pitch(quarter), velocity: 90 };
    let melody = (0..4 * BARS).map(note).collect();
    Tune { melody, tempos: vec![(0.0, 120.0)], meters: vec![(0.0, (4, 4))], length: f64::from(4 * BARS) }
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

/// The memory that this process has for itself, in megabytes.
fn memory() -> Result<f64> {
    Ok(process::private_kilobytes().context("memory is only measured on Linux")? / 1000.0)
}
