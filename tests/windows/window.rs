//! The window, of the standalone program: it is drawn, and mouse and keyboard reach it.

use crate::wine::{HOME, Wine, on_z};
use continuo_harness::{child, evidence, on_a_screen, screen::Key, songs::tune_file, window_session::WindowSession};
use std::{
    env, fs,
    path::{Path, PathBuf},
    time::Duration,
};

#[test]
#[ignore = "needs Wine: cargo xtask test --hosts windows"]
fn the_window_is_drawn_and_answers_the_mouse() {
    on_a_screen::run("window::of_the_standalone", &[]);
}

/// The button that closes the help page.
const CLOSE: &str = "Close help";
/// Where the picture lies in the folder for the files of tests.
const PICTURE: &str = "windows-window";

#[test]
#[ignore = "another test runs it with a screen of its own"]
fn of_the_standalone() {
    let wine = Wine::on_this_screen();
    let probe = PathBuf::from(env::var_os("CONTINUO_PROBE").expect("there is a file for the probe"));
    let mut program = wine.command(&wine.drive().join(HOME).join("continuo-standalone.exe"));
    program.env("CONTINUO_PROBE", on_z(&probe));
    let mut session = WindowSession::of_program(&mut program, &probe);
    let (width, height) = session.size().expect("the screen has a window");
    assert!(width >= 1000 && height >= 600, "the window has {width} by {height} pixels");
    // Once closed by the keyboard, once by the mouse.
    for by_key in [true, false] {
        session.click("Help");
        session.control(CLOSE);
        if by_key {
            session.press_key(Key::Escape);
        } else {
            session.click(CLOSE);
        }
        session.until("the help page is closed", |session| !session.shows(CLOSE));
    }

    // The system's own dialog.
    session.click("Open melody");
    session.click("Browse");
    session.until("the system's dialog opens", |session| session.windows() == 2);
    // On a busy machine it opens before it listens.
    for _ in 0..5 {
        session.run(Duration::from_secs(3));
        if session.windows() == 1 {
            break;
        }
        session.screen().key(Key::Escape).expect("the keyboard works");
    }
    session.until("the system's dialog is closed", |session| session.windows() == 1);

    // By a path of Windows: a melody in, a song out.
    fs::copy(tune_file("ode_to_joy"), wine.drive().join("melody.mid")).expect("the tune is copied");
    session.type_path(Path::new("C:\\melody.mid"));
    session.wait_for_no_dialog();
    session.run(Duration::from_secs(3));
    session.until("the song is arranged", |session| !session.shows_any(|name| name.starts_with("Arranging")));
    let saved = wine.drive().join("song.mid");
    let _ = fs::remove_file(&saved);
    session.click("Save project");
    session.type_path(Path::new("C:\\song.mid"));
    session.until("the file is saved", |_| saved.exists());
    session.wait_for_no_dialog();
    let song = continuo_music::midi_file::read_file(&saved).expect("the song is read");
    let notes: usize = song.tracks.iter().map(|track| track.notes.len()).sum();
    assert!(song.tracks.iter().any(|track| track.name.as_deref() == Some("Bass")), "the song has no bass");
    assert!(notes > 200, "the song has {notes} notes");

    let picture = session.picture();
    assert!(picture.colours() > 50, "the window has {} colours", picture.colours());
    // A picture that many programs show and that needs no library.
    let mut file = format!("P6 {} {} 255\n", picture.width, picture.height).into_bytes();
    file.extend(picture.pixels.chunks_exact(4).flat_map(|pixel| &pixel[..3]));
    fs::write(child::folder(PICTURE).join("window.ppm"), file).expect("written");
    evidence::record(
        "windows",
        "The window is drawn, and mouse and keyboard reach it",
        "`continuo-standalone.exe` on a screen without a monitor, under Wine 8.0: the help page and the system's dialog opened \
         and closed, a melody opened by its path, and the song saved",
        format!("{width} by {height} pixels, {} colours; {notes} notes saved", picture.colours()),
    );
}
