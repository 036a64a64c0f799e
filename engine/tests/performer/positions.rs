//! Notes lie where the score says, to the sample, whatever the blocks.

use super::rig::{Rig, SteadyHost, phrase, score};
use continuo_engine::realtime::{BlockTransport, Fact, KeyStroke, OutputEventKind, PartNote, PlayablePhrase};
use continuo_music::{meter::Meter, note::Note, part::Part, time::Tick};
use proptest::prelude::*;
use std::ops::Range;

fn play(host: &SteadyHost, score: &[PlayablePhrase], until: u64, blocks: &[u32]) -> Rig {
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

/// All note-ons as channel and pitch, in the order played.
fn note_ons(rig: &Rig) -> Vec<(u8, u8)> {
    rig.events
        .iter()
        .filter_map(|(_, kind)| match *kind {
            OutputEventKind::NoteOn { channel, pitch, .. } => Some((channel, pitch)),
            _ => None,
        })
        .collect()
}

/// A melody with one note at a time: start sample, pitch and length in samples.
fn melody() -> impl Strategy<Value = Vec<(u64, u8, u64)>> {
    proptest::collection::vec((0..400_000u64, 50..90u8, 1..40_000u64), 0..20).prop_map(|mut strokes| {
        strokes.sort_unstable();
        strokes.dedup_by(|later, earlier| later.0 <= earlier.0 + earlier.2 + 1);
        strokes
    })
}

fn melody_in(melody: &[(u64, u8, u64)], block: Range<u64>) -> Vec<KeyStroke> {
    let mut events = vec![];
    for &(start, pitch, length) in melody {
        let strokes = [(start, KeyStroke::down(0, 0, pitch, 80)), (start + length, KeyStroke::up(0, 0, pitch))];
        for (time, stroke) in strokes {
            if block.contains(&time) {
                events.push(KeyStroke { offset: (time - block.start) as u32, ..stroke });
            }
        }
    }
    events.sort_by_key(|event| event.offset);
    events
}

/// The facts with the stretches of a run joined, since their edges are where blocks are.
fn without_blocks(facts: &[Fact]) -> Vec<Fact> {
    let mut joined: Vec<Fact> = vec![];
    let mut rolled = None;
    for &fact in facts {
        match fact {
            Fact::Rolled { .. } => rolled = Some(fact),
            Fact::Left { .. } | Fact::Started { .. } => {
                // How far it rolled before it left does not depend on the blocks.
                if let Some(Fact::Rolled { to, rolled, cycle, .. }) = rolled.take() {
                    joined.push(Fact::Rolled { from: 0, to, rolled, cycle });
                }
                joined.push(fact);
            }
            _ => joined.push(fact),
        }
    }
    joined
}

fn rates() -> impl Strategy<Value = f64> {
    prop_oneof![Just(44_100.0), Just(48_000.0), Just(96_000.0), 8_000.0..768_000.0]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn every_note_is_at_its_sample(
        score in score(), start in -500.0..12_000.0f64, whole in any::<bool>(), tempo in 20.0..400.0f64, rate in rates(),
        blocks in proptest::collection::vec(1..=8192u32, 1..8),
    ) {
        let start = if whole { start.round() } else { start };
        let host = SteadyHost { start, tempo, rate, cycle: None };
        let mut rig = play(&host, &score, host.sample(4 * 3840) + 2, &blocks);
        prop_assert_eq!(rig.composer.progress.late.load(std::sync::atomic::Ordering::Relaxed), 0);
        rig.finish();
        // The first tick that is played: at or after the start, to the sample.
        let first = (start - host.ticks_per_sample() * (1.0 - 1e-4)).floor() as Tick + 1;
        prop_assert_eq!(rig.notes(), expected(&score, first, |tick| host.sample(tick)));
    }

    #[test]
    fn blocks_do_not_matter(
        score in score(), start in -100.0..3000.0f64, tempo in 60.0..300.0f64, rate in 40_000.0..200_000.0f64,
        loop_start in 0..4000i32, loop_length in 300..9000i32, melody in melody(),
        blocks in proptest::collection::vec(1..=8192u32, 1..8), others in proptest::collection::vec(1..=600u32, 1..8),
    ) {
        let loop_start = f64::from(loop_start) / 960.0;
        let cycle = Some((loop_start, loop_start + f64::from(loop_length) / 960.0));
        let host = SteadyHost { start, tempo, rate, cycle };
        let run = |blocks: &[u32]| {
            let mut rig = Rig::new(host.rate);
            for phrase in &score {
                rig.deliver(phrase.clone());
            }
            for &frames in blocks.iter().cycle() {
                let frames = frames.min(500_000 - rig.clock as u32);
                if frames == 0 {
                    break;
                }
                rig.block(&host.at(rig.clock), frames, &melody_in(&melody, rig.clock..rig.clock + u64::from(frames)));
            }
            rig.finish();
            (rig.notes(), without_blocks(&rig.facts))
        };
        let (notes, facts) = run(&blocks);
        let (other_notes, other_facts) = run(&others);
        prop_assert_eq!(notes, other_notes);
        prop_assert_eq!(facts, other_facts);
    }

    #[test]
    fn a_host_that_splits_blocks_at_its_loop_plays_each_pass_alike(
        score in score(), tempo in 40.0..300.0f64, rate in 40_000.0..200_000.0f64, bars in 1..4i64,
        blocks in proptest::collection::vec(1..=4096u32, 1..8), with_cycle in any::<bool>(), early in any::<bool>(),
    ) {
        // It begins each pass at a whole sample, up to one too early or too late; it finds the end to a thousandth.
        let host = SteadyHost { start: 0.0, tempo, rate, cycle: None };
        let exact = (bars * 3840) as f64 / host.ticks_per_sample();
        let pass = if early { (exact + 1e-3).floor() } else { (exact - 1e-3).ceil() } as u64;
        let mut rig = Rig::new(rate);
        for phrase in &score {
            rig.deliver(phrase.clone());
        }
        for &frames in blocks.iter().cycle() {
            let at = rig.clock % pass;
            if rig.clock >= 3 * pass {
                break;
            }
            let mut transport = host.at(at);
            transport.cycle_quarters = with_cycle.then_some((0.0, 4.0 * bars as f64));
            rig.block(&transport, u64::from(frames).min(pass - at) as u32, &[]);
        }
        rig.finish();
        let last = pass;
        let played: Vec<_> = score
            .iter()
            .filter(|phrase| phrase.span.end <= bars * 3840)
            .cloned()
            .collect();
        let one = expected(&played, 0, |tick| host.sample(tick).min(last));
        let mut all = vec![];
        for times in 0..3 {
            all.extend(one.iter().map(|&(time, on, channel, pitch)| (time + times * pass, on, channel, pitch)));
        }
        all.sort_unstable();
        prop_assert_eq!(rig.notes(), all);
        let lefts: Vec<_> = rig.facts.iter().filter(|fact| matches!(fact, Fact::Left { .. })).collect();
        prop_assert_eq!(lefts.len(), 3);
        if with_cycle {
            let whole = Fact::Left { tick: bars * 3840 };
            prop_assert_eq!(lefts, [&whole; 3]);
        }
    }

    #[test]
    fn rounded_positions_do_not_matter_where_samples_agree(
        score in score(), first in 0..200_000u64, tempo in 20.0..300.0f64, rate in rates(),
        blocks in proptest::collection::vec(1..=8192u32, 1..8),
    ) {
        let host = SteadyHost { start: 0.0, tempo, rate, cycle: None };
        let end = host.sample(4 * 3840) + 2;
        let first = first.min(end / 2);
        let mut rig = Rig::new(rate);
        for phrase in &score {
            rig.deliver(phrase.clone());
        }
        for &frames in blocks.iter().cycle() {
            let at = first + rig.clock;
            if at >= end {
                break;
            }
            let exact = host.at(at);
            let rounded = exact.position_quarters.map(|quarters| (quarters * 1920.0).round() / 1920.0);
            let transport = BlockTransport { position_quarters: rounded, position_samples: Some(at as i64), ..exact };
            rig.block(&transport, frames, &[]);
        }
        rig.finish();
        prop_assert_eq!(rig.facts.iter().filter(|fact| matches!(fact, Fact::Started { .. })).count(), 1);
        let Some(&Fact::Started { tick, .. }) = rig.facts.iter().find(|fact| matches!(fact, Fact::Started { .. })) else {
            return Err(TestCaseError::fail("it never started"));
        };
        // A rounded start within a sample of the position in samples counts as exact: it may be off by that much.
        let expected = expected(&score, tick, |tick| host.sample(tick).saturating_sub(first));
        let key = |&(time, on, channel, pitch): &(u64, bool, u8, u8)| (channel, pitch, on, time);
        let (mut played, mut written) = (rig.notes(), expected);
        played.sort_unstable_by_key(key);
        written.sort_unstable_by_key(key);
        prop_assert_eq!(played.len(), written.len());
        for (played, written) in played.iter().zip(&written) {
            prop_assert_eq!((played.1, played.2, played.3), (written.1, written.2, written.3));
            prop_assert!(played.0.abs_diff(written.0) <= 1, "{:?} should be {:?}", played, written);
        }
    }

    #[test]
    fn a_tempo_ramp_plays_each_note_once_and_in_time(
        score in score(), from in 20.0..400.0f64, to in 20.0..400.0f64, rate in 44_100.0..192_000.0f64,
        blocks in proptest::collection::vec(1..=4096u32, 1..8), rounded in any::<bool>(),
    ) {
        // The tempo moves in a straight line over twelve quarter notes, then stays.
        let mean = f64::midpoint(from, to);
        let seconds = 12.0 * 60.0 / mean;
        let quarters = |time: f64| {
            let ramp = time.min(seconds);
            (from * ramp + (to - from) * ramp * ramp / (2.0 * seconds) + to * (time - ramp)) / 60.0
        };
        let mut rig = Rig::new(rate);
        for phrase in &score {
            rig.deliver(phrase.clone());
        }
        let mut longest = 0;
        for &frames in blocks.iter().cycle() {
            let time = rig.clock as f64 / rate;
            let position = quarters(time);
            if position > 16.1 {
                break;
            }
            longest = longest.max(frames);
            let tempo = from + (to - from) * (time / seconds).min(1.0);
            let position = if rounded { (position * 1920.0).round() / 1920.0 } else { position };
            let transport = BlockTransport {
                playing: true, tempo: Some(tempo), position_quarters: Some(position), ..Default::default()
            };
            rig.block(&transport, frames, &[]);
        }
        rig.finish();
        prop_assert_eq!(rig.facts.iter().filter(|fact| matches!(fact, Fact::Started { .. })).count(), 1);
        let mut played = note_ons(&rig);
        let mut written: Vec<_> = score
            .iter()
            .flat_map(|phrase| phrase.notes.iter())
            .map(|note| (note.part.default_channel(), note.note.pitch))
            .collect();
        played.sort_unstable();
        written.sort_unstable();
        prop_assert_eq!(played, written);
        // A note may be off by what the ramp moves within a block, and by the rounding.
        let block = f64::from(longest) / rate;
        let allowed = 1.5 * (to - from).abs() / 60.0 / seconds * block * block + (1.0 / 1920.0) + 2.0 * to.max(from) / 60.0 / rate;
        for (time, kind) in &rig.events {
            if let OutputEventKind::NoteOn { channel, pitch, .. } = *kind {
                let at = quarters(*time as f64 / rate);
                let near = score.iter().flat_map(|phrase| phrase.notes.iter()).any(|note| {
                    note.part.default_channel() == channel
                        && note.note.pitch == pitch
                        && (note.note.start as f64 / 960.0 - at).abs() <= allowed
                });
                prop_assert!(near, "{kind:?} at {at} is further than {allowed} from any such note");
            }
        }
    }
}

#[test]
fn without_a_transport_an_internal_clock_rolls() {
    let mut rig = Rig::new(48_000.0);
    let note = |start, part| PartNote { part, note: Note { start, pitch: 40, length: 100, velocity: 99 } };
    rig.deliver(phrase(0, 3840, 0, vec![note(0, Part::Bass), note(960, Part::Drums)]));
    for _ in 0..100 {
        rig.block(&BlockTransport::default(), 1000, &[]);
    }
    // 25 samples a tick.
    assert_eq!(rig.notes(), [(0, true, 1, 40), (2500, false, 1, 40), (24_000, true, 9, 40), (26_500, false, 9, 40)]);
    assert!(rig.facts.contains(&Fact::Meter { tick: 0, meter: Meter::COMMON, bar: None }));
}
