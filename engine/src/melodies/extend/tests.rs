use super::*;
use crate::network::{BackendChoice, MelodyEngine, ModelSource};
use continuo_music::meter::{Meter, MeterChange};

fn network() -> MelodyNetwork {
    load(MelodyEngine::Transformer)
}

fn load(engine: MelodyEngine) -> MelodyNetwork {
    MelodyNetwork::load(&ModelSource::Embedded, engine, BackendChoice::Tract).expect("a built-in network")
}

/// The first half of *Ode to Joy*, moved.
fn ode(by: u8) -> Vec<Note> {
    let pitches = [64, 64, 65, 67, 67, 65, 64, 62, 60, 60, 62, 64, 64, 62, 62];
    let beats = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.5, 0.5, 2.0];
    let mut start = 0;
    pitches
        .iter()
        .zip(beats)
        .map(|(&pitch, beats)| {
            let length = (beats * 960.0) as Tick;
            start += length;
            Note { start: start - length, pitch: pitch + by, length, velocity: 80 }
        })
        .collect()
}

fn request<'a>(melody: &'a [Note], meters: &'a MeterMap, bars: u32) -> ExtendRequest<'a> {
    ExtendRequest {
        melody,
        meters,
        first_full_bar: 0,
        bars,
        key: None,
        chords: &[],
        genre: Some("folk"),
        temperature: 1.0,
        seed: 1,
        open: false,
    }
}

fn extended(request: &ExtendRequest<'_>) -> Extension {
    extend(&network(), request, |_, _| {}).expect("a continuation")
}

#[test]
fn a_melody_goes_on_for_so_many_bars_in_its_key_and_comes_home() {
    let meters = MeterMap::default();
    let cases = [(0, 1), (3, 2), (9, 3)];
    for (engine, (by, seed)) in MelodyEngine::ALL.into_iter().flat_map(|engine| cases.map(|case| (engine, case))) {
        let melody = ode(by);
        let request = ExtendRequest { seed, ..request(&melody, &meters, 8) };
        let found = extend(&load(engine), &request, |_, _| {}).expect("a continuation");
        assert_eq!(found.span, 4 * 3840..12 * 3840);
        assert_eq!(found.key, Key::major(by));
        assert!(found.notes.len() >= 12, "{}", found.notes.len());
        assert!(found.notes.iter().all(|note| note.start >= found.span.start && note.end() <= found.span.end));
        assert!(found.notes.windows(2).all(|pair| pair[0].end() <= pair[1].start), "one line");
        let last = found.notes.last().expect("a note");
        assert!(found.ends_on_tonic && last.pitch % 12 == by, "{last:?}");
        assert!(last.start <= 11 * 3840 + 1920 && last.end() > 11 * 3840, "too late or too short: {last:?}");
        let scale = [0, 2, 4, 5, 7, 9, 11];
        let inside = found.notes.iter().filter(|note| scale.contains(&((note.pitch + 12 - by) % 12))).count();
        assert!(inside * 10 >= found.notes.len() * 8, "{inside} of {}", found.notes.len());
    }
}

#[test]
fn the_same_seed_gives_the_same_notes_and_another_gives_others() {
    let (melody, meters) = (ode(0), MeterMap::default());
    let of = |seed, temperature| extended(&ExtendRequest { temperature, seed, ..request(&melody, &meters, 4) }).notes;
    assert_eq!(of(1, 1.0), of(1, 1.0));
    assert_ne!(of(1, 1.0), of(2, 1.0));
    assert_eq!(of(1, 0.0).len(), of(2, 0.0).len());
}

#[test]
fn a_swung_and_short_played_melody_goes_on_swung_and_short() {
    let meters = MeterMap::default();
    let melody: Vec<Note> = (0..64)
        .map(|i| Note {
            start: i / 2 * 960 + i % 2 * 640,
            pitch: [67, 69, 71, 72, 74, 72, 71, 69][i as usize % 8],
            length: if i % 2 == 0 { 480 } else { 240 },
            velocity: 80,
        })
        .collect();
    let found = extended(&ExtendRequest { genre: Some("jazz"), ..request(&melody, &meters, 8) });
    let off_beat: Vec<Tick> =
        found.notes.iter().map(|note| note.start.rem_euclid(960)).filter(|&place| place > 0).collect();
    assert!(!off_beat.is_empty());
    assert!(off_beat.iter().all(|&place| place != 480), "{off_beat:?}");
    assert!(off_beat.contains(&640), "{off_beat:?}");
}

#[test]
fn every_meter_goes_on_in_its_bars() {
    for (numerator, denominator) in [(3, 4), (6, 8), (2, 4), (5, 4), (7, 8), (12, 8)] {
        let meter = Meter::new(numerator, denominator).expect("a meter");
        let meters = MeterMap::from_changes([MeterChange { tick: 0, meter }]);
        let bar = meter.bar_ticks();
        let melody: Vec<Note> = (0..4 * bar / 480)
            .map(|i| Note { start: 480 * i, pitch: 60 + (i % 5) as u8, length: 480, velocity: 80 })
            .collect();
        let found = extended(&request(&melody, &meters, 3));
        assert_eq!(found.span, 4 * bar..7 * bar, "{numerator}/{denominator}");
        assert!(found.notes.iter().all(|note| note.end() <= 7 * bar));
    }
}

#[test]
fn too_little_and_too_much_are_refused_in_words() {
    let (melody, meters) = (ode(0), MeterMap::default());
    let network = network();
    for (count, bars, cause) in [(0, 4, "0 note"), (1, 4, "1 note"), (15, 0, "0 bars"), (15, 1000, "1000 bars")] {
        let error = extend(&network, &request(&melody[..count], &meters, bars), |_, _| {}).expect_err("refused");
        assert!(error.to_string().contains(cause), "{error}");
    }
}

#[test]
fn a_note_that_is_held_over_the_last_bar_line_does_not_add_a_bar() {
    let meters = MeterMap::default();
    let mut melody = ode(0);
    melody.last_mut().expect("a note").length += 60;
    assert_eq!(extended(&request(&melody, &meters, 2)).span, 4 * 3840..6 * 3840);
}
