//! One sample does not decide: a melody that lies on the grid is arranged alike a little earlier or later.

use super::*;
use crate::{
    arranging::{
        melodies_for_tests::{METERS, key_at, melodies, shifted, shifts},
        place::PhrasePlace,
        whole_song::arrange_song,
    },
    network::{
        runtime::BackendChoice,
        test_models::{hand_made_generator, with_library},
    },
    score::edit::WholeSong,
    styles::Shelf,
};
use continuo_music::{
    meter::{Meter, MeterMap, PhraseSpan},
    note::Note,
    swing::Feel,
    time::Tick,
};
use proptest::{prelude::*, test_runner::TestRunner};
use std::cell::RefCell;

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn arrangers() -> Result<Vec<RefCell<Arranger>>, LoadError> {
    let mut arrangers = Vec::new();
    for source in [hand_made_generator(), ModelSource::Embedded] {
        for choice in [BackendChoice::Tract, BackendChoice::OnnxRuntime] {
            arrangers.push(RefCell::new(Arranger::load(&source, with_library(choice))?));
        }
    }
    Ok(arrangers)
}

/// A song of nine bars: two phrases and the beginning of a third.
fn song(arranger: &RefCell<Arranger>, melody: Vec<Note>, meter: Meter, settings: &Settings) -> PartNotes {
    let song = WholeSong { melody, meters: MeterMap::new(meter), ..WholeSong::default() };
    arrange_song(&mut *arranger.borrow_mut(), &song, settings, &Shelf::default(), |_, _| {})
        .expect("the network should run")
        .parts
}

/// The second phrase alone, of which all but the last beat was heard from the middle of the first.
fn phrase(arranger: &RefCell<Arranger>, melody: &[Note], meter: Meter, settings: &Settings) -> ArrangedPhrase {
    let bar = meter.bar_ticks();
    let span = PhraseSpan { start: 4 * bar, end: 8 * bar, meter };
    let heard = [2 * bar..8 * bar - meter.beat_ticks()];
    let request = PhraseRequest {
        span,
        melody,
        heard: &heard,
        before: &PartMap::default(),
        given: &PartMap::default(),
        own: None,
        settings,
        shelf: &Shelf::default(),
        take: 3,
        preferred: None,
        key: key_at(melody, &heard, &span),
        home: None,
        feel: Feel::default(),
        place: &PhrasePlace::UNKNOWN,
        chords: &[],
        recall: None,
    };
    arranger.borrow_mut().arrange_phrase(&request).expect("the network should run")
}

fn settings() -> impl Strategy<Value = Settings> {
    (0u8..4, 0u32..100, 1u8..3).prop_map(|(genre, seed, takes)| Settings {
        shape: Shape { genre, seed, takes, ..Shape::default() },
        ..Settings::default()
    })
}

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) })
}

#[test]
fn a_melody_on_the_grid_is_arranged_alike_a_tenth_of_a_step_earlier_or_later() -> Outcome {
    for arranger in arrangers()? {
        let cases = if arranger.borrow().card().name == "hand-made" { 24 } else { 2 };
        for meter in METERS {
            runner(cases).run(&(melodies(meter, 9), shifts(), settings()), |(melody, shift, settings)| {
                let moved = shifted(&melody, shift);
                let whole = song(&arranger, melody.clone(), meter, &settings);
                prop_assert!(melody.is_empty() || !whole[Part::Drums].is_empty());
                prop_assert_eq!(song(&arranger, moved.clone(), meter, &settings), whole);
                let one = phrase(&arranger, &melody, meter, &settings);
                prop_assert_eq!(phrase(&arranger, &moved, meter, &settings), one);
                Ok(())
            })?;
        }
    }
    Ok(())
}

#[test]
fn notes_that_are_rounded_each_on_their_own_are_arranged_alike() -> Outcome {
    let arranger = RefCell::new(Arranger::load(&hand_made_generator(), BackendChoice::Tract)?);
    for meter in METERS {
        let rounding = prop::collection::vec((-11i64..=11, -11i64..=11), 160);
        runner(24).run(&(melodies(meter, 9), rounding, settings()), |(melody, rounding, settings)| {
            // As they are written: where a note ends early, its rounding may carry it over the half of a step.
            let on_steps = melody.iter().filter(|note| note.start % 240 == 0);
            let whole_steps: Vec<Note> =
                on_steps.map(|note| Note { length: (note.length + 239) / 240 * 240, ..*note }).collect();
            let mut rounded: Vec<Note> = whole_steps
                .iter()
                .zip(rounding)
                .map(|(note, (start, end))| {
                    let from = (note.start + start).max(0);
                    Note { start: from, length: note.end() + end - from, ..*note }
                })
                .collect();
            rounded.sort_unstable();
            let expected = phrase(&arranger, &whole_steps, meter, &settings);
            prop_assert_eq!(phrase(&arranger, &rounded, meter, &settings), expected);
            Ok(())
        })?;
    }
    Ok(())
}

#[test]
fn a_stretch_that_was_heard_but_for_a_tick_is_heard() -> Outcome {
    let mut arranger = Arranger::load(&hand_made_generator(), BackendChoice::Tract)?;
    let span = PhraseSpan { start: 0, end: 15360, meter: Meter::COMMON };
    // Only the first note clashes with the chord.
    let note = |start: Tick, pitch| Note { start, pitch, length: 1920, velocity: 90 };
    let (card, settings) = (Arc::clone(&arranger.card), Settings::default());
    let mut outcome_for = |melody: &[Note], heard| {
        let request = PhraseRequest {
            span,
            melody,
            heard: std::slice::from_ref(&heard),
            before: &PartMap::default(),
            given: &PartMap::default(),
            own: None,
            settings: &settings,
            shelf: &Shelf::default(),
            take: 0,
            preferred: None,
            key: key_at(melody, std::slice::from_ref(&heard), &span),
            home: None,
            feel: Feel::default(),
            place: &PhrasePlace::UNKNOWN,
            chords: &[],
            recall: None,
        };
        let style = Style::chosen(&card, request.shelf, request.settings);
        let phrase = PhraseContext::new(&request, &style, &card);
        let input = TakeInProgress::new(&phrase).input(&phrase, 0).input;
        arranger.arrange_phrase(&request).map(|phrase| (phrase.parts, input.melody, input.heard))
    };
    let melody = [note(0, 73), note(1920, 72)];
    let whole = outcome_for(&melody, 0..15360)?;
    assert_eq!(outcome_for(&[note(1, 73), note(1921, 72)], 1..15359)?, whole);
    assert_ne!(outcome_for(&[note(100, 73), note(1921, 72)], 100..15360)?, whole, "half a step is missing");
    let half = outcome_for(&melody, 0..1920)?;
    assert_eq!(outcome_for(&[note(0, 73), note(1919, 72)], 0..1920)?, half, "a note on the edge is not known yet");
    Ok(())
}
