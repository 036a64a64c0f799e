//! The plugin's real window, on a screen without a monitor: clicks, drags and keys change what the engine holds.
//!
//! Each test runs in a process of its own, with an X server of its own. Where Xvfb is not installed the tests say so
//! and are left out, unless `CI` is set; `.ci/run` installs what they need and sets it.
#![cfg(target_os = "linux")]

use continuo_engine::{
    meter::Meter,
    midi_file::{OutputFile, OutputTrack},
    note::Note,
    part::Part,
    score::Score,
    song::{MeterEvent, Track},
};
use continuo_harness::{built, child, memory, screen::Server, session::Session};
use std::{
    env,
    ffi::OsStr,
    fs,
    io::{Write, stderr},
    path::PathBuf,
    process::Command,
    time::Duration,
};

/// What the tests with the real window need, as Debian calls it.
const NEEDED: &str = "xvfb libgl1 libegl1 libgl1-mesa-dri libx11-xcb1 libxkbcommon-x11-0";

/// Runs an ignored test of this program on a screen of its own.
fn on_a_screen(test: &str, environment: &[(&str, &OsStr)]) {
    on_a_screen_by(&mut Command::new(child::own_program()), test, environment);
}

/// The same, by a command that runs this program in surroundings of its making.
fn on_a_screen_by(command: &mut Command, test: &str, environment: &[(&str, &OsStr)]) {
    let Some(server) = Server::start(1400, 1000).expect("the X server starts") else {
        assert!(env::var_os("CI").is_none(), "Xvfb is not installed; install {NEEDED}");
        // Past what the test harness catches: nobody would read it there.
        let _ = writeln!(stderr(), "LEFT OUT: {test} needs a screen; install {NEEDED}");
        return;
    };
    let probe = child::folder(&format!("probe-{test}")).join("controls");
    let display: [(&str, &OsStr); 2] = [("DISPLAY", server.display().as_ref()), ("CONTINUO_PROBE", probe.as_os_str())];
    let environment: Vec<_> = display.into_iter().chain(environment.iter().copied()).collect();
    child::run_by(command, test, &environment);
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

/// The number in a value such as `50 %`.
fn percent(value: &str) -> i32 {
    value.trim_end_matches(['%', ' ']).parse().expect("it is a number of percent")
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
fn a_song_that_is_dropped_onto_the_pad_becomes_a_style() {
    let model = concat!(env!("CARGO_MANIFEST_DIR"), "/models/continuo.onnx");
    let data = child::folder("window-styles");
    on_a_screen("style", &[("CONTINUO_MODEL", model.as_ref()), ("CONTINUO_DATA", data.as_os_str())]);
}

#[test]
fn the_window_can_be_opened_and_closed_without_end_while_playing() {
    on_a_screen("opening", &[]);
}

#[test]
fn a_host_that_holds_the_window_is_asked_for_the_size_of_a_scale() {
    on_a_screen("scale", &[]);
}

#[test]
fn a_model_that_is_missing_is_told_in_the_window() {
    on_a_screen("missing_model", &[("CONTINUO_MODEL", "/nowhere/model.onnx".as_ref())]);
}

#[test]
fn a_full_disk_is_told_and_nothing_is_lost() {
    let disk = child::folder("window-full-disk");
    // A disk of 64 kB that nobody else sees, and that goes with the process.
    let mount = "mount -t tmpfs -o size=64k none \"$CONTINUO_DISK\"";
    let namespaces = |script: &str| {
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "--mount", "sh", "-c", script]).env("CONTINUO_DISK", &disk);
        command
    };
    if !namespaces(mount).status().is_ok_and(|status| status.success()) {
        let _ = writeln!(stderr(), "LEFT OUT: a full disk needs a namespace, which this machine does not allow");
        return;
    }
    let mut command = namespaces(&format!("{mount} && exec \"$0\" \"$@\""));
    on_a_screen_by(command.arg(child::own_program()), "full_disk", &[]);
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
    session.choose("Genre", &format!("Reset to {before}"));
    session.until("its menu puts it back", |session| session.value("Genre") == before);

    // A lock, and what the wheel, a drag and a double-click do to a number.
    session.click("Bass Lock");
    session.until("the bass is locked", |session| session.value("Bass Lock") == "On");
    let density = |session: &mut Session| percent(&session.value("Chords Density"));
    let usual = density(&mut session);
    session.wheel("Chords Density", 3);
    session.until("the wheel turns it up", |session| density(session) > usual);
    let drag = |session: &mut Session| session.drag("Chords Density", (-90, 0));
    session.again_until("a drag turns it down", drag, |session| density(session) < usual);
    let put_back = |session: &mut Session| session.double_click("Chords Density");
    session.again_until("a double-click puts it back", put_back, |session| density(session) == usual);
    session.click("Undo");
    session.until("that can be undone", |session| density(session) != usual);

    // The pad moves two parameters at once, and one undo takes both back.
    let place = |session: &mut Session| (session.value("Blend"), session.value("Temperature"));
    let before = place(&mut session);
    let mut before_the_last = before.clone();
    let drag = |session: &mut Session| {
        before_the_last = place(session);
        session.drag("Style pad", (20, 20));
    };
    session.again_until("the pad moves both", drag, |session| {
        let now = place(session);
        now.0 != before.0 && now.1 != before.1
    });
    session.click("Undo");
    session.until("one undo takes both back", |session| place(session) == before_the_last);

    // The keyboard, while the transport rolls.
    session.roll(true);
    let keys = session.place("Keyboard");
    for step in 1..5 {
        session.play((keys.x + keys.width * step / 6, keys.y + keys.height - 8));
    }
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
    let judged = |session: &mut Session| score(session).phrase_at(0).and_then(|phrase| phrase.judged.clone());
    let said = judged(&mut session).expect("the model's conductor chose from several");
    let other = (0..said.scores.len()).find(|&index| index != usize::from(said.chosen)).unwrap();
    session.click(&format!("Drawn take {} of {}", other + 1, said.scores.len()));
    session.until("a take that the conductor passed over plays", |session| takes(session) == Some((2, 3)));
    assert_eq!(judged(&mut session).map(|said| usize::from(said.chosen)), Some(other));
    assert_eq!(bass(&mut session), locked, "a locked part stays in it too");
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
    let bad = [(&text, "not a MIDI file"), (&folder, "is a folder"), (&large, "larger than")];
    for (file, told) in bad {
        session.drop_file(file, middle);
        session.named(|name| name.contains(told));
        assert_eq!(score(&mut session), arranged, "nothing is lost");
    }

    let saved = folder.join("score.mid");
    session.click("Save score");
    session.type_path(&saved);
    session.until("the file is saved", |_| saved.exists());
    session.dialog_gone();
    let song = continuo_engine::midi_file::read_file(&saved).unwrap();
    assert!(song.tracks.iter().any(|track| track.name.as_deref() == Some("Bass")));
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 3, "nothing else is left behind");

    session.click("Save score");
    session.type_path("/proc/score.mid".as_ref());
    session.named(|name| name.contains("could not be written"));
    session.leave_dialog();
}

