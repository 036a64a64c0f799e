//! Qtractor plays a session without a sound card and without the kernel's sequencer, and what leaves its MIDI bus is read.

use crate::session::BUS;
use continuo_harness::screen::XServer;
use libloading::{Library, Symbol};
use std::{
    ffi::{c_char, c_int, c_void},
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// How long a busy machine may take to open a session, and again to play it.
const PATIENCE: Duration = Duration::from_mins(5);
/// ALSA's numbers for events.
const NOTE_ON: u32 = 6;
const NOTE_OFF: u32 = 7;

/// A note's begin or end that left Qtractor. The place is in ticks, 960 to a quarter note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sent {
    pub tick: i64,
    pub channel: u8,
    pub pitch: u8,
    /// 0 for an end.
    pub velocity: u8,
}

/// A program that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Plays the session from its start until something is sent after `end` ticks, and returns what left by [`BUS`].
pub fn play(folder: &Path, session: &Path, end: i64) -> Vec<Sent> {
    let server = format!("continuo-{}", std::process::id());
    let log = |name: &str| Stdio::from(fs::File::create(folder.join(name)).expect("a log is made"));
    let mut jack = Command::new("jackd");
    jack.args(["--no-realtime", "--name", &server, "-d", "dummy", "-r", "48000", "-p", "1024"]);
    let jack = jack.env("JACK_NO_AUDIO_RESERVATION", "1").stdout(log("jack.log")).stderr(log("jack-errors.log"));
    let _jack = Running(jack.spawn().expect("jackd starts"));
    let screen = XServer::start(1280, 800).expect("Xvfb starts").expect("Xvfb is installed");
    let sent = folder.join("sent.txt");
    let mut qtractor = Command::new("qtractor");
    qtractor
        .arg(session)
        .env("DISPLAY", screen.display())
        .env("HOME", folder)
        .env("XDG_RUNTIME_DIR", folder)
        .env("JACK_DEFAULT_SERVER", &server)
        .env("JACK_NO_START_SERVER", "1")
        .env("LD_PRELOAD", sequencer(folder))
        .env("CONTINUO_SENT", &sent)
        .env("NICE_LOG", folder.join("plugin.log"))
        .stdout(log("qtractor.log"))
        .stderr(log("qtractor-errors.log"));
    let conductor = until("JACK serves", || Conductor::of(&server));
    let mut qtractor = Running(qtractor.spawn().expect("Qtractor starts"));
    let read = || fs::read_to_string(&sent).unwrap_or_default();
    let mut lives = || qtractor.0.try_wait().is_ok_and(|ended| ended.is_none());
    until("the session is open", || {
        assert!(lives(), "Qtractor ended");
        (read().contains(&format!(" {BUS}\n")) && is_loaded(folder)).then_some(())
    });
    conductor.start();
    let played = until("the song is played", || {
        assert!(lives(), "Qtractor ended");
        let played = events(&read());
        played.iter().any(|event| event.tick >= end).then_some(played)
    });
    conductor.stop();
    played
}

/// Whether the plugin has loaded its model and its song.
fn is_loaded(folder: &Path) -> bool {
    fs::read_to_string(folder.join("plugin.log")).is_ok_and(|log| log.contains("Continuo plays with"))
}

fn until<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "in {PATIENCE:?} it is not so that {what}");
        thread::sleep(Duration::from_millis(200));
    }
}

/// Builds the sequencer that needs no kernel.
fn sequencer(folder: &Path) -> PathBuf {
    let library = folder.join("sequencer.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/qtractor/sequencer.c");
    let built = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).status();
    assert!(built.is_ok_and(|status| status.success()), "{source} cannot be built");
    library
}

/// The notes in the sequencer's file that left by [`BUS`] since the clock started last, in their order.
fn events(text: &str) -> Vec<Sent> {
    let mut bus = None;
    let mut ticks = 960.0;
    let mut found = Vec::new();
    for line in text.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let numbers: Vec<u32> = words.iter().skip(1).filter_map(|word| word.parse().ok()).collect();
        match (words[0], &numbers[..]) {
            ("port", &[port]) if words.last() == Some(&BUS) => bus = Some(port),
            ("clock", &[quarter]) => ticks = f64::from(quarter),
            // Where JACK's transport starts, Qtractor plays a block, stops, and begins again.
            ("start", []) => found.clear(),
            ("sent", &[port, kind @ (NOTE_ON | NOTE_OFF), channel, pitch, velocity, tick]) if Some(port) == bus => {
                let velocity = if kind == NOTE_ON { velocity as u8 } else { 0 };
                let tick = (f64::from(tick) * 960.0 / ticks).round() as i64;
                found.push(Sent { tick, channel: channel as u8, pitch: pitch as u8, velocity });
            }
            _ => {}
        }
    }
    found
}

/// Starts and stops the transport that programs share through JACK.
struct Conductor {
    library: Library,
    client: *mut c_void,
}

impl Conductor {
    /// `None` while the server is not ready.
    fn of(server: &str) -> Option<Self> {
        /// `JackNoStartServer` and `JackServerName`.
        const OPTIONS: c_int = 0x01 | 0x04;
        // SAFETY: JACK's library may be loaded at any time, and the function has this signature; the name of the server is
        // its one further argument.
        unsafe {
            let library = Library::new("libjack.so.0").expect("JACK's library is installed");
            let open: Symbol<unsafe extern "C" fn(*const c_char, c_int, *mut c_int, ...) -> *mut c_void> =
                library.get(b"jack_client_open").expect("JACK has this function");
            let server = std::ffi::CString::new(server).expect("a name without zeros");
            let mut status = 0;
            let client = open(c"conductor".as_ptr(), OPTIONS, &raw mut status, server.as_ptr());
            (!client.is_null()).then_some(Self { library, client })
        }
    }

    fn start(&self) {
        self.call(b"jack_transport_start");
    }

    fn stop(&self) {
        self.call(b"jack_transport_stop");
    }

    fn call(&self, name: &[u8]) {
        // SAFETY: these functions take the client, which is open as long as `self`.
        unsafe {
            let function: Symbol<unsafe extern "C" fn(*mut c_void)> =
                self.library.get(name).expect("JACK has this function");
            function(self.client);
        }
    }
}

impl Drop for Conductor {
    fn drop(&mut self) {
        self.call(b"jack_client_close");
    }
}
