//! A composer and a performer that play a song together, live or offline.

use super::rig::{Rig, SteadyHost};
use continuo_engine::{
    composer::{Composer, Loader, Shared},
    realtime::{BlockTransport, KeyStroke, OutputEventKind, Performer, Progress, queues},
};
use continuo_music::{settings::Settings, time::Tick};
use std::{
    sync::{Arc, atomic::Ordering::Acquire},
    thread,
    time::Duration,
};

/// A song and how it is played.
pub struct Session {
    pub loader: Loader,
    pub settings: Settings,
    /// What the player plays: tick, length, pitch, velocity.
    pub keys: Vec<(Tick, Tick, u8, u8)>,
    pub end: Tick,
    pub rate: f64,
    pub frames: u32,
}

fn wait(progress: &Progress) {
    while progress.done.load(Acquire) < progress.sent.load(Acquire) {
        thread::sleep(Duration::from_micros(50));
    }
}

impl Session {
    /// Plays the song as often as `offline` says, live or offline. Returns the note-ons and note-offs of each pass, in ticks.
    pub fn play<const PASSES: usize>(self, offline: [bool; PASSES]) -> [Vec<(Tick, bool, u8, u8)>; PASSES] {
        let Self { loader, settings, keys, end: song, rate, frames } = self;
        let (audio, ends) = queues();
        let progress = Arc::clone(&audio.progress);
        let _composer = Composer::start(ends, Arc::new(Shared::new()), loader).expect("the composer starts");
        let mut rig = Rig::new(rate);
        rig.performer = Performer::new(audio, rate);
        rig.settings = settings;
        let host = SteadyHost { start: 0.0, tempo: 126.0, rate, cycle: None };
        let mut strokes = vec![];
        for (start, length, pitch, velocity) in keys {
            strokes.push((host.sample(start), KeyStroke::down(0, 0, pitch, velocity)));
            strokes.push((host.sample(start + length), KeyStroke::up(0, 0, pitch)));
        }
        strokes.sort_unstable_by_key(|&(sample, stroke)| (sample, stroke.velocity.is_some(), stroke.pitch));
        let end = host.sample(song);
        offline.map(|offline| {
            let standing = BlockTransport { playing: false, offline, ..host.at(0) };
            rig.block(&standing, frames, &[]);
            wait(&progress);
            rig.block(&standing, frames, &[]);
            wait(&progress);
            let (began, first) = (rig.clock, rig.events.len());
            let mut waited = 0;
            while rig.clock - began < end {
                let at = rig.clock - began;
                let frames = (end - at).min(u64::from(frames)) as u32;
                let block = at..at + u64::from(frames);
                let input: Vec<_> = strokes
                    .iter()
                    .filter(|(sample, _)| block.contains(sample))
                    .map(|&(sample, stroke)| KeyStroke { offset: (sample - block.start) as u32, ..stroke })
                    .collect();
                rig.block(&BlockTransport { offline, ..host.at(at) }, frames, &input);
                // Live, on a machine that is fast enough.
                if !offline && (at - waited) as f64 * host.ticks_per_sample() > 100.0 {
                    wait(&progress);
                    waited = at;
                }
            }
            rig.block(&standing, frames, &[]);
            assert_eq!(rig.sounding, [], "what sounded ends at the stop");
            assert_eq!((progress.lost.load(Acquire), progress.late.load(Acquire)), (0, 0));
            let tick = |sample: u64| ((sample - began) as f64 * host.ticks_per_sample() + 1e-3).floor() as Tick;
            let notes = rig.events[first..].iter().filter_map(|&(sample, kind)| match kind {
                OutputEventKind::NoteOn { channel, pitch, .. } => Some((tick(sample), true, channel, pitch)),
                OutputEventKind::NoteOff { channel, pitch } => Some((tick(sample), false, channel, pitch)),
                _ => None,
            });
            let mut notes: Vec<_> = notes.filter(|&(tick, ..)| tick < song).collect();
            notes.sort_unstable();
            notes
        })
    }
}
