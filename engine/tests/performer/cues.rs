//! Intros and endings that the player calls for while the band plays.

use super::rig::{Rig, SteadyHost, phrase};
use continuo_engine::realtime::{BlockTransport, OutputEventKind, PlayablePhrase};
use continuo_music::{key::Key, note::Note, part::Part, time::Tick};

/// 25 samples a tick.
const HOST: SteadyHost = SteadyHost { start: 0.0, tempo: 120.0, rate: 48_000.0, cycle: None };
const BAR: Tick = 3840;

/// A bar in which all parts play on each beat, in D major.
fn bar(number: Tick) -> PlayablePhrase {
    let start = number * BAR;
    let mut notes = vec![];
    for beat in 0..4 {
        for (part, pitch) in Part::ALL.into_iter().zip([42, 40, 60, 65, 72]) {
            let note = Note { start: start + beat * 960, pitch, length: 960, velocity: 80 };
            notes.push(continuo_engine::realtime::PartNote { part, note });
        }
    }
    PlayablePhrase { key: Some(Key::major(2)), ..phrase(start, start + BAR, 0, notes) }
}

/// Where the switches go on: intro and end.
#[derive(Clone, Copy, Default)]
struct Calls {
    intro: Option<Tick>,
    end: Option<Tick>,
    end_again: Option<Tick>,
}

/// The note-ons of a run with calls: tick, channel, pitch. Each block's switches are those at its start.
fn run(host: &SteadyHost, calls: Calls, to: Tick, frames: u32) -> Vec<(Tick, u8, u8)> {
    let mut rig = Rig::new(HOST.rate);
    rig.deliver_table((0..16).map(bar));
    let end = to as u64 * 25;
    while rig.clock < end {
        let tick = (rig.clock / 25) as Tick;
        let on = |call: Option<Tick>| call.is_some_and(|call| (call..call + 400).contains(&tick));
        rig.performer.call(on(calls.intro), on(calls.end) || on(calls.end_again));
        rig.block(&host.at(rig.clock), frames.min((end - rig.clock) as u32), &[]);
    }
    let ons = rig.events.iter().filter_map(|&(sample, kind)| match kind {
        OutputEventKind::NoteOn { channel, pitch, .. } => Some(((sample / 25) as Tick, channel, pitch)),
        _ => None,
    });
    let mut ons: Vec<_> = ons.collect();
    ons.sort_unstable();
    rig.finish();
    ons
}

fn between(notes: &[(Tick, u8, u8)], from: Tick, to: Tick) -> Vec<(Tick, u8, u8)> {
    notes.iter().filter(|note| (from..to).contains(&note.0)).copied().collect()
}

#[test]
fn an_ending_is_the_tonic_at_the_bar_line_and_then_silence_at_any_block_size() {
    let calls = Calls { end: Some(BAR + 1500), ..Calls::default() };
    let played = run(&HOST, calls, 6 * BAR, 480);
    let last: Vec<(u8, u8)> = between(&played, 2 * BAR, 6 * BAR).iter().map(|note| (note.1, note.2)).collect();
    let bass: Vec<u8> = last.iter().filter(|note| note.0 == 1).map(|note| note.1 % 12).collect();
    let chord: Vec<u8> = last.iter().filter(|note| note.0 == 2).map(|note| note.1 % 12).collect();
    assert_eq!((bass, chord), (vec![2], vec![9, 2, 6]));
    assert!(last.contains(&(9, 36)) && last.contains(&(9, 49)));
    assert!(played.iter().all(|note| note.0 <= 2 * BAR), "silence follows: {played:?}");
    assert_eq!(between(&played, 0, 2 * BAR), between(&run(&HOST, Calls::default(), 3 * BAR, 480), 0, 2 * BAR));
    for frames in [32, 300, 1024, 4096] {
        assert_eq!(run(&HOST, calls, 6 * BAR, frames), played, "{frames}");
    }
}

