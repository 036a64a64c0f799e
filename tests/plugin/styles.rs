//! The user's own styles, and locked parts, in the plugin, with the hand-made networks in `tests/models`: their answers
//! can be worked out by hand.

use continuo_harness::{
    Format, PluginHost,
    built::{self, FORMATS, RATE, host, notes, offline_player},
    child,
    played::PlayedNote,
    songs::ode,
    state,
};
use std::{
    env,
    ffi::OsStr,
    fs,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

const MODEL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/models/continuo.onnx");

/// Channels, counted from 0.
const BASS: u8 = 1;
const COUNTER: u8 = 4;
const DRUMS: u8 = 9;

fn second_pass(host: &mut dyn PluginHost) -> Vec<PlayedNote> {
    let song = ode();
    let mut player = offline_player(host);
    notes(&song, RATE, &built::second_pass(&mut player, &song))
}

fn on_channel(notes: &[PlayedNote], channel: u8) -> Vec<PlayedNote> {
    notes.iter().filter(|note| note.channel == channel).copied().collect()
}

#[test]
fn a_style_is_listed_at_once_and_travels_with_the_project() {
    let data = child::folder("own-styles");
    let environment = [("CONTINUO_MODEL", OsStr::new(MODEL)), ("CONTINUO_DATA", data.as_os_str())];
    child::run("styles::lists_plays_and_carries_a_style", &environment);
}

/// Run by the test above.
#[test]
#[ignore = "another test runs it with an environment of its own"]
fn lists_plays_and_carries_a_style() {
    let data = PathBuf::from(env::var_os("CONTINUO_DATA").expect("the parent names the folder"));
    let mut one = host(Format::Clap);
    assert!(one.set("Genre", "coulton").is_err(), "the style does not exist yet");
    let mut player = offline_player(&mut *one);
    let style = r#"{"continuo_style": 1, "name": "coulton", "slot": 20, "style_space": "hand-made",
        "vector": [3, 0, 0, 0], "parts": ["bass"], "programs": {"bass": 35}, "sources": ["re_your_brains.mid"]}"#;
    fs::create_dir_all(data.join("styles")).expect("the folder is made");
    let file = data.join("styles/coulton.json");
    fs::write(&file, style).expect("the style is written");
    let began = Instant::now();
    while player.host().set("Genre", "coulton").is_err() {
        assert!(began.elapsed() < Duration::from_mins(5), "the plugin does not find the style");
        player.stand(1).expect("the plugin processes");
        thread::sleep(Duration::from_millis(50));
    }
    drop(player);
    let music = second_pass(&mut *one);
    let bass = on_channel(&music, BASS);
    assert!(bass.iter().any(|note| note.start % 1920 == 1600), "this busy style plays the short notes: {bass:?}");
    assert_eq!(music.iter().filter(|note| note.channel != 0).count(), bass.len(), "the style has only a bass");
    let state = one.save().expect("the plugin saves its state");
    let state = state::unwrapped(Format::Clap, &state).to_vec();
    drop(one);

    // On another machine that does not know the style, another one has its slot.
    fs::remove_file(&file).expect("the file is there");
    let other = style.replace("coulton", "other").replace("[\"bass\"]", "[\"drums\"]");
    fs::write(data.join("styles/other.json"), other).expect("the style is written");
    for format in FORMATS {
        let mut host = host(format);
        host.load(&state::wrapped(format, &state)).expect("the plugin accepts the state");
        assert_eq!(host.value("Genre").expect("the plugin has the value"), "coulton");
        // Another seed, so that all phrases are made again.
        host.set("Seed", "9").expect("the plugin accepts the seed");
        let music = second_pass(&mut *host);
        assert!(on_channel(&music, BASS).iter().any(|note| note.start % 1920 == 1600), "{format:?}");
        assert!(on_channel(&music, DRUMS).is_empty(), "{format:?}");
        host.set("Genre", "other").expect("the other style moved to a free slot");
        assert!(!on_channel(&second_pass(&mut *host), DRUMS).is_empty(), "{format:?}");
    }
}

#[test]
fn the_other_parts_are_made_around_a_locked_one() {
    let data = child::folder("locks");
    let environment = [("CONTINUO_MODEL", OsStr::new(MODEL)), ("CONTINUO_DATA", data.as_os_str())];
    child::run("styles::makes_parts_around_a_locked_one", &environment);
}

/// Run by the test above. The counter of the hand-made generator doubles a bass that it is given. The network hears the
/// second phrase of the ode in C, so it comes out as written: the bass plays C, and so does the counter, in its own octave.
#[test]
#[ignore = "another test runs it with an environment of its own"]
fn makes_parts_around_a_locked_one() {
    for format in FORMATS {
        let mut host = host(format);
        // A counter of one pitch rests, except where each phrase is free.
        host.set("Variation", "100").expect("the plugin accepts the variation");
        host.set("Seed", "3").expect("the plugin accepts the seed");
        let before = second_pass(&mut *host);
        let doubled = |notes: &[PlayedNote]| {
            on_channel(notes, COUNTER).iter().filter(|note| note.pitch % 12 == 0 && note.pitch < 72).count()
        };
        assert!(!on_channel(&before, BASS).is_empty());
        assert_eq!(doubled(&before), 0, "{format:?}");
        host.set("Bass Lock", "On").expect("the plugin accepts the lock");
        host.set("Seed", "4").expect("the plugin accepts the seed");
        let after = second_pass(&mut *host);
        assert_eq!(on_channel(&after, BASS), on_channel(&before, BASS), "{format:?}: the locked part stays");
        assert!(doubled(&after) > 0, "{format:?}: the counter follows the locked part");
    }
}
