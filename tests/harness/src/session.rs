//! The window, open in a CLAP host or as the standalone program, and hands on it.
//!
//! For tests and pictures: what goes wrong ends the program with a sentence.
#![allow(clippy::missing_panics_doc, reason = "all of it panics where a test is to fail")]

mod told;

pub use told::Place;

use crate::{
    Balance, Host, NoteEventKind, Setup, Transport,
    host::clap::ClapHost,
    screen::{Key, Picture, Screen, ScreenError},
};
use std::{
    collections::BTreeSet,
    path::Path,
    process::{Child, Command},
    thread,
    time::{Duration, Instant},
};
use told::Told;

const RATE: f64 = 48_000.0;
const BLOCK: u32 = 480;
/// How long a window may take for anything: machines differ.
const PATIENCE: Duration = Duration::from_mins(5);

/// How long a window is waited for that must draw what was done to it: on a slow machine a frame takes seconds.
const LOOK: Duration = Duration::from_mins(1);

/// Who has the window open.
enum Owner {
    Host(Box<ClapHost>),
    /// The standalone, which is a process of its own.
    Program(Child),
}

/// A window that is open.
pub struct Session {
    owner: Owner,
    screen: Screen,
    /// The window in which the plugin's own lies; for the standalone, the whole screen.
    frame: u32,
    /// Where the mouse was pointed last.
    pointer: Option<(i32, i32)>,
    is_open: bool,
    size: (u16, u16),
    told: Told,
    transport: Transport,
    /// Channel and pitch of what sounds.
    sounding: BTreeSet<(u8, u8)>,
    /// Checks what is played.
    balance: Balance,
}

impl Session {
    /// Loads the plugin from a library that was built with its feature `probe`, activates it, opens its window and
    /// waits until it is drawn. `probe` is the file that `CONTINUO_PROBE` names.
    ///
    /// # Panics
    /// When anything of it fails; so for all that follow.
    pub fn open(library: &Path, probe: &Path) -> Self {
        let told = Told::in_file(probe);
        let screen = Screen::open().expect("there is a screen");
        let mut host = ClapHost::load(library, "Continuo").expect("the plugin loads");
        host.activate(Setup { sample_rate: RATE, largest_block: BLOCK, offline: false }).expect("it is activated");
        let frame = screen.frame().expect("there is room");
        // Some hosts show a window long after making it.
        let size = host.open_window(frame, Duration::from_millis(300)).expect("the window opens");
        let size = (size.0 as u16, size.1 as u16);
        Self::begin(Owner::Host(Box::new(host)), screen, frame, size, told)
    }

    /// Starts the standalone program, which was built with the feature `probe` too, without a sound card, and waits until
    /// its window is drawn.
    pub fn of_program(program: &Path, probe: &Path) -> Self {
        let told = Told::in_file(probe);
        let screen = Screen::open().expect("there is a screen");
        let child = Command::new(program).args(["--backend", "dummy"]).env("CONTINUO_PROBE", probe).spawn();
        let child = child.unwrap_or_else(|error| panic!("{} does not start: {error}", program.display()));
        let frame = screen.root();
        Self::begin(Owner::Program(child), screen, frame, (0, 0), told)
    }

    fn begin(owner: Owner, screen: Screen, frame: u32, size: (u16, u16), told: Told) -> Self {
        let transport =
            Transport { playing: false, tempo: 120.0, position: 0.0, sample: 0, meter: (4, 4), cycle: None };
        let (is_open, sounding) = (true, BTreeSet::new());
        let mut session = Self {
            owner,
            screen,
            frame,
            pointer: None,
            is_open,
            size,
            told,
            transport,
            sounding,
            balance: Balance::default(),
        };
        session.place("Make another take");
        session
    }

    fn host(&mut self) -> &mut ClapHost {
        match &mut self.owner {
            Owner::Host(host) => host,
            Owner::Program(_) => panic!("the standalone has no host that could be asked"),
        }
    }

    /// Closes the window, and then takes its frame away as hosts do.
    pub fn close(&mut self) {
        self.is_open = false;
        self.host().close_window().expect("the window closes");
        self.screen.close(self.frame).expect("its frame goes");
    }

    /// Opens the window again after [`Session::close`].
    pub fn reopen(&mut self) {
        self.frame = self.screen.frame().expect("there is room");
        let frame = self.frame;
        self.host().open_window(frame, Duration::ZERO).expect("the window opens");
        self.is_open = true;
    }

    /// Makes a window and closes it before it has a frame or was shown.
    pub fn open_for_a_moment(&mut self) {
        self.host().make_window().expect("the window is made");
        self.host().close_window().expect("the window closes");
    }

    /// The screen.
    pub fn screen(&self) -> &Screen {
        &self.screen
    }

    /// From now on the window keeps its size unless its host changes it.
    pub fn hold_size(&mut self) {
        self.screen.hold(self.frame).expect("the frame holds it");
    }

