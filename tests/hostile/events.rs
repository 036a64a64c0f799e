//! Notes as no player plays them.

use crate::{
    PART, cases, random_runs,
    watched::{Watched, keep_network},
};
use continuo_harness::{AddressedKind, Format, HostEvent, NoteEventKind, built::FORMATS, evidence};
use proptest::prelude::*;

#[test]
fn ten_thousand_events_in_a_block() {
    for format in FORMATS {
        let mut watched = Watched::new(format, 48_000.0, 8192, false);
        for round in 0..4_u32 {
            let events: Vec<HostEvent> = (0..10_000_u32)
                .map(|index| {
                    let kind =
                        if (index + round).is_multiple_of(3) { NoteEventKind::Off } else { NoteEventKind::On(90) };
                    HostEvent::note(index * 8192 / 10_000, kind, (index % 16) as u8, (index / 16 % 128) as u8)
                })
                .collect();
            watched.block(8192, &events);
            watched.block(8192, &[]);
        }
        watched.finish();
    }
    evidence::record(
        PART,
        "10,000 events in one block are survived",
        "ons and offs on all channels and keys, four times over, in both formats; then nothing may sound",
        "80,000 events",
    );
}

/// However many useless note-offs a host sends first, the one that ends a sounding note is not lost.
#[test]
fn an_end_behind_ten_thousand_others_is_heard() {
    for format in FORMATS {
        let mut watched = Watched::new(format, 48_000.0, 512, false);
        watched.transport.playing = false;
        let began = watched.block(512, &[HostEvent::note(0, NoteEventKind::On(90), 0, 60)]);
        assert_eq!(began.len(), 1, "{format:?}");
        let mut events: Vec<HostEvent> = (0..10_000)
            .map(|index| HostEvent::note(0, NoteEventKind::Off, 1 + (index % 15) as u8, (index % 128) as u8))
            .collect();
        events.push(HostEvent::note(511, NoteEventKind::Off, 0, 60));
        let ended = watched.block(512, &events);
        assert_eq!(ended.len(), 1, "{format:?}: the note's end was lost");
        watched.finish();
    }
}

/// A wildcard in CLAP stands for everything, for a key on all channels, or for all keys of a channel.
#[test]
fn wildcards_end_all_that_they_stand_for() {
    // The melody leaves on one channel, so only the pitch says which note it was.
    const NOTES: [(u8, u8); 3] = [(0, 60), (0, 64), (3, 67)];
    let wildcards = [
        (None, None, &[60, 64, 67][..]),
        (None, Some(67), &[67]),
        (Some(0), None, &[60, 64]),
        (Some(3), None, &[67]),
        (None, Some(61), &[]),
    ];
    let mut watched = Watched::new(Format::Clap, 48_000.0, 512, false);
    watched.transport.playing = false;
    for kind in [AddressedKind::Off, AddressedKind::Choke] {
        for (channel, key, expected) in wildcards {
            let begin = NOTES.map(|(channel, pitch)| HostEvent::note(0, NoteEventKind::On(90), channel, pitch));
            assert_eq!(watched.block(512, &begin).len(), NOTES.len());
            let end = HostEvent::Addressed { time: 7, kind, id: None, channel, key };
            let ended = watched.block(512, &[end]);
            assert!(ended.iter().all(|event| event.kind == NoteEventKind::Off && event.time == 7), "{ended:?}");
            let mut ended: Vec<u8> = ended.iter().map(|event| event.pitch).collect();
            ended.sort_unstable();
            assert_eq!(ended, expected, "{kind:?} of channel {channel:?} and key {key:?}");
            watched.block(512, &NOTES.map(|(channel, pitch)| HostEvent::note(0, NoteEventKind::Off, channel, pitch)));
        }
    }
    watched.finish();
    evidence::record(
        PART,
        "A wildcard ends every note that it stands for, and no other",
        "CLAP note-offs and chokes for all notes, for a key on all channels, for all keys of a channel, for nothing that \
         sounds; three notes each",
        format!("{} wildcards", 2 * wildcards.len()),
    );
}

fn velocity() -> impl Strategy<Value = f64> {
    prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(-1.0), Just(0.0), Just(1e-9), 0.0..1.0_f64, Just(300.0)]
}

fn event() -> impl Strategy<Value = HostEvent> {
    let kind = prop_oneof![
        4 => velocity().prop_map(AddressedKind::On),
        2 => Just(AddressedKind::Off),
        1 => Just(AddressedKind::Choke),
    ];
    let channel =
        prop_oneof![4 => Just(Some(0)), 2 => (0..16_u16).prop_map(Some), 1 => Just(None), 1 => Just(Some(99))];
    let key = prop_oneof![6 => (58..62_u16).prop_map(Some), 2 => (0..128_u16).prop_map(Some), 1 => Just(None),
        1 => Just(Some(200))];
    // Few identifiers, so that they collide.
    let id = proptest::option::of(0..3_u16);
    prop_oneof![
        9 => (0..600_u32, kind, id, channel, key)
            .prop_map(|(time, kind, id, channel, key)| HostEvent::Addressed { time, kind, id, channel, key }),
        1 => (0..512_u32, any::<[u8; 3]>()).prop_map(|(time, bytes)| HostEvent::Midi { time, bytes }),
        2 => (0..600_u32, 0xA0..=0xEF_u8, any::<[u8; 2]>())
            .prop_map(|(time, status, [first, second])| HostEvent::Midi { time, bytes: [status, first, second] }),
        1 => (0..600_u32, 0..8_u8, 0..3_u16, any::<(u8, u8)>(), velocity())
            .prop_map(|(time, kind, id, note, value)| HostEvent::Expression { time, kind, id, note, value }),
    ]
}

#[test]
fn duplicates_wildcards_and_numbers_that_do_not_exist() {
    const BLOCKS: usize = 30;
    let _network = keep_network();
    let strategy = prop::collection::vec(prop::collection::vec(event(), 0..20), BLOCKS);
    for format in FORMATS {
        proptest!(random_runs(), |(blocks in &strategy)| {
            let mut watched = Watched::new(format, 48_000.0, 512, false);
            for mut events in blocks {
                let time = |event: &HostEvent| match *event {
                    HostEvent::Addressed { time, .. }
                    | HostEvent::Midi { time, .. }
                    | HostEvent::Expression { time, .. } => time,
                    _ => 0,
                };
                events.sort_by_key(time);
                watched.block(512, &events);
            }
            watched.finish();
        });
    }
    evidence::record(
        PART,
        "Notes without ends, ends without notes, duplicate identifiers, wildcards and numbers that do not exist",
        "random blocks with velocities of NaN and infinity, channel 99, key 200, events past the block, raw MIDI, controllers \
         and expressions",
        format!("{} blocks", 2 * cases() as usize * BLOCKS),
    );
}
