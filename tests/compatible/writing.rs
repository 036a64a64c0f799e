//! Makes a project with everything that a project can hold, by hand in the real window, and keeps it as a fixture.

use crate::{file_of, fixtures, kept::Kept, playing, values};
use continuo_harness::{Format, child, on_a_screen, songs, state, window_session::WindowSession};
use std::{env, fs, path::PathBuf};

/// What this fixture holds that earlier ones do not. It names the folder, after the version; a new fixture gets another
/// name.
const HOLDS: &str = "takes-favourites-blend-own-style-history";

/// Values that are set before anything is made.
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
    assert!(!folder.exists(), "{} exists: a released fixture is never written again", folder.display());
    let (data, made) = (child::folder("fixture-data"), child::folder("fixture"));
    let fixture = ("CONTINUO_FIXTURE", made.as_os_str());
    on_a_screen::run("writing::makes_a_project", &[("CONTINUO_DATA", data.as_os_str()), fixture]);
    // Its notes are those that it plays without a model and without other styles.
    let missing = made.join("no-model.onnx");
    child::run("writing::writes_its_notes", &[("CONTINUO_MODEL", missing.as_ref()), fixture]);
    fs::create_dir_all(&folder).expect("the folder is made");
    for file in fs::read_dir(&made).expect("the files are there") {
        let file = file.expect("a file can be read");
        fs::copy(file.path(), folder.join(file.file_name())).expect("the file is kept");
    }
}

fn made() -> PathBuf {
    env::var_os("CONTINUO_FIXTURE").expect("the parent names the folder").into()
}

/// Run by the test above, on a screen of its own.
#[test]
#[ignore = "another test runs it with an environment of its own"]
fn makes_a_project() {
    let mut session = on_a_screen::open_window();
    for (name, value) in CHOICES {
        session.set(name, value);
    }
    // A style of the user's own, at the other end of the blend.
    let pad = session.control("Style pad");
    let band = made().with_file_name("evening band.mid");
    fs::write(&band, songs::band()).expect("the song is written");
    session.drop_file(&band, (pad.x + pad.width * 3 / 4, pad.y + 20));
    session.until("it is the second genre", |session| session.value("Genre B") == "evening band");
    let roll = session.control("Roll");
    session.drop_file(&songs::tune_file("ode_to_joy"), (roll.x + roll.width / 2, roll.y + roll.height / 2));
    session.until("the song is arranged", WindowSession::is_arranged);
    session.rewind();
    for number in 2..=3 {
        session.click("Make another take");
        session.until("there is another take", |session| session.takes() == Some((number - 1, number)));
    }
    session.click("Take before");
    session.until("the take before plays", |session| session.takes() == Some((1, 3)));
    session.click("Favourite");
    session.until("it is marked", |session| session.score().takes(0).is_some_and(|takes| takes.list()[1].favourite));
    // A step that was undone, and steps that can be undone.
    session.wheel("Chords Density", 3);
    session.click("Undo");
    let state = session.save();
    let folder = made();
    let json = state::unwrapped(Format::Clap, &state);
    fs::write(folder.join(file_of(Format::Clap)), &state).expect("the project is written");
    fs::write(folder.join(file_of(Format::Vst3)), json).expect("the project is written");
    let kept = Kept::of(&state);
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
