//! The plugin's real window, on a screen without a monitor: clicks, drags and keys change what the engine holds.
//!
//! Each test runs in a process of its own, with an X server of its own. Without Xvfb the tests say so and are left out,
//! unless `CI` is set; `.ci/run` installs what they need and sets it.
#![cfg(target_os = "linux")]

use continuo_engine::score::HandChord;
use continuo_harness::{
    child, on_a_screen, process,
    screen::Key,
    songs::{self, tune_file},
    window_session::WindowSession,
};
use continuo_music::part::Part;
use std::{env, fs, io::Write, path::PathBuf, process::Command, time::Duration};

/// The number in a value such as `50 %`.
fn percent(value: &str) -> i32 {
    value.trim_end_matches(['%', ' ']).parse().expect("it is a percentage")
}

#[test]
fn hands_in_the_window_change_what_the_engine_holds() {
    on_a_screen::run("hands", &[]);
}

#[test]
fn files_come_in_and_go_out_and_bad_ones_are_reported() {
    on_a_screen::run("files", &[]);
}

#[test]
fn a_song_dropped_onto_the_pad_becomes_a_style() {
    let model = concat!(env!("CARGO_MANIFEST_DIR"), "/models/continuo.onnx");
    let data = child::folder("window-styles");
    on_a_screen::run("style", &[("CONTINUO_MODEL", model.as_ref()), ("CONTINUO_DATA", data.as_os_str())]);
}

#[test]
fn the_chord_lane_takes_clicks_and_keys() {
    on_a_screen::run("chords", &[]);
}

#[test]
fn the_melody_takes_hands_and_keys_and_plays() {
    on_a_screen::run("melody", &[]);
}

#[test]
fn a_model_without_chords_has_no_lane() {
    let model = concat!(env!("CARGO_MANIFEST_DIR"), "/models/continuo.onnx");
    on_a_screen::run("no_chord_lane", &[("CONTINUO_MODEL", model.as_ref())]);
}

#[test]
fn the_window_opens_and_closes_again_and_again_while_playing() {
    on_a_screen::run("opening", &[]);
}

#[test]
fn the_window_asks_a_host_that_holds_it_for_the_size_of_a_scale() {
    on_a_screen::run("scale", &[]);
}

#[test]
fn the_window_reports_a_missing_model() {
    on_a_screen::run("missing_model", &[("CONTINUO_MODEL", "/nowhere/model.onnx".as_ref())]);
}

#[test]
fn a_full_disk_is_reported_and_nothing_is_lost() {
    let disk = child::folder("window-full-disk");
    // A disk of 64 kB that only this process sees, and that goes with it.
    let mount = "mount -t tmpfs -o size=64k none \"$CONTINUO_DISK\"";
    let namespaces = |script: &str| {
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "--mount", "sh", "-c", script]).env("CONTINUO_DISK", &disk);
        command
    };
    if !namespaces(mount).status().is_ok_and(|status| status.success()) {
        on_a_screen::leave_out("a full disk", "needs a namespace, which this machine does not allow");
        return;
    }
    let mut command = namespaces(&format!("{mount} && exec \"$0\" \"$@\""));
    on_a_screen::run_by(command.arg(child::own_program()), "full_disk", &[]);
}

