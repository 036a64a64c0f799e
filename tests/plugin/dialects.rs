//! Hosts that take CLAP's own notes, MIDI, or both.

use continuo_harness::{
    Balance, Format, NoteEvent, NoteEventKind, PluginHost, Setup, Transport,
    built::{RATE, library, played_state},
    hosts::clap::{ClapHost, Dialect},
};

/// What the stored arrangement and a melody note play in four seconds.
fn played(dialect: Dialect) -> Vec<(usize, NoteEvent)> {
    let mut host = ClapHost::load_into(&library(), "Continuo", dialect).expect("the plugin loads");
    host.load(&played_state(Format::Clap)).expect("the plugin accepts the state");
    host.set("Program Changes", "On").expect("the plugin has the parameter");
    host.activate(Setup { sample_rate: RATE, largest_block: 480, offline: true }).expect("the plugin is activated");
    let mut balance = Balance::default();
    let mut transport = Transport::ROLLING;
    let mut all = Vec::new();
    for block in 0..402 {
        let note = match block {
            10 => Some(NoteEvent::melody(7, NoteEventKind::On(33), 90)),
            300 => Some(NoteEvent::melody(8, NoteEventKind::Off, 90)),
            400 => {
                transport.playing = false;
                None
            }
            _ => None,
        };
        let events = host.process(480, Some(&transport), note.as_slice()).expect("the plugin plays");
        balance.add(480, &events).unwrap_or_else(|error| panic!("{dialect:?}: {error}"));
        all.extend(events.into_iter().map(|event| (block, event)));
        transport.advance(480, RATE);
    }
    assert!(balance.is_silent(), "{dialect:?}");
    all
}

#[test]
fn the_same_notes_reach_hosts_of_every_dialect() {
    let expected = played(Dialect::Untold);
    assert!(expected.iter().filter(|(_, event)| event.is_on()).count() > 40);
    assert!(expected.iter().any(|(_, event)| event.kind == NoteEventKind::On(33)), "the melody keeps its velocity");
    for dialect in [Dialect::Both, Dialect::Clap, Dialect::Midi, Dialect::Refusing] {
        assert_eq!(played(dialect), expected, "{dialect:?}");
    }
}
