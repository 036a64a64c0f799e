//! An offline bounce waits for the composer, plays what was composed on the way, and does not depend on its blocks.

use super::rig::{Rig, SteadyHost, phrase};
use continuo_engine::realtime::{BlockTransport, ComposerEnds, Delivery, Fact, KeyStroke, PartNote, Performer, queues};
use continuo_music::{
    note::Note,
    part::Part,
    time::{LEAD, Tick},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

const BAR: Tick = 3840;
const HOST: SteadyHost = SteadyHost { start: 0.0, tempo: 140.0, rate: 44_100.0, cycle: None };

/// A composer that needs a while for each bar, begins a lead before it, and uses what it heard by then.
fn compose(ends: &ComposerEnds, slow: Duration, stop: &AtomicBool) {
    let mut heard: Vec<(Tick, u8)> = vec![];
    let mut next = 0;
    while !stop.load(Ordering::Acquire) {
        while let Ok(fact) = ends.facts.try_recv() {
            let reached = match fact {
                Fact::Started { tick, .. } => tick + LEAD,
                Fact::Rolled { to, .. } => to + LEAD,
                Fact::NoteOn { tick, pitch, .. } => {
                    heard.push((tick, pitch));
                    Tick::MIN
                }
                _ => Tick::MIN,
            };
            while next * BAR < reached {
                thread::sleep(slow);
                let cut = next * BAR - LEAD;
                let known = heard.iter().filter(|note| note.0 < cut);
                let pitch = known.fold(40, |sum: u8, note| (sum + note.1) % 64 + 24);
                let notes = (0..16).map(|step| PartNote {
                    part: Part::Bass,
                    note: Note { start: next * BAR + step * 240, pitch, length: 200, velocity: 80 },
                });
                let bar = phrase(next * BAR, (next + 1) * BAR, next * BAR, notes.collect());
                ends.deliveries.try_send(Delivery::Phrase(Box::new(bar))).unwrap();
                next += 1;
            }
            ends.progress.done.fetch_add(1, Ordering::Release);
        }
        while ends.returns.try_recv().is_ok() {}
        thread::sleep(Duration::from_micros(50));
    }
}

fn bounce(frames: u32) -> (Vec<(u64, bool, u8, u8)>, u32) {
    let (audio, ends) = queues();
    let progress = Arc::clone(&ends.progress);
    let stop = Arc::new(AtomicBool::new(false));
    let composer = thread::spawn({
        let stop = Arc::clone(&stop);
        move || compose(&ends, Duration::from_millis(5), &stop)
    });
    let mut rig = Rig::new(HOST.rate);
    rig.performer = Performer::new(audio, HOST.rate);
    let end = HOST.sample(8 * BAR);
    while rig.clock < end {
        let frames = (end - rig.clock).min(u64::from(frames)) as u32;
        let block = rig.clock..rig.clock + u64::from(frames);
        let key = |at: u64| KeyStroke::down((at - block.start) as u32, 0, (50 + at / 5_000 % 20) as u8, 80);
        let melody: Vec<_> = (0..end).step_by(5_000).filter(|at| block.contains(at)).map(key).collect();
        rig.block(&BlockTransport { offline: true, ..HOST.at(rig.clock) }, frames, &melody);
    }
    rig.finish();
    stop.store(true, Ordering::Release);
    composer.join().unwrap();
    (rig.notes(), progress.late.load(Ordering::Relaxed))
}

#[test]
fn a_bounce_does_not_depend_on_its_blocks() {
    let reference = bounce(64);
    assert_eq!(reference.1, 0, "nothing is late offline");
    let bass = reference.0.iter().filter(|note| note.1 && note.2 == 1).count();
    assert_eq!(bass, 8 * 16, "every phrase was there in time");
    for frames in [480, 4096, 8192, 100_000] {
        assert_eq!(bounce(frames), reference, "at {frames} frames");
    }
}

#[test]
fn a_composer_that_hangs_is_waited_for_once() {
    let mut rig = Rig::new(HOST.rate);
    rig.performer.set_offline_patience(Duration::from_millis(300));
    let began = Instant::now();
    for _ in 0..2000 {
        rig.block(&BlockTransport { offline: true, ..HOST.at(rig.clock) }, 512, &[]);
    }
    let waited = began.elapsed();
    assert!(waited >= Duration::from_millis(300) && waited < Duration::from_mins(1), "waited {waited:?}");
}
