//! The same project plays the same notes, however the host runs.

use continuo_harness::built::{FORMATS, PartNote, host, notes, ode};
use continuo_harness::{Format, NoteEventKind, Pace, Player};
use std::collections::{BTreeMap, BTreeSet};

/// How a host may run.
#[derive(Clone, Copy, Debug)]
struct Run {
    format: Format,
    sample_rate: f64,
    block: u32,
    offline: bool,
}

const REFERENCE: Run = Run { format: Format::Clap, sample_rate: 48_000.0, block: 480, offline: true };

/// The notes of the second pass, in ticks.
fn second_pass(run: Run) -> Vec<PartNote> {
    let song = ode();
    let mut host = host(run.format);
    host.set("Seed", "7").expect("the seed is taken");
    // In real time a test would take as long as the music; at this pace the composer still keeps up.
    let pace = if run.offline { Pace::Fast } else { Pace::Timed(8.0) };
    let mut session =
        Player::new(&mut *host, run.sample_rate, run.block, run.offline, pace).expect("the plugin is activated");
    session.pass(&song, &mut |_| {}).expect("the first pass plays");
    session.settle().expect("the plugin settles");
    let played = session.pass(&song, &mut |_| {}).expect("the second pass plays");
    notes(&song, run.sample_rate, &played)
}

fn assert_same(run: Run) {
    let (expected, found) = (second_pass(REFERENCE), second_pass(run));
    let parts = expected.iter().filter(|note| note.channel != 0).count();
    assert!(parts > 20, "the parts hardly play: {parts} notes");
    assert_eq!(found, expected, "{run:?}");
}

#[test]
fn small_blocks_play_the_same() {
    assert_same(Run { block: 32, ..REFERENCE });
}

#[test]
fn odd_blocks_at_another_rate_play_the_same() {
    assert_same(Run { block: 64, sample_rate: 44_100.0, ..REFERENCE });
}

#[test]
fn large_blocks_at_a_high_rate_in_vst3_play_the_same() {
    assert_same(Run { block: 4096, sample_rate: 96_000.0, format: Format::Vst3, ..REFERENCE });
}

#[test]
fn vst3_plays_the_same() {
    assert_same(Run { format: Format::Vst3, ..REFERENCE });
}

#[test]
fn a_live_host_plays_the_same() {
    assert_same(Run { offline: false, block: 64, ..REFERENCE });
}

#[test]
fn a_live_vst3_host_plays_the_same() {
    assert_same(Run { offline: false, format: Format::Vst3, sample_rate: 44_100.0, ..REFERENCE });
}

#[test]
fn a_loop_plays_the_same() {
    let song = ode();
    for format in FORMATS {
        let mut host = host(format);
        host.set("Seed", "7").expect("the seed is taken");
        let mut session = Player::new(&mut *host, 48_000.0, 512, true, Pace::Fast).expect("the plugin is activated");
        session.set_loop();
        session.pass(&song, &mut |_| {}).expect("the first round plays");
        let events = session.pass(&song, &mut |_| {}).expect("the second round plays");
        // The first round's last key goes up as the second begins.
        let found: Vec<PartNote> =
            notes(&song, 48_000.0, &events).into_iter().filter(|note| note.end > note.start).collect();
        assert_eq!(found, second_pass(REFERENCE), "{format:?}");
    }
}

#[test]
fn another_seed_plays_something_else() {
    let song = ode();
    let render = |seed: &str| {
        let mut host = host(Format::Clap);
        host.set("Seed", seed).expect("the seed is taken");
        let mut session = Player::new(&mut *host, 48_000.0, 480, true, Pace::Fast).expect("the plugin is activated");
        let played = session.pass(&song, &mut |_| {}).expect("the plugin plays");
        notes(&song, 48_000.0, &played)
    };
    assert_ne!(render("1"), render("2"));
}

/// Channel and program of each change, in their order, and the channels that played a note before they had a program.
fn programs(format: Format, switch: &str) -> (Vec<(u8, u8)>, BTreeSet<u8>) {
    let mut host = host(format);
    host.set("Seed", "7").expect("the seed is taken");
    host.set("Program Changes", switch).expect("the switch is taken");
    let mut session = Player::new(&mut *host, 48_000.0, 480, true, Pace::Fast).expect("the plugin is activated");
    let played = session.pass(&ode(), &mut |_| {}).expect("the plugin plays");
    let (mut changes, mut early) = (Vec::new(), BTreeSet::new());
    for event in played.iter().map(|event| event.event) {
        match event.kind {
            NoteEventKind::Program => changes.push((event.channel, event.pitch)),
            NoteEventKind::On(_) if changes.iter().all(|&(channel, _)| channel != event.channel) => {
                early.insert(event.channel);
            }
            NoteEventKind::On(_) | NoteEventKind::Off => {}
        }
    }
    (changes, early)
}

#[test]
fn both_formats_choose_the_same_programs() {
    let clap = programs(Format::Clap, "On");
    let pitched = BTreeMap::from_iter(clap.0.clone());
    assert_eq!(pitched.keys().copied().collect::<Vec<_>>(), [1, 2, 3, 4], "each part but the drums has one");
    assert!(clap.1.is_subset(&BTreeSet::from([0, 9])), "only melody and drums play without: {:?}", clap.1);
    assert_eq!(programs(Format::Vst3, "On"), clap);
    for format in FORMATS {
        assert_eq!(programs(format, "Off").0, [], "{format:?}");
    }
}
