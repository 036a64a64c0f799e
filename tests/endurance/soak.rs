//! Eight instances in one process, each with a musician who never rests: random transport, automation, playing and
//! loading of states.

use crate::{
    PART, alone,
    built::{FORMATS, host, library, played_state},
    process,
};
use continuo_engine::score::Score;
use continuo_harness::{
    Balance, Format, Host, HostEvent, NoteEvent, NoteEventKind, Parameter, Setup, Transport, evidence, memory,
};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::{
    env,
    sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

const INSTANCES: usize = 8;
const RATE: f64 = 48_000.0;
const LARGEST: u32 = 8192;
/// Music after which everything that is made once has been made: growth counts from here. In hours, of all instances.
const WARM: f64 = 0.25;
/// How much more the allocator may have given out in the second half of the music than in the first, in MB. What is
/// resident is no measure of what leaks: the allocator keeps a store for each thread, with gaps.
const GROWTH: f64 = 8.0;
/// Music, in hours of all instances, in which the scores of their songs of ten minutes have filled with takes.
const FILLED: f64 = 6.0;
/// How much more it may be while they fill.
const GROWTH_WHILE_FILLING: f64 = 24.0;

/// One instance and its restless musician.
struct Session {
    host: Box<dyn Host>,
    format: Format,
    balance: Balance,
    transport: Transport,
    held: Vec<u8>,
    parameters: Vec<Parameter>,
    random: ChaCha8Rng,
    samples: u64,
    saved: Vec<u8>,
    loads: u32,
}

impl Session {
    fn new(index: usize) -> Self {
        let format = FORMATS[index % 2];
        let mut host = host(format);
        let parameters = host.parameters().expect("parameters are listed");
        // Offline, so that no phrase can be late and none may be lost.
        let setup = Setup { sample_rate: RATE, largest_block: LARGEST, offline: true };
        host.activate(setup).expect("the plugin is activated");
        let transport = Transport { playing: true, tempo: 120.0, position: 0.0, sample: 0, meter: (4, 4), cycle: None };
        let state = played_state();
        let saved = if format == Format::Clap { state } else { state[8..].to_vec() };
        Self {
            host,
            format,
            balance: Balance::default(),
            transport,
            held: Vec::new(),
            parameters,
            random: ChaCha8Rng::seed_from_u64(index as u64),
            samples: 0,
            saved,
            loads: 0,
        }
    }

    /// A block, and whatever the musician does before it.
    fn block(&mut self) {
        let frames = self.random.random_range(256..=LARGEST);
        let mut events = Vec::new();
        self.deed(&mut events);
        self.keys(frames, &mut events);
        let audio = self.host.audio().expect("the plugin is active");
        let played = audio.process_events(frames, Some(&self.transport), &events).expect("the plugin plays");
        if let Err(wrong) = self.balance.take(frames, &played) {
            panic!("{:?} after {} samples: {wrong}", self.format, self.samples);
        }
        self.samples += u64::from(frames);
        self.advance(frames);
    }

    fn advance(&mut self, frames: u32) {
        let transport = &mut self.transport;
        if !transport.playing {
            return;
        }
        let before = transport.position;
        transport.position += f64::from(frames) / RATE * transport.tempo / 60.0;
        transport.sample += i64::from(frames);
        if let Some((start, end)) = transport.cycle
            && before < end
            && transport.position >= end
        {
            transport.position = start + (transport.position - end) % (end - start);
        }
        // A song of about ten minutes, so that the score's size settles.
        if transport.position > 1200.0 {
            transport.position = 0.0;
        }
    }

    fn deed(&mut self, events: &mut Vec<HostEvent>) {
        let random = &mut self.random;
        match random.random_range(0..2000) {
            0..10 => self.transport.playing = !self.transport.playing,
            10..20 => self.transport.position = f64::from(random.random_range(0..1200)),
            20..26 => {
                let start = f64::from(random.random_range(0..64) * 4);
                self.transport.cycle =
                    random.random_bool(0.7).then(|| (start, start + f64::from(random.random_range(1..9) * 2)));
            }
            26..32 => self.transport.tempo = random.random_range(50.0..220.0),
            32..34 => {
                let meters = [(4, 4), (3, 4), (6, 8), (5, 4)];
                self.transport.meter = meters[random.random_range(0..meters.len())];
            }
            34..60 => {
                let parameter = &self.parameters[random.random_range(0..self.parameters.len())];
                // The bypass would make most of the night silent.
                if parameter.name != "Bypass" {
                    let (lowest, highest, _) = parameter.range;
                    let value = random.random_range(lowest..=highest);
                    events.push(HostEvent::Parameter { time: 0, id: parameter.id, value });
                }
            }
            60..66 => {
                self.saved = self.host.save().expect("the state is saved");
                // What is saved can be read: a damaged arrangement would only be reported when it is loaded.
                score(&self.saved);
            }
            66..72 => {
                self.host.load(&self.saved).expect("the state is taken");
                self.loads += 1;
            }
            72..74 => self.host.audio().expect("active").reset().expect("the plugin resets"),
            _ => {}
        }
        self.transport.playing |= self.random.random_bool(0.01);
    }

    fn keys(&mut self, frames: u32, events: &mut Vec<HostEvent>) {
        let key = |time, kind, pitch| HostEvent::Note(NoteEvent { time, kind, channel: 0, pitch });
        if self.held.len() > 3 || (!self.held.is_empty() && self.random.random_bool(0.4)) {
            let pitch = self.held.remove(0);
            events.push(key(0, NoteEventKind::Off, pitch));
        }
        if self.random.random_bool(0.3) {
            let pitch = [60, 62, 64, 65, 67, 69, 71, 72][self.random.random_range(0..8)];
            if !self.held.contains(&pitch) {
                self.held.push(pitch);
                events.push(key(frames / 2, NoteEventKind::On(90), pitch));
            }
        }
    }

    /// Stops. Nothing may sound. Returns the score.
    fn finish(&mut self) -> Score {
        self.transport.playing = false;
        let ends: Vec<HostEvent> = self
            .held
            .drain(..)
            .map(|pitch| HostEvent::Note(NoteEvent { time: 0, kind: NoteEventKind::Off, channel: 0, pitch }))
            .collect();
        for block in 0..20 {
            let events = if block == 0 { &ends[..] } else { &[] };
            let audio = self.host.audio().expect("the plugin is active");
            let played = audio.process_events(512, Some(&self.transport), events).expect("the plugin stands");
            self.balance.take(512, &played).expect("the plugin stands in order");
        }
        let sounding: Vec<_> = self.balance.sounding().collect();
        assert!(sounding.is_empty(), "{:?}: still sounding after {} samples: {sounding:?}", self.format, self.samples);
        score(&self.host.save().expect("the state is saved"))
    }
}

/// The score in a state.
fn score(state: &[u8]) -> Score {
    // What stands before it, such as its length, may hold any byte.
    let start = b"{\"version\":";
    let begin = state.windows(start.len()).position(|bytes| bytes == start).expect("a state holds JSON");
    let state: serde_json::Value = serde_json::from_slice(&state[begin..]).expect("a state is JSON");
    let text: String = serde_json::from_str(state["fields"]["score"].as_str().expect("it holds the score"))
        .expect("the field is a string");
    Score::from_json(&text).expect("the score is one")
}

/// The places, a quarter note apart, where the melody was heard, and those of them that no phrase covers.
fn heard_and_bare(score: &Score) -> (usize, usize) {
    let places = || score.heard().iter().flat_map(|stretch| (stretch.start..stretch.end).step_by(960));
    (places().count(), places().filter(|&tick| score.phrase_at(tick).is_none()).count())
}

/// What an instance leaves behind.
struct Left {
    notes: u64,
    loads: u32,
    score: Score,
}

/// Says on drop that its thread panicked.
struct TellsFailure<'a>(&'a AtomicBool);

