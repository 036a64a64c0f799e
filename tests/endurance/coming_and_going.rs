//! Instances that come and go while others play.

use crate::{
    PART, alone,
    built::{FORMATS, host, library, ode, played_state},
    process,
};
use continuo_harness::{Balance, Format, Host, HostEvent, NoteEvent, NoteEventKind, Setup, Transport, evidence, open};
use std::{env, fs, path::Path, process::Command, thread, time::Duration};

const TIMES: u32 = 200;
/// Every so many guests come with a library of their own, which goes with them: their network goes too, and is read
/// again for the next.
const WITH_LIBRARY: u32 = 5;
const SETUP: Setup = Setup { sample_rate: 48_000.0, largest_block: 512, offline: false };

fn transport(block: u32) -> Transport {
    let position = f64::from(block) * 512.0 / 24_000.0 % ode().length;
    Transport {
        playing: true,
        tempo: 120.0,
        position,
        sample: (position * 24_000.0) as i64,
        meter: (4, 4),
        cycle: None,
    }
}

/// An instance that plays all the time.
struct Stayer {
    host: Box<dyn Host>,
    balance: Balance,
    /// Notes of its parts that began.
    parts: u64,
}

impl Stayer {
    fn new(format: Format) -> Self {
        let mut host = host(format);
        // The formats wrap the same state: CLAP's has its length in front.
        let state = played_state();
        host.load(if format == Format::Clap { &state } else { &state[8..] }).expect("the state is taken");
        host.activate(SETUP).expect("the plugin is activated");
        Self { host, balance: Balance::default(), parts: 0 }
    }

    fn block(&mut self, transport: &Transport, kind: NoteEventKind) {
        let key = [HostEvent::Note(NoteEvent { time: 0, kind, channel: 0, pitch: 60 })];
        let audio = self.host.audio().expect("the plugin is active");
        let played = audio.process_events(512, Some(transport), &key).expect("the plugin plays");
        self.balance.take(512, &played).expect("the plugin plays in order");
        let is_part = |event: &&NoteEvent| event.channel != 0 && matches!(event.kind, NoteEventKind::On(_));
        self.parts += played.iter().filter(is_part).count() as u64;
    }
}

/// A guest's stay, from loading to unloading.
fn visit(library: &Path, time: u32) {
    let format = FORMATS[time as usize % 2];
    let mut guest = open(library, format).expect("the plugin loads");
    // Some are only looked at, some activated, some play; some go in the middle of a note.
    if !time.is_multiple_of(3) {
        guest.activate(SETUP).expect("the plugin is activated");
    }
    if time % 3 == 2 {
        for block in 0..8 {
            let key = NoteEvent { time: 0, kind: NoteEventKind::On(90), channel: 0, pitch: 60 + block as u8 };
            guest.process(512, Some(&transport(block)), &[key]).expect("the guest plays");
        }
    }
    if time.is_multiple_of(5) {
        guest.deactivate();
    }
}

/// A guest's stay on a thread of its own, while something else happens here at least so many times.
fn visit_meanwhile(library: &Path, time: u32, mut meanwhile: impl FnMut()) {
    thread::scope(|scope| {
        let guest = scope.spawn(|| visit(library, time));
        for _ in 0..8 {
            meanwhile();
        }
        while !guest.is_finished() {
            meanwhile();
            thread::sleep(Duration::from_millis(1));
        }
        guest.join().expect("the guest goes in peace");
    });
}

/// The same with a library that nobody else has loaded, and that goes with the guest.
///
/// What a library has for each thread is cleared when the thread ends, and Linux keeps the library until then: so the
/// guest's thread ends first, and whoever loaded the library lets go of it.
fn visit_with_library(library: &Path, time: u32, meanwhile: impl FnMut()) {
    // SAFETY: the project's own plugin is loaded; its start-up code has no conditions.
    let loaded = unsafe { libloading::Library::new(library) }.expect("the library loads");
    visit_meanwhile(library, time, meanwhile);
    assert_ne!(process::is_mapped(library), Some(false), "a library that is loaded is not seen");
    loaded.close().expect("the library is let go of");
    assert_ne!(process::is_mapped(library), Some(true), "guest {time} has gone, and its library has not");
}

/// Runs a test of this program in a process whose plugins log to no file. Only for a file they have a thread that writes
/// it, which never ends: it would hold their library for ever.
fn without_a_log_file(test: &str) {
    let program = env::current_exe().expect("a test program has a path");
    let mut command = Command::new(program);
    let output = command.args(["--exact", "--ignored", test]).env_remove("NICE_LOG").output();
    let output = output.expect("the test program starts");
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && shown.contains("1 passed"), "{shown}");
}

#[test]
#[ignore = "takes minutes: cargo xtask test --hosts soak"]
fn two_hundred_instances_come_and_go_while_others_play() {
    let _alone = alone();
    if env::var_os("NICE_LOG").is_some() {
        without_a_log_file("coming_and_going::two_hundred_instances_come_and_go_while_others_play");
        return;
    }
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let copy = folder.path().join(library().file_name().expect("the library has a name"));
    fs::copy(library(), &copy).expect("there is room for the library");
    let mut stayers = FORMATS.map(Stayer::new);
    let mut block = 0_u32;
    let mut play = || {
        block += 1;
        let kind = if block.is_multiple_of(2) { NoteEventKind::On(90) } else { NoteEventKind::Off };
        for stayer in &mut stayers {
            stayer.block(&transport(block), kind);
        }
    };
    // Once around, so that everything which is there only once is there.
    for _ in 0..2 * TIMES {
        play();
    }
    let threads = process::threads();
    let mut unloaded = 0;
    for time in 0..TIMES {
        if !time.is_multiple_of(WITH_LIBRARY) {
            visit_meanwhile(&library(), time, &mut play);
            continue;
        }
        visit_with_library(&copy, time, &mut play);
        unloaded += 1;
    }
    assert_eq!(process::threads(), threads, "threads were left behind");
    let composers = process::composers().unwrap_or(stayers.len());
    assert_eq!(composers, stayers.len(), "composers were left behind");
    let stopped = Transport { playing: false, ..transport(block) };
    let mut notes = 0;
    for (stayer, format) in stayers.iter_mut().zip(FORMATS) {
        assert!(stayer.parts > u64::from(TIMES), "{format:?}: the parts hardly played: {} notes", stayer.parts);
        notes += stayer.parts;
        for _ in 0..4 {
            stayer.block(&stopped, NoteEventKind::Off);
        }
        let sounding: Vec<(u8, u8)> = stayer.balance.sounding().collect();
        assert!(sounding.is_empty(), "{format:?}: still sounding: {sounding:?}");
    }
    evidence::record(
        PART,
        "Instances come and go while others play",
        "loaded, sometimes activated and played, and unloaded, in both formats; every fifth with a library of its own, \
         which is looked for in the process's memory afterwards; threads of every name counted; each event of the others \
         checked",
        format!("{TIMES} instances, {unloaded} libraries unloaded; meanwhile {notes} notes of the others' parts"),
    );
}
