//! An open window and the host that plays its plugin.
#![allow(clippy::missing_panics_doc, reason = "a test fails by a panic")]

use super::probe::ProbeFiles;
use crate::{
    balance::Balance,
    hosts::{PluginHost, Setup, clap::ClapHost},
    screen::Screen,
    transport::Transport,
};
use std::{
    path::Path,
    process::{Child, Command},
    thread,
    time::{Duration, Instant},
};

const RATE: f64 = 48_000.0;
const BLOCK: u32 = 480;
/// How long a window may take for anything: machines differ.
const PATIENCE: Duration = Duration::from_mins(5);

/// Who has the window open.
enum Owner {
    Host(Box<ClapHost>),
    /// The standalone, which is a process of its own.
    Program(Child),
}

/// The plugin's window, open in a CLAP host or as the standalone program.
pub struct WindowSession {
    owner: Owner,
    pub(super) screen: Screen,
    /// The window in which the plugin's own lies; for the standalone, the whole screen.
    pub(super) frame: u32,
    /// Where the mouse was pointed last.
    pub(super) pointer: Option<(i32, i32)>,
    is_open: bool,
    pub(super) size: (u16, u16),
    pub(super) probe: ProbeFiles,
    transport: Transport,
    /// Checks what the plugin plays.
    pub(super) balance: Balance,
}

impl WindowSession {
    /// Loads the plugin from a library that was built with its feature `probe`, activates it, opens its window and
    /// waits until it is drawn. `probe` is the file that `CONTINUO_PROBE` names.
    pub fn open(library: &Path, probe: &Path) -> Self {
        Self::open_named(library, "Continuo", probe)
    }

    /// The same for one of the library's plugins.
    pub fn open_named(library: &Path, name: &str, probe: &Path) -> Self {
        let probe_files = ProbeFiles::new(probe);
        let screen = Screen::open().expect("there is a screen");
        let mut host = ClapHost::load(library, name).expect("the plugin loads");
        host.activate(Setup { sample_rate: RATE, largest_block: BLOCK, offline: false })
            .expect("the plugin is activated");
        let frame = screen.frame().expect("the screen makes a frame");
        // Some hosts show a window long after making it.
        let size = host.open_window(frame, Duration::from_millis(300)).expect("the window opens");
        let size = (size.0 as u16, size.1 as u16);
        Self::begin(Owner::Host(Box::new(host)), screen, frame, size, probe_files)
    }

    /// Starts the standalone program, which was built with the feature `probe` too, without a sound card, and waits until
    /// its window is drawn. The program knows the file for its probe.
    pub fn of_program(program: &mut Command, probe: &Path) -> Self {
        let probe_files = ProbeFiles::new(probe);
        let screen = Screen::open().expect("there is a screen");
        let child = program.args(["--backend", "dummy"]).spawn();
        let child = child.unwrap_or_else(|error| panic!("{program:?} does not start: {error}"));
        let frame = screen.root();
        Self::begin(Owner::Program(child), screen, frame, (0, 0), probe_files)
    }

    fn begin(owner: Owner, screen: Screen, frame: u32, size: (u16, u16), probe: ProbeFiles) -> Self {
        let mut session = Self {
            owner,
            screen,
            frame,
            pointer: None,
            is_open: true,
            size,
            probe,
            transport: Transport::STOPPED,
            balance: Balance::default(),
        };
        session.until("the window is drawn", |session| session.probe.control("Make another take").is_some());
        session
    }

    pub(super) fn host(&mut self) -> &mut ClapHost {
        match &mut self.owner {
            Owner::Host(host) => host,
            Owner::Program(_) => panic!("the standalone has no host to ask"),
        }
    }

    /// Closes the window, and then destroys its frame as hosts do.
    pub fn close(&mut self) {
        self.is_open = false;
        self.host().close_window().expect("the window closes");
        self.screen.close(self.frame).expect("the frame is destroyed");
    }

