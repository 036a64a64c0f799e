//! The audio thread under RealtimeSanitizer: whatever may block or take memory ends the process, with the place where
//! it was called.
//!
//! The sanitizer's functions stand before the C library's in this program, so that the plugin, which is loaded into it,
//! calls them too. They are linked only if `RTSAN_ENABLE` and `RTSAN_LIB_PATH` say so while this is built, which
//! `cargo xtask test --hosts real-time` sees to; without them the tests here are left out.
#![cfg(target_os = "linux")]

use continuo_harness::{
    Format,
    built::{FORMATS, host},
    busy::play_busily,
    evidence,
    host::watcher::watch,
};
use std::{
    env,
    hint::black_box,
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};

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

/// A program without the sanitizer would call everything harmless.
fn assert_that_it_is_at_work() {
    for test in ["takes_memory", "saves_in_real_time"] {
        let (succeeded, shown) = alone(test);
        assert!(!succeeded && shown.contains("RealtimeSanitizer"), "{test} was not stopped:\n{shown}");
    }
}

#[test]
#[ignore = "needs RealtimeSanitizer: cargo xtask test --hosts real-time"]
fn the_sanitizer_is_at_work() {
    assert_that_it_is_at_work();
}

/// Blocks that were watched.
static BLOCKS: AtomicU32 = AtomicU32::new(0);

fn enters() {
    BLOCKS.fetch_add(1, Ordering::Relaxed);
    rtsan_standalone::realtime_enter();
}

fn play(format: Format) {
    let notes = play_busily(host(format).as_mut(), seconds(), || {
        rtsan_standalone::ensure_initialized();
        watch(enters, rtsan_standalone::realtime_exit);
    });
    assert!(notes > 20, "{format:?} hardly plays: {notes} notes");
}

#[test]
#[ignore = "needs RealtimeSanitizer: cargo xtask test --hosts real-time"]
fn nothing_that_may_block_while_playing() {
    assert_that_it_is_at_work();
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