#[test]
#[ignore = "runs in a process of its own"]
fn hands() {
    let mut session = on_a_screen::open_window();

    // A genre.
    let before = session.value("Genre");
    session.click("Genre");
    let another = session.control_named(|name| ["Jazz", "Rock", "Folk", "Pop"].contains(&name) && name != before);
    session.click(&another);
    session.until("the genre is chosen", |session| session.value("Genre") == another);
    session.choose("Genre", &format!("Reset to {before}"));
    session.until("its menu resets it", |session| session.value("Genre") == before);

    // A lock; then the wheel, a drag and a double-click on a number.
    session.click("Bass Lock");
    session.until("the bass is locked", |session| session.value("Bass Lock") == "On");
    let density = |session: &mut WindowSession| percent(&session.value("Chords Density"));
    let usual = density(&mut session);
    session.wheel("Chords Density", 3);
    session.until("the wheel turns it up", |session| density(session) > usual);
    let drag = |session: &mut WindowSession| session.drag("Chords Density", (-90, 0));
    session.again_until("a drag turns it down", drag, |session| density(session) < usual);
    let reset = |session: &mut WindowSession| session.double_click("Chords Density");
    session.again_until("a double-click resets it", reset, |session| density(session) == usual);
    session.click("Undo");
    session.until("undo brings the change back", |session| density(session) != usual);

    // The pad moves two parameters at once, and one undo restores both.
    let place = |session: &mut WindowSession| (session.value("Blend"), session.value("Temperature"));
    let before = place(&mut session);
    let mut before_the_last = before.clone();
    let drag = |session: &mut WindowSession| {
        before_the_last = place(session);
        session.drag("Style pad", (20, 20));
    };
    session.again_until("the pad moves both", drag, |session| {
        let now = place(session);
        now.0 != before.0 && now.1 != before.1
    });
    session.click("Undo");
    session.until("one undo restores both", |session| place(session) == before_the_last);

    // The keyboard, while the transport rolls.
    session.roll(true);
    let keys = session.control("Keyboard");
    for step in 1..5 {
        session.play((keys.x + keys.width * step / 6, keys.y + keys.height - 8));
    }
    session.roll(false);
    session.until("the plugin hears the keys as a melody", |session| session.score().melody().len() == 4);
    assert!(session.score().melody().iter().all(|note| note.velocity > 90), "low on a key is loud");

    // Takes.
    session.rewind();
    session.until("there is a phrase", |session| session.score().phrase_at(0).is_some());
    let bass =
        |session: &mut WindowSession| session.score().phrase_at(0).map(|phrase| phrase.parts[Part::Bass].clone());
    let locked = bass(&mut session);
    let drums = session.score().phrase_at(0).map(|phrase| phrase.take);
    session.click("Make another take");
    session.until("there are two takes", |session| session.takes() == Some((1, 2)));
    assert_eq!(bass(&mut session), locked, "a locked part stays");
    session.click("Take before");
    session.until("the take before plays", |session| session.takes() == Some((0, 2)));
    assert_eq!(session.score().phrase_at(0).map(|phrase| phrase.take), drums);
    session.click("Undo");
    session.until("undo brings the other take back", |session| session.takes() == Some((1, 2)));
    let judged = |session: &mut WindowSession| session.score().phrase_at(0).and_then(|phrase| phrase.judged.clone());
    let verdict = judged(&mut session).expect("the model's conductor chose from several");
    let other = (0..verdict.scores.len()).find(|&index| index != usize::from(verdict.chosen)).unwrap();
    session.click(&format!("Candidate {} of {}", other + 1, verdict.scores.len()));
    session.until("a take that the conductor passed over plays", |session| session.takes() == Some((2, 3)));
    assert_eq!(judged(&mut session).map(|verdict| usize::from(verdict.chosen)), Some(other));
    assert_eq!(bass(&mut session), locked, "a locked part stays in it too");

    // A section: a drag over some bars of the lane, then its kind.
    let lane = session.control("Sections");
    let place = |tenths: i32| (lane.x + lane.width * tenths / 10, lane.y + lane.height / 2);
    session.drag_between(place(1), place(4));
    session.click("Chorus section");
    let kinds = |session: &mut WindowSession| {
        session.score().sections().all().iter().map(|section| section.kind.name()).collect::<Vec<_>>()
    };
    session.until("the bars are a chorus", |session| kinds(session) == ["Chorus"]);
    session.click("Undo");
    session.until("undo takes the section back", |session| kinds(session).is_empty());
}

#[test]
#[ignore = "runs in a process of its own"]
fn files() {
    let mut session = on_a_screen::open_window();
    let folder = child::folder("window-files");
    let text = folder.join("text.mid");
    fs::write(&text, "no notes").unwrap();
    let large = folder.join("large.mid");
    fs::File::create(&large).and_then(|file| file.set_len(50_000_000)).unwrap();

    let roll = session.control("Roll");
    let middle = (roll.x + roll.width / 2, roll.y + roll.height / 2);
    session.drop_file(&tune_file("ode_to_joy"), middle);
    session.until("the song is arranged", WindowSession::is_arranged);
    let arranged = session.score();
    let bad = [(&text, "not a MIDI file"), (&folder, "is a folder"), (&large, "larger than")];
    for (file, message) in bad {
        session.drop_file(file, middle);
        session.control_named(|name| name.contains(message));
        assert_eq!(session.score(), arranged, "nothing is lost");
    }

    let saved = folder.join("score.mid");
    session.click("Save project");
    session.type_path(&saved);
    session.until("the file is saved", |_| saved.exists());
    session.wait_for_no_dialog();
    let song = continuo_music::midi_file::read_file(&saved).unwrap();
    assert!(song.tracks.iter().any(|track| track.name.as_deref() == Some("Bass")));
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 3, "nothing else is left behind");

    session.click("Save project");
    session.type_path("/proc/score.mid".as_ref());
    session.control_named(|name| name.contains("could not be written"));
    session.leave_dialog();
}

