//! Eight instances in one process, each with a musician who never rests: random transport, automation, playing and
//! loading of states.

use crate::{PART, alone, clip::Clip, soak_hours};
use continuo_engine::score::Score;
use continuo_harness::{
    Balance, Format, HostEvent, NoteEventKind, Parameter, PluginHost, Setup, Transport,
    built::{FORMATS, host, library, played_state},
    evidence, process, state,
};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

const INSTANCES: usize = 8;
const RATE: f64 = 48_000.0;
const LARGEST: u32 = 8192;
/// The MIDI controllers by which many hosts end notes.
const ALL_SOUND_OFF: u8 = 120;
const ALL_NOTES_OFF: u8 = 123;
/// After this much music, in hours of all instances, everything that is made once has been made: growth counts from here.
const WARM: f64 = 0.25;
/// How much more the allocator may have given out in the second half of the music than in the first, in MB. Resident
/// memory does not show a leak: the allocator keeps a store for each thread, with gaps.
const GROWTH: f64 = 8.0;
/// After this much music, in hours of all instances, the scores of their ten-minute songs are full of takes.
const FILLED: f64 = 6.0;
/// How much more the allocator may have given out while they fill, in MB.
const GROWTH_WHILE_FILLING: f64 = 24.0;

/// One instance and its restless musician.
struct RestlessMusician {
    host: Box<dyn PluginHost>,
    format: Format,
    balance: Balance,
    transport: Transport,
    held: Vec<u8>,
    clip: Option<Clip>,
    /// Count-ins, clips and odd bars so far.
    oddities: [u32; 3],
    parameters: Vec<Parameter>,
    random: ChaCha8Rng,
    samples: u64,
    saved: Vec<u8>,
    loads: u32,
}

impl RestlessMusician {
    fn new(index: usize) -> Self {
        let format = FORMATS[index % 2];
        let mut host = host(format);
        let parameters = host.parameters().expect("the plugin lists its parameters");
        // Offline, so that no phrase can be late, and each must be made.
        let setup = Setup { sample_rate: RATE, largest_block: LARGEST, offline: true };
        host.activate(setup).expect("the plugin is activated");
        Self {
            host,
            format,
            balance: Balance::default(),
            transport: Transport::ROLLING,
            held: Vec::new(),
            clip: None,
            oddities: [0; 3],
            parameters,
            random: ChaCha8Rng::seed_from_u64(index as u64),
            samples: 0,
            saved: played_state(format),
            loads: 0,
        }
    }

    /// A block, and what the musician does before it.
    fn block(&mut self) {
        let frames = self.random.random_range(256..=LARGEST);
        let mut events = Vec::new();
        self.act(&mut events);
        self.keys(frames, &mut events);
        if let Some(clip) = &mut self.clip {
            clip.play(frames, RATE, &self.transport, &mut events);
        }
        events.sort_by_key(time_of);
        let audio = self.host.audio().expect("the plugin is active");
        let played = audio.process_events(frames, Some(&self.transport), &events).expect("the plugin plays");
        if let Err(wrong) = self.balance.add(frames, &played) {
            panic!("{:?} after {} samples: {wrong}", self.format, self.samples);
        }
        self.samples += u64::from(frames);
        self.advance(frames);
    }

    fn advance(&mut self, frames: u32) {
        self.transport.advance(frames, RATE);
        // A song of about ten minutes, so that the score's size settles.
        if self.transport.playing && self.transport.position > 1200.0 {
            self.transport.position = 0.0;
        }
    }