    /// Opens the window again after [`WindowSession::close`].
    pub fn reopen(&mut self) {
        self.frame = self.screen.frame().expect("the screen makes a frame");
        let frame = self.frame;
        self.host().open_window(frame, Duration::ZERO).expect("the window opens");
        self.is_open = true;
    }

    /// Makes a window and closes it before it has a frame and before it is shown.
    pub fn open_for_a_moment(&mut self) {
        self.host().make_window().expect("the window is made");
        self.host().close_window().expect("the window closes");
    }

    /// The screen.
    pub fn screen(&self) -> &Screen {
        &self.screen
    }

    /// From now on only the host changes the window's size.
    pub fn hold_size(&mut self) {
        self.screen.hold(self.frame).expect("the frame holds the window");
    }

    /// The host sets a size, and the frame is late: at first it repeats the size that it had.
    pub fn resize_slowly(&mut self, width: u32, height: u32) {
        self.host().resize_window(width, height).expect("the window accepts the size");
        self.screen.repeat_size(self.frame).expect("the window is there");
        self.run(Duration::from_secs(2));
    }

    /// Starts or stops the transport.
    pub fn roll(&mut self, playing: bool) {
        self.transport.playing = playing;
        self.run(Duration::from_millis(50));
    }

    /// Goes to the song's start.
    pub fn rewind(&mut self) {
        (self.transport.position, self.transport.sample) = (0.0, 0);
        self.run(Duration::from_millis(50));
    }

    /// Processes in real time.
    pub fn run(&mut self, time: Duration) {
        let begun = Instant::now();
        while begun.elapsed() < time {
            self.block();
            thread::sleep(Duration::from_secs_f64(f64::from(BLOCK) / RATE));
        }
    }

    fn block(&mut self) {
        let host = match &mut self.owner {
            Owner::Host(host) => host,
            Owner::Program(program) => {
                let ended = program.try_wait().expect("the program can be asked for its status");
                assert!(ended.is_none(), "the program ended by itself: {ended:?}");
                return;
            }
        };
        let played = host.process(BLOCK, Some(&self.transport), &[]).expect("the plugin processes");
        if let Err(wrong) = self.balance.add(BLOCK, &played) {
            panic!("{wrong}");
        }
        self.transport.advance(BLOCK, RATE);
    }

    /// Processes until `holds` is true; `what` names it in the error.
    pub fn until(&mut self, what: &str, mut holds: impl FnMut(&mut Self) -> bool) {
        let begun = Instant::now();
        while !holds(self) {
            assert!(begun.elapsed() < PATIENCE, "after {} s still not: {what}; {}", PATIENCE.as_secs(), self.shown());
            self.run(Duration::from_millis(50));
        }
    }

    /// Repeats `act` until `holds` is true: on a slow machine a double-click may arrive as two clicks, or a drag as one
    /// event.
    pub fn again_until(&mut self, what: &str, mut act: impl FnMut(&mut Self), holds: impl Fn(&mut Self) -> bool) {
        let begun = Instant::now();
        while !holds(self) {
            assert!(begun.elapsed() < PATIENCE, "after {} s still not: {what}; {}", PATIENCE.as_secs(), self.shown());
            act(self);
        }
    }

    /// What the window shows, for the message of a failed test.
    fn shown(&self) -> String {
        let names: Vec<String> = self.probe.controls().into_iter().map(|control| control.name).collect();
        format!("after {} frames the window shows: {}", self.probe.frames(), names.join(", "))
    }
}

impl Drop for WindowSession {
    fn drop(&mut self) {
        match &mut self.owner {
            // The window goes before its frame.
            Owner::Host(host) if self.is_open => drop(host.close_window()),
            Owner::Host(_) => {}
            Owner::Program(program) => {
                let _ = program.kill();
                let _ = program.wait();
            }
        }
    }
}
