//! The audio thread: blocks of all sizes, a host that stops, jumps and loops, a player, and settings that change.

use crate::Tally;
use continuo_engine::{
    composer::Shared,
    realtime::{BlockTransport, KeyStroke, Monitor, OutputEvent, OutputEventKind, Performer},
    styles::FIRST_OWN_SLOT,
};
use continuo_music::{
    part::Part,
    settings::{Mode, Settings},
};
use rand::{Rng, SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use std::{
    collections::HashSet,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
    time::Duration,
};

/// Sample rates in Hz; each activation uses the next.
pub const RATES: [f64; 2] = [48_000.0, 44_100.0];
/// The bass has a channel of its own: its pitch shows which phrase plays.
const BASS_CHANNEL: u8 = Part::Bass.default_channel();
/// The channels of the other parts, the melody's among them.
const CHANNELS: [u8; 5] = [0, 2, 3, 4, 9];
/// How long a block may wait for the composer while the host renders.
const PATIENCE: Duration = Duration::from_millis(20);

/// Listens to what comes out: every note that begins ends, and none begins twice.
#[derive(Default)]
struct Ear {
    sounding: HashSet<(u8, u8)>,
    bass: Option<u8>,
    phrases: u64,
}

impl Ear {
    fn hear(&mut self, event: OutputEvent, frames: u32) {
        assert!(event.offset < frames, "{event:?} is outside its block of {frames}");
        match event.kind {
            OutputEventKind::NoteOn { channel, pitch, .. } => {
                assert!(self.sounding.insert((channel, pitch)), "{event:?} while it sounds");
                if channel == BASS_CHANNEL && self.bass.replace(pitch) != Some(pitch) {
                    self.phrases += 1;
                }
            }
            OutputEventKind::NoteOff { channel, pitch } => {
                assert!(self.sounding.remove(&(channel, pitch)), "{event:?} without its note-on");
            }
            OutputEventKind::ProgramChange { .. } | OutputEventKind::Control { .. } => {}
        }
    }
}

/// A performer, and what a host and a player do with it.
pub struct AudioThread<'a> {
    performer: Performer,
    shared: &'a Shared,
    monitor: &'a Monitor,
    tally: &'a Tally,
    random: ChaCha8Rng,
    ear: Ear,
    host: BlockTransport,
    settings: Settings,
    bypass: bool,
    generate: bool,
    rate: usize,
}

impl<'a> AudioThread<'a> {
    pub fn new(
        mut performer: Performer,
        shared: &'a Shared,
        monitor: &'a Monitor,
        tally: &'a Tally,
        seed: u64,
    ) -> Self {
        performer.set_offline_patience(PATIENCE);
        let host = BlockTransport {
            playing: true,
            tempo: Some(120.0),
            position_quarters: Some(0.0),
            meter: Some((4, 4)),
            ..Default::default()
        };
        Self {
            performer,
            shared,
            monitor,
            tally,
            random: ChaCha8Rng::seed_from_u64(seed),
            ear: Ear::default(),
            host,
            settings: Settings { phrase_bars: 1, ..Settings::default() },
            bypass: false,
            generate: false,
            rate: 0,
        }
    }

    /// Plays until `stopped` is set.
    pub fn play(&mut self, stopped: &AtomicBool) {
        while !stopped.load(Relaxed) {
            self.host_acts();
            self.player_acts();
            let longest = 1 << self.random.random_range(0..=12);
            let frames = self.random.random_range(1..=longest);
            let melody = self.melody(frames);
            self.block(frames, &melody);
            self.move_on(frames);
            // What the plugin does after each block.
            self.monitor.show(&self.performer.reading());
            self.shared.changes();
            self.tally.blocks.fetch_add(1, Relaxed);
            self.tally.phrases.fetch_add(std::mem::take(&mut self.ear.phrases), Relaxed);
            if self.chance(4) {
                thread::sleep(Duration::from_micros(self.random.random_range(0..2000)));
            }
        }
    }

