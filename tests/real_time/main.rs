//! The audio thread under RealtimeSanitizer: any call that may block or allocate ends the process and names the caller.
//!
//! In this program the sanitizer's functions come before the C library's, so that the plugin, which is loaded into it,
//! calls them too. They are linked only if `RTSAN_ENABLE` and `RTSAN_LIB_PATH` are set during the build, as
//! `cargo xtask test --hosts real-time` does; otherwise the tests here are left out.
#![cfg(target_os = "linux")]

use continuo_harness::{
    Format,
    built::{FORMATS, host, instrument},
    busy::{self, play_busily},
    child, evidence,
    hosts::watcher::watch,
};
use std::{
    hint::black_box,
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};

/// Runs an ignored test of this program by itself: whether it succeeded, and what it printed.
fn alone(test: &str) -> (bool, String) {
    child::outcome(&mut Command::new(child::own_program()), test)
}

#[test]
#[ignore = "ends its process"]
fn allocates_in_real_time() {
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

/// Without the sanitizer every program would pass.
fn assert_that_the_sanitizer_works() {
    for test in ["allocates_in_real_time", "saves_in_real_time"] {
        let (succeeded, shown) = alone(test);
        assert!(!succeeded && shown.contains("RealtimeSanitizer"), "{test} was not stopped:\n{shown}");
    }
}

#[test]
#[ignore = "needs RealtimeSanitizer: cargo xtask test --hosts real-time"]
fn the_sanitizer_works() {
    assert_that_the_sanitizer_works();
}

/// How many blocks were watched.
static BLOCKS: AtomicU32 = AtomicU32::new(0);

fn enters() {
    BLOCKS.fetch_add(1, Ordering::Relaxed);
    rtsan_standalone::realtime_enter();
}

fn play(format: Format) {
    // The note effect, and the plugin that is heard as well.
    for (mut plugin, is_heard) in [(host(format), false), (instrument(format), true)] {
        plugin.take_all_outputs();
        let notes = play_busily(plugin.as_mut(), busy::seconds(), || {
            rtsan_standalone::ensure_initialized();
            watch(enters, rtsan_standalone::realtime_exit);
        });
        assert!(notes > 20, "{format:?} hardly plays: {notes} notes");
        let audio = plugin.audio().expect("it is active");
        let all = std::iter::once(audio.heard()).chain(audio.heard_beside()).flatten().flatten();
        let loudest = all.fold(0.0_f32, |most, sample| most.max(sample.abs()));
        assert_eq!(loudest > 1e-5, is_heard, "{format:?}: a peak of {loudest}");
    }
}

#[test]
#[ignore = "needs RealtimeSanitizer: cargo xtask test --hosts real-time"]
fn nothing_that_may_block_while_playing() {
    assert_that_the_sanitizer_works();
    let (succeeded, shown) = alone("plays_in_real_time");
    assert!(succeeded, "{shown}");
    let blocks =
        shown.lines().find_map(|line| line.strip_prefix("blocks: ")).expect("the test prints the number of blocks");
    evidence::record(
        "real-time",
        "The audio thread makes no call that may block or allocate",
        "RealtimeSanitizer over a host playing in real time, both formats, a new take of each bar all the time, the note effect and the one that sounds on all its outputs; another \
         test shows that it stops a plugin that saves its state on the audio thread",
        format!("0 calls in {blocks} blocks"),
    );
}

#[test]
#[ignore = "another test runs it"]
fn plays_in_real_time() {
    FORMATS.into_iter().for_each(play);
    println!("blocks: {}", BLOCKS.load(Ordering::Relaxed));
}
