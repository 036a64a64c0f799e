use super::*;
use crate::{note::Note, song::Track, time::TICKS_PER_QUARTER};
use proptest::prelude::*;

const WALTZ: Meter = Meter { numerator: 3, denominator: 4 };

fn note(start: Tick, length: Tick, velocity: u8) -> Note {
    Note { start, pitch: 72, length, velocity }
}

fn song(meters: &[(Tick, Meter)], notes: Vec<Note>) -> Song {
    Song {
        meters: MeterMap::from_changes(meters.iter().map(|&(tick, meter)| MeterChange { tick, meter })),
        meter_events: meters.iter().map(|&(tick, meter)| MeterEvent::new(tick, meter)).collect(),
        tracks: vec![Track { notes, ..Track::default() }],
        ..Song::default()
    }
}

/// Quarter notes from position 0, the first of each bar louder, where the first full bar begins after `before` of them.
fn accented(meter: Meter, before: Tick, count: Tick) -> Vec<Note> {
    let beat = meter.beat_ticks();
    let loud = |index: Tick| (index - before).rem_euclid(Tick::from(meter.numerator)) == 0;
    (0..count).map(|index| note(index * beat, beat - 20, if loud(index) { 105 } else { 80 })).collect()
}

#[test]
fn accents_show_a_pickup_in_a_file_that_counts_from_its_first_note() {
    let mut waltz = song(&[(0, WALTZ)], accented(WALTZ, 1, 46));
    let found = find(&waltz, 0).unwrap();
    assert_eq!((found.bar_line, found.ticks, found.shown_by), (960, 960, ShownBy::Accents));
    assert!((found.beats(&waltz.meters) - 1.0).abs() < 1e-9);
    apply(&mut waltz, found.bar_line);
    let one = Meter { numerator: 1, denominator: 4 };
    assert_eq!(waltz.meters.changes(), [MeterChange { tick: 0, meter: one }, MeterChange { tick: 960, meter: WALTZ }]);
    assert_eq!(waltz.meter_events, [MeterEvent::new(0, one), MeterEvent::new(960, WALTZ)]);
    let again = find(&waltz, 0).unwrap();
    assert_eq!((again.bar_line, again.shown_by), (960, ShownBy::Meters), "now its meters show it");
}

#[test]
fn nothing_is_found_without_accents_or_with_few_notes() {
    assert_eq!(find(&song(&[(0, WALTZ)], accented(WALTZ, 0, 46)), 0), None);
    assert_eq!(find(&song(&[(0, WALTZ)], accented(WALTZ, 1, 10)), 0), None);
    let even = (0..64).map(|index| note(index * 480, 400, 90)).collect();
    assert_eq!(find(&song(&[(0, Meter::COMMON)], even), 0), None);
    assert_eq!(find(&Song::default(), 0), None);
}

#[test]
fn a_first_note_that_was_put_beside_the_bar_line_stays_there() {
    let late = |by: Tick| accented(WALTZ, 1, 46).into_iter().map(|n| Note { start: n.start + by, ..n }).collect();
    let rest = find(&song(&[(0, WALTZ)], late(1920)), 0).unwrap();
    assert_eq!((rest.bar_line, rest.ticks, rest.shown_by), (2880, 960, ShownBy::Rest));
    assert_eq!(find(&song(&[(0, WALTZ)], late(960)), 0), None, "a rest on the first beat is no pickup");
    assert_eq!(find(&song(&[(0, WALTZ)], late(2880)), 0), None);
}

#[test]
fn time_signatures_show_a_pickup() {
    let one = Meter { numerator: 1, denominator: 4 };
    let notes = || accented(WALTZ, 0, 20);
    for meters in [&[(0, one), (960, WALTZ)][..], &[(0, WALTZ), (960, WALTZ)], &[(0, Meter::COMMON), (960, WALTZ)]] {
        let song = song(meters, notes());
        let found = find(&song, 0).unwrap();
        assert_eq!((found.bar_line, found.ticks, found.shown_by), (960, 960, ShownBy::Meters), "{meters:?}");
    }
}

