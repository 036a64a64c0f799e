//! The plugin's real window, on a screen without a monitor: clicks, drags and keys change what the engine holds.
//!
//! Each test runs in a process of its own, with an X server of its own. Where Xvfb is not installed the tests say so
//! and are left out; `.ci/run` installs it.
#![cfg(target_os = "linux")]

#[path = "plugin/built.rs"]
#[allow(dead_code, reason = "the tests of the plugin use the rest")]
mod built;
#[path = "plugin/child.rs"]
mod child;

use continuo_engine::{part::Part, score::Score};
use continuo_tests::{
    screen::{Key, Server},
    session::Session,
};
use std::{env, ffi::OsStr, fs, path::PathBuf, time::Duration};

/// Runs an ignored test of this program on a screen of its own.
fn on_a_screen(test: &str, environment: &[(&str, &OsStr)]) -> Option<String> {
    let Some(server) = Server::start(1400, 1000).expect("the X server starts") else {
        eprintln!("LEFT OUT: {test} needs Xvfb, which is not installed (Debian: xvfb libgl1-mesa-dri libgl1)");
        return None;
    };
    let probe = child::folder(&format!("probe-{test}")).join("controls");
    let display: [(&str, &OsStr); 2] = [("DISPLAY", server.display().as_ref()), ("CONTINUO_PROBE", probe.as_os_str())];
    let environment: Vec<_> = display.into_iter().chain(environment.iter().copied()).collect();
    Some(child::run(test, &environment))
}

fn open() -> Session {
    let probe = PathBuf::from(env::var_os("CONTINUO_PROBE").expect("there is a file for the probe"));
    Session::open(&built::library(), &probe)
}

/// The score as it would be saved.
fn score(session: &mut Session) -> Score {
    Score::from_json(&session.score()).expect("that is a score")
}

/// Which take of the first phrase plays, from 0, and how many there are.
fn takes(session: &mut Session) -> Option<(usize, usize)> {
    score(session).takes(0).map(|takes| (takes.chosen(), takes.list().len()))
}

#[test]
fn hands_in_the_window_change_what_the_engine_holds() {
    on_a_screen("hands", &[]);
}

#[test]
fn files_come_in_and_go_out_and_bad_ones_are_told() {
    on_a_screen("files", &[]);
}

#[test]
fn the_window_can_be_opened_and_closed_without_end_while_playing() {
    on_a_screen("opening", &[]);
}

#[test]
fn a_model_that_is_missing_is_told_in_the_window() {
    on_a_screen("missing_model", &[("CONTINUO_MODEL", "/nowhere/model.onnx".as_ref())]);
}

#[test]
#[ignore = "runs in a process of its own"]
fn hands() {
    let mut session = open();

    // A genre.
    let before = session.value("Genre");
    session.click("Genre");
    let another = session.named(|name| ["Jazz", "Rock", "Folk", "Pop"].contains(&name) && name != before);
    session.click(&another);
    session.until("the genre is chosen", |session| session.value("Genre") == another);

    // A lock, and what the wheel, a drag and a double-click do to a number.
    session.click("Bass Lock");
    session.until("the bass is locked", |session| session.value("Bass Lock") == "On");
    let usual = session.value("Chords Density");
    session.wheel("Chords Density", 3);
    session.until("the wheel turns it", |session| session.value("Chords Density") != usual);
    session.drag("Chords Density", (80, 0));
    session.double_click("Chords Density");
    session.until("a double-click puts it back", |session| session.value("Chords Density") == usual);
    session.click("Undo");
    session.until("that can be undone", |session| session.value("Chords Density") != usual);

    // The keyboard, while the transport rolls.
    session.roll(true);
    let place = session.place("Keyboard");
    for step in 1..5 {
        session.hold((place.x + place.width * step / 6, place.y + place.height - 8), Duration::from_millis(150));
    }
    session.run(Duration::from_millis(300));
    session.roll(false);
    session.until("the keys are heard as a melody", |session| score(session).melody().len() == 4);
    assert!(score(&mut session).melody().iter().all(|note| note.velocity > 90), "low on a key is loud");

    // Takes.
    session.rewind();
    session.until("there is a phrase", |session| score(session).phrase_at(0).is_some());
    let bass = |session: &mut Session| score(session).phrase_at(0).map(|phrase| phrase.parts[Part::Bass].clone());
    let locked = bass(&mut session);
    let drums = score(&mut session).phrase_at(0).map(|phrase| phrase.take);
    session.click("Make another take");
    session.until("there are two takes", |session| takes(session) == Some((1, 2)));
    assert_eq!(bass(&mut session), locked, "a locked part stays");
    session.click("Take before");
    session.until("the take before plays", |session| takes(session) == Some((0, 2)));
    assert_eq!(score(&mut session).phrase_at(0).map(|phrase| phrase.take), drums);
    session.click("Undo");
    session.until("a step between takes can be undone", |session| takes(session) == Some((1, 2)));
}

