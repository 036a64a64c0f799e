//! Sixteen instances of the built plugin in one process, in real time: how many of their phrases come too late.

use anyhow::{Context, Result, anyhow};
use continuo_harness::{Format, MelodyNote, Pace, Player, SongEvent, Tune, figures::Figure, open};
use std::{collections::BTreeMap, path::Path, sync::Barrier, thread};

const INSTANCES: usize = 16;
const SAMPLE_RATE: f64 = 48_000.0;
const BLOCK: u32 = 256;
const TEMPO: f64 = 160.0;
/// Bars of four quarters that are played, each a phrase. In the first few the models load and nothing was heard yet.
const BARS: u32 = 20;
const FIRST: u32 = 4;
/// So many beats after its bar line a phrase is late.
const LATE: f64 = 0.25;

/// Plays in all instances at once and measures.
pub fn measure(plugin: &Path) -> Result<Vec<Figure>> {
    let together = Barrier::new(INSTANCES);
    let played: Vec<Vec<f64>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..INSTANCES).map(|_| scope.spawn(|| instance(plugin, &together))).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().map_err(|_| anyhow!("an instance panicked"))?)
            .collect::<Result<_>>()
    })?;
    let waits = played.concat();
    let late = waits.iter().filter(|wait| **wait > LATE).count() as f64 / waits.len() as f64 * 100.0;
    Ok(vec![Figure {
        name: "sixteen instances: phrases of a bar that begin late or never".into(),
        value: late,
        unit: "%",
    }])
}

/// After how many beats of each bar an instance begins to play; four where it plays nothing.
fn instance(plugin: &Path, together: &Barrier) -> Result<Vec<f64>> {
    let opened = open(plugin, Format::Clap).map_err(anyhow::Error::from).and_then(|mut host| {
        host.set("Mode", "Live")?;
        host.set("Phrase Length", "1 bar")?;
        Ok(host)
    });
    // All wait for each other, those that failed too.
    together.wait();
    let mut host = opened?;
    let played = Player::new(&mut *host, SAMPLE_RATE, BLOCK, false, Pace::Timed(1.0))?.pass(&tune(), &mut |_| {})?;
    waits(&played)
}

fn waits(played: &[SongEvent]) -> Result<Vec<f64>> {
    let mut firsts: BTreeMap<u32, f64> = BTreeMap::new();
    for note in played.iter().filter(|note| note.event.is_on() && note.event.channel != 0) {
        let beat = note.sample as f64 / SAMPLE_RATE * TEMPO / 60.0;
        // Notes shortly before the beat belong to the bar that follows.
        let bar = ((beat + 0.25) / 4.0).floor();
        firsts.entry(bar as u32).or_insert((beat - 4.0 * bar).max(0.0));
    }
    let found: Vec<f64> = (FIRST..BARS).map(|bar| firsts.get(&bar).copied().unwrap_or(4.0)).collect();
    firsts.first_key_value().context("an instance played nothing")?;
    Ok(found)
}

/// Eighths up and down, so that each bar has a melody of its own.
fn tune() -> Tune {
    let pitch = |eighth: u32| 60 + [0, 2, 4, 5, 7, 9, 7, 5, 4, 2, 0, 4][(eighth % 12) as usize];
    let note =
        |eighth: u32| MelodyNote { start: f64::from(eighth) / 2.0, length: 0.4, pitch: pitch(eighth), velocity: 90 };
    let melody = (0..8 * BARS).map(note).collect();
    Tune { melody, tempos: vec![(0.0, TEMPO)], meters: vec![(0.0, (4, 4))], length: f64::from(4 * BARS) }
}
