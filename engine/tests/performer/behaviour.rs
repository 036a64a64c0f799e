//! What the performer does at the edges: which phrase plays, what is cut, what goes on.

use super::rig::{Rig, SteadyHost, phrase};
use continuo_engine::realtime::{
    BlockTransport, Delivery, EVENTS_PER_BLOCK, FACT_CAPACITY, Fact, KeyStroke, OutputEventKind, PLAY_AT_ONCE,
    PartNote, PlayablePhrase, TABLE_CAPACITY,
};
use continuo_music::{note::Note, part::Part, time::Tick};
use std::sync::atomic::Ordering::Relaxed;

/// 25 samples a tick, a bar in 96,000 samples.
const HOST: SteadyHost = SteadyHost { start: 0.0, tempo: 120.0, rate: 48_000.0, cycle: None };
const BAR: Tick = 3840;

fn note(part: Part, start: Tick, length: Tick, pitch: u8) -> PartNote {
    PartNote { part, note: Note { start, pitch, length, velocity: 90 } }
}

fn rig() -> Rig {
    Rig::new(HOST.rate)
}

/// Plays on with the host up to a tick.
fn play_to(rig: &mut Rig, host: &SteadyHost, tick: Tick) {
    let end = ((tick as f64 - host.start) / host.ticks_per_sample()) as u64;
    while rig.clock < end {
        rig.block(&host.at(rig.clock), (end - rig.clock).min(480) as u32, &[]);
    }
}

fn stopped(tick: Tick) -> BlockTransport {
    BlockTransport { playing: false, ..SteadyHost { start: tick as f64, ..HOST }.at(0) }
}

fn key(offset: u32, pitch: u8, on: bool) -> KeyStroke {
    if on { KeyStroke::down(offset, 0, pitch, 70) } else { KeyStroke::up(offset, 0, pitch) }
}

/// The note-ons as ticks (of the run since sample 0) and pitches.
fn ons(rig: &Rig) -> Vec<(u64, u8)> {
    rig.notes().iter().filter(|note| note.1).map(|note| (note.0 / 25, note.3)).collect()
}

fn late(rig: &Rig) -> u32 {
    rig.composer.progress.late.load(Relaxed)
}

fn bar(number: Tick, ready_at: i64, pitch: u8) -> PlayablePhrase {
    phrase(
        number * BAR,
        (number + 1) * BAR,
        ready_at,
        vec![note(Part::Chords, number * BAR, 960, pitch), note(Part::Chords, number * BAR + 1920, 960, pitch)],
    )
}

#[test]
fn a_phrase_that_is_replaced_plays_on_until_it_is_entered_anew() {
    let host = SteadyHost { cycle: Some((0.0, 4.0)), ..HOST };
    let mut rig = rig();
    rig.deliver(bar(0, 0, 60));
    play_to(&mut rig, &host, 1000);
    rig.deliver(bar(0, BAR, 61));
    play_to(&mut rig, &host, BAR + 1000);
    // Not ready when the third pass begins; ready for the fourth.
    rig.deliver(bar(0, 2 * BAR + 1, 62));
    play_to(&mut rig, &host, 4 * BAR - 10);
    assert_eq!(
        ons(&rig),
        [(0, 60), (1920, 60), (3840, 61), (5760, 61), (7680, 61), (9600, 61), (11520, 62), (13440, 62)]
    );
    assert_eq!(late(&rig), 0);
}

#[test]
fn a_late_phrase_enters_where_the_playhead_is_and_is_counted_once() {
    let mut rig = rig();
    play_to(&mut rig, &HOST, 480);
    assert_eq!(late(&rig), 0, "silence alone is not late");
    rig.deliver(bar(0, 0, 60));
    play_to(&mut rig, &HOST, BAR + 100);
    // The first note is under way, with a step left.
    assert_eq!(ons(&rig), [(480, 60), (1920, 60)]);
    assert_eq!(late(&rig), 1);
    // The phrase that comes for the next bar is not ready by this entry: silence.
    rig.deliver(bar(1, BAR + 480, 70));
    play_to(&mut rig, &HOST, 2 * BAR);
    assert_eq!(ons(&rig).len(), 2);
    assert_eq!(late(&rig), 1);
}

#[test]
fn a_late_phrase_and_its_successor_in_one_block_both_find_their_place() {
    let host = SteadyHost { cycle: Some((0.0, 4.0)), ..HOST };
    let mut rig = rig();
    play_to(&mut rig, &host, 480);
    rig.deliver(bar(0, 0, 60));
    rig.deliver(bar(0, 400, 61));
    play_to(&mut rig, &host, BAR + 2000);
    assert_eq!(ons(&rig), [(480, 60), (1920, 60), (3840, 61), (5760, 61)]);
    assert_eq!(late(&rig), 1);
}

