//! An active plugin whose output is checked as it comes.

use continuo_harness::built::{host, played_state};
use continuo_harness::{Balance, Format, Host, HostEvent, NoteEvent, NoteEventKind, Setup, Transport};
use std::{
    thread,
    time::{Duration, Instant},
};

/// A transport that rolls from the song's start at 120 beats a minute.
pub const ROLLING: Transport =
    Transport { playing: true, tempo: 120.0, position: 0.0, sample: 0, meter: (4, 4), cycle: None };

/// How long a composer may take to load its network, on the slowest of machines.
const PATIENCE: Duration = Duration::from_mins(10);

/// An instance with a score that plays it.
pub struct Watched {
    pub host: Box<dyn Host>,
    pub format: Format,
    pub setup: Setup,
    balance: Balance,
    pub transport: Transport,
}

/// An instance that only keeps the network in memory. While one lives the others share it; each would load it anew
/// otherwise.
pub fn keep_network() -> Watched {
    Watched::new(Format::Clap, 48_000.0, 512, false)
}

/// The state of an instance that has played, in a format's own wrapping: CLAP's has its length in front.
pub fn state_for(format: Format) -> Vec<u8> {
    let state = played_state();
    if format == Format::Clap { state } else { state[8..].to_vec() }
}

impl Watched {
    pub fn new(format: Format, sample_rate: f64, largest_block: u32, offline: bool) -> Self {
        let mut host = host(format);
        host.load(&state_for(format)).expect("the state is taken");
        let setup = Setup { sample_rate, largest_block, offline };
        host.activate(setup).expect("the plugin is activated");
        let mut watched = Self { host, format, setup, balance: Balance::default(), transport: ROLLING };
        watched.wait_for_the_parts();
        watched
    }

    /// Rolls over the first two bars until a part plays: by then the composer has loaded its network and knows the
    /// score. Afterwards nothing sounds, and the transport is at the start again.
    fn wait_for_the_parts(&mut self) {
        let frames = self.setup.largest_block;
        let begun = Instant::now();
        loop {
            self.transport = ROLLING;
            while self.transport.position < 8.0 {
                let played = self.block(frames, &[]);
                if played.iter().any(|event| event.channel != 0 && matches!(event.kind, NoteEventKind::On(_))) {
                    self.transport.playing = false;
                    self.block(frames, &[]);
                    self.transport = ROLLING;
                    return;
                }
            }
            assert!(begun.elapsed() < PATIENCE, "{:?}: the parts never play", self.format);
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Processes a block with the transport as it stands, checks what comes out, and moves the transport on.
    pub fn block(&mut self, frames: u32, events: &[HostEvent]) -> Vec<NoteEvent> {
        let transport = self.transport;
        let played = self.told(frames, Some(&transport), events);
        if self.transport.playing {
            self.transport.sample += i64::from(frames);
            self.transport.position += f64::from(frames) / self.setup.sample_rate * self.transport.tempo / 60.0;
        }
        played
    }

    /// Processes a block with a transport of the test's own.
    pub fn told(&mut self, frames: u32, transport: Option<&Transport>, events: &[HostEvent]) -> Vec<NoteEvent> {
        let audio = self.host.audio().expect("the plugin is active");
        let played = audio.process_events(frames, transport, events).expect("the plugin plays");
        if let Err(wrong) = self.balance.take(frames, &played) {
            panic!("{:?}: {wrong}", self.format);
        }
        played
    }

    /// Goes on offline, where the composer is waited for, so that what follows does not depend on the machine.
    pub fn go_offline(&mut self) {
        self.host.deactivate();
        self.setup.offline = true;
        self.host.activate(self.setup).expect("the plugin is activated");
    }

    /// Notes that began so far.
    pub fn begun(&self) -> u64 {
        self.balance.begun()
    }

    /// Stops the transport and lets go of every key; then nothing may sound.
    pub fn finish(mut self) {
        self.transport.playing = false;
        let every_key = (0..16).flat_map(|channel| (0..128).map(move |pitch| (channel, pitch)));
        let ends: Vec<HostEvent> = every_key
            .map(|(channel, pitch)| HostEvent::Note(NoteEvent { time: 0, kind: NoteEventKind::Off, channel, pitch }))
            .collect();
        let frames = self.setup.largest_block.min(512);
        self.block(frames, &ends);
        // More than fit in a block follow in the next ones.
        for _ in 0..40 {
            self.block(frames, &[]);
        }
        let sounding: Vec<(u8, u8)> = self.balance.sounding().collect();
        assert!(sounding.is_empty(), "{:?}: still sounding: {sounding:?}", self.format);
    }
}
