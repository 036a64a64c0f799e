//! What a block costs the audio thread in the built plugin: the thread's own time, without what the system gives to others.

use super::tune;
use anyhow::{Context, Result, ensure};
use continuo_harness::{
    Format, HostEvent, NoteEvent, Pace, Player, Setup, SongEvent, Transport, figures::Figure, open, process,
};
use std::path::Path;

const SAMPLE_RATE: f64 = 48_000.0;
const BLOCK: u32 = 64;
const BLOCKS: usize = 1_000_000;
/// Bars of four quarters, over which the transport loops: a whole number of blocks.
const BARS: u32 = 8;

/// Has a song arranged, plays it again and again, and measures each block.
pub fn measure(plugin: &Path) -> Result<Vec<Figure>> {
    let song = tune::scale(BARS);
    let mut host = open(plugin, Format::Clap)?;
    let played = Player::new(&mut *host, SAMPLE_RATE, BLOCK, true, Pace::Fast)?.pass(&song, &mut |_| {})?;
    ensure!(!played.is_empty(), "the plugin played nothing");
    let melody = blocks(&song.events(SAMPLE_RATE), song.sample_at(song.length, SAMPLE_RATE).round() as u64);
    let mut transport = Transport { cycle: Some((0.0, song.length)), ..Transport::ROLLING };
    host.activate(Setup { sample_rate: SAMPLE_RATE, largest_block: BLOCK, offline: false })?;
    let mut times: Vec<u64> = Vec::with_capacity(BLOCKS);
    let mut notes = 0;
    for events in melody.iter().cycle().take(BLOCKS) {
        let audio = host.audio()?;
        let before = own_time()?;
        let block = audio.process_events(BLOCK, Some(&transport), events)?;
        times.push(own_time()?.saturating_sub(before));
        notes += block.len();
        transport.advance(BLOCK, SAMPLE_RATE);
    }
    host.deactivate();
    let passes = BLOCKS / melody.len();
    ensure!(notes > passes * played.len() / 2, "the plugin played only {notes} events in {passes} passes");
    times.sort_unstable();
    let figure = |name: &str, share: f64| Figure {
        name: format!("process(): {name} of a million blocks, the thread's own time"),
        value: times[((BLOCKS - 1) as f64 * share) as usize] as f64 / 1e3,
        unit: "us",
    };
    Ok(vec![figure("median", 0.5), figure("99.99th percentile", 0.9999)])
}

/// The events of each block until a sample.
fn blocks(events: &[SongEvent], end: u64) -> Vec<Vec<HostEvent>> {
    let mut found = vec![Vec::new(); (end / u64::from(BLOCK)) as usize];
    for event in events {
        let (block, time) = (event.sample / u64::from(BLOCK), event.sample % u64::from(BLOCK));
        if let Some(block) = found.get_mut(block as usize) {
            block.push(HostEvent::Note(NoteEvent { time: time as u32, ..event.event }));
        }
    }
    found
}

fn own_time() -> Result<u64> {
    process::thread_nanoseconds().context("a thread's own time is only measured on Linux")
}