#[test]
fn a_phrase_to_be_played_at_once_leaves_kept_notes_alone() {
    let mut rig = rig();
    let kept = note(Part::Strings, 0, BAR, 72);
    rig.deliver(phrase(0, BAR, 0, vec![kept, note(Part::Chords, 0, BAR, 60), note(Part::Drums, 100, BAR - 100, 36)]));
    play_to(&mut rig, &HOST, 480);
    rig.deliver(phrase(
        0,
        BAR,
        PLAY_AT_ONCE,
        vec![kept, note(Part::Chords, 0, BAR, 64), note(Part::Drums, 300, BAR - 300, 38)],
    ));
    play_to(&mut rig, &HOST, BAR + 100);
    let at = 480 * 25;
    let end = BAR as u64 * 25;
    let mut expected = vec![
        (0, true, 3, 72),
        (end, false, 3, 72),
        (0, true, 2, 60),
        (at, false, 2, 60),
        (at, true, 2, 64),
        (end, false, 2, 64),
        (2500, true, 9, 36),
        (at, false, 9, 36),
    ];
    expected.sort_unstable();
    assert_eq!(rig.notes(), expected);
    assert_eq!(late(&rig), 0);
}

#[test]
fn another_table_replaces_what_plays_and_everything_comes_back_to_the_composer() {
    let mut rig = rig();
    rig.deliver(bar(0, 0, 60));
    play_to(&mut rig, &HOST, 480);
    rig.deliver(bar(0, 99_999, 61));
    rig.deliver_table([bar(0, 99_999, 62), bar(1, 99_999, 63)]);
    play_to(&mut rig, &HOST, 2 * BAR);
    assert_eq!(ons(&rig), [(0, 60), (480, 62), (1920, 62), (3840, 63), (5760, 63)]);
    let (audio, composer) = continuo_engine::realtime::queues();
    let mut performer = continuo_engine::realtime::Performer::new(audio, HOST.rate);
    let settings = continuo_music::settings::Settings::default();
    let mut run = || {
        for _ in 0..100 {
            performer.process(&stopped(0), 64, &settings, false, false, &[], &mut |_| {});
        }
    };
    let send = |delivery| composer.deliveries.try_send(delivery).unwrap();
    send(Delivery::Phrase(Box::new(bar(0, 0, 60))));
    send(Delivery::Phrase(Box::new(bar(0, 9, 61))));
    send(Delivery::Phrase(Box::new(bar(5, 9, 61))));
    // More phrases than the old vector had room for, and then fewer.
    send(Delivery::Table(Box::new((0..TABLE_CAPACITY as i64 + 5).map(|at| Box::new(bar(at, 0, 60))).collect())));
    send(Delivery::Table(Box::default()));
    let mut back = 0;
    for _ in 0..50 {
        run();
        for delivery in composer.returns.try_iter() {
            back += match delivery {
                Delivery::Phrase(_) => 1,
                Delivery::Table(phrases) => phrases.len(),
                Delivery::Melody(_) | Delivery::Lead(_) => 0,
            };
        }
    }
    assert_eq!(back, 3 + TABLE_CAPACITY + 5);
}

#[test]
fn stops_and_jumps_end_the_parts_but_not_what_the_player_holds() {
    let mut rig = rig();
    rig.deliver(phrase(0, BAR, 0, vec![note(Part::Bass, 0, BAR, 40)]));
    rig.block(&HOST.at(0), 480, &[key(7, 60, true)]);
    rig.block(&stopped(19), 480, &[]);
    assert_eq!(rig.sounding, [(0, 60)]);
    rig.block(&SteadyHost { start: 1000.0, ..HOST }.at(0), 480, &[]);
    assert_eq!(rig.sounding, [(0, 60), (1, 40)], "the bass is under way");
    rig.block(&SteadyHost { start: 2000.0, ..HOST }.at(0), 480, &[]);
    rig.block(&SteadyHost { start: 2000.0, ..HOST }.at(480), 480, &[key(3, 60, false)]);
    assert_eq!(rig.notes()[..2], [(0, true, 1, 40), (7, true, 0, 60)]);
    assert!(rig.notes().contains(&(4 * 480 + 3, false, 0, 60)));
    rig.finish();
    let facts: Vec<_> =
        rig.facts.iter().filter(|fact| !matches!(fact, Fact::Settings(_) | Fact::Meter { .. })).copied().collect();
    let rolled = |from, to, rolled| Fact::Rolled { from, to, rolled, cycle: None };
    let on = |tick| Fact::NoteOn { tick, pitch: 60, velocity: 70 };
    assert_eq!(
        facts,
        [
            Fact::Started { tick: 0, rolled: 0 },
            on(1),
            rolled(0, 20, 20),
            Fact::Left { tick: 20 },
            Fact::Located { tick: 19 },
            Fact::Started { tick: 1000, rolled: 20 },
            on(1000),
            rolled(1000, 1020, 40),
            Fact::Left { tick: 1020 },
            Fact::Started { tick: 2000, rolled: 40 },
            on(2000),
            rolled(2000, 2020, 60),
            Fact::NoteOff { tick: 2020, pitch: 60 },
            rolled(2020, 2039, 79),
            Fact::Left { tick: 2039 },
            Fact::Located { tick: 0 },
        ]
    );
}

