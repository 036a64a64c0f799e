//! How long a phrase takes beside those of other instances.

use super::point::Point;
use crate::measure::tune;
use anyhow::{Context, Result, anyhow};
use continuo_harness::{Format, Pace, Player, open};
use std::{path::Path, sync::Barrier, thread, time::Instant};

/// So many passes of so many phrases each; the median counts.
const PASSES: u32 = 5;
const PHRASES: u32 = 4;
const BARS: u32 = 4;
const SAMPLE_RATE: f64 = 48_000.0;

/// By the instances of one process that play at once, each a melody of its own.
pub fn by_instances(plugin: &Path, mut print: impl FnMut(Point)) -> Result<()> {
    for instances in [1, 2, 4, 8, 16] {
        let together = Barrier::new(instances as usize);
        let times: Vec<Vec<f64>> = thread::scope(|scope| {
            let together = &together;
            let threads: Vec<_> =
                (0..instances).map(|number| scope.spawn(move || instance(plugin, number, together))).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().map_err(|_| anyhow!("an instance panicked"))?)
                .collect::<Result<_>>()
        })?;
        print(Point { chart: "phrase by instances", at: instances.into(), value: median(times.concat())? });
    }
    Ok(())
}

/// The milliseconds that a phrase of an instance took in each pass, while the others played too.
fn instance(plugin: &Path, number: u32, together: &Barrier) -> Result<Vec<f64>> {
    let opened = open(plugin, Format::Clap);
    // All wait for each other, those that failed too.
    together.wait();
    let mut host = opened?;
    let mut player = Player::new(&mut *host, SAMPLE_RATE, 1024, true, Pace::Fast)?;
    let mut times = Vec::new();
    for pass in 0..=PASSES {
        let song = tune::wandering(BARS * PHRASES, 100 * pass + number);
        let begun = Instant::now();
        player.pass(&song, &mut |_| {})?;
        // In the first pass the networks are loaded.
        if pass > 0 {
            times.push(begun.elapsed().as_secs_f64() * 1e3 / f64::from(PHRASES));
        }
    }
    Ok(times)
}

fn median(mut times: Vec<f64>) -> Result<f64> {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().context("no phrase was measured")
}
