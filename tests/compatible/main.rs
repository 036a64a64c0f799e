//! Projects that older versions saved: they must load and play what they played, in this version and in every later one.
//!
//! Each lies in a folder under `tests/fixtures` that is named after its version and what is new in it. A release whose
//! projects hold something new adds a folder: `cargo test -p continuo-tests --test compatible -- --ignored
//! write_a_fixture`. Existing folders are never written again.

mod kept;
#[cfg(target_os = "linux")]
mod writing;

use continuo_engine::score::chords_of_phrase;
use continuo_harness::{
    Format,
    built::{FORMATS, RATE, host, notes, offline_player, pass},
    child, evidence,
    played::PlayedNote,
    songs::ode,
    state,
};
use kept::Kept;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The values in a fixture without a list of its values: a bit of everything.
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
fn as_text(notes: &[PlayedNote]) -> String {
    let line =
        |note: &PlayedNote| format!("{},{},{},{},{}\n", note.start, note.end, note.channel, note.pitch, note.velocity);
    "start,end,channel,pitch,velocity\n".to_owned() + &notes.iter().map(line).collect::<String>()
}

fn playing(format: Format, state: &[u8]) -> String {
    let song = ode();
    let mut host = host(format);
    host.load(state).expect("the plugin accepts the project");
    let mut player = offline_player(&mut *host);
    let events = pass(&mut player, &song);
    as_text(&notes(&song, RATE, &events))
}

/// The parameters of a project as lines of text: name, value.
#[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "fixtures are written on Linux"))]
fn values(format: Format, state: &[u8]) -> String {
    let mut host = host(format);
    host.load(state).expect("the plugin accepts the project");
    let parameters = host.parameters().expect("the plugin lists its parameters");
    let mut line = |name: &str| format!("{name},{}\n", host.value(name).expect("the plugin has the value"));
    parameters.iter().map(|parameter| line(&parameter.name)).collect()
}

/// The values of a fixture's parameters.
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
    assert!(!versions.is_empty(), "there is no fixture: run the ignored test write_a_fixture to make one");
    let missing = child::folder("compatible").join("no-model.onnx");
    let data = child::folder("compatible-no-styles");
    // Only the project's score and styles can play: there is no model to make another score, and there are no other styles.
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
        for format in FORMATS {
            let state = fs::read(folder.join(file_of(format))).expect("the project is there");
            assert_eq!(playing(format, &state), expected, "{format:?} of {}", folder.display());
            let mut host = host(format);
            host.load(&state).expect("the plugin accepts the project");
            for (name, expected) in expected_values(&folder) {
                let value = host.value(&name).expect("the plugin has the value");
                // VST3 has the unit apart from the number.
                let number = |text: &str| text.trim_end_matches(['%', ' ']).to_owned();
                assert_eq!(number(&value), number(&expected), "{format:?} {name} of {}", folder.display());
            }
            let saved = host.save().expect("the plugin saves its state");
            let (before, after) = (Kept::of(&state), Kept::of(&saved));
            assert_eq!(after, before, "{format:?} of {}", folder.display());
            richest |= after.is_rich();
            // What the chord lane shows of a project that knows nothing of chords.
            let score = state::score(&state);
            let keys = score.keys();
            let chords = score.phrases().iter().flat_map(|phrase| chords_of_phrase(phrase, &score.meters, &keys));
            let named = chords.filter(|chord| !chord.chord.is_none()).count();
            assert!(named >= score.phrases().len(), "{format:?} of {}: only {named} chords", folder.display());
            assert!(score.hand_chords().is_empty(), "{format:?} of {}", folder.display());
        }
    }
    assert!(richest, "no fixture holds takes, favourites, an own style and a history");
}
