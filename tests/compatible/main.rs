//! Projects that older versions saved, in folders under `tests/fixtures` that are named by the version and what is new in
//! them: they must load and play what they played, in this version and in every later one.
//!
//! A release whose projects hold something new adds a folder: `cargo test -p continuo-tests --test compatible -- --ignored
//! write_a_fixture`. Folders that are there are never written again.

mod kept;
#[cfg(target_os = "linux")]
mod writing;

use continuo_harness::{
    Format, Pace, Player,
    built::{self, PartNote, host, notes, ode},
    child, evidence,
};
use kept::Kept;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// What the player of a fixture chose that does not list its values: a bit of everything.
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

/// The parameters of a project as lines of text: name, value.
#[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "fixtures are written on Linux"))]
fn values(format: Format, state: &[u8]) -> String {
    let mut host = host(format);
    host.load(state).expect("the project is taken");
    let parameters = host.parameters().expect("parameters are listed");
    let mut line = |name: &str| format!("{name},{}\n", host.value(name).expect("the value is told"));
    parameters.iter().map(|parameter| line(&parameter.name)).collect()
}

/// What a fixture's parameters were.
fn expected_values(folder: &Path) -> Vec<(String, String)> {
    let pair = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    match fs::read_to_string(folder.join("values.csv")) {
        Ok(text) => text.lines().map(|line| pair(line.split_once(',').expect("a name and a value"))).collect(),
        Err(_) => CHOICES.map(pair).into(),
    }
}

#[test]
fn every_older_project_plays_what_it_played() {
    let mut versions: Vec<String> = fs::read_dir(fixtures())
        .expect("the fixtures are there")
        .map(|folder| folder.expect("a folder can be read").file_name().to_string_lossy().into_owned())
        .collect();
    versions.sort();
    assert!(!versions.is_empty(), "there is no fixture: let the ignored test write_a_fixture make this version's");
    let missing = child::folder("compatible").join("no-model.onnx");
    let data = child::folder("compatible-no-styles");
    // Its own score is what counts: no model is there to make another, and no styles but the project's.
    let environment = [("CONTINUO_MODEL", missing.as_os_str()), ("CONTINUO_DATA", data.as_os_str())];
    child::run("plays_every_fixture", &environment);
    evidence::record(
        "compatible",
        "Projects of every kept version load and play the notes that they played",
        "states of CLAP and VST3 kept in tests/fixtures, played without a model; notes, values, takes, favourites, styles \
         and history compared",
        match &versions[..] {
            [version] => format!("1 project, of {version}"),
            _ => format!("{} projects: {}", versions.len(), versions.join(", ")),
        },
    );
}

/// Run by the test above, in a process that has no model.
#[test]
#[ignore = "another test runs it with an environment of its own"]
fn plays_every_fixture() {
    let mut richest = false;
    for version in fs::read_dir(fixtures()).expect("the fixtures are there") {
        let folder = version.expect("a folder can be read").path();
        let expected = fs::read_to_string(folder.join("notes.csv")).expect("the notes are there");
        assert!(expected.lines().count() > 60, "{}: hardly any notes", folder.display());
        for format in built::FORMATS {
            let state = fs::read(folder.join(file_of(format))).expect("the project is there");
            assert_eq!(playing(format, &state), expected, "{format:?} of {}", folder.display());
            let mut host = host(format);
            host.load(&state).expect("the project is taken");
            for (name, value) in expected_values(&folder) {
                let told = host.value(&name).expect("the value is told");
                // VST3 tells the unit apart from the number.
                let number = |text: &str| text.trim_end_matches(['%', ' ']).to_owned();
                assert_eq!(number(&told), number(&value), "{format:?} {name} of {}", folder.display());
            }
            let saved = host.save().expect("the state is saved");
            // The formats wrap the same state: CLAP's has its length in front.
            let head = if format == Format::Clap { 8 } else { 0 };
            let (before, after) = (Kept::of(&state[head..]), Kept::of(&saved[head..]));
            assert_eq!(after, before, "{format:?} of {}", folder.display());
            richest |= after.is_rich();
        }
    }
    assert!(richest, "no fixture holds takes, favourites, a style of the player's own and a history");
}
