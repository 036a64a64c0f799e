//! What a host saves with its project brings the music back.

use crate::{
    built::{FORMATS, host, notes, ode, played_state},
    child,
};
use continuo_tests::{Format, Pace, Player};
use std::env;

#[test]
fn a_saved_project_plays_again_without_the_model() {
    let folder = child::folder("state");
    let file = folder.join("project.state");
    std::fs::write(&file, played_state()).expect("the state is written");
    let missing = folder.join("no-model.onnx");
    let environment = [("CONTINUO_MODEL", missing.as_os_str()), ("CONTINUO_TEST_STATE", file.as_os_str())];
    child::run("state::plays_a_state_without_a_model", &environment);
}

/// Run by the test above, in a process that has no model.
#[test]
#[ignore = "another test runs it with an environment of its own"]
fn plays_a_state_without_a_model() {
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