#[test]
#[ignore = "runs in a process of its own"]
fn full_disk() {
    let disk = PathBuf::from(env::var_os("CONTINUO_DISK").expect("there is a small disk"));
    let mut session = open();
    let roll = session.place("Roll");
    let middle = (roll.x + roll.width / 2, roll.y + roll.height / 2);
    session.drop_file(concat!(env!("CARGO_MANIFEST_DIR"), "/tunes/ode_to_joy.mid").as_ref(), middle);
    session.until("the song is arranged", |session| score(session).phrases().len() >= 4);
    let saved = disk.join("score.mid");
    session.click("Save score");
    session.type_path(&saved);
    session.until("the file is saved", |_| saved.exists());
    session.dialog_gone();
    let before = fs::read(&saved).unwrap();
    let arranged = score(&mut session);

    // The rest of the disk is taken; the same file once more, and another one.
    let mut filler = fs::File::create(disk.join("filler")).unwrap();
    while filler.write_all(&[0; 4096]).is_ok() {}
    for path in [&saved, &disk.join("other.mid")] {
        session.click("Save score");
        session.type_path(path);
        if path.exists() {
            session.named(|name| name.contains("is there already"));
            session.click("Replace");
        }
        session.named(|name| name.contains("the disk is full"));
        session.leave_dialog();
    }
    assert_eq!(fs::read(&saved).unwrap(), before, "the file that was there stays as it was");
    assert_eq!(fs::read_dir(&disk).unwrap().count(), 2, "nothing is left behind");
    assert_eq!(score(&mut session), arranged, "nothing is lost");

    // With room it can be saved.
    drop(filler);
    fs::remove_file(disk.join("filler")).unwrap();
    session.click("Save score");
    session.type_path(&disk.join("other.mid"));
    session.until("the file is saved", |_| disk.join("other.mid").exists());
    assert_eq!(fs::read(disk.join("other.mid")).unwrap(), before, "the same score as before");
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

#[test]
#[ignore = "runs in a process of its own"]
fn style() {
    let folder = child::folder("window-style-files");
    let (song, text) = (folder.join("evening band.mid"), folder.join("text.mid"));
    fs::write(&song, band()).unwrap();
    fs::write(&text, "no notes").unwrap();
    let mut session = open();
    let pad = session.place("Style pad");
    let (left, right) = ((pad.x + pad.width / 4, pad.y + 20), (pad.x + pad.width * 3 / 4, pad.y + 20));
    session.drop_file(&text, left);
    session.named(|name| name.contains("not a MIDI file"));
    session.drop_file(&song, right);
    session.until("it is the second genre", |session| session.value("Genre B") == "evening band");
    session.click("Genre");
    session.click("evening band");
    session.until("it is in the list of genres", |session| session.value("Genre") == "evening band");
}

#[test]
#[ignore = "runs in a process of its own"]
fn missing_model() {
    let mut session = open();
    session.named(|name| name.contains("/nowhere/model.onnx"));
}

#[test]
#[ignore = "runs in a process of its own"]
fn scale() {
    let mut session = open();
    let before = session.size().expect("the window is there");
    session.hold_size();
    session.click("Scale");
    session.click("125 %");
    let wanted = (u32::from(before.0) * 5 / 4, u32::from(before.1) * 5 / 4);
    session.until("the host is asked", |session| session.size_wanted() == Some(wanted));
    assert_eq!(session.size(), Some(before), "it did not take it by itself");
    session.resize_slowly(wanted.0, wanted.1);
    assert_eq!(session.size_wanted(), Some(wanted), "it does not take its wish back");
}

/// What the window library (baseview 0.4.2) leaves behind of each window, in kB: it reads the keyboard's layout and never
/// gives it back (`xkb_x11_keymap_new_from_device` without `xkb_keymap_unref`; 81 kB of a usual layout).
const KEYMAP: usize = 96;

#[test]
#[ignore = "runs in a process of its own"]
fn opening() {
    // Each takes a moment; 200 of them are for a machine with time.
    let times = env::var("CONTINUO_OPENINGS").ok().and_then(|times| times.parse().ok()).unwrap_or(20_usize);
    let mut session = open();
    let threads = || fs::read_dir("/proc/self/task").unwrap().count();
    session.drop_file(concat!(env!("CARGO_MANIFEST_DIR"), "/tunes/ode_to_joy.mid").as_ref(), (700, 300));
    session.until("the song is arranged", |session| score(session).phrases().len() >= 2);
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
        assert_eq!(threads_of_windows(), 0, "also of a window that was closed before it was shown");
    }
    session.roll(false);
    assert!(session.sounding().is_empty(), "every note that began has ended");
    let (threads_before, memory_before) = at_first.unwrap();
    session.until("no thread is left behind", |_| threads() <= threads_before);
    let (_, memory_after) = left_behind(&mut session, &threads);
    if let (Some(before), Some(after)) = (memory_before, memory_after) {
        let (windows, grown) = (times - times / 4, after.saturating_sub(before) >> 10);
        println!("{windows} windows left {grown} kB behind");
        assert!(grown < (2 << 10) + windows * KEYMAP, "{windows} windows left {grown} kB behind");
    }
}

/// Threads of windows: named after them, or unnamed beside this one, whose name they then inherit.
fn threads_of_windows() -> usize {
    let own = fs::read_to_string("/proc/thread-self/comm").unwrap();
    let names = fs::read_dir("/proc/self/task").unwrap().map(|thread| thread.unwrap().path().join("comm"));
    let of_windows = |name: String| name == own || name.starts_with("continuo-");
    names.filter(|name| fs::read_to_string(name).is_ok_and(of_windows)).count() - 1
}

/// Threads and memory without a window, once the graphics driver has had time to tidy up after it.
fn left_behind(session: &mut Session, threads: &impl Fn() -> usize) -> (usize, Option<usize>) {
    session.run(Duration::from_secs(2));
    (threads(), memory::in_use())
}
