//! The score's melody, where the player lets it play.

use super::rig::{Rig, SteadyHost};
use continuo_engine::realtime::{
    BlockTransport, Delivery, KeyStroke, MelodyBar, MelodyNote, PLAY_AT_ONCE, PlayableMelody, RolledTick,
};
use continuo_music::{note::Note, settings::MelodySource, time::Tick};

/// 25 samples a tick.
const HOST: SteadyHost = SteadyHost { start: 0.0, tempo: 120.0, rate: 48_000.0, cycle: None };
const BAR: Tick = 3840;

fn melody(notes: &[(Tick, u8, Tick)], ready_at: RolledTick) -> Delivery {
    let bars = notes.iter().map(|note| note.0.div_euclid(BAR) * BAR).collect::<std::collections::BTreeSet<_>>();
    let notes = notes
        .iter()
        .map(|&(start, pitch, length)| MelodyNote { note: Note { start, pitch, length, velocity: 70 }, ready_at });
    let bars = bars.into_iter().map(|start| MelodyBar { start, end: start + BAR, ready_at });
    Delivery::Melody(Box::new(PlayableMelody { bars: bars.collect(), notes: notes.collect() }))
}

fn rig(source: MelodySource) -> Rig {
    let mut rig = Rig::new(HOST.rate);
    rig.settings.melody_source = source;
    rig
}

fn deliver(rig: &Rig, delivery: Delivery) {
    rig.composer.deliveries.try_send(delivery).unwrap();
}

/// Plays up to a tick in blocks of a fixed size; keys come at their ticks.
fn play(rig: &mut Rig, to: Tick, keys: &[(Tick, u8, bool)]) {
    const FRAMES: u32 = 500;
    while (rig.clock as f64) < HOST.sample(to) as f64 {
        let (from, end) = (rig.clock, rig.clock + u64::from(FRAMES));
        let stroke = |&(tick, pitch, down): &(Tick, u8, bool)| {
            let at = HOST.sample(tick);
            let offset = (from..end).contains(&at).then(|| (at - from) as u32)?;
            Some(if down { KeyStroke::down(offset, 0, pitch, 100) } else { KeyStroke::up(offset, 0, pitch) })
        };
        let input: Vec<KeyStroke> = keys.iter().filter_map(stroke).collect();
        rig.block(&HOST.at(rig.clock), FRAMES, &input);
    }
}

/// The notes that sounded on the melody's channel: when they began and ended, in ticks, and their pitch.
fn heard(rig: &Rig) -> Vec<(Tick, Tick, u8)> {
    let mut notes: Vec<(Tick, Tick, u8)> = vec![];
    for (sample, on, channel, pitch) in rig.notes() {
        let tick = (sample as f64 * HOST.ticks_per_sample()).round() as Tick;
        assert_eq!(channel, 0);
        if on {
            notes.push((tick, Tick::MAX, pitch));
        } else if let Some(note) = notes.iter_mut().rfind(|note| note.2 == pitch && note.1 == Tick::MAX) {
            note.1 = tick;
        }
    }
    notes
}

#[test]
fn the_scores_melody_plays_unless_the_input_is_the_melody() {
    for (source, plays) in [(MelodySource::Input, false), (MelodySource::Score, true), (MelodySource::Both, true)] {
        let mut rig = rig(source);
        // It does so whether or not what comes in passes.
        rig.settings.thru = source == MelodySource::Both;
        deliver(&rig, melody(&[(0, 60, 480), (960, 64, 960)], PLAY_AT_ONCE));
        play(&mut rig, BAR, &[]);
        let expected = [(0, 480, 60), (960, 1920, 64)];
        assert_eq!(heard(&rig), if plays { &expected[..] } else { &[] }, "{source:?}");
        rig.finish();
    }
}

#[test]
fn what_comes_in_is_silent_in_the_scores_bars_alone() {
    let mut rig = rig(MelodySource::Score);
    deliver(&rig, melody(&[(960, 64, 480)], PLAY_AT_ONCE));
    play(&mut rig, 2 * BAR, &[(1920, 70, true), (2400, 70, false), (BAR, 72, true), (BAR + 480, 72, false)]);
    assert_eq!(heard(&rig), [(960, 1440, 64), (BAR, BAR + 480, 72)]);
    assert_eq!(rig.facts.iter().filter(|fact| fact.is_note()).count(), 4, "all of it is reported");
    rig.finish();
}

