//! The audio thread makes no system call while it is in the plugin, whatever the composer does meanwhile.

use crate::{
    built::{FORMATS, host},
    trace::{self, Call},
};
use continuo_tests::{HostEvent, NoteEvent, NoteEventKind, Setup, Transport, evidence};
use std::{
    env, fs, thread,
    time::{Duration, Instant},
};

const BLOCK: u32 = 256;
/// Looking for these files that nobody has is how the audio thread says where it is.
const ENTERS: &str = "/continuo-test/enters";
const LEAVES: &str = "/continuo-test/leaves";
/// Blocks before the first that counts: the host's own memory for events has grown by then.
const WARM: u32 = 400;

fn seconds() -> f64 {
    env::var("CONTINUO_TRACED_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(8.0)
}

/// Run by the test below, under `strace`.
#[test]
#[ignore = "another test runs it under strace"]
fn plays_in_real_time() {
    for format in FORMATS {
        let mut host = host(format);
        // A new take of every bar: the composer is busy all the time.
        for (name, value) in [("Mode", "Live"), ("Phrase Length", "1 bar"), ("Vary", "On"), ("Program Changes", "On")] {
            host.set(name, value).expect("the value is taken");
        }
        host.activate(Setup { sample_rate: 48_000.0, largest_block: BLOCK, offline: false }).expect("it is activated");
        let parameters = host.parameters().expect("parameters are listed");
        let temperature = parameters.iter().find(|one| one.name == "Temperature").expect("it is there").clone();
        let audio = host.audio().expect("the plugin is active");
        let blocks = (seconds() * 48_000.0 / f64::from(BLOCK)) as u32;
        let begun = Instant::now();
        let mut notes = 0;
        for block in 0..blocks {
            let position = f64::from(block) * f64::from(BLOCK) / 24_000.0 % 16.0;
            let transport = Transport {
                playing: block % 800 > 20,
                tempo: 120.0,
                position,
                sample: (position * 24_000.0) as i64,
                meter: (4, 4),
                cycle: Some((0.0, 16.0)),
            };
            let kind = if block.is_multiple_of(2) { NoteEventKind::On(90) } else { NoteEventKind::Off };
            let pitch = 60 + (block / 2 % 12) as u8;
            let (lowest, highest, _) = temperature.range;
            let value = lowest + (highest - lowest) * f64::from(block % 100) / 100.0;
            let events = [
                HostEvent::Parameter { time: 0, id: temperature.id, value },
                HostEvent::Note(NoteEvent { time: 10, kind, channel: 0, pitch }),
            ];
            let counts = block >= WARM;
            if counts {
                let _ = fs::metadata(ENTERS);
            }
            let played = audio.process_events(BLOCK, Some(&transport), &events).expect("the plugin plays");
            if counts {
                let _ = fs::metadata(LEAVES);
            }
            notes += played.iter().filter(|event| matches!(event.kind, NoteEventKind::On(_))).count();
            let due = Duration::from_secs_f64(f64::from(block) * f64::from(BLOCK) / 48_000.0);
            thread::sleep(due.saturating_sub(begun.elapsed()));
        }
        assert!(notes > 20, "{format:?} hardly plays: {notes} notes");
    }
}

#[test]
#[ignore = "needs strace: cargo xtask test --hosts real-time"]
fn no_system_call_while_playing() {
    let home = trace::folder("audio-thread");
    let trace = trace::of("audio_thread::plays_in_real_time", "trace=all", &home, &[]);
    let says = |call: &Call, place: &str| call.arguments.contains(place);
    let audio = trace.values().find(|calls| calls.iter().any(|call| says(call, ENTERS)));
    let audio = audio.expect("the audio thread said where it was");
    let (mut inside, mut blocks, mut made) = (false, 0_u32, Vec::new());
    for call in audio {
        if says(call, ENTERS) {
            (inside, blocks) = (true, blocks + 1);
        } else if says(call, LEAVES) {
            inside = false;
        } else if inside {
            made.push(call.clone());
        }
    }
    let others: usize = trace.values().filter(|calls| !std::ptr::eq(*calls, audio)).map(Vec::len).sum();
    assert!(blocks > 500, "only {blocks} blocks were traced");
    assert!(others > 500, "the composer was hardly at work: {others} calls");
    assert!(made.is_empty(), "{} system calls on the audio thread: {:?}", made.len(), &made[..made.len().min(10)]);
    evidence::record(
        "real-time",
        "The audio thread makes no system call while it plays",
        "strace over a host playing in real time, both formats, a new take of each bar all the time",
        format!(
            "0 calls in {blocks} blocks ({:.0} s of music); the composer's threads made {others}",
            f64::from(blocks) * f64::from(BLOCK) / 48_000.0
        ),
    );
}
