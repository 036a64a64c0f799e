use super::*;
use crate::arranging::place::BarPlace;

const VOICES: [u8; DRUM_VOICES] = [36, 38, 37, 42, 46, 45, 48, 49, 51, 70, 63, 64];
const METERS: [(u8, u8); 6] = [(4, 4), (3, 4), (6, 8), (5, 4), (2, 4), (12, 8)];

fn span(meter: (u8, u8)) -> PhraseSpan {
    let meter = Meter { numerator: meter.0, denominator: meter.1 };
    PhraseSpan { start: 4 * meter.bar_ticks(), end: 8 * meter.bar_ticks(), meter }
}

/// A section ends with the bar, counted from the phrase's start.
fn place(bar: usize) -> PhrasePlace {
    let bars = (0..4).map(|index| BarPlace { section: None, ends_section: index == bar });
    PhrasePlace { bars: bars.collect(), ..PhrasePlace::UNKNOWN }
}

/// A hi-hat in eighths.
fn groove(span: &PhraseSpan) -> Vec<Note> {
    let steps = (span.start..span.end).step_by(480);
    steps.map(|start| Note { start, pitch: 42, length: 240, velocity: 80 }).collect()
}

fn played(seed: u32, fills: f32, span: &PhraseSpan, place: &PhrasePlace, genre: &str) -> Vec<Note> {
    let shape = Shape { seed, fills, ..Shape::default() };
    let mut drums = groove(span);
    Fills::of(&shape, span, place, 0, genre).play(&mut drums, &VOICES);
    drums
}

#[test]
fn a_section_ends_in_a_fill_in_every_genre_and_meter() {
    for meter in METERS {
        let span = span(meter);
        let bar = span.meter.bar_ticks();
        for genre in &GENRES {
            for seed in 1..30 {
                let drums = played(seed, 1.0, &span, &place(1), genre.genre);
                let (from, line) = (span.start + bar, span.start + 2 * bar);
                let outside = |notes: &[Note]| -> Vec<Note> {
                    notes
                        .iter()
                        .filter(|note| !(from..line + 240).contains(&note.start) && note.start < span.end - bar)
                        .copied()
                        .collect()
                };
                assert_eq!(outside(&drums), outside(&groove(&span)), "{meter:?} {} {seed}", genre.genre);
                let fill = drums.iter().filter(|note| (from..line).contains(&note.start) && note.pitch != 42);
                assert!(fill.count() > 0, "{meter:?} {} {seed}", genre.genre);
                assert!(drums.iter().any(|note| note.start == line && note.pitch == CRASH));
                assert!(drums.iter().all(|note| note.length > 0 && note.end() <= span.end));
            }
        }
    }
}

#[test]
fn in_threes_strokes_lie_on_eighths() {
    let span = span((6, 8));
    for seed in 1..30 {
        let drums = played(seed, 1.0, &span, &place(3), "rock");
        assert!(drums.iter().all(|note| note.start % 480 == 0));
    }
}

#[test]
fn fills_are_as_frequent_as_the_player_asks() {
    let span = span((4, 4));
    let share = |fills: f32, bar: usize| {
        let filled = |&seed: &u32| played(seed, fills, &span, &place(bar), "pop") != groove(&span);
        (1..400).filter(filled).count() as f32 / 399.0
    };
    assert!(share(0.0, 3) <= 0.0);
    assert!((share(0.5, 3) - 0.8).abs() < 0.06 && share(0.2, 3) < 0.4 && share(1.0, 3) > 0.99);
    assert!(share(0.5, 9) <= 0.0 && share(1.0, 9) > 0.9, "within a section only for those who ask for more");
}

#[test]
fn the_same_seed_gives_the_same_fill_and_the_next_phrase_begins_with_its_cymbal() {
    let span = span((4, 4));
    let at_end = || played(7, 1.0, &span, &place(3), "rock");
    assert_eq!(at_end(), at_end());
    assert!((8..20).any(|seed| played(seed, 1.0, &span, &place(3), "rock") != at_end()));
    let next = PhraseSpan { start: span.end, end: span.end + span.ticks(), meter: span.meter };
    let after = PhrasePlace { after_section: true, ..place(9) };
    let crash = played(7, 1.0, &next, &after, "rock").into_iter().find(|note| note.pitch == CRASH);
    assert_eq!(crash.map(|note| note.start), Some(span.end));
}

#[test]
fn silent_drums_stay_silent_and_genres_without_kits_have_no_fills() {
    let span = span((4, 4));
    let shape = Shape { fills: 1.0, ..Shape::default() };
    let mut silent = Vec::new();
    Fills::of(&shape, &span, &PhrasePlace { after_section: true, ..place(3) }, 0, "rock").play(&mut silent, &VOICES);
    assert_eq!(silent, []);
    assert_eq!(played(1, 1.0, &span, &place(3), "chorale"), groove(&span));
}
