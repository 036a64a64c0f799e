//! The same project plays the same notes, however the host runs.

use continuo_harness::{
    Format, NoteEventKind, Pace, Player,
    built::{self, FORMATS, RATE, host, notes, offline_player, pass},
    played::PlayedNote,
    songs::ode,
};
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
fn second_pass(run: Run) -> Vec<PlayedNote> {
    let song = ode();
    let mut host = host(run.format);
    host.set("Seed", "7").expect("the plugin accepts the seed");
    // In real time a test would take as long as the music; at this pace the composer still keeps up.
    let pace = if run.offline { Pace::Fast } else { Pace::Timed(8.0) };
    let mut player =
        Player::new(&mut *host, run.sample_rate, run.block, run.offline, pace).expect("the plugin is activated");
    let events = built::second_pass(&mut player, &song);
    notes(&song, run.sample_rate, &events)
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
        host.set("Seed", "7").expect("the plugin accepts the seed");
        let mut player = Player::new(&mut *host, 48_000.0, 512, true, Pace::Fast).expect("the plugin is activated");
        player.set_loop();
        pass(&mut player, &song);
        let events = pass(&mut player, &song);
        // The last key of the first round is released as the second begins.
        let found: Vec<PlayedNote> =
            notes(&song, RATE, &events).into_iter().filter(|note| note.end > note.start).collect();
        assert_eq!(found, second_pass(REFERENCE), "{format:?}");
    }
}

#[test]
fn another_seed_plays_something_else() {
    let song = ode();
    let render = |seed: &str| {
        let mut host = host(Format::Clap);
        host.set("Seed", seed).expect("the plugin accepts the seed");
        let mut player = offline_player(&mut *host);
        let events = pass(&mut player, &song);
        notes(&song, RATE, &events)
    };
    assert_ne!(render("1"), render("2"));
}

/// Channel and program of each program change, in order, and the channels that played a note before they had a program.
fn program_changes(format: Format, switch: &str) -> (Vec<(u8, u8)>, BTreeSet<u8>) {
    let mut host = host(format);
    host.set("Seed", "7").expect("the plugin accepts the seed");
    host.set("Program Changes", switch).expect("the plugin accepts the switch");
    let mut player = offline_player(&mut *host);
    let events = pass(&mut player, &ode());
    let (mut changes, mut early) = (Vec::new(), BTreeSet::new());
    for event in events.iter().map(|event| event.event) {
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
fn both_formats_send_the_same_program_changes() {
    let clap = program_changes(Format::Clap, "On");
    let pitched = BTreeMap::from_iter(clap.0.clone());
    assert_eq!(pitched.keys().copied().collect::<Vec<_>>(), [1, 2, 3, 4], "each part but the drums has one");
    assert!(clap.1.is_subset(&BTreeSet::from([0, 9])), "only melody and drums play without a program: {:?}", clap.1);
    assert_eq!(program_changes(Format::Vst3, "On"), clap);
    for format in FORMATS {
        assert_eq!(program_changes(format, "Off").0, [], "{format:?}");
    }
}