/// The middle of a half bar in the chord lane of a new window, which shows the song from its beginning on.
fn half_bar(session: &mut WindowSession, index: i32) -> (i32, i32) {
    /// The width of half a bar in a new window.
    const WIDTH: i32 = 50;
    let lane = session.control("Chord lane");
    (lane.x + WIDTH * index + WIDTH / 2, lane.y + lane.height / 2)
}

/// The chords that are set by hand: the half bar, and the symbol with `!` if it is locked.
fn set_by_hand(session: &mut WindowSession) -> Vec<(i64, String)> {
    let one = |chord: &HandChord| {
        (chord.span.start / 1920, format!("{}{}", chord.chord, if chord.locked { "!" } else { "" }))
    };
    session.score().hand_chords().iter().map(one).collect()
}

#[test]
#[ignore = "runs in a process of its own"]
fn chords() {
    let mut session = on_a_screen::open_window();
    let roll = session.control("Roll");
    session.drop_file(&tune_file("ode_to_joy"), (roll.x + roll.width / 2, roll.y + roll.height / 2));
    session.until("the song is arranged", WindowSession::is_arranged);
    session.control_named(|name| name.starts_with("Chord ") && name.contains("bar 1, beat 1"));
    let arranged = session.score();

    // A stretch of one half bar is selected by a drag; Enter asks the band, a click sets its second guess.
    let select = |session: &mut WindowSession, index: i32| {
        let (x, y) = half_bar(session, index);
        session.drag_between((x - 12, y), (x + 12, y));
    };
    select(&mut session, 2);
    session.press_key(Key::Enter);
    let best = session.control_named(|name| name.starts_with("Guess "));
    let next = session.control_named(|name| name.starts_with("Guess ") && name != best);
    let symbol = next.trim_start_matches("Guess ").split(", ").next().expect("a symbol").to_owned();
    session.click(&next);
    session.until("the guess is set", |session| set_by_hand(session).len() == 1);
    let made = session.score();
    assert_eq!(made.hand_chords()[0].chord, symbol.parse().expect("a chord"));
    session.until("its phrase is made again", |session| session.score().phrases()[0] != arranged.phrases()[0]);
    assert_eq!(session.score().phrases()[1].parts, arranged.phrases()[1].parts, "no other phrase is");
    session.click("Undo");
    session.until("undo brings the phrase back", |session| session.score().phrases() == arranged.phrases());

    // Any symbol can be typed.
    select(&mut session, 5);
    session.press_key(Key::Enter);
    session.control("Chord symbol");
    session.write("H7");
    session.press_key(Key::Enter);
    session.control_named(|name| name.contains("is not a chord symbol"));
    session.press_control('a');
    session.write("Fm7");
    session.press_key(Key::Enter);
    session.until("the symbol is set", |session| set_by_hand(session) == [(5, "Fm7".to_owned())]);

    // The lane has the focus again: copy, paste elsewhere, transpose, lock, remove.
    session.press_control('c');
    select(&mut session, 9);
    session.press_control('v');
    let two = |symbol: &str| vec![(5, "Fm7".to_owned()), (9, symbol.to_owned())];
    session.until("it is pasted", |session| set_by_hand(session) == two("Fm7"));
    session.press_key(Key::Up);
    session.until("it is transposed", |session| set_by_hand(session) == two("F#m7"));
    session.click("Lock chords");
    session.until("it is locked", |session| set_by_hand(session) == two("F#m7!"));
    select(&mut session, 5);
    session.press_key(Key::Delete);
    session.until("it is removed", |session| set_by_hand(session) == [(9, "F#m7!".to_owned())]);
    let saved = session.save();
    session.load(&saved);
    session.until("it is saved with the project", |session| set_by_hand(session) == [(9, "F#m7!".to_owned())]);
    session.control_named(|name| name.starts_with("Chord ") && name.contains("set by you and locked"));
}

