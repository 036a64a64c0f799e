//! The audio thread under RealtimeSanitizer: whatever may block or take memory ends the process, with the place where
//! it was called.
//!
//! The sanitizer's functions stand before the C library's in this program, so that the plugin, which is loaded into it,
//! calls them too. They are linked only if `RTSAN_ENABLE` and `RTSAN_LIB_PATH` say so while this is built, which
//! `cargo xtask test --hosts real-time` sees to; without them the tests here are left out.
#![cfg(target_os = "linux")]

#[path = "../tests/plugin/built.rs"]
#[allow(dead_code, reason = "another test program uses all of it")]
mod built;

use built::{FORMATS, host};
use continuo_tests::{Format, HostEvent, NoteEvent, NoteEventKind, Setup, Transport, evidence, host::watcher::watch};
use std::{
    env,
    hint::black_box,
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

const BLOCK: u32 = 256;
/// Blocks before the first that counts: the host's own memory has grown by then.
const WARM: u32 = 400;

fn seconds() -> f64 {
    env::var("CONTINUO_TRACED_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(8.0)
}

/// Runs an ignored test of this program by itself: whether it succeeded, and what it said.
fn alone(test: &str) -> (bool, String) {
    let output = Command::new(env::current_exe().expect("a test program has a path"))
        .args(["--exact", "--ignored", "--nocapture", test])
        .output()
        .expect("the test program starts");
    let shown = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&shown).into_owned())
}

#[test]
#[ignore = "ends its process"]
fn takes_memory() {
    rtsan_standalone::ensure_initialized();
    rtsan_standalone::realtime_enter();
    black_box(vec![0_u8; black_box(64)]);
    rtsan_standalone::realtime_exit();
}

#[test]
#[ignore = "ends its process"]
fn saves_in_real_time() {
    let mut host = host(Format::Clap);
    rtsan_standalone::ensure_initialized();
    rtsan_standalone::realtime_enter();
    let _ = host.save();
    rtsan_standalone::realtime_exit();
}

#[test]
#[ignore = "needs RealtimeSanitizer: cargo xtask test --hosts real-time"]
fn the_sanitizer_is_at_work() {
    for test in ["takes_memory", "saves_in_real_time"] {
        let (succeeded, shown) = alone(test);
        assert!(!succeeded && shown.contains("RealtimeSanitizer"), "{test} was not stopped:\n{shown}");
    }
}

/// Blocks that were watched.
static BLOCKS: AtomicU32 = AtomicU32::new(0);

fn enters() {
    BLOCKS.fetch_add(1, Ordering::Relaxed);
    rtsan_standalone::realtime_enter();
}

/// Plays in real time, a new take of every bar.
fn play(format: Format) {
    let mut host = host(format);
    for (name, value) in [("Mode", "Live"), ("Phrase Length", "1 bar"), ("Vary", "On"), ("Program Changes", "On")] {
        host.set(name, value).expect("the value is taken");
    }
    host.activate(Setup { sample_rate: 48_000.0, largest_block: BLOCK, offline: false }).expect("it is activated");
    let parameters = host.parameters().expect("parameters are listed");
    let temperature = parameters.iter().find(|one| one.name == "Temperature").expect("it is there").clone();
    let audio = host.audio().expect("the plugin is active");
    let blocks = WARM + (seconds() * 48_000.0 / f64::from(BLOCK)) as u32;
    let begun = Instant::now();
    let mut notes = 0;
    for block in 0..blocks {
        if block == WARM {
            rtsan_standalone::ensure_initialized();
            watch(enters, rtsan_standalone::realtime_exit);
        }
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
        let played = audio.process_events(BLOCK, Some(&transport), &events).expect("the plugin plays");
        notes += played.iter().filter(|event| matches!(event.kind, NoteEventKind::On(_))).count();
        let due = Duration::from_secs_f64(f64::from(block) * f64::from(BLOCK) / 48_000.0);
        thread::sleep(due.saturating_sub(begun.elapsed()));
    }
    assert!(notes > 20, "{format:?} hardly plays: {notes} notes");
}

#[test]
#[ignore = "needs RealtimeSanitizer: cargo xtask test --hosts real-time"]
fn nothing_that_may_block_while_playing() {
    let (succeeded, shown) = alone("plays_in_real_time");
    assert!(succeeded, "{shown}");
    let blocks = shown.lines().find_map(|line| line.strip_prefix("blocks: ")).expect("it says how many");
    evidence::record(
        "real-time",
        "The audio thread calls nothing that may block or take memory",
        "RealtimeSanitizer over a host playing in real time, both formats, a new take of each bar all the time; it is \
         seen to stop a plugin that saves its state on the audio thread",
        format!("0 calls in {blocks} blocks"),
    );
}

#[test]
#[ignore = "another test runs it"]
fn plays_in_real_time() {
    FORMATS.into_iter().for_each(play);
    println!("blocks: {}", BLOCKS.load(Ordering::Relaxed));
}