    /// The host takes a size for its own, and the frame takes its time: at first it repeats the size that it had.
    pub fn resize_slowly(&mut self, width: u32, height: u32) {
        self.host().resize_window(width, height).expect("the window takes the size");
        self.screen.repeat_size(self.frame).expect("the window is there");
        self.run(Duration::from_secs(2));
    }

    /// The window's width and height in pixels, as the screen knows it.
    pub fn size(&self) -> Option<(u16, u16)> {
        self.screen.size_of_child(self.frame)
    }

    /// The width and height in pixels that it asked its host for last.
    pub fn size_wanted(&mut self) -> Option<(u32, u32)> {
        self.host().size_wanted()
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
                let ended = program.try_wait().expect("the program can be asked");
                assert!(ended.is_none(), "the program ended by itself: {ended:?}");
                return;
            }
        };
        let played = host.process(BLOCK, Some(&self.transport), &[]).expect("it processes");
        if let Err(wrong) = self.balance.take(BLOCK, &played) {
            panic!("{wrong}");
        }
        for event in played {
            match event.kind {
                NoteEventKind::On(_) => {
                    self.sounding.insert((event.channel, event.pitch));
                }
                NoteEventKind::Off => {
                    self.sounding.remove(&(event.channel, event.pitch));
                }
                NoteEventKind::Program => {}
            }
        }
        if self.transport.playing {
            self.transport.sample += i64::from(BLOCK);
            self.transport.position = self.transport.sample as f64 / RATE * self.transport.tempo / 60.0;
        }
    }

    /// What sounds at this moment.
    pub fn sounding(&self) -> &BTreeSet<(u8, u8)> {
        &self.sounding
    }

    /// Processes until something holds.
    pub fn until(&mut self, what: &str, mut holds: impl FnMut(&mut Self) -> bool) {
        let begun = Instant::now();
        while !holds(self) {
            assert!(begun.elapsed() < PATIENCE, "not within {} s: {what}; {}", PATIENCE.as_secs(), self.shown());
            self.run(Duration::from_millis(50));
        }
    }

    /// Does something again and again until something holds. A slow machine may see two clicks in a double-click, or a
    /// drag as one event.
    pub fn again_until(&mut self, what: &str, mut act: impl FnMut(&mut Self), holds: impl Fn(&mut Self) -> bool) {
        let begun = Instant::now();
        while !holds(self) {
            assert!(begun.elapsed() < PATIENCE, "not within {} s: {what}; {}", PATIENCE.as_secs(), self.shown());
            act(self);
        }
    }

    /// What the window shows, for who looks into why a test failed.
    fn shown(&self) -> String {
        let names: Vec<String> = self.told.controls().into_iter().map(|place| place.name).collect();
        format!("after {} frames the window shows: {}", self.frames(), names.join(", "))
    }

    /// A parameter as the host sees it.
    pub fn value(&mut self, parameter: &str) -> String {
        self.host().value(parameter).expect("there is such a parameter")
    }

    /// Sets a parameter as the host does, and waits until the plugin has it.
    pub fn set(&mut self, parameter: &str, value: &str) {
        self.host().set(parameter, value).expect("the value is taken");
        self.until("the plugin has the value", |session| session.value(parameter) == value);
    }

    /// The state as the host saves it.
    pub fn save(&mut self) -> Vec<u8> {
        self.host().save().expect("the state is saved")
    }

    /// The host gives the plugin a state that it saved.
    pub fn load(&mut self, state: &[u8]) {
        self.host().load(state).expect("the state is taken");
    }

    /// Notes that began so far.
    pub fn begun(&self) -> u64 {
        self.balance.begun()
    }

    /// The score as it would be saved, as text.
    pub fn score(&mut self) -> String {
        let state = self.save();
        // The state's length stands in front of it.
        let state: serde_json::Value = serde_json::from_slice(&state[8..]).expect("the state is JSON");
        let field = state["fields"]["score"].as_str().expect("it holds the score");
        serde_json::from_str(field).expect("which is text")
    }

    /// What is to be seen of the window.
    pub fn picture(&mut self) -> Picture {
        self.run(Duration::from_millis(500));
        let (width, height) = self.screen.size_of_child(self.frame).unwrap_or(self.size);
        self.screen.picture(width, height).expect("the screen can be seen")
    }

    /// Where a control is; waits until it is there, and stays there: a dialog is laid out once before its size is known,
    /// and then moves to where it belongs.
    pub fn place(&mut self, name: &str) -> Place {
        let found = |session: &Self| {
            let (still, places) = session.told.last();
            places.into_iter().find(|place| still && place.name == name)
        };
        let mut place = None;
        self.until(&format!("a control named {name}"), |session| {
            place = found(session);
            place.is_some()
        });
        place.expect("it was found")
    }

    /// The name of a control of which something is true; waits until there is one.
    pub fn named(&mut self, wanted: impl Fn(&str) -> bool) -> String {
        let found =
            |session: &Self| session.told.controls().into_iter().map(|place| place.name).find(|name| wanted(name));
        let mut name = None;
        self.until("a control with such a name", |session| {
            name = found(session);
            name.is_some()
        });
        name.expect("it was found")
    }

    /// The frames that the window has drawn.
    pub fn frames(&self) -> u64 {
        self.told.frames()
    }

    /// How long the window's last frames took until they could be drawn, the median.
    pub fn frame_time(&self) -> Option<Duration> {
        self.told.frame_time()
    }

    /// Does something with mouse or keyboard, and waits until the window was drawn twice since: a slow machine's window
    /// would take two things that follow each other too fast for one.
    fn seen(&mut self, act: impl FnOnce(&Screen) -> Result<(), ScreenError>) {
        let before = self.frames();
        act(&self.screen).expect("mouse and keyboard work");
        let begun = Instant::now();
        while self.frames() < before + 2 && begun.elapsed() < LOOK {
            self.run(Duration::from_millis(10));
        }
    }

    /// Moves the mouse. Where it is there already, nothing is drawn.
    fn point(&mut self, (x, y): (i32, i32)) {
        if self.pointer.replace((x, y)) != Some((x, y)) {
            self.seen(|screen| screen.point(x, y));
        }
    }

    /// Clicks a control.
    pub fn click(&mut self, name: &str) {
        let place = self.place(name).middle();
        self.point(place);
        self.seen(Screen::press);
        self.seen(Screen::release);
        self.run(Duration::from_millis(100));
    }

    /// Clicks it twice.
    pub fn double_click(&mut self, name: &str) {
        let (x, y) = self.place(name).middle();
        self.point((x, y));
        self.screen.click(x, y).expect("the mouse works");
        self.seen(|screen| screen.click(x, y));
        self.run(Duration::from_millis(400));
    }

    /// Opens the menu on it with the right button, and chooses from that.
    pub fn choose(&mut self, name: &str, item: &str) {
        let (x, y) = self.place(name).middle();
        self.point((x, y));
        self.seen(|screen| screen.click_right(x, y));
        self.click(item);
    }

    /// Turns the wheel over it.
    pub fn wheel(&mut self, name: &str, notches: i32) {
        let (x, y) = self.place(name).middle();
        self.point((x, y));
        self.seen(|screen| screen.wheel(x, y, notches));
        self.run(Duration::from_millis(400));
    }

    /// Drags from its middle, in steps as a hand does.
    pub fn drag(&mut self, name: &str, by: (i32, i32)) {
        const STEPS: i32 = 4;
        let (x, y) = self.place(name).middle();
        self.point((x, y));
        self.seen(Screen::press);
        for step in 1..=STEPS {
            self.point((x + by.0 * step / STEPS, y + by.1 * step / STEPS));
        }
        self.seen(Screen::release);
        self.run(Duration::from_millis(100));
    }

    /// Plays a key of the on-screen keyboard: holds the button down until the melody sounds, and lets it go until it
    /// does no longer.
    pub fn play(&mut self, place: (i32, i32)) {
        let melody = |session: &mut Self| session.sounding.iter().any(|&(channel, _)| channel == 0);
        self.point(place);
        self.seen(Screen::press);
        self.until("the key sounds", melody);
        self.seen(Screen::release);
        self.until("the key is silent", |session| !melody(session));
    }

    /// Leaves the dialog that asks for a path.
    pub fn leave_dialog(&mut self) {
        self.seen(|screen| screen.key(Key::Escape));
        self.dialog_gone();
    }

    /// Waits until the dialog that asks for a path is gone: a click that comes with it is the dialog's.
    pub fn dialog_gone(&mut self) {
        self.until("the dialog is gone", |session| session.told.controls().iter().all(|place| place.name != "Path"));
    }

    /// Holds the button down at a place while the host processes.
    pub fn hold(&mut self, (x, y): (i32, i32), time: Duration) {
        self.screen.point(x, y).expect("the mouse works");
        self.pointer = Some((x, y));
        self.screen.press().expect("the mouse works");
        self.run(time);
        self.screen.release().expect("the mouse works");
        self.run(Duration::from_millis(100));
    }

    /// Drops a file.
    pub fn drop_file(&mut self, file: &Path, (x, y): (i32, i32)) {
        assert!(self.screen.drop_file(file, x, y).expect("the window answers"), "{} is taken", file.display());
        self.run(Duration::from_millis(400));
    }

    /// Types into the dialog that asks for a path.
    pub fn type_path(&mut self, path: &Path) {
        self.click("Path");
        self.seen(|screen| screen.control('a'));
        self.seen(|screen| screen.write(&path.display().to_string()));
        self.seen(|screen| screen.key(Key::Enter));
        self.run(Duration::from_millis(100));
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        match &mut self.owner {
            // The window before its frame.
            Owner::Host(host) if self.is_open => drop(host.close_window()),
            Owner::Host(_) => {}
            Owner::Program(program) => {
                let _ = program.kill();
                let _ = program.wait();
            }
        }
    }
}