#[test]
fn a_later_change_of_meter_supports_the_accents() {
    // One beat, 12 bars of 3/4, then 4/4.
    let change = 960 + 12 * 2880;
    let bars = |index: Tick| if (index - 1).rem_euclid(3) == 0 { 92 } else { 88 };
    let notes = (0..60).map(|index| note(index * 960, 900, bars(index))).collect();
    let mut song = song(&[(0, WALTZ), (change, Meter::COMMON)], notes);
    let found = find(&song, 0).unwrap();
    assert_eq!((found.bar_line, found.shown_by), (960, ShownBy::Meters));
    apply(&mut song, found.bar_line);
    assert_eq!(song.meters.at(change).tick, change);
    assert_eq!(song.meters.bar_number(change), 14);
}

#[test]
fn a_requested_pickup_is_counted_from_the_first_note_and_shorter_than_a_bar() {
    let mut late = song(&[(0, WALTZ)], vec![note(5 * 2880 + 5, 960, 80)]);
    let pickup = requested(&late, 0, 1.0).unwrap();
    assert_eq!((pickup.bar_line, pickup.ticks, pickup.shown_by), (5 * 2880 + 960, 960, ShownBy::User));
    apply(&mut late, pickup.bar_line);
    assert_eq!(late.meters.bar_start(5 * 2880 + 960), 5 * 2880 + 960);
    // What no meter can name is rounded, so that its bar line is one.
    assert_eq!(requested(&late, 0, 0.3).map(|pickup| pickup.ticks), Some(300));
    assert_eq!(requested(&late, 0, 0.01).map(|pickup| pickup.ticks), Some(60));
    assert_eq!(requested(&late, 0, 3.0), None);
    assert_eq!(requested(&late, 0, 0.0), None);
    assert_eq!(requested(&late, 1, 1.0), None);
}

proptest! {
    #[test]
    fn a_bar_begins_at_the_bar_line_in_any_meter_and_the_file_says_so(
        numerator in 1_u8..13,
        power in 2_u32..5,
        sixteenths in 0_i64..400,
        later in prop::option::of(1_i64..9),
    ) {
        let meter = Meter { numerator, denominator: 1 << power };
        let bar_line = sixteenths * TICKS_PER_STEP;
        let other = Meter { numerator: numerator + 1, denominator: 1 << power };
        let change = later.map(|bars| (bar_line + bars * meter.bar_ticks(), other));
        let mut song = song(&[&[(0, meter)][..], change.as_slice()].concat(), vec![note(0, TICKS_PER_QUARTER, 80)]);
        let notes = song.tracks.clone();
        apply(&mut song, bar_line);
        prop_assert!(song.meters.is_valid());
        prop_assert_eq!(song.meters.bar_start(bar_line), bar_line);
        prop_assert_eq!(song.meters.at(bar_line).meter, meter);
        if let Some((tick, other)) = change {
            prop_assert_eq!(song.meters.at(tick), MeterChange { tick, meter: other });
        }
        let written = song.meter_events.iter().map(|event| MeterChange { tick: event.tick, meter: event.meter });
        prop_assert_eq!(MeterMap::from_changes(written), song.meters.clone());
        prop_assert_eq!(song.tracks.clone(), notes);
        let once = song.clone();
        apply(&mut song, bar_line);
        prop_assert_eq!(song, once, "twice is as once");
    }

    #[test]
    fn loud_downbeats_show_the_pickup_in_any_meter(
        numerator in 3_u8..8,
        eighths in any::<bool>(),
        before in 0_i64..7,
        bars in 12_i64..30,
    ) {
        let meter = Meter { numerator, denominator: if eighths { 8 } else { 4 } };
        let before = before % Tick::from(numerator);
        let song = song(&[(0, meter)], accented(meter, before, bars * Tick::from(numerator)));
        let found = find(&song, 0);
        prop_assert_eq!(found.map_or(0, |found| found.ticks), before * meter.beat_ticks());
    }
}