    /// The host deactivates and activates again. Called on its main thread.
    pub fn activate_again(&mut self) {
        self.rate = (self.rate + 1) % RATES.len();
        self.performer.set_sample_rate(RATES[self.rate]);
    }

    /// Plays on until all output has come; then nothing may sound.
    pub fn finish(mut self) -> Performer {
        self.performer.reset();
        self.host = BlockTransport { tempo: Some(120.0), position_quarters: Some(0.0), ..Default::default() };
        for _ in 0..40 {
            self.block(512, &[]);
        }
        assert_eq!(self.ear.sounding, HashSet::new(), "notes hang");
        self.performer
    }

    fn chance(&mut self, times: u32) -> bool {
        self.random.random_ratio(1, times)
    }

    fn block(&mut self, frames: u32, melody: &[KeyStroke]) {
        let Self { performer, ear, host, settings, bypass, generate, .. } = self;
        performer.process(host, frames, settings, *bypass, *generate, melody, &mut |event| ear.hear(event, frames));
    }

    fn host_acts(&mut self) {
        if self.chance(if self.host.playing { 60 } else { 5 }) {
            self.host.playing = !self.host.playing;
        }
        if self.chance(80) {
            self.host.position_quarters = Some(self.random.random_range(0.0..64.0));
        }
        if self.chance(100) {
            self.host.tempo = Some(self.random.random_range(60.0..240.0));
        }
        if self.chance(80) {
            let start = f64::from(self.random.random_range(0..12_u32));
            let length = self.random.random_range(1.0..24.0);
            self.host.cycle_quarters = self.chance(2).then_some((start, start + length));
        }
        if self.chance(400) {
            self.host.meter = [Some((4, 4)), Some((3, 4))].choose(&mut self.random).copied().flatten();
        }
        if self.chance(if self.host.offline { 10 } else { 100 }) {
            self.host.offline = !self.host.offline;
        }
        if self.chance(300) {
            self.performer.reset();
        }
    }

    fn player_acts(&mut self) {
        if self.chance(if self.bypass { 10 } else { 200 }) {
            self.bypass = !self.bypass;
        }
        if self.chance(20) {
            self.generate = !self.generate;
        }
        if !self.chance(60) {
            return;
        }
        let random = &mut self.random;
        let settings = &mut self.settings;
        settings.mode = *[Mode::Arrange, Mode::Live, Mode::Answer].choose(random).unwrap_or(&Mode::Arrange);
        settings.shape.genre = *[0, 1, 2, FIRST_OWN_SLOT].choose(random).unwrap_or(&0);
        settings.shape.seed = random.random_range(0..4);
        settings.phrase_bars = *[1, 1, 2, 4].choose(random).unwrap_or(&1);
        (settings.vary, settings.thru, settings.program_changes) = random.random();
        for part in Part::ALL.into_iter().filter(|part| *part != Part::Bass) {
            let part = &mut settings.parts[part];
            (part.on, part.lock) = (random.random_ratio(4, 5), random.random_ratio(1, 5));
            part.octave = random.random_range(-1..=1);
            part.channel = *CHANNELS.choose(random).unwrap_or(&0);
        }
    }

    fn melody(&mut self, frames: u32) -> Vec<KeyStroke> {
        let mut events = vec![];
        while self.chance(3) {
            let (offset, pitch) = (self.random.random_range(0..frames), self.random.random_range(60..72));
            events.push(if self.random.random() {
                KeyStroke::down(offset, 0, pitch, 90)
            } else {
                KeyStroke::up(offset, 0, pitch)
            });
        }
        events.sort_unstable_by_key(|event| event.offset);
        events
    }

    fn move_on(&mut self, frames: u32) {
        let BlockTransport { playing, tempo, position_quarters, cycle_quarters, .. } = &mut self.host;
        let (true, Some(tempo), Some(position)) = (*playing, *tempo, position_quarters) else { return };
        let before = *position;
        *position += f64::from(frames) / RATES[self.rate] * tempo / 60.0;
        if let Some((start, end)) = *cycle_quarters
            && before < end
            && *position >= end
        {
            *position = start + (*position - end) % (end - start);
        }
    }
}