#[test]
fn bypass_and_thru_end_what_the_player_holds() {
    let mut rig = rig();
    rig.deliver(phrase(0, BAR, 0, vec![note(Part::Bass, 0, BAR, 40)]));
    rig.block(&HOST.at(0), 480, &[key(0, 60, true)]);
    rig.bypass = true;
    rig.block(&HOST.at(480), 480, &[key(5, 62, true)]);
    assert_eq!(rig.sounding, [(0, 62)], "no part, but the melody passes");
    rig.bypass = false;
    rig.block(&HOST.at(960), 480, &[]);
    assert_eq!(rig.sounding, [(0, 62), (1, 40)]);
    rig.settings.thru = false;
    rig.block(&HOST.at(1440), 480, &[key(5, 64, true)]);
    assert_eq!(rig.sounding, [(1, 40)]);
    rig.finish();
}

#[test]
fn a_part_is_muted_moved_and_comes_back() {
    let mut rig = rig();
    rig.deliver(phrase(0, BAR, 0, vec![note(Part::Bass, 0, BAR, 40), note(Part::Drums, 0, BAR, 36)]));
    rig.block(&HOST.at(0), 480, &[]);
    rig.settings.parts[Part::Bass].on = false;
    rig.settings.parts[Part::Drums].channel = 7;
    rig.block(&HOST.at(480), 480, &[]);
    assert_eq!(rig.sounding, []);
    rig.settings.parts[Part::Bass].on = true;
    rig.settings.parts[Part::Bass].octave = 1;
    rig.block(&HOST.at(960), 480, &[]);
    assert_eq!(rig.sounding, [(1, 52)]);
    rig.settings.parts[Part::Bass].octave = 0;
    rig.block(&HOST.at(1440), 480, &[]);
    assert_eq!(rig.sounding, [(1, 52)], "a sounding note keeps its pitch");
    rig.finish();
}

#[test]
fn parts_that_share_a_key_share_its_note() {
    let mut rig = rig();
    for part in Part::ALL {
        rig.settings.parts[part].channel = 4;
    }
    rig.deliver(phrase(
        0,
        BAR,
        0,
        vec![note(Part::Bass, 0, 1000, 40), note(Part::Counter, 0, 50, 40), note(Part::Strings, 100, 100, 40)],
    ));
    play_to(&mut rig, &HOST, 1100);
    let expected = [(0, true), (2500, false), (2500, true), (25_000, false)];
    let got: Vec<_> = rig.notes().iter().map(|note| (note.0, note.1)).collect();
    assert_eq!(got, expected, "struck again, and sounding until the longest ends");
}

#[test]
fn programs_are_sent_once_for_each_channel() {
    let mut rig = rig();
    rig.settings.program_changes = true;
    rig.settings.parts[Part::Counter].on = false;
    rig.deliver(bar(0, 0, 60));
    rig.deliver(bar(1, 0, 60));
    let mut changed = bar(2, 0, 60);
    changed.programs[1] = 5;
    rig.deliver(changed);
    play_to(&mut rig, &HOST, 3 * BAR);
    let programs: Vec<_> = rig
        .events
        .iter()
        .filter_map(|&(time, kind)| match kind {
            OutputEventKind::ProgramChange { channel, program } => Some((time / 25, channel, program)),
            _ => None,
        })
        .collect();
    assert_eq!(programs, [(0, 1, 32), (0, 2, 0), (0, 3, 48), (7680, 2, 5)]);
}

#[test]
fn too_many_events_follow_in_the_next_block() {
    let mut rig = rig();
    let strokes: Vec<_> = (0..2000u32).map(|index| key(index / 40, (index / 2 % 128) as u8, index % 2 == 0)).collect();
    rig.block(&HOST.at(0), 64, &strokes);
    assert_eq!(rig.events.len(), EVENTS_PER_BLOCK);
    for block in 1..20 {
        rig.block(&HOST.at(block * 64), 64, &[]);
    }
    assert_eq!(rig.events.len(), 2000);
    assert_eq!(rig.sounding, []);
}