#[test]
#[ignore = "runs in a process of its own"]
fn files() {
    let mut session = open();
    let folder = child::folder("window-files");
    let tune = concat!(env!("CARGO_MANIFEST_DIR"), "/tunes/ode_to_joy.mid");
    let text = folder.join("text.mid");
    fs::write(&text, "no notes").unwrap();
    let large = folder.join("large.mid");
    fs::File::create(&large).and_then(|file| file.set_len(50_000_000)).unwrap();

    let roll = session.place("Roll");
    let middle = (roll.x + roll.width / 2, roll.y + roll.height / 2);
    session.drop_file(tune.as_ref(), middle);
    session.until("the song is arranged", |session| {
        let score = score(session);
        let end = score.melody().last().map_or(i64::MAX, |note| note.start);
        score.phrases().last().is_some_and(|phrase| phrase.span.end > end)
    });
    let arranged = score(&mut session);
    for (file, told) in [(text.as_path(), "not a MIDI file"), (folder.as_path(), "folder"), (&large, "larger than")] {
        session.drop_file(file, middle);
        session.named(|name| name.contains(told));
        assert_eq!(score(&mut session), arranged, "nothing is lost");
    }

    let saved = folder.join("score.mid");
    session.click("Save score");
    session.type_path(&saved);
    session.until("the file is saved", |_| saved.exists());
    let song = continuo_engine::midi_file::read_file(&saved).unwrap();
    assert!(song.tracks.iter().any(|track| track.name.as_deref() == Some("Bass")));
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 3, "nothing else is left behind");

    session.click("Save score");
    session.type_path("/proc/score.mid".as_ref());
    session.named(|name| name.contains("could not be written"));
    session.screen().key(Key::Escape).unwrap();
}

#[test]
#[ignore = "runs in a process of its own"]
fn missing_model() {
    let mut session = open();
    session.named(|name| name.contains("/nowhere/model.onnx"));
}

#[test]
#[ignore = "runs in a process of its own"]
fn opening() {
    const TIMES: usize = 200;
    let mut session = open();
    let threads = || fs::read_dir("/proc/self/task").unwrap().count();
    let memory = || {
        let status = fs::read_to_string("/proc/self/statm").unwrap();
        status.split_whitespace().nth(1).and_then(|pages| pages.parse::<usize>().ok()).unwrap() * 4096
    };
    session.drop_file(concat!(env!("CARGO_MANIFEST_DIR"), "/tunes/ode_to_joy.mid").as_ref(), (700, 300));
    session.until("the song is arranged", |session| score(session).phrases().len() >= 2);
    session.roll(true);
    let mut at_first = None;
    for time in 0..TIMES {
        session.reopen();
        session.run(Duration::from_millis(60));
        if time == TIMES / 4 {
            at_first = Some((threads(), memory()));
        }
    }
    session.roll(false);
    assert!(session.sounding().is_empty(), "every note that began has ended");
    let (threads_before, memory_before) = at_first.unwrap();
    assert_eq!(threads(), threads_before);
    let grown = memory().saturating_sub(memory_before) >> 20;
    assert!(grown < 64, "150 windows left {grown} MB behind");
}
