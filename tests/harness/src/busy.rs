//! Plays so that all of the plugin's threads are busy, for tests that watch the audio thread meanwhile.
//!
//! For tests: an error ends the program with a sentence.
#![allow(clippy::missing_panics_doc, reason = "a test fails by a panic")]

use crate::{
    event::{HostEvent, NoteEventKind},
    hosts::{PluginHost, Setup},
    transport::Transport,
};
use std::{
    env, thread,
    time::{Duration, Instant},
};

/// The sample rate.
pub const RATE: f64 = 48_000.0;
/// The length of a block in frames.
pub const BLOCK: u32 = 256;
/// Blocks before the first that is watched: by then the host's own lists of events have grown.
const WARM: u32 = 400;
/// The loop's length in quarter notes.
const LOOP: f64 = 16.0;

/// How many seconds a watched host plays: 8, or what `CONTINUO_TRACED_SECONDS` says.
pub fn seconds() -> f64 {
    env::var("CONTINUO_TRACED_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(8.0)
}

/// Plays in real time: a loop whose every bar gets a new take, a melody with its pedal and pitch bend, a temperature that moves in every block, a tempo
/// that rises and falls, jumps within phrases, and now and then another meter or a stop. Calls `warmed_up` after two
/// seconds, and plays for `seconds` from there on. Returns how many notes the plugin played.
pub fn play_busily(host: &mut dyn PluginHost, seconds: f64, warmed_up: impl FnOnce()) -> usize {
    for (name, value) in [("Mode", "Live"), ("Phrase Length", "1 bar"), ("Vary", "On"), ("Program Changes", "On")] {
        host.set(name, value).expect("the plugin accepts the value");
    }
    host.activate(Setup { sample_rate: RATE, largest_block: BLOCK, offline: false }).expect("the plugin is activated");
    let parameters = host.parameters().expect("the plugin lists its parameters");
    let temperature = parameters.iter().find(|one| one.name == "Temperature").expect("there is a temperature").clone();
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
            ..Transport::STOPPED
        };
        let kind = if block.is_multiple_of(2) { NoteEventKind::On(90) } else { NoteEventKind::Off };
        let pitch = 60 + (block / 2 % 12) as u8;
        let value = temperature.at(f64::from(block % 100) / 100.0);
        let pedal = if block % 40 < 20 { 127 } else { 0 };
        let events = [
            HostEvent::Parameter { time: 0, id: temperature.id, value },
            HostEvent::melody(10, kind, pitch),
            HostEvent::Midi { time: 11, bytes: [0xB0, 64, pedal] },
            HostEvent::Midi { time: 12, bytes: [0xE0, 0, (block % 128) as u8] },
        ];
        let played = audio.process_events(BLOCK, Some(&transport), &events).expect("the plugin plays");
        if transport.playing {
            position = (position + f64::from(BLOCK) / RATE * tempo / 60.0) % LOOP;
        }
        notes += played.iter().filter(|event| event.is_on()).count();
        let due = Duration::from_secs_f64(f64::from(block) * f64::from(BLOCK) / RATE);
        thread::sleep(due.saturating_sub(begun.elapsed()));
    }
    notes
}