#[test]
fn a_key_that_goes_down_and_up_at_once_sounds_for_a_sample() {
    let mut rig = rig();
    rig.block(
        &HOST.at(0),
        64,
        &[key(3, 60, true), key(3, 60, false), key(63, 61, true), key(63, 61, false), key(63, 62, false)],
    );
    rig.block(&HOST.at(64), 64, &[]);
    assert_eq!(rig.notes(), [(3, true, 0, 60), (4, false, 0, 60), (63, true, 0, 61), (64, false, 0, 61)]);
}

#[test]
fn a_composer_that_does_not_listen_loses_facts_and_nothing_else() {
    let (audio, composer) = continuo_engine::realtime::queues();
    let mut rig = Rig::new(HOST.rate);
    rig.performer = continuo_engine::realtime::Performer::new(audio, HOST.rate);
    composer.deliveries.try_send(Delivery::Phrase(Box::new(bar(0, 0, 60)))).unwrap();
    for block in 0..5000 {
        rig.block(&HOST.at(block * 64), 64, &[key(1, 60, block % 2 == 0)]);
    }
    rig.finish();
    assert_eq!(composer.facts.len(), FACT_CAPACITY);
    assert!(composer.progress.lost.load(Relaxed) > 0);
    assert_eq!(composer.progress.sent.load(Relaxed), FACT_CAPACITY as u64);
    assert!(ons(&rig).len() > 2500, "the melody passes, and the part plays");
}

#[test]
fn a_standing_playhead_is_reported_once_for_each_place() {
    let mut rig = rig();
    for tick in [100, 100, 100, 500, 500, -30] {
        rig.block(&stopped(tick), 64, &[]);
    }
    let located: Vec<_> = rig.facts.iter().filter(|fact| matches!(fact, Fact::Located { .. })).copied().collect();
    assert_eq!(located, [100, 500, -30].map(|tick| Fact::Located { tick }));
    assert_eq!(rig.facts.iter().filter(|fact| matches!(fact, Fact::Settings(_))).count(), 1);
}

#[test]
fn another_take_is_requested_each_time_generate_is_switched_on() {
    let mut rig = rig();
    let requests = |rig: &Rig| rig.facts.iter().filter(|fact| matches!(fact, Fact::Generate { .. })).count();
    // Ten blocks on, ten off, like a switch in a host. The first value comes from the project.
    for block in 0..100 {
        rig.generate = block / 10 % 2 == 0;
        rig.block(&HOST.at(block * 64), 64, &[]);
    }
    assert_eq!(requests(&rig), 4);
    rig.generate = true;
    rig.performer.reset();
    rig.block(&HOST.at(6400), 64, &[]);
    assert_eq!(requests(&rig), 4, "a value loaded with a project asks for nothing");
    for generate in [false, true] {
        rig.generate = generate;
        rig.block(&stopped(100), 64, &[]);
    }
    assert_eq!(requests(&rig), 5);
}

#[test]
fn a_key_that_goes_up_where_a_loop_begins_again_is_not_heard_there() {
    let mut rig = rig();
    let host = |quarters| BlockTransport {
        playing: true,
        tempo: Some(120.0),
        position_quarters: Some(quarters),
        cycle_quarters: Some((0.0, 1.0)),
        ..BlockTransport::default()
    };
    rig.block(&host(0.0), 12_000, &[key(0, 60, true)]);
    rig.block(&host(0.5), 12_000, &[]);
    rig.block(&host(0.0), 12_000, &[key(0, 64, true), key(0, 60, false)]);
    let begun = |sought| {
        let is_begun = |fact: &&Fact| matches!(fact, Fact::NoteOn { pitch, .. } if *pitch == sought);
        rig.facts.iter().filter(is_begun).count()
    };
    assert_eq!((begun(60), begun(64)), (1, 1));
}

#[test]
fn automation_in_each_block_loses_no_note_while_the_composer_is_busy() {
    let (audio, composer) = continuo_engine::realtime::queues();
    let mut rig = Rig::new(HOST.rate);
    rig.performer = continuo_engine::realtime::Performer::new(audio, HOST.rate);
    for block in 0..20_000 {
        rig.settings.parts[Part::Bass].velocity = (block % 1000) as f32 / 1000.0;
        let keys = [key(1, 60, block % 100 == 0)];
        rig.block(&HOST.at(block * 64), 64, if block % 50 == 0 { &keys } else { &[] });
    }
    assert_eq!(composer.progress.lost.load(Relaxed), 0);
    composer.facts.try_iter().for_each(drop);
    rig.block(&HOST.at(20_000 * 64), 64, &[]);
    let newest = |fact: Fact| matches!(fact, Fact::Settings(settings) if settings == rig.settings);
    assert!(composer.facts.try_iter().any(newest), "the newest settings are sent as soon as there is room");
}