#[test]
#[ignore = "runs in a process of its own"]
fn melody() {
    let mut session = on_a_screen::open_window();
    session.click("Edit melody");
    let notes = session.control("Melody notes");
    // A quarter note is 25 points wide in a new window.
    let place = |quarters: i32, tenths: i32| (notes.x + 25 * quarters + 3, notes.y + notes.height * tenths / 10);
    session.drag_between(place(0, 5), place(1, 5));
    session.until("a note is drawn", |session| session.score().melody().len() == 1);
    session.until("its phrase is made", WindowSession::has_phrase);
    let drawn = session.score().melody()[0];
    assert_eq!((drawn.start, drawn.length % 240), (0, 0), "it lies on the grid");
    session.drag_between(place(4, 4), place(6, 4));
    session.until("another one is drawn", |session| session.score().melody().len() == 2);
    session.press_key(Key::Up);
    session.until("a key moves it", |session| session.score().melody()[1].start == 4 * 960);
    session.press_key(Key::Delete);
    session.until("a key deletes it", |session| session.score().melody() == [drawn]);
    // The step counts once the phrase around it is made again.
    session.run(Duration::from_secs(3));
    session.click("Undo");
    session.until("undo brings it back", |session| session.score().melody().len() == 2);
    let written = session.score();
    let saved = session.save();
    session.load(&saved);
    session.until("it is saved with the project", |session| session.score().melody() == written.melody());

    // It plays, without any input.
    session.click("Melody Source: Score");
    session.until("the melody is the score's", |session| session.value("Melody Source") == "Score");
    session.roll(true);
    session.until("the melody sounds", |session| session.melody_sounds());
    session.run(Duration::from_secs(3));
    session.roll(false);
    assert_eq!(session.score().melody(), written.melody(), "it is what was written");

    // Bars × lanes are selected, and a tool works on them.
    session.click("Edit melody");
    let roll = session.control("Roll");
    let bar = |number: i32, lanes: i32| (roll.x + 100 * number + 50, roll.y + 110 + 60 * lanes);
    session.drag_between((bar(0, 0).0 - 12, bar(0, 0).1), bar(1, 0));
    session.control_named(|name| name == "Melody, bars 1-2");
    session.click("Melody tools");
    session.click("Extend");
    session.control_named(|name| name.contains("at least 3 are needed to go on from"));
    session.click("Quantise");
    session.control_named(|name| name.starts_with("Quantise: "));
}

#[test]
#[ignore = "runs in a process of its own"]
fn no_chord_lane() {
    let mut session = on_a_screen::open_window();
    session.control_named(|name| name.contains("knows no chords, so there is no chord lane"));
}

#[test]
#[ignore = "runs in a process of its own"]
fn full_disk() {
    let disk = PathBuf::from(env::var_os("CONTINUO_DISK").expect("there is a small disk"));
    let mut session = on_a_screen::open_window();
    let roll = session.control("Roll");
    let middle = (roll.x + roll.width / 2, roll.y + roll.height / 2);
    session.drop_file(&tune_file("ode_to_joy"), middle);
    session.until("the song is arranged", |session| session.score().phrases().len() >= 4);
    let saved = disk.join("score.mid");
    session.click("Save project");
    session.type_path(&saved);
    session.until("the file is saved", |_| saved.exists());
    session.wait_for_no_dialog();
    let before = fs::read(&saved).unwrap();
    let arranged = session.score();

    // The rest of the disk is taken; the same file once more, and another one.
    let mut filler = fs::File::create(disk.join("filler")).unwrap();
    while filler.write_all(&[0; 4096]).is_ok() {}
    for path in [&saved, &disk.join("other.mid")] {
        session.click("Save project");
        session.type_path(path);
        if path.exists() {
            session.control_named(|name| name.contains("exists already"));
            session.click("Replace");
        }
        session.control_named(|name| name.contains("the disk is full"));
        session.leave_dialog();
    }
    assert_eq!(fs::read(&saved).unwrap(), before, "the file that was there stays as it was");
    assert_eq!(fs::read_dir(&disk).unwrap().count(), 2, "nothing is left behind");
    assert_eq!(session.score(), arranged, "nothing is lost");

    // With room it can be saved.
    drop(filler);
    fs::remove_file(disk.join("filler")).unwrap();
    session.click("Save project");
    session.type_path(&disk.join("other.mid"));
    session.until("the file is saved", |_| disk.join("other.mid").exists());
    assert_eq!(fs::read(disk.join("other.mid")).unwrap(), before, "the same score as before");
}

