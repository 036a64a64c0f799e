//! Files that are missing, cut short or something else: the host lives, the melody passes, the log names the fault.

use continuo_harness::{
    SongEvent,
    built::{FORMATS, RATE, host, notes, offline_player, pass},
    child, evidence,
    plugin_log::{last_status, wait_for_statuses},
    songs::ode,
};
use std::{fs, path::Path};

const MODEL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../models/continuo.onnx");

/// Run by the tests below. Plays in both formats; the melody must pass.
#[test]
#[ignore = "other tests run it with an environment of their own"]
fn plays() {
    let song = ode();
    for format in FORMATS {
        let mut host = host(format);
        let mut player = offline_player(&mut *host);
        let mut events = pass(&mut player, &song);
        let rest = player.settle().expect("the plugin settles");
        let end = song.sample_at(song.length, RATE) as u64;
        events.extend(rest.into_iter().map(|event| SongEvent { sample: end, event }));
        let melody = notes(&song, RATE, &events).into_iter().filter(|note| note.channel == 0).count();
        assert_eq!(melody, song.melody.len(), "{format:?}");
        // By now even a runtime that loads slowly is there.
        pass(&mut player, &song);
    }
    wait_for_statuses(FORMATS.len());
}

/// Whether the last status in the log has a fault, a remark, and generated phrases.
fn status(log: &str) -> (bool, bool, bool) {
    let status = last_status(log);
    (!status["fault"].is_null(), !status["remark"].is_null(), status["generated"] != 0)
}

/// Records a claim; `plays` has counted the notes.
fn record(claim: &str) {
    evidence::record(
        "files",
        claim,
        "the ode played in both formats by a process of its own; each note of the melody must come out, and the log is read",
        format!("{} notes of the melody", FORMATS.len() * ode().melody.len()),
    );
}

fn assert_melody_alone(model: &Path, claim: &str) {
    let log = child::run("faults::plays", &[("CONTINUO_MODEL", model.as_os_str())]);
    let (fault, _, generated) = status(&log);
    assert!(fault && !generated, "{log}");
    record(claim);
}

fn assert_built_in_runtime(library: &Path, claim: &str) {
    let log = child::run("faults::plays", &[("CONTINUO_ONNXRUNTIME", library.as_os_str())]);
    let (fault, remark, generated) = status(&log);
    assert!(!fault && remark && generated, "{log}");
    record(claim);
}

#[test]
fn a_missing_model_is_reported() {
    let file = child::folder("missing-model").join("nothing.onnx");
    assert_melody_alone(&file, "Without its model the melody passes, and the plugin reports the fault");
}

#[test]
fn a_model_cut_short_is_reported() {
    let bytes = fs::read(MODEL).expect("the shipped model is there");
    let file = child::folder("short-model").join("model.onnx");
    fs::write(&file, &bytes[..bytes.len() / 2]).expect("the file is written");
    assert_melody_alone(&file, "With a model that was cut short the melody passes, and the plugin reports the fault");
}

#[test]
fn a_file_that_is_not_a_model_is_reported() {
    let file = child::folder("foreign-model").join("model.onnx");
    fs::write(&file, b"MThd, but by no means a model").expect("the file is written");
    assert_melody_alone(&file, "With a file that is not a model the melody passes, and the plugin reports the fault");
}

#[test]
fn without_the_runtime_library_the_plugin_uses_the_built_in_one() {
    let file = child::folder("missing-library").join("libonnxruntime.so");
    assert_built_in_runtime(&file, "Without the runtime library the parts play through the built-in one");
}

#[test]
fn a_file_that_is_not_a_runtime_library_is_not_loaded() {
    let file = child::folder("foreign-library").join("libonnxruntime.so");
    fs::write(&file, b"\x7fELF, and then no more").expect("the file is written");
    assert_built_in_runtime(&file, "With a file that is not a runtime library the parts play through the built-in one");
}
