//! What a host saves with its project brings the music back.

use continuo_harness::{
    Format, Pace, Player,
    built::{FORMATS, RATE, host, notes, offline_player, pass, played_state},
    child,
    plugin_log::{last_status, wait_for_statuses},
    songs::ode,
    state,
};
use std::env;

#[test]
fn a_saved_project_plays_again_without_the_model() {
    let folder = child::folder("state");
    let file = folder.join("project.state");
    std::fs::write(&file, played_state(Format::Vst3)).expect("the state is written");
    let missing = folder.join("no-model.onnx");
    let environment = [("CONTINUO_MODEL", missing.as_os_str()), ("CONTINUO_TEST_STATE", file.as_os_str())];
    let status = last_status(&child::run("state::plays_a_state", &environment));
    let fault = status["fault"].as_str().unwrap_or_default();
    assert!(fault.contains("no-model.onnx"), "the missing file is named: {status}");
    assert!(status["score_fault"].is_null() && status["model"].is_null(), "{status}");
}

/// A host loads the state and activates the plugin, and then the model is loaded: the message about the state must stay.
#[test]
fn a_newer_arrangement_is_reported_while_the_plugin_plays() {
    let file = child::folder("newer-state").join("project.state");
    let newer = state::with_newer_score(state::parse(&played_state(Format::Vst3)));
    std::fs::write(&file, serde_json::to_vec(&newer).expect("the state becomes JSON")).expect("the state is written");
    let environment = [("CONTINUO_TEST_STATE", file.as_os_str())];
    let status = last_status(&child::run("state::plays_a_state", &environment));
    let fault = status["score_fault"].as_str().unwrap_or_default();
    assert!(fault.contains("update the plugin to play it"), "{status}");
    assert!(status["model"].is_string() && status["fault"].is_null() && status["generated"] != 0, "{status}");
}

/// Run by the tests above, in a process of their own: one has no model, the other a state of which only the parameters can
/// be read.
#[test]
#[ignore = "another test runs it with an environment of its own"]
fn plays_a_state() {
    let file = env::var_os("CONTINUO_TEST_STATE").expect("the parent names the state");
    let state = std::fs::read(file).expect("the state is there");
    let song = ode();
    let renders = FORMATS.map(|format| {
        let mut host = host(format);
        host.load(&state::wrapped(format, &state)).expect("the plugin accepts the state");
        let mut player = offline_player(&mut *host);
        let events = pass(&mut player, &song);
        notes(&song, RATE, &events)
    });
    wait_for_statuses(renders.len());
    let parts = renders[0].iter().filter(|note| note.channel != 0).count();
    assert!(parts > 20, "the saved parts hardly play: {parts} notes");
    assert_eq!(renders[0], renders[1]);
}

#[test]
fn saving_what_was_loaded_gives_the_same_state() {
    let state = played_state(Format::Clap);
    let mut host = host(Format::Clap);
    host.load(&state).expect("the plugin accepts the state");
    assert_eq!(host.save().expect("the plugin saves its state"), state);
}

#[test]
fn parameters_come_back() {
    for format in FORMATS {
        let mut one = host(format);
        one.set("Counter Octave", "+1").expect("the plugin accepts the octave");
        one.set("Mode", "Live").expect("the plugin accepts the mode");
        one.set("Blend", "37 %").expect("the plugin accepts the blend");
        one.set("Takes", "4").expect("the plugin accepts the number of takes");
        let mut player = Player::new(&mut *one, 48_000.0, 64, false, Pace::Fast).expect("the plugin is activated");
        player.stand(1).expect("the plugin processes");
        drop(player);
        let state = one.save().expect("the plugin saves its state");
        let mut other = host(format);
        other.load(&state).expect("the plugin accepts the state");
        assert_eq!(other.value("Counter Octave").expect("the plugin has the value"), "+1", "{format:?}");
        assert_eq!(other.value("Mode").expect("the plugin has the value"), "Live", "{format:?}");
        // VST3 has the unit apart from the number.
        assert!(other.value("Blend").expect("the plugin has the value").starts_with("37"), "{format:?}");
        assert_eq!(other.value("Takes").expect("the plugin has the value"), "4", "{format:?}");
    }
}

#[test]
fn bytes_that_are_not_a_state_leave_the_plugin_alive() {
    for format in FORMATS {
        let mut host = host(format);
        let _ = host.load(b"this is not the state of a plugin");
        let mut player = offline_player(&mut *host);
        let events = pass(&mut player, &ode());
        assert!(!events.is_empty());
    }
}