#[test]
#[ignore = "runs in a process of its own"]
fn style() {
    let folder = child::folder("window-style-files");
    let (song, text) = (folder.join("evening band.mid"), folder.join("text.mid"));
    fs::write(&song, songs::band()).unwrap();
    fs::write(&text, "no notes").unwrap();
    let mut session = on_a_screen::open_window();
    let pad = session.control("Style pad");
    let (left, right) = ((pad.x + pad.width / 4, pad.y + 20), (pad.x + pad.width * 3 / 4, pad.y + 20));
    session.drop_file(&text, left);
    session.control_named(|name| name.contains("not a MIDI file"));
    session.drop_file(&song, right);
    session.until("it is the second genre", |session| session.value("Genre B") == "evening band");
    session.click("Genre");
    session.click("evening band");
    session.until("it is in the list of genres", |session| session.value("Genre") == "evening band");
}

#[test]
#[ignore = "runs in a process of its own"]
fn missing_model() {
    let mut session = on_a_screen::open_window();
    session.control_named(|name| name.contains("/nowhere/model.onnx"));
}

#[test]
#[ignore = "runs in a process of its own"]
fn scale() {
    let mut session = on_a_screen::open_window();
    let before = session.size().expect("the window is there");
    session.hold_size();
    session.click("Scale");
    session.click("125 %");
    let wanted = (u32::from(before.0) * 5 / 4, u32::from(before.1) * 5 / 4);
    session.until("the window asks the host", |session| session.size_wanted() == Some(wanted));
    assert_eq!(session.size(), Some(before), "the window did not resize itself");
    session.resize_slowly(wanted.0, wanted.1);
    assert_eq!(session.size_wanted(), Some(wanted), "the window keeps its request");
}

/// What the window library (baseview 0.4.2) leaks with each window, in kB: it reads the keyboard's layout and never frees it
/// (`xkb_x11_keymap_new_from_device` without `xkb_keymap_unref`; 81 kB for a usual layout).
const KEYMAP: usize = 96;

#[test]
#[ignore = "runs in a process of its own"]
fn opening() {
    // Each takes a moment; a machine with time can open 200.
    let times = env::var("CONTINUO_OPENINGS").ok().and_then(|times| times.parse().ok()).unwrap_or(20_usize);
    let mut session = on_a_screen::open_window();
    let threads = || process::thread_names().unwrap().len();
    session.drop_file(&tune_file("ode_to_joy"), (700, 300));
    session.until("the song is arranged", |session| session.score().phrases().len() >= 2);
    session.roll(true);
    let mut at_first = None;
    for time in 0..times {
        session.close();
        assert_eq!(threads_of_windows(), 0, "the window's threads have ended when the window is closed");
        if time == times / 4 {
            at_first = Some(left_behind(&mut session, &threads));
        }
        session.reopen();
        session.run(Duration::from_millis(60));
    }
    session.close();
    for _ in 0..3 {
        session.open_for_a_moment();
        assert_eq!(
            threads_of_windows(),
            0,
            "the threads of a window that was closed before it was shown have ended too"
        );
    }
    session.roll(false);
    assert!(session.is_silent(), "every note that began has ended");
    let (threads_before, memory_before) = at_first.unwrap();
    session.until("no thread is left behind", |_| threads() <= threads_before);
    let (_, memory_after) = left_behind(&mut session, &threads);
    if let (Some(before), Some(after)) = (memory_before, memory_after) {
        let (windows, grown) = (times - times / 4, after.saturating_sub(before) >> 10);
        println!("{windows} windows left {grown} kB behind");
        assert!(grown < (2 << 10) + windows * KEYMAP, "{windows} windows left {grown} kB behind");
    }
}

/// How many threads belong to windows: threads named after them, and others that inherited the name of this thread.
fn threads_of_windows() -> usize {
    let own = fs::read_to_string("/proc/thread-self/comm").unwrap();
    let names = process::thread_names().unwrap();
    names.iter().filter(|name| **name == own.trim_end() || name.starts_with("continuo-")).count() - 1
}

/// Threads and memory without a window, when the graphics driver has had time to clean up after it.
fn left_behind(session: &mut WindowSession, threads: &impl Fn() -> usize) -> (usize, Option<usize>) {
    session.run(Duration::from_secs(2));
    (threads(), process::memory_in_use())
}
