//! The parts wait while the host counts in, or plays a pre-roll.

use super::rig::{Rig, SteadyHost, dense_bar};
use continuo_engine::realtime::{BlockTransport, Fact, KeyStroke};

const RATE: f64 = 48_000.0;
/// It begins a bar before the song.
const COUNTING: SteadyHost = SteadyHost { start: -3840.0, tempo: 120.0, rate: RATE, cycle: None };
const BAR: u64 = 96_000;

fn rig() -> Rig {
    let rig = Rig::new(RATE);
    for bar in -1..4 {
        rig.deliver(dense_bar(bar, 0));
    }
    rig
}

fn melody_facts(rig: &Rig) -> Vec<Fact> {
    let is_melody = |fact: &&Fact| matches!(fact, Fact::NoteOn { .. } | Fact::NoteOff { .. } | Fact::Started { .. });
    rig.facts.iter().filter(is_melody).copied().collect()
}

/// What sounds on the parts' channels.
fn parts(rig: &Rig) -> Vec<(u64, bool, u8, u8)> {
    rig.notes().into_iter().filter(|note| note.2 != 0).collect()
}

/// Keys that a player tries out before the song begins, and one that is held into it.
fn noodling(now: u64, frames: u32) -> Vec<KeyStroke> {
    let keys = [
        (100, KeyStroke::down(0, 0, 60, 80)),
        (20_000, KeyStroke::up(0, 0, 60)),
        (BAR - 40, KeyStroke::down(0, 0, 62, 80)),
        (BAR - 20, KeyStroke::up(0, 0, 62)),
        (BAR - 10, KeyStroke::down(0, 0, 64, 80)),
        (BAR + 500, KeyStroke::up(0, 0, 64)),
    ];
    let inside = keys.into_iter().filter(|key| (now..now + u64::from(frames)).contains(&key.0));
    inside.map(|(time, key)| KeyStroke { offset: (time - now) as u32, ..key }).collect()
}

#[test]
fn nothing_plays_and_nothing_is_heard_before_the_songs_start() {
    for frames in [64, 480, 1000, 8192] {
        let mut rig = rig();
        while rig.clock < 2 * BAR {
            rig.block(&COUNTING.at(rig.clock), frames, &noodling(rig.clock, frames));
        }
        rig.finish();
        assert_eq!(parts(&rig).first().map(|note| note.0), Some(BAR), "the downbeat, to the sample");
        assert_eq!(rig.notes().iter().filter(|note| note.1 && note.2 == 0).count(), 3, "the melody passes");
        let on = Fact::NoteOn { tick: 0, pitch: 64, velocity: 80 };
        let off = Fact::NoteOff { tick: 20, pitch: 64 };
        assert_eq!(melody_facts(&rig), [Fact::Started { tick: 0, rolled: 0 }, on, off], "blocks of {frames}");
        assert!(!rig.facts.iter().any(|fact| matches!(fact, Fact::Rolled { from, .. } if *from < 0)));
    }
}

#[test]
fn nothing_plays_and_nothing_is_heard_in_a_pre_roll_within_the_song() {
    // The last bar before the third is a pre-roll.
    let host = SteadyHost { start: 3840.0, ..COUNTING };
    let mut rig = rig();
    rig.block(&BlockTransport { playing: false, ..SteadyHost { start: 7680.0, ..host }.at(0) }, 480, &[]);
    for block in 0..400 {
        let now = block * 480;
        let transport = BlockTransport { pre_roll: now < BAR, ..host.at(now) };
        rig.block(&transport, 480, &noodling(now, 480));
    }
    assert_eq!(parts(&rig).first().map(|note| note.0), Some(480 + BAR));
    let on = Fact::NoteOn { tick: 7680, pitch: 64, velocity: 80 };
    let off = Fact::NoteOff { tick: 7700, pitch: 64 };
    assert_eq!(melody_facts(&rig), [Fact::Started { tick: 7680, rolled: 0 }, on, off]);
    assert_eq!(rig.facts.iter().filter(|fact| matches!(fact, Fact::Located { .. })).count(), 1);
    rig.finish();
}

#[test]
fn a_transport_that_goes_back_into_a_count_in_stops_the_parts() {
    let mut rig = rig();
    for block in 0..10 {
        rig.block(&SteadyHost { start: 0.0, ..COUNTING }.at(block * 480), 480, &[]);
    }
    assert!(!rig.sounding.is_empty());
    rig.block(&COUNTING.at(0), 480, &[]);
    assert_eq!(rig.sounding, []);
    assert!(matches!(rig.facts.last(), Some(Fact::Left { tick: 192 })), "{:?}", rig.facts.last());
    rig.finish();
}
