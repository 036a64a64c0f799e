//! Hosts that loop without saying so: the loop's end lies within a block, and only the next block shows it.

use super::rig::{Rig, SteadyHost, dense_bar};
use continuo_engine::realtime::{BlockTransport, Fact, KeyStroke};
use continuo_music::time::Tick;

const RATE: f64 = 48_000.0;
/// Two bars from the second on.
const LOOP: (f64, f64) = (4.0, 12.0);
const HOST: SteadyHost = SteadyHost { start: 3840.0, tempo: 150.0, rate: RATE, cycle: Some(LOOP) };

/// A key at the loop's start, and one within it.
fn melody(now: u64, frames: u32, length: f64) -> Vec<KeyStroke> {
    let mut strokes = vec![];
    for pass in 0..6 {
        let begun = f64::from(pass) * length;
        for (at, stroke) in [
            (0.0, KeyStroke::down(0, 0, 60, 80)),
            (3000.0, KeyStroke::up(0, 0, 60)),
            (50_000.0, KeyStroke::down(0, 0, 64, 80)),
            (90_000.0, KeyStroke::up(0, 0, 64)),
        ] {
            let time = (begun + at).ceil() as u64;
            if (now..now + u64::from(frames)).contains(&time) {
                strokes.push(KeyStroke { offset: (time - now) as u32, ..stroke });
            }
        }
    }
    strokes
}

fn play(frames: u32, announced: impl Fn(u64) -> bool, loops: impl Fn(u64) -> bool, passes: u64) -> Rig {
    let mut rig = Rig::new(RATE);
    for bar in 0..6 {
        rig.deliver(dense_bar(bar, 0));
    }
    let length = 7680.0 / HOST.ticks_per_sample();
    while rig.clock < (passes as f64 * length) as u64 + 10_000 {
        let now = rig.clock;
        let host = if loops(now) { HOST } else { SteadyHost { cycle: None, ..HOST } };
        let mut transport = host.at(now);
        if !announced(now) {
            transport.cycle_quarters = None;
        }
        rig.block(&transport, frames, &melody(now, frames, length));
    }
    rig
}

/// The melody's beginnings as the composer counts them: what was reported from a place on that was left is void.
fn melody_heard(rig: &Rig) -> Vec<Tick> {
    let (mut heard, mut pass) = (vec![], vec![]);
    for fact in &rig.facts {
        match *fact {
            Fact::NoteOn { tick, .. } => pass.push(tick),
            Fact::Left { tick } => heard.extend(pass.drain(..).filter(|&on| on < tick)),
            _ => {}
        }
    }
    heard
}

#[test]
fn a_loop_that_is_not_announced_is_heard_as_one_that_is() {
    for frames in [100, 512, 1000, 4096] {
        let mut silent = play(frames, |_| false, |_| true, 4);
        let mut told = play(frames, |_| true, |_| true, 4);
        silent.finish();
        told.finish();
        assert_eq!(melody_heard(&silent), melody_heard(&told), "blocks of {frames}");
        let edges = |rig: &Rig| -> Vec<Fact> {
            let left = |fact: &&Fact| matches!(fact, Fact::Left { .. });
            rig.facts.iter().filter(left).copied().collect()
        };
        assert_eq!(edges(&silent)[..3], [Fact::Left { tick: 11_520 }; 3]);
        // From the second pass on it is known.
        let length = (7680.0 / HOST.ticks_per_sample()) as u64;
        let later = |rig: &Rig| rig.notes().into_iter().filter(|note| note.0 > length + 8192).collect::<Vec<_>>();
        assert_eq!(later(&silent), later(&told), "blocks of {frames}");
        let begun = |rig: &Rig| rig.notes().iter().filter(|note| note.1 && note.2 == 4).count();
        assert!(begun(&silent) <= begun(&told) + 1, "at most the moment that nobody could know of");
    }
}

#[test]
fn a_loop_that_was_not_announced_and_is_switched_off_is_left_at_its_end() {
    let length = (7680.0 / HOST.ticks_per_sample()) as u64;
    let off = 2 * length + 20_000;
    let mut rig = Rig::new(RATE);
    for bar in 0..6 {
        rig.deliver(dense_bar(bar, 0));
    }
    while rig.clock < 4 * length {
        let now = rig.clock;
        // The third pass goes on behind the loop's end.
        let host = SteadyHost { start: HOST.start - 2.0 * 7680.0, cycle: None, ..HOST };
        let transport = if now < off { HOST.at(now) } else { host.at(now) };
        rig.block(&BlockTransport { cycle_quarters: None, ..transport }, 1000, &[]);
    }
    let starts: Vec<Tick> = rig
        .facts
        .iter()
        .filter_map(|fact| match fact {
            Fact::Started { tick, .. } => Some(*tick),
            _ => None,
        })
        .collect();
    assert_eq!(starts.last(), Some(&11_520), "{starts:?}");
    let at = |tick: f64| ((tick - 3840.0) / HOST.ticks_per_sample()) as u64 + 2 * length;
    let downbeat =
        rig.notes().into_iter().filter(|note| note.1 && note.2 == 1).find(|note| note.0 + 10 >= at(11_520.0));
    assert!(downbeat.is_some_and(|note| note.0 <= at(11_520.0) + 1000 && note.3 == 36), "{downbeat:?}");
    rig.finish();
}
