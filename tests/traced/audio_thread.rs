//! The audio thread makes no system call inside the plugin, whatever the composer does meanwhile.

use crate::trace::{self, Call};
use continuo_harness::{
    built::{FORMATS, host},
    busy::{self, BLOCK, RATE, play_busily},
    child, evidence,
    hosts::watcher::watch,
};
use std::fs;

/// The audio thread looks for these files, which do not exist, so that the trace shows where it is.
const ENTERS: &str = "/continuo-test/enters";
const LEAVES: &str = "/continuo-test/leaves";

fn enters() {
    let _ = fs::metadata(ENTERS);
}

fn leaves() {
    let _ = fs::metadata(LEAVES);
}

/// Run by the test below, under `strace`.
#[test]
#[ignore = "another test runs it under strace"]
fn plays_in_real_time() {
    for format in FORMATS {
        let notes = play_busily(host(format).as_mut(), busy::seconds(), || watch(enters, leaves));
        assert!(notes > 20, "{format:?} hardly plays: {notes} notes");
    }
}

#[test]
#[ignore = "needs strace: cargo xtask test --hosts real-time"]
fn no_system_call_while_playing() {
    let home = child::folder("traced/audio-thread");
    let trace = trace::of("audio_thread::plays_in_real_time", "trace=all", &home);
    let names = |call: &Call, file: &str| call.arguments.contains(file);
    let audio = trace.values().find(|calls| calls.iter().any(|call| names(call, ENTERS)));
    let audio = audio.expect("the trace shows the audio thread");
    let (mut inside, mut blocks, mut made) = (false, 0_u32, Vec::new());
    for call in audio {
        if names(call, ENTERS) {
            (inside, blocks) = (true, blocks + 1);
        } else if names(call, LEAVES) {
            inside = false;
        } else if inside {
            made.push(call.clone());
        }
    }
    let others: usize = trace.values().filter(|calls| !std::ptr::eq(*calls, audio)).map(Vec::len).sum();
    assert!(blocks > 500, "only {blocks} blocks were traced");
    assert!(others > 500, "the composer hardly worked: {others} calls");
    assert!(made.is_empty(), "{} system calls on the audio thread: {:?}", made.len(), &made[..made.len().min(10)]);
    evidence::record(
        "real-time",
        "The audio thread makes no system call while it plays",
        "strace over a host playing in real time, both formats, a new take of each bar all the time",
        format!(
            "0 calls in {blocks} blocks ({:.0} s of music); the composer's threads made {others}",
            f64::from(blocks) * f64::from(BLOCK) / RATE
        ),
    );
}
