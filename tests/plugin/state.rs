//! What a host saves with its project brings the music back.

use crate::{
    built::{FORMATS, host, notes, ode, played_state},
    child,
};
use continuo_harness::{Format, Pace, Player};
use std::env;

/// The status that the plugin logged last.
fn last_status(log: &str) -> serde_json::Value {
    let line = log.lines().rev().find_map(|line| line.split_once("Continuo status: ")).map(|(_, json)| json);
    let line = line.unwrap_or_else(|| panic!("no status in the log:\n{log}"));
    serde_json::from_str(line.trim()).expect("the status is JSON")
}

#[test]
fn a_saved_project_plays_again_without_the_model() {
    let folder = child::folder("state");
    let file = folder.join("project.state");
    std::fs::write(&file, played_state()).expect("the state is written");
    let missing = folder.join("no-model.onnx");
    let environment = [("CONTINUO_MODEL", missing.as_os_str()), ("CONTINUO_TEST_STATE", file.as_os_str())];
    let status = last_status(&child::run("state::plays_a_state", &environment));
    let fault = status["fault"].as_str().unwrap_or_default();
    assert!(fault.contains("no-model.onnx"), "what is missing is told: {status}");
    assert!(status["score_fault"].is_null() && status["model"].is_null(), "{status}");
}

/// A host loads the state, activates the plugin, and then the model is loaded: what is told of the state must outlive that.
#[test]
fn a_newer_arrangement_is_told_while_the_plugin_plays() {
    let file = child::folder("newer-state").join("project.state");
    let mut state: serde_json::Value = serde_json::from_slice(&played_state()[8..]).expect("a state is JSON");
    // The framework saves a field as JSON in a string, and the field is itself one.
    let score = state["fields"]["score"].as_str().expect("a state holds the score");
    let text: String = serde_json::from_str(score).expect("the field is a string");
    let mut newer: serde_json::Value = serde_json::from_str(&text).expect("the score is JSON");
    newer["version"] = 1_000_000.into();
    state["fields"]["score"] = serde_json::to_string(&newer.to_string()).expect("a string is written").into();
    let json = serde_json::to_vec(&state).expect("the state is written");
    std::fs::write(&file, [&(json.len() as u64).to_le_bytes()[..], &json].concat()).expect("the state is written");
    let environment = [("CONTINUO_TEST_STATE", file.as_os_str())];
    let status = last_status(&child::run("state::plays_a_state", &environment));
    let fault = status["score_fault"].as_str().unwrap_or_default();
    assert!(fault.contains("update the plugin to play it"), "{status}");
    assert!(status["model"].is_string() && status["fault"].is_null() && status["generated"] != 0, "{status}");
}

/// Run by the tests above, in a process of their own: one has no model, the other a state that only its parameters are
/// taken from.
#[test]
#[ignore = "another test runs it with an environment of its own"]
fn plays_a_state() {
    let file = env::var_os("CONTINUO_TEST_STATE").expect("the parent names the state");
    let state = std::fs::read(file).expect("the state is there");
    let song = ode();
    let renders = FORMATS.map(|format| {
        // The formats wrap the same state: CLAP's has its length in front.
        let state = if format == Format::Clap { &state[..] } else { &state[8..] };
        let mut host = host(format);
        host.load(state).expect("the state is taken");
        let mut session = Player::new(&mut *host, 48_000.0, 480, true, Pace::Fast).expect("the plugin is activated");
        let played = session.pass(&song, &mut |_| {}).expect("the plugin plays");
        notes(&song, 48_000.0, &played)
    });
    let parts = renders[0].iter().filter(|note| note.channel != 0).count();
    assert!(parts > 20, "the saved parts hardly play: {parts} notes");
    assert_eq!(renders[0], renders[1]);
}

#[test]
fn saving_what_was_loaded_gives_the_same_state() {
    let state = played_state();
    let mut host = host(Format::Clap);
    host.load(&state).expect("the state is taken");
    assert_eq!(host.save().expect("the state is saved"), state);
}

#[test]
fn parameters_come_back() {
    for format in FORMATS {
        let mut one = host(format);
        one.set("Counter Octave", "+1").expect("the octave is taken");
        one.set("Mode", "Live").expect("the mode is taken");
        one.set("Blend", "37 %").expect("the blend is taken");
        one.set("Takes", "4").expect("the takes are taken");
        let mut session = Player::new(&mut *one, 48_000.0, 64, false, Pace::Fast).expect("the plugin is activated");
        session.stand(1).expect("the plugin stands");
        drop(session);
        let state = one.save().expect("the state is saved");
        let mut other = host(format);
        other.load(&state).expect("the state is taken");
        assert_eq!(other.value("Counter Octave").expect("the value is told"), "+1", "{format:?}");
        assert_eq!(other.value("Mode").expect("the value is told"), "Live", "{format:?}");
        // VST3 tells the unit apart from the number.
        assert!(other.value("Blend").expect("the value is told").starts_with("37"), "{format:?}");
        assert_eq!(other.value("Takes").expect("the value is told"), "4", "{format:?}");
    }
}

#[test]
fn a_state_that_is_none_is_refused_and_the_plugin_lives() {
    for format in FORMATS {
        let mut host = host(format);
        let _ = host.load(b"this is no state of any plugin");
        let mut session = Player::new(&mut *host, 48_000.0, 480, true, Pace::Fast).expect("the plugin is activated");
        let played = session.pass(&ode(), &mut |_| {}).expect("the plugin plays");
        assert!(!played.is_empty());
    }
}
