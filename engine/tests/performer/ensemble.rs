//! Performer and composer together: the same project gives the same notes, whatever the blocks, the sample rate and the
//! way of rendering. Only the network is a stand-in: it turns everything it knows into notes.

use super::rig::{Rig, SteadyHost};
use continuo_engine::{
    arranging::{Arrange, ArrangedPhrase, PhraseRequest},
    composer::{Composer, Loaded, Loader, Shared},
    network::InferenceError,
    realtime::{BlockTransport, KeyStroke, Performer, Progress, queues},
};
use continuo_music::{
    note::Note,
    part::PartMap,
    settings::{Mode, Settings},
    time::Tick,
};
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Arc, atomic::Ordering::Acquire},
    thread,
    time::Duration,
};

const TEMPO: f64 = 132.0;
const BAR: Tick = 3840;
const LOOP: Tick = 6 * BAR;
const PASSES: i64 = 3;

/// Notes that depend on everything in the request.
struct Digest;

impl Arrange for Digest {
    fn arrange_phrase(&mut self, request: &PhraseRequest<'_>) -> Result<ArrangedPhrase, InferenceError> {
        let mut hasher = DefaultHasher::new();
        request.span.hash(&mut hasher);
        request.melody.hash(&mut hasher);
        request.heard.hash(&mut hasher);
        request.before.hash(&mut hasher);
        request.take.hash(&mut hasher);
        let digest = hasher.finish();
        let parts = PartMap::from_fn(|part| {
            let steps = 0..request.span.ticks() / 240;
            let length = 240 * (1 + part.index() as Tick);
            steps
                .step_by(1 + part.index())
                .map(|step| {
                    let start = request.span.start + step * 240;
                    let pitch = 30 + (digest.rotate_left(step as u32 + 7 * part.index() as u32) % 60) as u8;
                    Note { start, pitch, length: length.min(request.span.end - start), velocity: 80 }
                })
                .collect::<Vec<_>>()
        });
        Ok(parts.into())
    }
}

fn loader() -> Loader {
    Box::new(|| {
        Ok(Loaded {
            arranger: Box::new(Digest),
            model: "digest 1".to_owned(),
            backend: "none".to_owned(),
            conductor: None,
            remark: None,
            soloist: None,
        })
    })
}

fn wait(progress: &Progress) {
    while progress.done.load(Acquire) < progress.sent.load(Acquire) {
        thread::sleep(Duration::from_micros(50));
    }
}

/// Plays a loop several times, with a melody as from a host's clip. Returns all note-ons and note-offs in ticks since
/// the start.
fn play(settings: Settings, rate: f64, frames: u32, offline: bool) -> Vec<(Tick, bool, u8, u8)> {
    let (audio, ends) = queues();
    let progress = Arc::clone(&audio.progress);
    let composer = Composer::start(ends, Arc::new(Shared::new()), loader()).unwrap();
    let mut rig = Rig::new(rate);
    rig.performer = Performer::new(audio, rate);
    rig.settings = settings;
    let host = SteadyHost { start: 0.0, tempo: TEMPO, rate, cycle: Some((0.0, LOOP as f64 / 960.0)) };
    let straight = SteadyHost { cycle: None, ..host };
    let mut strokes = vec![];
    for beat in 0..PASSES * LOOP / 960 {
        let (start, pitch) = (beat * 960, 60 + (beat % 24 * 5 % 14) as u8);
        strokes.push((straight.sample(start), KeyStroke::down(0, 0, pitch, 90)));
        strokes.push((straight.sample(start + 700), KeyStroke::up(0, 0, pitch)));
    }
    // The player starts once the instrument is ready.
    let standing = BlockTransport { playing: false, offline, ..host.at(0) };
    rig.performer.process(&standing, frames, &settings, false, false, &[], &mut |_| {});
    wait(&progress);
    let end = straight.sample(PASSES * LOOP);
    let mut waited = 0;
    while rig.clock < end {
        let frames = (end - rig.clock).min(u64::from(frames)) as u32;
        let block = rig.clock..rig.clock + u64::from(frames);
        let input: Vec<_> = strokes
            .iter()
            .filter(|(sample, _)| block.contains(sample))
            .map(|&(sample, stroke)| KeyStroke { offset: (sample - block.start) as u32, ..stroke })
            .collect();
        rig.block(&BlockTransport { offline, ..host.at(rig.clock) }, frames, &input);
        // Live, on a machine that is fast enough.
        let behind = (rig.clock - waited) as f64 * straight.ticks_per_sample();
        if !offline && behind > 100.0 {
            wait(&progress);
            waited = rig.clock;
        }
    }
    rig.finish();
    drop(composer);
    assert_eq!(progress.lost.load(Acquire), 0);
    assert_eq!(progress.late.load(Acquire), 0);
    let tick = |sample: u64| (sample as f64 * straight.ticks_per_sample() + 1e-3).floor() as Tick;
    let mut notes: Vec<_> =
        rig.notes().into_iter().map(|(sample, on, channel, pitch)| (tick(sample), on, channel, pitch)).collect();
    notes.sort_unstable();
    notes
}

#[test]
fn the_same_project_gives_the_same_notes() {
    for (mode, vary) in [(Mode::Arrange, false), (Mode::Live, false), (Mode::Answer, false), (Mode::Arrange, true)] {
        let settings = Settings { mode, vary, phrase_bars: 2, ..Settings::default() };
        let reference = play(settings, 44_100.0, 64, true);
        assert!(reference.len() > 1000, "hardly anything played");
        for (rate, frames, offline) in [
            (44_100.0, 32, true),
            (44_100.0, 480, true),
            (44_100.0, 4096, true),
            (44_100.0, 32, false),
            (44_100.0, 4096, false),
            (96_000.0, 64, true),
            (96_000.0, 4096, true),
            (96_000.0, 480, false),
        ] {
            let other = play(settings, rate, frames, offline);
            let differs = reference.iter().zip(&other).position(|(one, other)| one != other);
            assert!(
                differs.is_none() && reference.len() == other.len(),
                "{mode:?}, vary {vary}, {rate} Hz, {frames} frames, offline {offline}: {:?} instead of {:?}",
                differs.map(|at| &other[at]),
                differs.map(|at| &reference[at]),
            );
        }
    }
}