impl Drop for TellsFailure<'_> {
    fn drop(&mut self) {
        self.0.fetch_or(thread::panicking(), Relaxed);
    }
}

/// Plays one instance to its end, on a thread of its own as hosts do: the waiting of one is another's time to work.
/// Ends early if another failed.
fn play(index: usize, goal: u64, played: &AtomicU64, failed: &AtomicBool) -> Left {
    let _told = TellsFailure(failed);
    let mut session = Session::new(index);
    while session.samples < goal && !failed.load(Relaxed) {
        session.block();
        played.store(session.samples, Relaxed);
    }
    let score = session.finish();
    Left { notes: session.balance.begun(), loads: session.loads, score }
}

/// What the process holds at one time, in MB.
struct Look {
    resident: f64,
    /// Given out by the allocator and not taken back.
    in_use: f64,
}

/// Looks at the process's memory once a minute of music, in a short run more often, from `warm` samples on, until `goal`
/// samples were played in all or `ended` says that this is over.
fn watch(played: &[AtomicU64], warm: u64, goal: u64, ended: impl Fn() -> bool) -> Vec<Look> {
    let mut found = Vec::new();
    let between = ((goal - warm) / 16).min((60.0 * RATE) as u64);
    let (mut next_look, mut told) = (warm, 0);
    loop {
        let samples: u64 = played.iter().map(|samples| samples.load(Relaxed)).sum();
        if samples >= goal || ended() {
            return found;
        }
        if samples >= next_look {
            next_look = samples + between;
            let (Some(resident), Some(in_use)) = (process::resident_megabytes(), memory::in_use()) else {
                return found;
            };
            let in_use = in_use as f64 / f64::from(1 << 20);
            found.push(Look { resident, in_use });
            let hours = samples / (3600.0 * RATE) as u64;
            if hours > told {
                told = hours;
                eprintln!("{hours} hours of music: {resident:.0} MB resident, {in_use:.1} MB in use");
            }
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// By how many MB a figure grew from the looks' first quarter to the last, and by how many from the second to the last.
/// The median of each quarter: single ones are higher while phrases are composed, lower after a state was loaded.
fn grown(looks: &[Look], figure: impl Fn(&Look) -> f64) -> Option<(f64, f64)> {
    let quarter = looks.len() / 4;
    let median = |first: usize| {
        let mut figures: Vec<f64> = looks[first..first + quarter].iter().map(&figure).collect();
        figures.sort_by(f64::total_cmp);
        figures.get(quarter / 2).copied()
    };
    let last = median(looks.len() - quarter)?;
    Some((last - median(0)?, last - median(quarter)?))
}

#[test]
#[ignore = "takes minutes: cargo xtask test --hosts soak"]
fn eight_instances_never_rest() {
    let _alone = alone();
    let hours: f64 = env::var("CONTINUO_SOAK_HOURS").ok().and_then(|text| text.parse().ok()).unwrap_or(0.1);
    let goal = (hours * 3600.0 * RATE) as u64;
    let warm = ((WARM.min(hours / 2.0)) * 3600.0 * RATE) as u64;
    // The model's weights stay for as long as a library that uses them: one instance outlives the others.
    let _last = continuo_harness::open(&library(), Format::Clap).expect("the plugin loads");
    let begun = Instant::now();
    let played: [AtomicU64; INSTANCES] = Default::default();
    let failed = &AtomicBool::new(false);
    let each = goal / INSTANCES as u64;
    let (left, looks) = thread::scope(|scope| {
        let start = |(index, played)| scope.spawn(move || play(index, each, played, failed));
        let players: Vec<_> = played.iter().enumerate().map(start).collect();
        // Whoever has played to the end gives memory back: what the others still take would not show.
        let ended = || players.iter().any(thread::ScopedJoinHandle::is_finished);
        let looks = watch(&played, warm, goal, ended);
        let left: Vec<Left> = players.into_iter().map(|player| player.join().expect("an instance plays on")).collect();
        (left, looks)
    });
    let speed = hours * 3600.0 / begun.elapsed().as_secs_f64();
    let notes: u64 = left.iter().map(|left| left.notes).sum();
    let loads: u32 = left.iter().map(|left| left.loads).sum();
    let phrases: usize = left.iter().map(|left| left.score.phrases().len()).sum();
    let takes: usize = left.iter().flat_map(|left| left.score.all_takes()).map(|(_, takes)| takes.list().len()).sum();
    let (heard, bare) =
        left.iter().map(|left| heard_and_bare(&left.score)).fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    // What was heard before a state with other meters is loaded has its phrase in Live and Answer mode only when it is
    // played again.
    assert!(heard > 0 && bare * 500 <= heard, "no phrase at {bare} of {heard} quarters that were heard");
    assert!(notes as f64 > hours * 2000.0, "only {notes} notes in {hours} hours");
    assert!(loads > 0, "no state was loaded in {hours} hours");
    assert_eq!(process::composers().unwrap_or(0), 0, "composers were left behind");
    let (resident, in_use) = (grown(&looks, |look| look.resident), grown(&looks, |look| look.in_use));
    if let Some((_, late)) = in_use {
        let most = if hours >= 2.0 * FILLED { GROWTH } else { GROWTH_WHILE_FILLING };
        assert!(late < most, "in the second half the process still came to hold {late:.1} MB more");
    }
    let told = |grown: Option<(f64, f64)>| {
        grown.map_or("not known here".to_owned(), |(all, late)| {
            format!("{all:.1} MB, of them {late:.1} in the second half")
        })
    };
    evidence::record(
        PART,
        "Eight instances in one process leave no note sounding, no phrase out, no thread behind, and do not grow",
        "a thread for each; random transport, automation, playing, resets and state loads; each event checked, each saved \
         state read; memory by the allocator's own count",
        format!(
            "{hours} hours of music, {speed:.0} times as fast as real time: {notes} notes, {loads} states loaded; at the \
             end {phrases} phrases and {takes} takes in the scores, and of {heard} quarters heard {bare} without one; \
             growth after the first {:.0} minutes of music: in use {}; resident {}",
            WARM.min(hours / 2.0) * 60.0,
            told(in_use),
            told(resident),
        ),
    );
}