    /// Perhaps changes something beside the keys.
    fn act(&mut self, events: &mut Vec<HostEvent>) {
        let random = &mut self.random;
        match random.random_range(0..2000) {
            0..10 => self.transport.playing = !self.transport.playing,
            10..20 => self.transport.position = f64::from(random.random_range(0..1200)),
            // A count-in before the song's start, or a pre-roll.
            90..96 => {
                self.oddities[0] += 1;
                if random.random_bool(0.5) {
                    self.transport.position = -f64::from(random.random_range(1..9));
                } else {
                    self.transport.pre_roll = true;
                }
            }
            96..110 => self.transport.pre_roll = false,
            110..118 => {
                if let Some(mut clip) = self.clip.take() {
                    clip.end(events);
                } else {
                    self.oddities[1] += 1;
                    let from = self.transport.position + f64::from(random.random_range(0..16)) / 4.0;
                    self.clip = Some(Clip::launched(from, random));
                }
            }
            // One bar that is longer or shorter, from which the bars are counted anew.
            118..122 => {
                self.oddities[2] += 1;
                self.transport.bars_from = (self.transport.position / 0.5).floor() * 0.5;
            }
            20..26 => {
                let start = f64::from(random.random_range(0..64) * 4);
                self.transport.cycle =
                    random.random_bool(0.7).then(|| (start, start + f64::from(random.random_range(1..9) * 2)));
            }
            26..32 => self.transport.tempo = random.random_range(50.0..220.0),
            32..34 => {
                let meters = [(4, 4), (3, 4), (6, 8), (5, 4), (7, 8), (1, 4), (2, 2), (11, 16)];
                self.transport.meter = meters[random.random_range(0..meters.len())];
            }
            34..60 => {
                let parameter = &self.parameters[random.random_range(0..self.parameters.len())];
                // Bypass would make most of the music silent.
                if parameter.name != "Bypass" {
                    let (lowest, highest, _) = parameter.range;
                    let value = random.random_range(lowest..=highest);
                    events.push(HostEvent::Parameter { time: 0, id: parameter.id, value });
                }
            }
            60..66 => {
                self.saved = self.host.save().expect("the plugin saves its state");
                // The saved score can be read: otherwise the plugin would only report the damage when it loads it.
                state::score(&self.saved);
            }
            66..72 => {
                self.host.load(&self.saved).expect("the plugin accepts the state");
                self.loads += 1;
            }
            72..74 => self.host.audio().expect("the plugin is active").reset().expect("the plugin resets"),
            74..90 => {
                let number = if random.random_bool(0.5) { ALL_NOTES_OFF } else { ALL_SOUND_OFF };
                events.push(HostEvent::Midi { time: 0, bytes: [0xB0, number, 0] });
                self.held.clear();
                if let Some(clip) = &mut self.clip {
                    clip.forget();
                }
            }
            _ => {}
        }
        self.transport.playing |= self.random.random_bool(0.01);
    }

    /// Perhaps presses or releases keys.
    fn keys(&mut self, frames: u32, events: &mut Vec<HostEvent>) {
        if self.held.len() > 3 || (!self.held.is_empty() && self.random.random_bool(0.4)) {
            let pitch = self.held.remove(0);
            events.push(HostEvent::melody(0, NoteEventKind::Off, pitch));
        }
        if self.random.random_bool(0.3) {
            let pitch = [60, 62, 64, 65, 67, 69, 71, 72][self.random.random_range(0..8)];
            if !self.held.contains(&pitch) {
                self.held.push(pitch);
                events.push(HostEvent::melody(frames / 2, NoteEventKind::On(90), pitch));
            }
        }
    }

    /// Stops. Then no note may sound. Returns the score.
    fn finish(&mut self) -> Score {
        self.transport.playing = false;
        let mut ends: Vec<HostEvent> =
            self.held.drain(..).map(|pitch| HostEvent::melody(0, NoteEventKind::Off, pitch)).collect();
        if let Some(clip) = &mut self.clip {
            clip.end(&mut ends);
        }
        for block in 0..20 {
            let events = if block == 0 { &ends[..] } else { &[] };
            let audio = self.host.audio().expect("the plugin is active");
            let played = audio.process_events(512, Some(&self.transport), events).expect("the plugin processes");
            self.balance.add(512, &played).expect("the plugin ends its notes in order");
        }
        let sounding: Vec<_> = self.balance.sounding().collect();
        assert!(sounding.is_empty(), "{:?}: still sounding after {} samples: {sounding:?}", self.format, self.samples);
        state::score(&self.host.save().expect("the plugin saves its state"))
    }
}