#[test]
fn the_last_chord_is_held_for_two_bars_and_ends_with_the_transport() {
    let mut rig = Rig::new(HOST.rate);
    rig.deliver_table((0..8).map(bar));
    let block = |rig: &mut Rig, end: bool| {
        rig.performer.call(false, end);
        rig.block(&HOST.at(rig.clock), 480, &[]);
    };
    for index in 0..200 * 4 {
        block(&mut rig, index == 20);
        let tick = rig.clock as Tick / 25;
        let sounds = rig.sounding.iter().any(|key| key.0 == 2);
        assert_eq!(sounds, tick <= 3 * BAR, "at {tick}");
    }
    for _ in 0..2 {
        block(&mut rig, false);
    }
    // At once where the transport stops.
    let mut rig = Rig::new(HOST.rate);
    rig.deliver_table((0..8).map(bar));
    for index in 0..250 {
        block(&mut rig, index == 20);
    }
    assert!(!rig.sounding.is_empty());
    let stopped = BlockTransport { playing: false, ..HOST.at(rig.clock) };
    (0..3).for_each(|_| rig.block(&stopped, 480, &[]));
    assert_eq!(rig.sounding, []);
}

#[test]
fn a_band_that_has_ended_plays_on_when_it_is_called_again_or_the_transport_starts_anew() {
    let calls = Calls { end: Some(100), end_again: Some(3 * BAR + 100), ..Calls::default() };
    let played = run(&HOST, calls, 6 * BAR, 480);
    assert!(between(&played, BAR + 10, 4 * BAR).is_empty());
    let plain = run(&HOST, Calls::default(), 6 * BAR, 480);
    assert_eq!(between(&played, 4 * BAR, 6 * BAR), between(&plain, 4 * BAR, 6 * BAR));
}

#[test]
fn an_intro_counts_a_bar_from_where_the_transport_starts_or_the_next_bar_line() {
    let sticks = |from: Tick| -> Vec<(Tick, u8, u8)> { (0..4).map(|beat| (from + beat * 960, 9, 37)).collect() };
    let plain = run(&HOST, Calls::default(), 6 * BAR, 480);
    for frames in [32, 480, 1024] {
        let played = run(&HOST, Calls { intro: Some(BAR + 200), ..Calls::default() }, 6 * BAR, frames);
        assert_eq!(between(&played, 2 * BAR, 3 * BAR), sticks(2 * BAR), "{frames}");
        assert_eq!(between(&played, 0, 2 * BAR), between(&plain, 0, 2 * BAR));
        assert_eq!(between(&played, 3 * BAR, 6 * BAR), between(&plain, 3 * BAR, 6 * BAR));
    }
    // Called for while the transport stands.
    let mut rig = Rig::new(HOST.rate);
    rig.deliver_table((0..8).map(bar));
    let stopped = BlockTransport { playing: false, ..HOST.at(0) };
    for intro in [false, true, false] {
        rig.performer.call(intro, false);
        rig.block(&stopped, 480, &[]);
    }
    let begins = rig.clock;
    rig.performer.call(false, false);
    while rig.clock < begins + 2 * BAR as u64 * 25 {
        rig.block(&HOST.at(rig.clock - begins), 480, &[]);
    }
    let ons: Vec<(Tick, u8, u8)> = rig
        .events
        .iter()
        .filter_map(|&(sample, kind)| match kind {
            OutputEventKind::NoteOn { channel, pitch, .. } => Some((((sample - begins) / 25) as Tick, channel, pitch)),
            _ => None,
        })
        .collect();
    assert_eq!(between(&ons, 0, BAR), sticks(0));
    assert_eq!(between(&ons, BAR, BAR + 1).len(), 5);
}

#[test]
fn an_ending_outlasts_a_loop() {
    let host = SteadyHost { cycle: Some((0.0, 8.0)), ..HOST };
    let played = run(&host, Calls { end: Some(BAR + 100), ..Calls::default() }, 8 * BAR, 480);
    assert!(!between(&played, 2 * BAR, 2 * BAR + 10).is_empty(), "at the loop's start");
    assert!(between(&played, 2 * BAR + 10, 8 * BAR).is_empty());
}

#[test]
fn a_project_that_is_saved_with_a_switch_on_opens_silent_about_it() {
    let calls = Calls { end: Some(0), intro: Some(0), ..Calls::default() };
    assert_eq!(run(&HOST, calls, 3 * BAR, 480), run(&HOST, Calls::default(), 3 * BAR, 480));
}
