//! Hosts whose positions are lost, late or not updated: the notes stay the same.

use super::rig::{Rig, SteadyHost, dense_bar};
use continuo_engine::realtime::{BlockTransport, Fact, KeyStroke};
use continuo_music::time::Tick;
use proptest::prelude::*;

const RATE: f64 = 48_000.0;
const HOST: SteadyHost = SteadyHost { start: 0.0, tempo: 150.0, rate: RATE, cycle: None };
/// 64 sixteenths of 14 notes.
const NOTES: usize = 4 * 16 * 14;
/// A key that is held over everything, and its facts.
const HELD: KeyStroke = KeyStroke::down(0, 0, 90, 80);

fn rig() -> Rig {
    let rig = Rig::new(RATE);
    for bar in 0..4 {
        rig.deliver(dense_bar(bar, 0));
    }
    rig
}

/// The beginnings of the parts' notes, as channel and pitch, sorted.
fn begun(rig: &Rig) -> Vec<(u8, u8)> {
    let mut begun: Vec<_> =
        rig.notes().iter().filter(|note| note.1 && note.3 != 90).map(|note| (note.2, note.3)).collect();
    begun.sort_unstable();
    begun
}

/// Where runs began, and how often the composer was told that the held key is struck.
fn heard(rig: &Rig) -> (Vec<Tick>, usize) {
    let starts = rig.facts.iter().filter_map(|fact| match fact {
        Fact::Started { tick, .. } => Some(*tick),
        _ => None,
    });
    let struck = rig.facts.iter().filter(|fact| matches!(fact, Fact::NoteOn { pitch: 90, .. })).count();
    (starts.collect(), struck)
}

/// Plays four bars with a host that reports another transport than the true one of a moment, or loses the block.
fn play(frames: u32, report: impl Fn(u64, u64) -> Option<BlockTransport>) -> Rig {
    let mut rig = rig();
    let (mut now, mut block) = (0, 0);
    while now < HOST.sample(4 * 3840) + 4096 {
        if let Some(transport) = report(block, now) {
            rig.block(&transport, frames, if now == 0 { &[HELD] } else { &[] });
        }
        now += u64::from(frames);
        block += 1;
    }
    rig.finish();
    rig
}

#[test]
fn a_lost_block_strikes_nothing_again_and_loses_nothing() {
    for frames in [64, 512, 2048] {
        let whole = play(frames, |_, now| Some(HOST.at(now)));
        assert_eq!(begun(&whole).len(), NOTES);
        for lost in [1, 7, 20, 37, 38, 39, 60] {
            let rig = play(frames, |block, now| (block != lost).then(|| HOST.at(now)));
            assert_eq!(heard(&rig), (vec![0], 1), "block {lost} of {frames}");
            assert_eq!(begun(&rig), begun(&whole), "block {lost} of {frames}");
        }
    }
}

#[test]
fn a_longer_dropout_leaves_out_what_was_over_and_goes_on() {
    // 4500 samples, 225 ticks: nearly a sixteenth.
    let rig = play(500, |block, now| (!(41..50).contains(&block)).then(|| HOST.at(now)));
    assert_eq!(heard(&rig), (vec![0], 1));
    assert!(begun(&rig).len() >= NOTES - 14);
}

#[test]
fn a_block_that_is_lost_where_a_loop_wraps_begins_the_loop_in_time() {
    let host = SteadyHost { cycle: Some((0.0, 4.0)), ..HOST };
    let bar = host.sample(3840);
    for lost in bar / 512 - 1..=bar / 512 + 1 {
        let mut rig = rig();
        for block in (0..3 * bar / 512).filter(|&block| block != lost) {
            let at = block * 512 % bar;
            rig.block(&host.at(at), 512, if block == 0 { &[HELD] } else { &[] });
        }
        let starts = heard(&rig).0;
        assert_eq!(starts[..2], [0, 0], "block {lost} of {}", bar / 512);
        let first = rig.notes().iter().filter(|note| note.1 && note.2 == 1 && note.3 == 36).count();
        assert!(first >= 2 * 4, "the downbeat plays in each pass");
        rig.finish();
    }
}

#[test]
fn a_real_jump_is_still_one() {
    for by in [960.0, 3840.0, -960.0] {
        let rig = play(512, |block, now| {
            let start = if block < 100 { 0.0 } else { by };
            Some(SteadyHost { start, ..HOST }.at(now))
        });
        assert_eq!(heard(&rig).0.len(), 2, "{by}");
        assert_eq!(heard(&rig).1, 2, "{by}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    /// They split their buffers where events are, and report the buffer's position for each piece.
    #[test]
    fn a_host_that_splits_blocks_plays_the_same_notes_at_the_same_time(
        cuts in proptest::collection::vec(1..1023u32, 1..40), tells in any::<bool>(),
    ) {
        let mut whole = rig();
        let mut split = rig();
        for (buffer, &cut) in (0..230).zip(cuts.iter().cycle()) {
            let now = buffer * 1024;
            let input: &[KeyStroke] = if now == 0 { &[HELD] } else { &[] };
            whole.block(&HOST.at(now), 1024, input);
            let second = if tells { now + u64::from(cut) } else { now };
            split.block(&HOST.at(now), cut, input);
            split.block(&HOST.at(second), 1024 - cut, &[]);
        }
        whole.finish();
        split.finish();
        prop_assert_eq!(heard(&split), (vec![0], 1));
        prop_assert_eq!(split.notes(), whole.notes());
    }

    #[test]
    fn a_host_whose_position_is_a_block_late_plays_the_same_notes(frames in 16..2048u32, from in 0..60u64) {
        let whole = play(frames, |_, now| Some(HOST.at(now)));
        let late = |block, now: u64| HOST.at(if block > from { now - u64::from(frames) } else { now });
        let rig = play(frames, |block, now| Some(late(block, now)));
        prop_assert_eq!(heard(&rig), (vec![0], 1));
        prop_assert_eq!(begun(&rig), begun(&whole));
    }

    #[test]
    fn a_host_that_updates_its_position_now_and_then_plays_the_same_notes(every in 1..16u64) {
        let rig = play(64, |block, _| Some(HOST.at(block / every * every * 64)));
        prop_assert_eq!(heard(&rig), (vec![0], 1));
        prop_assert_eq!(begun(&rig).len(), NOTES);
    }
}

#[test]
fn a_position_that_stands_while_the_transport_plays_is_waited_for() {
    let mut rig = rig();
    for _ in 0..500 {
        rig.block(&HOST.at(0), 512, &[]);
    }
    let before = begun(&rig).len();
    assert!(before <= 14, "only the moment before it was found out");
    assert_eq!(rig.sounding, []);
    let mut now = 512;
    while now < HOST.sample(3840) {
        rig.block(&HOST.at(now), 512, &[]);
        now += 512;
    }
    assert!(begun(&rig).len() >= before + 15 * 14);
    rig.finish();
}