/// How many places, a quarter note apart, heard the melody, and how many of them no phrase covers.
fn heard_and_bare(score: &Score) -> (usize, usize) {
    let places = || score.heard().iter().flat_map(|stretch| (stretch.start..stretch.end).step_by(960));
    let bare = |&tick: &i64| score.phrase_at(tick).is_none() && !score.rests(&(tick..tick + 1));
    (places().count(), places().filter(bare).count())
}

/// What an instance played and left in its score.
struct Played {
    notes: u64,
    loads: u32,
    oddities: [u32; 3],
    score: Score,
}

/// Sets a flag on drop if its thread panicked.
struct FailureFlag<'a>(&'a AtomicBool);

impl Drop for FailureFlag<'_> {
    fn drop(&mut self) {
        self.0.fetch_or(thread::panicking(), Relaxed);
    }
}

/// Plays one instance to the end, on a thread of its own as hosts do: while one waits, another works. Stops early if another
/// failed.
fn play(index: usize, goal: u64, played: &AtomicU64, failed: &AtomicBool) -> Played {
    let _flag = FailureFlag(failed);
    let mut musician = RestlessMusician::new(index);
    while musician.samples < goal && !failed.load(Relaxed) {
        musician.block();
        played.store(musician.samples, Relaxed);
    }
    let score = musician.finish();
    Played { notes: musician.balance.begun(), loads: musician.loads, oddities: musician.oddities, score }
}

/// Samples from the start of the block.
fn time_of(event: &HostEvent) -> u32 {
    match *event {
        HostEvent::Note(note) => note.time,
        HostEvent::Addressed { time, .. }
        | HostEvent::Parameter { time, .. }
        | HostEvent::Expression { time, .. }
        | HostEvent::Midi { time, .. } => time,
    }
}

/// The process's memory at one time, in MB.
struct MemoryReading {
    resident: f64,
    /// What the allocator has given out and not taken back.
    in_use: f64,
}

