//! Projects that older versions saved, one folder a version under `tests/fixtures`: they must load and play what they
//! played, in this version and in every later one.
//!
//! A release adds a folder: `cargo test -p continuo-tests --test compatible -- --ignored write_a_fixture`. Folders that
//! are there are never written again.

#[path = "plugin/built.rs"]
#[allow(dead_code, reason = "another test program uses all of it")]
mod built;
#[path = "plugin/child.rs"]
mod child;

use built::{PartNote, host, notes, ode};
use continuo_tests::{Format, Pace, Player, evidence};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// What the fixtures' players chose: a bit of everything.
const CHOICES: [(&str, &str); 8] = [
    ("Seed", "77"),
    ("Temperature", "0.80"),
    ("Mode", "Arrange"),
    ("Phrase Length", "2 bars"),
    ("Bass Octave", "+1"),
    ("Strings Velocity", "80 %"),
    ("Chords Channel", "7"),
    ("Counter Density", "30 %"),
];

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

fn file_of(format: Format) -> &'static str {
    match format {
        Format::Clap => "project.clap-state",
        Format::Vst3 => "project.vst3-state",
    }
}

/// The notes as lines of text, so that a difference can be read.
fn as_text(notes: &[PartNote]) -> String {
    let line =
        |note: &PartNote| format!("{},{},{},{},{}\n", note.start, note.end, note.channel, note.pitch, note.velocity);
    "start,end,channel,pitch,velocity\n".to_owned() + &notes.iter().map(line).collect::<String>()
}

fn playing(format: Format, state: &[u8]) -> String {
    let song = ode();
    let mut host = host(format);
    host.load(state).expect("the project is taken");
    let mut session = Player::new(&mut *host, 48_000.0, 480, true, Pace::Fast).expect("the plugin is activated");
    let events = session.pass(&song, &mut |_| {}).expect("the plugin plays");
    as_text(&notes(&song, 48_000.0, &events))
}

#[test]
fn every_older_project_plays_what_it_played() {
    let versions = fs::read_dir(fixtures()).map_or(0, Iterator::count);
    assert!(versions > 0, "there is no fixture: let the ignored test write_a_fixture make this version's");
    let missing = child::folder("compatible").join("no-model.onnx");
    // Its own score is what counts: no model is there to make another.
    child::run("plays_every_fixture", &[("CONTINUO_MODEL", missing.as_os_str())]);
    evidence::record(
        "compatible",
        "Projects of every released version load and play the notes that they played",
        "states of CLAP and VST3 kept in tests/fixtures, played without a model",
        format!("{versions} versions"),
    );
}

/// Run by the test above, in a process that has no model.
#[test]
#[ignore = "another test runs it with an environment of its own"]
fn plays_every_fixture() {
    for version in fs::read_dir(fixtures()).expect("the fixtures are there") {
        let folder = version.expect("a folder can be read").path();
        let expected = fs::read_to_string(folder.join("notes.csv")).expect("the notes are there");
        assert!(expected.lines().count() > 60, "{}: hardly any notes", folder.display());
        for format in built::FORMATS {
            let state = fs::read(folder.join(file_of(format))).expect("the project is there");
            assert_eq!(playing(format, &state), expected, "{format:?} of {}", folder.display());
            let mut host = host(format);
            host.load(&state).expect("the project is taken");
            for (name, value) in CHOICES {
                let told = host.value(name).expect("the value is told");
                assert_eq!(told.trim_end_matches(" %"), value.trim_end_matches(" %"), "{format:?} {name}");
            }
        }
    }
}

#[test]
#[ignore = "writes the fixture of a release"]
fn write_a_fixture() {
    let folder = fixtures().join(env!("CARGO_PKG_VERSION"));
    assert!(!folder.exists(), "{} is there: what was released is never written again", folder.display());
    fs::create_dir_all(&folder).expect("the folder is made");
    for format in built::FORMATS {
        let mut host = host(format);
        for (name, value) in CHOICES {
            host.set(name, value).expect("the value is taken");
        }
        let mut session = Player::new(&mut *host, 48_000.0, 480, true, Pace::Fast).expect("the plugin is activated");
        session.pass(&ode(), &mut |_| {}).expect("the plugin plays");
        session.settle().expect("the plugin settles");
        let state = session.host().save().expect("the state is saved");
        fs::write(folder.join(file_of(format)), &state).expect("the project is written");
        drop(session);
        if format == Format::Clap {
            fs::write(folder.join("notes.csv"), playing(format, &state)).expect("the notes are written");
        }
    }
}
