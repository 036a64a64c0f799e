//! What a person does in the window before a picture is taken.

use anyhow::{Context, Result};
use continuo_harness::{screen::Key, window_session::WindowSession};
use continuo_music::{
    chord::Chart,
    midi_file::{self, OutputFile},
};
use std::{fs, path::Path, time::Duration};

/// Chords for the *Ode to Joy* that the band would hardly choose by itself.
const CHART: &str = "D | Bm7 Em7 | D/F# G | A7sus4 A7 | D | Bm7 E7 | D/A A7 | D";

/// Drops a file on the roll, and waits until its song is arranged.
pub fn open(session: &mut WindowSession, file: &Path) {
    let roll = session.control("Roll");
    session.drop_file(file, (roll.x + roll.width / 2, roll.y + roll.height / 2));
    session.until("the song is arranged", WindowSession::is_arranged);
}

/// Writes the file of the *Ode to Joy* once more, with chords as its markers.
pub fn write_with_chords(tune: &Path, file: &Path) -> Result<()> {
    let song = midi_file::read_file(tune).with_context(|| format!("{} cannot be read", tune.display()))?;
    let chords = CHART.parse::<Chart>().context("the chart cannot be read")?.placed(&song.meters, 0);
    let written = OutputFile { chords, ..OutputFile::of_song(&song) };
    fs::write(file, written.to_bytes()).with_context(|| format!("{} cannot be written", file.display()))
}

/// Sets and locks chords, and opens the popup of one.
pub fn set_chords(session: &mut WindowSession) {
    let lane = session.control("Chord lane");
    // Half a bar is 50 points wide in a new window.
    let place = |half_bar: i32| (lane.x + 50 * half_bar + 25, lane.y + lane.height / 2);
    let set = |session: &mut WindowSession, from: i32, to: i32, symbol: &str| {
        let ((left, y), (right, _)) = (place(from), place(to));
        session.drag_between((left - 12, y), (right + 12, y));
        session.press_key(Key::Enter);
        session.control("Chord symbol");
        session.write(symbol);
        session.press_key(Key::Enter);
        session.run(Duration::from_secs(1));
    };
    set(session, 2, 2, "Em7");
    set(session, 3, 3, "A7");
    set(session, 4, 5, "Dm7");
    session.click("Lock chords");
    session.run(Duration::from_secs(1));
    let (x, y) = place(8);
    session.drag_between((x - 12, y), (x + 12, y));
    session.press_key(Key::Enter);
    drop(session.control_named(|name| name.starts_with("Guess ")));
    session.run(Duration::from_secs(1));
}

/// Draws a note of the melody, and selects some.
pub fn draw_notes(session: &mut WindowSession) {
    session.click("Edit melody");
    let notes = session.control("Melody notes");
    let place = |quarters: i32, tenths: i32| (notes.x + 25 * quarters + 3, notes.y + notes.height * tenths / 10);
    session.drag_between(place(15, 2), place(16, 2));
    session.run(Duration::from_secs(1));
    session.drag_between(place(17, 2), place(18, 2));
    session.run(Duration::from_secs(1));
    session.press_control('a');
}

/// Draws slips into the melody, asks for a better one, and leaves one of its changes out.
pub fn enhance(session: &mut WindowSession) {
    session.click("Edit melody");
    let notes = session.control("Melody notes");
    let place = |quarters: i32, tenths: i32| (notes.x + 25 * quarters + 3, notes.y + notes.height * tenths / 10);
    for quarter in [7, 22] {
        session.drag_between(place(quarter, 2), place(quarter + 1, 2));
        session.run(Duration::from_secs(1));
    }
    session.click("Melody tools");
    session.click("Enhance");
    drop(session.control_named(|name| name == "Keep the changes"));
    // The first click closes the menu.
    session.click_at(place(30, 1));
    session.run(Duration::from_secs(1));
    // The rows have moved to fit the slips.
    let (x, y) = place(22, 2);
    session.click_at((x + 8, y + 15));
    session.run(Duration::from_secs(1));
}

/// Plays white keys of the on-screen keyboard, counted from its lowest, one after another.
pub fn play_keys(session: &mut WindowSession, white_keys: &[i32]) {
    let keys = session.control("Keyboard");
    for key in white_keys {
        let place = (keys.x + keys.width * (2 * key + 1) / 30, keys.y + keys.height - 14);
        session.hold(place, Duration::from_millis(380));
    }
}
