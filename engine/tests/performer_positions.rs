//! Notes lie where the score says, to the sample, whatever the blocks.

#[path = "support/rig.rs"]
mod rig;

use continuo_engine::{part::Part, queues::PlayablePhrase, time::Tick};
use proptest::prelude::*;
use rig::{Host, Rig, score};

fn play(host: &Host, score: &[PlayablePhrase], until: u64, blocks: &[u32]) -> Rig {
    let mut rig = Rig::new(host.rate);
    for phrase in score {
        rig.deliver(phrase.clone());
    }
    for &frames in blocks.iter().cycle() {
        if rig.clock >= until {
            break;
        }
        rig.block(&host.at(rig.clock), frames, &[]);
    }
    rig
}

/// What one pass over the score must sound like from a tick on: each note-on and note-off with its sample.
fn expected(score: &[PlayablePhrase], first: Tick, sample: impl Fn(Tick) -> u64) -> Vec<(u64, bool, u8, u8)> {
    let mut expected = vec![];
    for note in score.iter().flat_map(|phrase| phrase.notes.iter()) {
        let under_way = note.part != Part::Drums && note.note.start < first && note.note.end() >= first + 240;
        if note.note.start >= first || under_way {
            let channel = note.part.default_channel();
            expected.push((sample(note.note.start.max(first)), true, channel, note.note.pitch));
            expected.push((sample(note.note.end()), false, channel, note.note.pitch));
        }
    }
    expected.sort_unstable();
    expected
}

fn rates() -> impl Strategy<Value = f64> {
    prop_oneof![Just(44_100.0), Just(48_000.0), Just(96_000.0), 8_000.0..768_000.0]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_note_is_at_its_sample(
        score in score(), start in -500.0..12_000.0f64, whole in any::<bool>(), tempo in 20.0..400.0f64, rate in rates(),
        blocks in proptest::collection::vec(1..=8192u32, 1..8),
    ) {
        let start = if whole { start.round() } else { start };
        let host = Host { start, tempo, rate, cycle: None };
        let mut rig = play(&host, &score, host.sample(4 * 3840) + 2, &blocks);
        prop_assert_eq!(rig.composer.progress.late.load(std::sync::atomic::Ordering::Relaxed), 0);
        rig.finish();
        // The first tick that is played: at or after the start, to the sample.
        let first = (start - host.ticks_per_sample() * (1.0 - 1e-4)).floor() as Tick + 1;
        prop_assert_eq!(rig.notes(), expected(&score, first, |tick| host.sample(tick)));
    }
}
