//! The audio thread makes no system call while it is in the plugin, whatever the composer does meanwhile.

use crate::{
    built::{FORMATS, host},
    trace::{self, Call},
};
use continuo_harness::{
    busy::{BLOCK, RATE, play_busily},
    evidence,
    host::watcher::watch,
};
use std::{env, fs};

/// Looking for these files that nobody has is how the audio thread says where it is.
const ENTERS: &str = "/continuo-test/enters";
const LEAVES: &str = "/continuo-test/leaves";

fn seconds() -> f64 {
    env::var("CONTINUO_TRACED_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(8.0)
}

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
        let notes = play_busily(host(format).as_mut(), seconds(), || watch(enters, leaves));
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
            f64::from(blocks) * f64::from(BLOCK) / RATE
        ),
    );
}
