//! Transports that are missing, or nonsense.

use crate::{
    PART, cases, random_runs,
    watched::{Watched, keep_network},
};
use continuo_harness::{HostEvent, NoteEventKind, Transport, built::FORMATS, evidence};
use proptest::prelude::*;

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        Just(f64::NAN),
        Just(f64::INFINITY),
        Just(f64::NEG_INFINITY),
        Just(0.0),
        Just(-0.0),
        Just(f64::MIN_POSITIVE),
        Just(1e300),
        Just(-1e300),
        -1e12..1e12_f64,
        -8.0..40.0_f64,
        20.0..400.0_f64,
    ]
}

fn nonsense() -> impl Strategy<Value = Transport> {
    let whole = prop_oneof![Just(i64::MIN), Just(i64::MAX), any::<i64>(), 0..10_000_000_i64];
    let meter = (any::<u16>(), any::<u16>());
    let cycle = proptest::option::of((number(), number()));
    (any::<[bool; 2]>(), number(), number(), whole, meter, number(), cycle).prop_map(
        |([playing, pre_roll], tempo, position, sample, meter, bars_from, cycle)| Transport {
            playing,
            pre_roll,
            tempo,
            position,
            sample,
            meter,
            bars_from,
            cycle,
        },
    )
}

#[test]
fn without_a_transport_the_melody_passes() {
    for format in FORMATS {
        let mut watched = Watched::new(format, 48_000.0, 512, false);
        let mut heard = 0;
        for block in 0..400 {
            let kind = if block % 2 == 0 { NoteEventKind::On(90) } else { NoteEventKind::Off };
            let event = HostEvent::melody(100, kind, 60);
            heard += watched.block_with(512, None, &[event]).len();
        }
        assert!(heard >= 400, "{format:?}: {heard} events of 400");
        watched.finish();
    }
}

#[test]
fn the_plugin_survives_nonsense_and_plays_again() {
    const BLOCKS: u32 = 40;
    let _network = keep_network();
    let strategy = prop::collection::vec((nonsense(), any::<bool>(), 1_u32..4096), BLOCKS as usize);
    for format in FORMATS {
        proptest!(random_runs(), |(blocks in &strategy)| {
            let mut watched = Watched::new(format, 48_000.0, 4096, false);
            for (index, (transport, sane, frames)) in blocks.into_iter().enumerate() {
                let pitch = 48 + (index % 24) as u8;
                let down = HostEvent::melody(0, NoteEventKind::On(90), pitch);
                if sane {
                    watched.block(frames, &[down]);
                } else {
                    watched.block_with(frames, Some(&transport), &[down]);
                }
            }
            // Whatever came before, the plugin plays again once the host sends valid transports.
            watched.go_offline();
            let before = watched.begun();
            watched.transport.position = 0.0;
            watched.transport.playing = true;
            for _ in 0..48 {
                watched.block(4096, &[]);
            }
            prop_assert!(watched.begun() > before + 10, "nothing plays after nonsense");
            watched.finish();
        });
    }
    evidence::record(
        PART,
        "A transport full of NaN, infinities and impossible meters is survived, and sense plays again",
        "random transports between sane blocks; afterwards the stored arrangement must play",
        format!("{} transports", 2 * cases() * BLOCKS),
    );
}
