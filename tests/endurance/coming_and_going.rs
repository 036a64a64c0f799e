//! Instances that come and go while others play.

use crate::{PART, alone};
use continuo_harness::{
    Balance, Format, HostEvent, NoteEvent, NoteEventKind, PluginHost, Setup, Transport,
    built::{FORMATS, host_with_song, library},
    child, evidence, open, process,
    songs::ode,
};
use std::{env, fs, path::Path, process::Command, thread, time::Duration};

const TIMES: u32 = 200;
/// Each guest of this number brings a library of its own, which goes with it: its network goes too, and the next guest
/// reads it again.
const WITH_LIBRARY: u32 = 5;
const SETUP: Setup = Setup { sample_rate: 48_000.0, largest_block: 512, offline: false };

fn transport(block: u32) -> Transport {
    let position = f64::from(block) * 512.0 / 24_000.0 % ode().length;
    Transport { position, sample: (position * 24_000.0) as i64, ..Transport::ROLLING }
}

/// An instance that plays all the time.
struct Stayer {
    host: Box<dyn PluginHost>,
    balance: Balance,
    /// How many notes of its parts began.
    parts: u64,
}

impl Stayer {
    fn new(format: Format) -> Self {
        let mut host = host_with_song(format);
        host.activate(SETUP).expect("the plugin is activated");
        Self { host, balance: Balance::default(), parts: 0 }
    }

    fn block(&mut self, transport: &Transport, kind: NoteEventKind) {
        let key = [HostEvent::melody(0, kind, 60)];
        let audio = self.host.audio().expect("the plugin is active");
        let played = audio.process_events(512, Some(transport), &key).expect("the plugin plays");
        self.balance.add(512, &played).expect("the plugin plays in order");
        let is_part = |event: &&NoteEvent| event.channel != 0 && event.is_on();
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
            let key = NoteEvent::melody(0, NoteEventKind::On(90), 60 + block as u8);
            guest.process(512, Some(&transport(block)), &[key]).expect("the guest plays");
        }
    }
    if time.is_multiple_of(5) {
        guest.deactivate();
    }
}

/// A guest's stay on a thread of its own, while `meanwhile` runs here again and again.
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
        guest.join().expect("the guest leaves without an error");
    });
}

/// The same with a library that nobody else has loaded, and that goes with the guest.
///
/// A library's data for each thread is cleared when the thread ends, and Linux keeps the library until then: so the
/// guest's thread ends first, and then the library is closed.
fn visit_with_library(library: &Path, time: u32, meanwhile: impl FnMut()) {
    // SAFETY: the project's own plugin is loaded; its start-up code has no conditions.
    let loaded = unsafe { libloading::Library::new(library) }.expect("the library loads");
    visit_meanwhile(library, time, meanwhile);
    assert_ne!(process::is_mapped(library), Some(false), "a loaded library is not found");
    loaded.close().expect("the library closes");
    assert_ne!(process::is_mapped(library), Some(true), "guest {time} has gone, but its library is still there");
}

/// Runs a test of this program in a process whose plugins log to no file: a log file has a thread that writes it and never
/// ends, and that would keep the plugin's library for ever.
fn without_a_log_file(test: &str) {
    child::succeed(Command::new(child::own_program()).env_remove("NICE_LOG"), test);
}

#[test]
#[ignore = "takes minutes: cargo xtask test --hosts soak"]
fn two_hundred_instances_come_and_go_while_others_play() {
    let _alone = alone();
    if env::var_os("NICE_LOG").is_some() {
        without_a_log_file("coming_and_going::two_hundred_instances_come_and_go_while_others_play");
        return;
    }
    let folder = tempfile::tempdir().expect("the folder is made");
    let copy = folder.path().join(library().file_name().expect("the library has a name"));
    fs::copy(library(), &copy).expect("the library is copied");
    let mut stayers = FORMATS.map(Stayer::new);
    let mut block = 0_u32;
    let mut play = || {
        block += 1;
        let kind = if block.is_multiple_of(2) { NoteEventKind::On(90) } else { NoteEventKind::Off };
        for stayer in &mut stayers {
            stayer.block(&transport(block), kind);
        }
    };
    // First play for a while, so that everything that exists only once has been made.
    for _ in 0..2 * TIMES {
        play();
    }
    let threads = process::settled_thread_names();
    let mut unloaded = 0;
    for time in 0..TIMES {
        if !time.is_multiple_of(WITH_LIBRARY) {
            visit_meanwhile(&library(), time, &mut play);
            continue;
        }
        visit_with_library(&copy, time, &mut play);
        unloaded += 1;
    }
    assert_eq!(process::settled_thread_names(), threads, "threads were left behind");
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
         which must leave the process's memory afterwards; all threads counted; each event of the others \
         checked",
        format!("{TIMES} instances, {unloaded} libraries unloaded; meanwhile {notes} notes of the others' parts"),
    );
}