#[test]
fn a_note_of_both_sounds_once_and_another_beside_it() {
    for late in [-110, -1, 0, 1, 110] {
        let mut rig = rig(MelodySource::Both);
        deliver(&rig, melody(&[(960, 64, 480), (1920, 65, 480)], PLAY_AT_ONCE));
        let keys = [(960 + late, 64, true), (1440 + late, 64, false), (2000, 72, true), (2400, 72, false)];
        play(&mut rig, BAR, &keys);
        let pitches: Vec<u8> = heard(&rig).iter().map(|note| note.2).collect();
        assert_eq!(pitches, [64, 65, 72], "{late} ticks late");
        rig.finish();
    }
    let mut rig = rig(MelodySource::Both);
    deliver(&rig, melody(&[(960, 64, 480)], PLAY_AT_ONCE));
    play(&mut rig, BAR, &[(1920, 64, true), (2400, 64, false)]);
    assert_eq!(heard(&rig).len(), 2, "the same pitch elsewhere is another note");
    rig.finish();
}

#[test]
fn what_was_just_recorded_plays_from_the_next_pass_on() {
    let mut rig = rig(MelodySource::Both);
    deliver(&rig, melody(&[(960, 64, 480)], BAR));
    play(&mut rig, BAR, &[]);
    assert_eq!(heard(&rig), []);
    let again = SteadyHost { start: -(HOST.sample(BAR) as f64) * HOST.ticks_per_sample(), ..HOST };
    while rig.clock < 2 * HOST.sample(BAR) {
        rig.block(&again.at(rig.clock), 500, &[]);
    }
    assert_eq!(rig.notes().len(), 2);
    rig.finish();
}

#[test]
fn an_edit_is_heard_at_once_and_what_stays_is_not_cut() {
    let mut rig = rig(MelodySource::Score);
    deliver(&rig, melody(&[(0, 60, BAR), (0, 67, BAR)], PLAY_AT_ONCE));
    play(&mut rig, 960, &[]);
    // One note stays and becomes shorter, one goes, one comes that is under way.
    deliver(&rig, melody(&[(0, 60, 1920), (480, 72, 1920)], PLAY_AT_ONCE));
    play(&mut rig, BAR, &[]);
    let mut notes = heard(&rig);
    notes.sort_by_key(|note| note.2);
    assert_eq!((notes[0], notes[1].0, notes[1].2, notes[2].1, notes[2].2), ((0, 1920, 60), 0, 67, 2400, 72));
    assert!((940..1000).contains(&notes[1].1) && (940..1000).contains(&notes[2].0), "{notes:?}");
    rig.finish();
}

#[test]
fn it_ends_with_the_transport_the_switch_and_bypass_and_goes_on_where_it_is() {
    let mut rig = rig(MelodySource::Score);
    deliver(&rig, melody(&[(0, 60, 4 * BAR)], PLAY_AT_ONCE));
    play(&mut rig, 960, &[]);
    assert_eq!(rig.sounding, [(0, 60)]);
    rig.settings.melody_source = MelodySource::Input;
    play(&mut rig, 1200, &[]);
    assert_eq!(rig.sounding, []);
    rig.settings.melody_source = MelodySource::Both;
    play(&mut rig, 1440, &[]);
    assert_eq!(rig.sounding, [(0, 60)], "it is under way");
    rig.bypass = true;
    play(&mut rig, 1680, &[]);
    assert_eq!(rig.sounding, []);
    rig.bypass = false;
    play(&mut rig, 1920, &[]);
    assert_eq!(rig.sounding, [(0, 60)]);
    rig.block(&BlockTransport { playing: false, ..HOST.at(rig.clock) }, 500, &[]);
    rig.block(&BlockTransport { playing: false, ..HOST.at(rig.clock) }, 500, &[]);
    assert_eq!(rig.sounding, []);
    rig.finish();
}
