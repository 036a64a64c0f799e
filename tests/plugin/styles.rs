//! The user's own styles, and locked parts, in the plugin: with the hand-made networks in `tests/models`, whose answers
//! can be worked out by hand.

use crate::{
    built::{FORMATS, PartNote, host, notes, ode},
    child,
};
use continuo_harness::{Format, Host, Pace, Player};
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

fn second_pass(host: &mut dyn Host) -> Vec<PartNote> {
    let song = ode();
    let mut session = Player::new(host, 48_000.0, 480, true, Pace::Fast).expect("the plugin is activated");
    session.pass(&song, &mut |_| {}).expect("the first pass plays");
    session.settle().expect("the plugin settles");
    let played = session.pass(&song, &mut |_| {}).expect("the second pass plays");
    notes(&song, 48_000.0, &played)
}

fn of(notes: &[PartNote], channel: u8) -> Vec<PartNote> {
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
    assert!(one.set("Genre", "coulton").is_err(), "there is no such style yet");
    let mut session = Player::new(&mut *one, 48_000.0, 480, true, Pace::Fast).expect("the plugin is activated");
    let style = r#"{"continuo_style": 1, "name": "coulton", "slot": 20, "style_space": "hand-made",
        "vector": [3, 0, 0, 0], "parts": ["bass"], "programs": {"bass": 35}, "sources": ["re_your_brains.mid"]}"#;
    fs::create_dir_all(data.join("styles")).expect("the folder is made");
    let file = data.join("styles/coulton.json");
    fs::write(&file, style).expect("the style is written");
    let began = Instant::now();
    while session.host().set("Genre", "coulton").is_err() {
        assert!(began.elapsed() < Duration::from_mins(5), "the plugin does not see the style");
        session.stand(1).expect("the plugin stands");
        thread::sleep(Duration::from_millis(50));
    }
    drop(session);
    let played = second_pass(&mut *one);
    let bass = of(&played, BASS);
    assert!(bass.iter().any(|note| note.start % 1920 == 1600), "a style this busy plays the short notes: {bass:?}");
    assert_eq!(played.iter().filter(|note| note.channel != 0).count(), bass.len(), "the style has a bass only");
    let state = one.save().expect("the state is saved");
    drop(one);

    // Elsewhere: the style is not known, and another has its slot.
    fs::remove_file(&file).expect("the file is there");
    let other = style.replace("coulton", "other").replace("[\"bass\"]", "[\"drums\"]");
    fs::write(data.join("styles/other.json"), other).expect("the style is written");
    for format in FORMATS {
        // The formats wrap the same state: CLAP's has its length in front.
        let state = if format == Format::Clap { &state[..] } else { &state[8..] };
        let mut host = host(format);
        host.load(state).expect("the state is taken");
        assert_eq!(host.value("Genre").expect("the value is told"), "coulton");
        // Another seed, so that everything is made again.
        host.set("Seed", "9").expect("the seed is taken");
        let played = second_pass(&mut *host);
        assert!(of(&played, BASS).iter().any(|note| note.start % 1920 == 1600), "{format:?}");
        assert!(of(&played, DRUMS).is_empty(), "{format:?}");
        host.set("Genre", "other").expect("the other style moved to a free slot");
        assert!(!of(&second_pass(&mut *host), DRUMS).is_empty(), "{format:?}");
    }
}

#[test]
fn the_others_are_made_around_a_locked_part() {
    let data = child::folder("locks");
    let environment = [("CONTINUO_MODEL", OsStr::new(MODEL)), ("CONTINUO_DATA", data.as_os_str())];
    child::run("styles::makes_parts_around_a_locked_one", &environment);
}

/// Run by the test above. The hand-made generator's counter doubles a bass that it is given. The second phrase of the
/// ode is heard in C, so that it comes out as written there: the bass plays C, and so does the counter, in its own octave.
#[test]
#[ignore = "another test runs it with an environment of its own"]
fn makes_parts_around_a_locked_one() {
    for format in FORMATS {
        let mut host = host(format);
        host.set("Seed", "3").expect("the seed is taken");
        let before = second_pass(&mut *host);
        let doubled = |notes: &[PartNote]| {
            of(notes, COUNTER).iter().filter(|note| note.pitch % 12 == 0 && note.pitch < 72).count()
        };
        assert!(!of(&before, BASS).is_empty());
        assert_eq!(doubled(&before), 0, "{format:?}");
        host.set("Bass Lock", "On").expect("the lock is taken");
        host.set("Seed", "4").expect("the seed is taken");
        let after = second_pass(&mut *host);
        assert_eq!(of(&after, BASS), of(&before, BASS), "{format:?}: the locked part stays");
        assert!(doubled(&after) > 0, "{format:?}: the counter listens to it");
    }
}
