//! Makes a project with all that a project can hold, by hand in the real window, and keeps it as a fixture.

use crate::{file_of, fixtures, kept::Kept, playing, values};
use continuo_engine::{
    meter::Meter,
    midi_file::{OutputFile, OutputTrack},
    note::Note,
    score::Score,
    song::{MeterEvent, Track},
};
use continuo_harness::{Format, built, child, screen::Server, session::Session};
use std::{
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

/// What this fixture holds that the ones before it do not. It names the folder, behind the version; a fixture that is
/// added gets another name.
const HOLDS: &str = "takes-favourites-blend-own-style-history";

/// What is set before anything is made.
const CHOICES: [(&str, &str); 7] = [
    ("Seed", "77"),
    ("Temperature", "0.80"),
    ("Takes", "2"),
    ("Phrase Length", "2 bars"),
    ("Bass Octave", "+1"),
    ("Strings Velocity", "80 %"),
    ("Blend", "40 %"),
];

#[test]
#[ignore = "writes the fixture of a release"]
fn write_a_fixture() {
    let folder = fixtures().join(format!("{}-{HOLDS}", env!("CARGO_PKG_VERSION")));
    assert!(!folder.exists(), "{} is there: what was released is never written again", folder.display());
    let server = Server::start(1400, 1000).expect("the X server starts").expect("Xvfb is installed");
    let (probe, data) = (child::folder("fixture-probe").join("controls"), child::folder("fixture-data"));
    let made = child::folder("fixture");
    let environment: [(&str, &OsStr); 4] = [
        ("DISPLAY", server.display().as_ref()),
        ("CONTINUO_PROBE", probe.as_os_str()),
        ("CONTINUO_DATA", data.as_os_str()),
        ("CONTINUO_FIXTURE", made.as_os_str()),
    ];
    child::run("writing::makes_a_project", &environment);
    // Its notes are those that it plays where neither model nor style is at hand.
    let missing = made.join("no-model.onnx");
    child::run("writing::writes_its_notes", &[("CONTINUO_MODEL", missing.as_ref()), environment[3]]);
    fs::create_dir_all(&folder).expect("the folder is made");
    for file in fs::read_dir(&made).expect("the files are there") {
        let file = file.expect("a file can be read");
        fs::copy(file.path(), folder.join(file.file_name())).expect("the file is kept");
    }
}

fn made() -> PathBuf {
    env::var_os("CONTINUO_FIXTURE").expect("the parent names the folder").into()
}

fn score(session: &mut Session) -> Score {
    Score::from_json(&session.score()).expect("that is a score")
}

/// Which take of the first phrase plays, from 0, and how many there are.
fn takes(session: &mut Session) -> Option<(usize, usize)> {
    score(session).takes(0).map(|takes| (takes.chosen(), takes.list().len()))
}

/// Eight bars of a melody over a bass.
fn band() -> Vec<u8> {
    let track = |name: &str, channel: u8, step: i64, pitch: u8| {
        let note = |start: i64| Note { start, pitch, length: step, velocity: 80 };
        let notes = (0..8 * 3840 / step).map(|index| note(index * step)).collect();
        OutputTrack { track: Track { name: Some(name.to_owned()), channel, notes, ..Track::default() }, program: None }
    };
    let tracks = vec![track("Lead", 0, 960, 72), track("Bass", 1, 3840, 40)];
    OutputFile { meters: vec![MeterEvent::new(0, Meter::COMMON)], tracks, end: 8 * 3840, ..OutputFile::default() }
        .to_bytes()
}

/// Run by the test above, on a screen of its own.
#[test]
#[ignore = "another test runs it with an environment of its own"]
fn makes_a_project() {
    let tune = |name: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join("tunes").join(name);
    let probe = PathBuf::from(env::var_os("CONTINUO_PROBE").expect("there is a file for the probe"));
    let mut session = Session::open(&built::library(), &probe);
    for (name, value) in CHOICES {
        session.set(name, value);
    }
    // A style of the player's own, at the other end of the blend.
    let pad = session.place("Style pad");
    let band = made().with_file_name("evening band.mid");
    fs::write(&band, self::band()).expect("the song is written");
    session.drop_file(&band, (pad.x + pad.width * 3 / 4, pad.y + 20));
    session.until("it is the second genre", |session| session.value("Genre B") == "evening band");
    let roll = session.place("Roll");
    session.drop_file(&tune("ode_to_joy.mid"), (roll.x + roll.width / 2, roll.y + roll.height / 2));
    session.until("the song is arranged", |session| {
        let score = score(session);
        let end = score.melody().last().map_or(i64::MAX, |note| note.start);
        score.phrases().last().is_some_and(|phrase| phrase.span.end > end)
    });
    session.rewind();
    for number in 2..=3 {
        session.click("Make another take");
        session.until("there is another take", |session| takes(session) == Some((number - 1, number)));
    }
    session.click("Take before");
    session.until("the take before plays", |session| takes(session) == Some((1, 3)));
    session.click("Favourite");
    session.until("it is marked", |session| score(session).takes(0).is_some_and(|takes| takes.list()[1].favourite));
    // Something that was undone, and something that can be.
    session.wheel("Chords Density", 3);
    session.click("Undo");
    let state = session.save();
    let folder = made();
    fs::write(folder.join(file_of(Format::Clap)), &state).expect("the project is written");
    // The formats wrap the same state: CLAP's has its length in front.
    fs::write(folder.join(file_of(Format::Vst3)), &state[8..]).expect("the project is written");
    let kept = Kept::of(&state[8..]);
    assert!(kept.is_rich(), "something is missing: {kept:?}");
}

/// Run by the first test, in a process that has no model.
#[test]
#[ignore = "another test runs it with an environment of its own"]
fn writes_its_notes() {
    let folder = made();
    let state = fs::read(folder.join(file_of(Format::Clap))).expect("the project is there");
    fs::write(folder.join("values.csv"), values(Format::Clap, &state)).expect("the values are written");
    fs::write(folder.join("notes.csv"), playing(Format::Clap, &state)).expect("the notes are written");
}
