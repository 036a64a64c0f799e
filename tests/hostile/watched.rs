//! An active plugin whose output is checked block by block.

use continuo_harness::{
    Balance, Format, HostEvent, NoteEvent, NoteEventKind, PluginHost, Setup, Transport, built::host_with_song,
};
use std::{
    thread,
    time::{Duration, Instant},
};

/// How long a composer may take to load its network, on the slowest of machines.
const PATIENCE: Duration = Duration::from_mins(10);

/// An instance that plays its score.
pub struct Watched {
    pub host: Box<dyn PluginHost>,
    pub format: Format,
    pub setup: Setup,
    balance: Balance,
    pub transport: Transport,
}

/// An instance that only keeps the network in memory: while it lives, the others share the network instead of each
/// loading it.
pub fn keep_network() -> Watched {
    Watched::new(Format::Clap, 48_000.0, 512, false)
}

impl Watched {
    pub fn new(format: Format, sample_rate: f64, largest_block: u32, offline: bool) -> Self {
        let mut host = host_with_song(format);
        let setup = Setup { sample_rate, largest_block, offline };
        host.activate(setup).expect("the plugin is activated");
        let mut watched = Self { host, format, setup, balance: Balance::default(), transport: Transport::ROLLING };
        watched.wait_for_the_parts();
        watched
    }

    /// Rolls over the first two bars until a part plays: by then the composer has loaded its network and knows the score.
    /// Afterwards no note sounds, and the transport is back at the start.
    fn wait_for_the_parts(&mut self) {
        let frames = self.setup.largest_block;
        let begun = Instant::now();
        loop {
            self.transport = Transport::ROLLING;
            while self.transport.position < 8.0 {
                let played = self.block(frames, &[]);
                if played.iter().any(|event| event.channel != 0 && event.is_on()) {
                    self.transport.playing = false;
                    self.block(frames, &[]);
                    self.transport = Transport::ROLLING;
                    return;
                }
            }
            assert!(begun.elapsed() < PATIENCE, "{:?}: the parts never play", self.format);
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Processes a block with the present transport, checks the output, and moves the transport on.
    pub fn block(&mut self, frames: u32, events: &[HostEvent]) -> Vec<NoteEvent> {
        let transport = self.transport;
        let played = self.block_with(frames, Some(&transport), events);
        self.transport.advance(frames, self.setup.sample_rate);
        played
    }

    /// Processes a block with this transport, and checks the output.
    pub fn block_with(&mut self, frames: u32, transport: Option<&Transport>, events: &[HostEvent]) -> Vec<NoteEvent> {
        let audio = self.host.audio().expect("the plugin is active");
        let played = audio.process_events(frames, transport, events).expect("the plugin plays");
        if let Err(wrong) = self.balance.add(frames, &played) {
            panic!("{:?}: {wrong}", self.format);
        }
        played
    }

    /// Goes on offline, where the plugin waits for the composer, so that what follows does not depend on the machine.
    pub fn go_offline(&mut self) {
        self.host.deactivate();
        self.setup.offline = true;
        self.host.activate(self.setup).expect("the plugin is activated");
    }

    /// How many notes began so far.
    pub fn begun(&self) -> u64 {
        self.balance.begun()
    }

    /// Stops the transport and releases every key; then no note may sound.
    pub fn finish(mut self) {
        self.transport.playing = false;
        let every_key = (0..16).flat_map(|channel| (0..128).map(move |pitch| (channel, pitch)));
        let ends: Vec<HostEvent> =
            every_key.map(|(channel, pitch)| HostEvent::note(0, NoteEventKind::Off, channel, pitch)).collect();
        let frames = self.setup.largest_block.min(512);
        self.block(frames, &ends);
        // Note-offs that do not fit into this block follow in the next ones.
        for _ in 0..40 {
            self.block(frames, &[]);
        }
        let sounding: Vec<(u8, u8)> = self.balance.sounding().collect();
        assert!(sounding.is_empty(), "{:?}: still sounding: {sounding:?}", self.format);
    }
}
