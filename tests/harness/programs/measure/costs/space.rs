//! How much memory instances have for themselves. Each figure is measured in a process of its own.

use super::point::Point;
use crate::measure::{memory, own_process::own_program, tune};
use anyhow::{Context, Result, bail, ensure};
use continuo_harness::{Format, Pace, Player, open};
use std::path::{Path, PathBuf};

const SAMPLE_RATE: f64 = 48_000.0;
/// Bars of four quarters at 120 beats a minute, in a minute.
const BARS_A_MINUTE: u32 = 30;
/// Bars that each of several instances plays: two phrases.
const SHORT: u32 = 8;

/// What a process measures.
#[derive(clap::Args)]
pub struct Case {
    library: PathBuf,
    bars: u32,
    instances: u32,
}

/// By the length of the song that one instance plays, in minutes.
pub fn by_song(plugin: &Path, mut print: impl FnMut(Point)) -> Result<()> {
    for minutes in [1, 15, 45, 90, 180] {
        let (value, notes) = in_new_process(plugin, minutes * BARS_A_MINUTE, 1)?;
        print(Point { chart: "memory by song", at: minutes.into(), value });
        print(Point { chart: "notes by song", at: minutes.into(), value: notes });
    }
    Ok(())
}

/// By the instances that played.
pub fn by_instances(plugin: &Path, mut print: impl FnMut(Point)) -> Result<()> {
    for instances in [1, 2, 4, 8, 16] {
        let (value, _) = in_new_process(plugin, SHORT, instances)?;
        print(Point { chart: "memory by instances", at: instances.into(), value });
    }
    Ok(())
}

/// The megabytes that the instances need together, and how many notes they played.
fn in_new_process(plugin: &Path, bars: u32, instances: u32) -> Result<(f64, f64)> {
    let mut own = own_program("space-here")?;
    let output = own.arg(plugin).arg(bars.to_string()).arg(instances.to_string()).output()?;
    if !output.status.success() {
        bail!("memory could not be measured: {}", String::from_utf8_lossy(&output.stderr));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let reported = text.lines().last().and_then(|line| line.split_once(' '));
    let (memory, notes) = reported.context("the memory was not reported")?;
    Ok((memory.parse()?, notes.parse()?))
}

/// Prints how many megabytes the instances need together, and how many notes they played.
pub fn measure(case: &Case) -> Result<()> {
    let before = memory::private()?;
    let (mut hosts, mut notes) = (Vec::new(), 0);
    for number in 0..case.instances {
        let mut host = open(&case.library, Format::Clap)?;
        let song = tune::wandering(case.bars, number);
        // Offline, so that every phrase is waited for.
        let played = Player::new(&mut *host, SAMPLE_RATE, 1024, true, Pace::Fast)?.pass(&song, &mut |_| {})?;
        ensure!(!played.is_empty(), "the plugin played nothing");
        notes += played.iter().filter(|note| note.event.is_on()).count();
        hosts.push(host);
    }
    println!("{:.3} {notes}", memory::settled()? - before);
    Ok(())
}
