//! Blocks of every size, at every rate; starting afresh at any time.

use crate::{
    PART, cases, random_runs,
    watched::{Watched, keep_network},
};
use continuo_harness::{HostEvent, NoteEventKind, built::FORMATS, evidence};
use proptest::prelude::*;

const RATES: [f64; 9] = [8_000.0, 11_025.0, 22_050.0, 44_100.0, 48_000.0, 96_000.0, 192_000.0, 384_000.0, 768_000.0];

#[test]
fn every_block_size_at_every_rate() {
    let _network = keep_network();
    let mut blocks = 0;
    for format in FORMATS {
        for rate in RATES {
            let mut watched = Watched::new(format, rate, 8192, false);
            let before = watched.begun();
            let sizes = [1, 2, 3, 7, 16, 31, 32, 33, 63, 64, 65, 127, 128, 441, 480, 511, 512, 1000, 1024, 2048, 4095];
            let mut frames = 0;
            // At least four bars, the largest block as often as all others together.
            while f64::from(frames) < rate * 8.0 {
                for size in sizes.into_iter().chain([8191, 8192]) {
                    let pitch = 48 + (blocks % 24) as u8;
                    watched.block(size, &[HostEvent::melody(size / 2, NoteEventKind::On(90), pitch)]);
                    watched.block(size, &[HostEvent::melody(0, NoteEventKind::Off, pitch)]);
                    frames += 2 * size;
                    blocks += 2;
                }
            }
            assert!(watched.begun() > before + 40, "{format:?} at {rate} Hz hardly plays");
            watched.finish();
        }
    }
    evidence::record(
        PART,
        "Every block size plays at every sample rate",
        "blocks of 1 to 8192 samples in turn at 8 kHz to 768 kHz, CLAP and VST3; each event checked",
        format!("{blocks} blocks"),
    );
}

#[test]
fn blocks_without_samples_are_survived() {
    for format in FORMATS {
        let mut watched = Watched::new(format, 48_000.0, 512, false);
        for round in 0..200 {
            watched.block(0, &[HostEvent::melody(0, NoteEventKind::On(90), 60)]);
            watched.block(u32::from(round % 3 == 0) * 512, &[HostEvent::melody(0, NoteEventKind::Off, 60)]);
        }
        watched.finish();
    }
}

/// What a host may do between two blocks.
#[derive(Clone, Copy, Debug)]
enum Break {
    Nothing,
    Reset,
    Suspend,
    Reactivate { rate: usize, offline: bool },
    Stop,
    Roll,
    Seek(f64),
}

fn interruption() -> impl Strategy<Value = Break> {
    prop_oneof![
        6 => Just(Break::Nothing),
        2 => Just(Break::Reset),
        2 => Just(Break::Suspend),
        1 => (0..RATES.len(), any::<bool>()).prop_map(|(rate, offline)| Break::Reactivate { rate, offline }),
        1 => Just(Break::Stop),
        2 => Just(Break::Roll),
        1 => (0.0..32.0).prop_map(Break::Seek),
    ]
}

#[test]
fn starting_afresh_at_any_time_leaves_no_note_behind() {
    let _network = keep_network();
    let strategy = prop::collection::vec((interruption(), 1_u32..8192, 48_u8..84), 1..50);
    for format in FORMATS {
        proptest!(random_runs(), |(steps in &strategy)| {
            let mut watched = Watched::new(format, 48_000.0, 8192, false);
            for (interruption, frames, pitch) in steps {
                match interruption {
                    Break::Nothing => {}
                    Break::Reset => watched.host.audio().expect("the plugin is active").reset().expect("the plugin resets"),
                    Break::Suspend => watched.host.audio().expect("the plugin is active").suspend().expect("the plugin resumes"),
                    Break::Reactivate { rate, offline } => {
                        watched.host.deactivate();
                        watched.setup.sample_rate = RATES[rate];
                        watched.setup.offline = offline;
                        watched.host.activate(watched.setup).expect("the plugin is activated");
                    }
                    Break::Stop => watched.transport.playing = false,
                    Break::Roll => watched.transport.playing = true,
                    Break::Seek(position) => watched.transport.position = position,
                }
                watched.block(frames, &[HostEvent::melody(0, NoteEventKind::On(80), pitch)]);
            }
            watched.finish();
        });
    }
    evidence::record(
        PART,
        "Reset, reactivation and suspension at any time leave no note behind",
        "random runs of up to 50 blocks with resets, suspensions, reactivations at other rates, stops and seeks",
        format!("{} runs", 2 * cases()),
    );
}