/// Reads the process's memory once a minute of music, in a short run more often, from `warm` samples on, until the
/// instances have played `goal` samples in all or `ended` is true.
fn watch(played: &[AtomicU64], warm: u64, goal: u64, ended: impl Fn() -> bool) -> Vec<MemoryReading> {
    let mut found = Vec::new();
    let between = ((goal - warm) / 16).min((60.0 * RATE) as u64);
    let (mut next_reading, mut shown_hours) = (warm, 0);
    loop {
        let samples: u64 = played.iter().map(|samples| samples.load(Relaxed)).sum();
        if samples >= goal || ended() {
            return found;
        }
        if samples >= next_reading {
            next_reading = samples + between;
            let (Some(resident), Some(in_use)) = (process::resident_kilobytes(), process::memory_in_use()) else {
                return found;
            };
            let (resident, in_use) = (resident / 1024.0, in_use as f64 / f64::from(1 << 20));
            found.push(MemoryReading { resident, in_use });
            let hours = samples / (3600.0 * RATE) as u64;
            if hours > shown_hours {
                shown_hours = hours;
                eprintln!("{hours} hours of music: {resident:.0} MB resident, {in_use:.1} MB in use");
            }
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// By how many MB a figure grew from the first quarter of the readings to the last, and from the second to the last. The
/// median of each quarter counts: single readings are higher while phrases are composed, lower after a state was loaded.
fn grown(readings: &[MemoryReading], figure: impl Fn(&MemoryReading) -> f64) -> Option<(f64, f64)> {
    let quarter = readings.len() / 4;
    let median = |first: usize| {
        let mut figures: Vec<f64> = readings[first..first + quarter].iter().map(&figure).collect();
        figures.sort_by(f64::total_cmp);
        figures.get(quarter / 2).copied()
    };
    let last = median(readings.len() - quarter)?;
    Some((last - median(0)?, last - median(quarter)?))
}

#[test]
#[ignore = "takes minutes: cargo xtask test --hosts soak"]
fn eight_instances_never_rest() {
    let _alone = alone();
    let hours = soak_hours();
    let goal = (hours * 3600.0 * RATE) as u64;
    let warm = ((WARM.min(hours / 2.0)) * 3600.0 * RATE) as u64;
    // The model's weights stay as long as a library that uses them, so one instance outlives the others.
    let _last = continuo_harness::open(&library(), Format::Clap).expect("the plugin loads");
    let begun = Instant::now();
    let played: [AtomicU64; INSTANCES] = Default::default();
    let failed = &AtomicBool::new(false);
    let each = goal / INSTANCES as u64;
    let (left, readings) = thread::scope(|scope| {
        let start = |(index, played)| scope.spawn(move || play(index, each, played, failed));
        let players: Vec<_> = played.iter().enumerate().map(start).collect();
        // An instance that has played to the end gives memory back, which would hide what the others still take.
        let ended = || players.iter().any(thread::ScopedJoinHandle::is_finished);
        let readings = watch(&played, warm, goal, ended);
        let left: Vec<Played> =
            players.into_iter().map(|player| player.join().expect("an instance plays to the end")).collect();
        (left, readings)
    });
    let speed = hours * 3600.0 / begun.elapsed().as_secs_f64();
    let notes: u64 = left.iter().map(|left| left.notes).sum();
    let loads: u32 = left.iter().map(|left| left.loads).sum();
    let [count_ins, clips, odd_bars] = [0, 1, 2].map(|kind| left.iter().map(|left| left.oddities[kind]).sum::<u32>());
    let phrases: usize = left.iter().map(|left| left.score.phrases().len()).sum();
    let takes: usize = left.iter().flat_map(|left| left.score.all_takes()).map(|(_, takes)| takes.list().len()).sum();
    let (heard, bare) =
        left.iter().map(|left| heard_and_bare(&left.score)).fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    // In Live and Answer mode, places that were heard before a state with other meters is loaded get a phrase only when they
    // are played again.
    assert!(heard > 0 && bare * 500 <= heard, "{bare} of {heard} quarters that were heard have no phrase");
    assert!(notes as f64 > hours * 2000.0, "only {notes} notes in {hours} hours");
    assert!(loads > 0, "no state was loaded in {hours} hours");
    assert_eq!(process::composers().unwrap_or(0), 0, "composers were left behind");
    let (resident, in_use) = (grown(&readings, |reading| reading.resident), grown(&readings, |reading| reading.in_use));
    if let Some((_, late)) = in_use {
        let most = if hours >= 2.0 * FILLED { GROWTH } else { GROWTH_WHILE_FILLING };
        assert!(late < most, "in the second half the process still grew by {late:.1} MB");
    }
    let shown = |grown: Option<(f64, f64)>| {
        grown.map_or("not known here".to_owned(), |(all, late)| {
            format!("{all:.1} MB, of them {late:.1} in the second half")
        })
    };
    evidence::record(
        PART,
        "Eight instances in one process leave out no phrase, leave no note sounding and no thread behind, and do not grow",
        "a thread for each; random transport, automation, playing, all notes off, count-ins, clip loops, odd bars, resets and state loads; each event \
         checked, each saved state read; memory by the allocator's own count",
        format!(
            "{hours} hours of music, {speed:.0} times as fast as real time: {notes} notes, {loads} states loaded, {count_ins} count-ins, {clips} clips, {odd_bars} odd bars; at the \
             end {phrases} phrases and {takes} takes in the scores, and of {heard} quarters heard {bare} without one; \
             growth after the first {:.0} minutes of music: in use {}; resident {}",
            WARM.min(hours / 2.0) * 60.0,
            shown(in_use),
            shown(resident),
        ),
    );
}
