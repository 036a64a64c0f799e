//! Playing that leaves none of the plugin's threads in peace, for tests that watch the audio thread meanwhile.
//!
//! For tests: what goes wrong ends the program with a sentence.
#![allow(clippy::missing_panics_doc, reason = "all of it panics where a test is to fail")]

use crate::{Host, HostEvent, NoteEvent, NoteEventKind, Setup, Transport};
use std::{
    thread,
    time::{Duration, Instant},
};

/// The sample rate.
pub const RATE: f64 = 48_000.0;
/// The length of a block in frames.
pub const BLOCK: u32 = 256;
/// Blocks before the first that is watched: the host's own memory for events has grown by then.
const WARM: u32 = 400;
/// The loop's length in quarter notes.
const LOOP: f64 = 16.0;

/// Plays in real time: a loop whose every bar gets a new take, a melody, temperature moving in every block, the tempo
/// rising and falling, jumps within phrases, the meter changing and the transport stopped now and then. Calls `warmed_up` after two seconds, and plays for so many seconds from there on.
/// Returns how many notes came out.
pub fn play_busily(host: &mut dyn Host, seconds: f64, warmed_up: impl FnOnce()) -> usize {
    for (name, value) in [("Mode", "Live"), ("Phrase Length", "1 bar"), ("Vary", "On"), ("Program Changes", "On")] {
        host.set(name, value).expect("the value is taken");
    }
    host.activate(Setup { sample_rate: RATE, largest_block: BLOCK, offline: false }).expect("it is activated");
    let parameters = host.parameters().expect("parameters are listed");
    let temperature = parameters.iter().find(|one| one.name == "Temperature").expect("it is there").clone();
    let audio = host.audio().expect("the plugin is active");
    let blocks = WARM + (seconds * RATE / f64::from(BLOCK)) as u32;
    let (begun, mut warmed_up, mut notes, mut position) = (Instant::now(), Some(warmed_up), 0, 0.0);
    for block in 0..blocks {
        if block == WARM
            && let Some(warmed_up) = warmed_up.take()
        {
            warmed_up();
        }
        if block % 350 == 349 {
            position = f64::from(block * 7 % 61) / 4.0 % LOOP;
        }
        let tempo = 120.0 + 40.0 * (f64::from(block) / 250.0).sin();
        let transport = Transport {
            playing: block % 800 > 20,
            tempo,
            position,
            sample: (position * 60.0 / tempo * RATE) as i64,
            meter: if block / 900 % 2 == 0 { (4, 4) } else { (3, 4) },
            cycle: Some((0.0, LOOP)),
        };
        let kind = if block.is_multiple_of(2) { NoteEventKind::On(90) } else { NoteEventKind::Off };
        let pitch = 60 + (block / 2 % 12) as u8;
        let (lowest, highest, _) = temperature.range;
        let value = lowest + (highest - lowest) * f64::from(block % 100) / 100.0;
        let events = [
            HostEvent::Parameter { time: 0, id: temperature.id, value },
            HostEvent::Note(NoteEvent { time: 10, kind, channel: 0, pitch }),
        ];
        let played = audio.process_events(BLOCK, Some(&transport), &events).expect("the plugin plays");
        if transport.playing {
            position = (position + f64::from(BLOCK) / RATE * tempo / 60.0) % LOOP;
        }
        notes += played.iter().filter(|event| matches!(event.kind, NoteEventKind::On(_))).count();
        let due = Duration::from_secs_f64(f64::from(block) * f64::from(BLOCK) / RATE);
        thread::sleep(due.saturating_sub(begun.elapsed()));
    }
    notes
}
