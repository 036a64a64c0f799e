//! The notes of many phrases, as each runtime chooses them on this processor.
#![cfg(feature = "runtimes")]

#[path = "../src/arranging/songs_for_tests.rs"]
mod songs;

use continuo_engine::{
    network::{LIBRARY_VARIABLE, pinned},
    network::{Loading, RuntimeOptions},
    prelude::*,
};
use continuo_music::part::Part;
use songs::{MadeSong, PHRASES, song};
use std::{
    env,
    fmt::Write as _,
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
};

/// Environment variables for the test that writes: the file, the runtime, the number of songs, and that of the first one if
/// it is not 0, so that several programs can share the songs.
const FILE: &str = "CONTINUO_CHOICES_FILE";
const RUNTIME: &str = "CONTINUO_CHOICES_RUNTIME";
const SONGS: &str = "CONTINUO_CHOICES_SONGS";
const FIRST: &str = "CONTINUO_CHOICES_FIRST";

/// The library for tests: the one that the variable names, or the one fetched into the workspace.
fn library() -> PathBuf {
    let fetched = || {
        let file = pinned::for_this_system().map_or("", |library| library.file);
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/onnxruntime").join(file)
    };
    env::var_os(LIBRARY_VARIABLE).map_or_else(fetched, PathBuf::from)
}

fn arranger(choice: BackendChoice) -> Arranger {
    let options = RuntimeOptions { choice, libraries: vec![library()], loading: Loading::default(), cache: None };
    Arranger::load(&ModelSource::Embedded, options).expect("the shipped model should load")
}

/// The notes of a song's phrases, a line for each phrase and part.
fn notes(arranger: &mut Arranger, number: usize) -> String {
    let MadeSong { melody, meters, settings } = song(number);
    let whole = WholeSong { melody, meters, ..WholeSong::default() };
    let outcome = arrange_song(arranger, &whole, &settings, &Shelf::default(), |_, _| {});
    let made = outcome.expect("the network should run");
    assert_eq!(made.phrases.len(), PHRASES, "song {number}");
    let mut text = String::new();
    for (phrase, (span, _)) in made.phrases.iter().enumerate() {
        for part in Part::ALL {
            write!(text, "{number} {phrase} {}:", part.id()).expect("text grows");
            for note in made.parts[part].iter().filter(|note| span.contains(note.start)) {
                write!(text, " {},{},{},{}", note.start, note.pitch, note.length, note.velocity).expect("text grows");
            }
            text.push('\n');
        }
    }
    text
}

#[test]
fn both_runtimes_choose_the_same_notes() {
    let (mut one, mut other) = (arranger(BackendChoice::Tract), arranger(BackendChoice::OnnxRuntime));
    for number in 0..4 {
        let (one, other) = (notes(&mut one, number), notes(&mut other, number));
        assert!(one.len() > 2000, "song {number} has hardly a note");
        let differs = one.lines().zip(other.lines()).find(|(one, other)| one != other);
        assert!(differs.is_none(), "the runtimes choose {differs:#?}");
    }
}

/// Writes the notes of many songs into a file, to be compared with what the other runtime or another processor writes. The file
/// grows song by song, and a run that was ended goes on where it was.
#[test]
#[ignore = "runs only with an environment that names the file"]
fn choices_are_written() {
    let variable = |name: &str| env::var(name).unwrap_or_else(|_| panic!("{name} is not set"));
    let choice = BackendChoice::from_id(&variable(RUNTIME)).expect("the runtime's name");
    let songs: usize = variable(SONGS).parse().expect("a number of songs");
    let first: usize = env::var(FIRST).map_or(0, |text| text.parse().expect("the number of a song"));
    let path = PathBuf::from(variable(FILE));
    let lines = PHRASES * Part::ALL.len();
    let begun = fs::read_to_string(&path).unwrap_or_default();
    let done = begun.lines().count() / lines;
    let mut file = File::create(&path).expect("the file is made");
    for line in begun.lines().take(done * lines) {
        writeln!(file, "{line}").expect("the file is written");
    }
    let mut arranger = arranger(choice);
    for number in first + done..first + songs {
        file.write_all(notes(&mut arranger, number).as_bytes()).expect("the file is written");
    }
}
