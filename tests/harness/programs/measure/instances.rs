//! What instances of the built plugin cost: the time to make one, and the memory that it has for itself once it has played.

use super::{memory, tune};
use anyhow::{Result, ensure};
use continuo_harness::{Format, Pace, Player, PluginHost, Setup, figures::Figure, open};
use std::{
    path::Path,
    time::{Duration, Instant},
};

/// How many instances after the first are averaged.
const FURTHER: usize = 4;
const SAMPLE_RATE: f64 = 48_000.0;
const BLOCK: u32 = 64;
/// How many bars of four quarters each instance plays: two phrases.
const BARS: u32 = 8;

/// Makes instances and measures them. This process must hold nothing else that uses memory.
pub fn measure(plugin: &Path) -> Result<Vec<Figure>> {
    let before = memory::private()?;
    let mut hosts = Vec::new();
    let (first, first_time) = instance(plugin)?;
    hosts.push(first);
    let one = memory::settled()?;
    let mut times = Vec::new();
    for _ in 0..FURTHER {
        let (host, time) = instance(plugin)?;
        hosts.push(host);
        times.push(time);
    }
    let all = memory::settled()?;
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
    let played =
        Player::new(&mut *host, SAMPLE_RATE, BLOCK, true, Pace::Fast)?.pass(&tune::scale(BARS), &mut |_| {})?;
    ensure!(!played.is_empty(), "the plugin played nothing");
    Ok((host, time))
}
