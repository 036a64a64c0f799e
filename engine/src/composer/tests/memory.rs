//! In Live and Answer mode the band remembers what it played under the melody that comes back.

use super::*;
use crate::{
    arranging::Arranger,
    network::{
        model::ModelSource,
        runtime::BackendChoice,
        test_models::{hand_made_generator, with_library},
    },
    score::{chords::chords_of, phrase::Phrase},
};
use continuo_music::{key::KeyMap, meter::MeterMap};
use std::collections::BTreeSet;

const BAR: Tick = 3840;

/// Four bars of quarter notes; each letter has a tune of its own.
fn four_bars(letter: char, from: Tick) -> impl Iterator<Item = Note> {
    let number = letter as i64;
    (0..16).map(move |index| Note {
        start: from + 960 * index,
        pitch: (60 + (number * 5 + index * index * number) % 13) as u8,
        length: 900,
        velocity: 90,
    })
}

fn song(letters: &str) -> Vec<Note> {
    (0..).zip(letters.chars()).flat_map(|(phrase, letter)| four_bars(letter, phrase * PHRASE)).collect()
}

fn played(mode: Mode, variation: f32, letters: &str) -> Vec<Phrase> {
    played_with(&hand_made_generator(), BackendChoice::Tract, mode, variation, letters)
}

fn played_with(source: &ModelSource, choice: BackendChoice, mode: Mode, variation: f32, letters: &str) -> Vec<Phrase> {
    let source = source.clone();
    let settings =
        Settings { mode, shape: Shape { variation, dynamics: 0.0, ..Shape::default() }, ..Settings::default() };
    let mut stage = Stage::with(settings, move || {
        Box::new(Arranger::load(&source, with_library(choice)).expect("the model loads"))
    });
    stage.locate(0);
    stage.roll(0, letters.len() as Tick * PHRASE, &song(letters));
    stage.shared.score.copy().phrases().to_vec()
}

/// The share of half bars with the same triad, and for drums and bass the likeness of what is struck and what sounds:
/// the figures by which whole songs are measured.
fn alike(one: &Phrase, other: &Phrase, bars: Range<Tick>) -> [f64; 3] {
    let triads = |phrase: &Phrase| -> Vec<(u8, bool)> {
        let chords = chords_of(&phrase.parts, &MeterMap::default(), &KeyMap::default());
        let at = |tick: Tick| chords.iter().find(|chord| chord.span.contains(&(phrase.span.start + tick)));
        let places = (bars.start * BAR..bars.end * BAR).step_by(BAR as usize / 2);
        places
            .map(|place| {
                let chord = at(place).map_or(continuo_music::chord::Chord::NONE, |chord| chord.chord);
                (chord.root(), chord.contains(chord.root() + 3))
            })
            .collect()
    };
    let steps = |phrase: &Phrase, part: Part| -> BTreeSet<(Tick, u8)> {
        let notes = phrase.parts[part].iter();
        let sounding = notes.flat_map(|note| {
            let from = (note.start - phrase.span.start + 120).div_euclid(240);
            let to = if part == Part::Drums { from + 1 } else { (note.end() - phrase.span.start + 120) / 240 };
            (from..to).map(move |step| (step, if part == Part::Drums { note.pitch } else { note.pitch % 12 }))
        });
        sounding.filter(|(step, _)| (bars.start * 16..bars.end * 16).contains(step)).collect()
    };
    let (first, second) = (triads(one), triads(other));
    let same = first.iter().zip(&second).filter(|(first, second)| first == second).count();
    let jaccard = |part| {
        let (first, second) = (steps(one, part), steps(other, part));
        first.intersection(&second).count() as f64 / first.union(&second).count().max(1) as f64
    };
    [same as f64 / first.len() as f64, jaccard(Part::Drums), jaccard(Part::Bass)]
}

fn are_same(figures: [f64; 3]) -> bool {
    figures.iter().all(|&figure| figure > 0.999)
}

#[test]
fn in_live_mode_what_came_once_comes_again_with_the_parts_of_the_first_time() {
    // An introduction, since only drums play before anything was heard, and sections of eight bars: A A B A.
    let phrases = played(Mode::Live, 0.0, "iababcdab");
    for (second, first) in [(4, 2), (8, 2)] {
        assert!(are_same(alike(&phrases[second], &phrases[first], 0..4)), "phrase {second}");
    }
    let free = played(Mode::Live, 1.0, "iababcdab");
    assert!(!are_same(alike(&free[4], &free[2], 0..4)), "each phrase is drawn by itself");
}

#[test]
fn in_live_mode_a_tune_that_begins_again_is_recognized_after_its_first_bar() {
    let phrases = played(Mode::Live, 0.0, "iababcdab");
    for (second, first) in [(3, 1), (7, 1)] {
        assert!(are_same(alike(&phrases[second], &phrases[first], 1..4)), "phrase {second}");
    }
    let recipe = |index: usize| phrases[index].recipe.as_ref().expect("it was made");
    assert_eq!(recipe(3).second_cuts.len(), 1);
    // After the second A, a third one is expected; after a bar of B, it is clear that none comes.
    assert!(recipe(5).recalled.is_some());
    let first = recipe(5).second_cuts.first().expect("it was made anew");
    assert_eq!((first.beat, first.recalled), (5 * PHRASE + BAR, None));
}

#[test]
fn what_only_drums_played_to_does_not_come_back() {
    let phrases = played(Mode::Live, 0.0, "ababcdab");
    assert_eq!(phrases[0].parts[Part::Bass], []);
    for (second, first) in [(3, 1), (6, 2), (7, 1)] {
        assert!(!phrases[second].parts[Part::Bass].is_empty());
        assert!(are_same(alike(&phrases[second], &phrases[first], 1..4)), "phrase {second}");
    }
}

#[test]
fn in_answer_mode_the_answer_comes_again() {
    let phrases = played(Mode::Answer, 0.0, "abcabd");
    // The phrase after a melody answers it.
    for (second, first) in [(4, 1), (5, 2)] {
        assert!(are_same(alike(&phrases[second], &phrases[first], 0..4)), "phrase {second}");
    }
}

/// The mean of the figures over all sections that come back, in the shipped model's hands.
fn shipped(variation: f32) -> [f64; 3] {
    let phrases = played_with(&ModelSource::Embedded, BackendChoice::OnnxRuntime, Mode::Live, variation, "iababcdab");
    let pairs = [(3, 1), (4, 2), (7, 1), (8, 2)];
    let figures = pairs.map(|(second, first)| alike(&phrases[second], &phrases[first], 0..4));
    [0, 1, 2].map(|figure| figures.iter().map(|one| one[figure]).sum::<f64>() / pairs.len() as f64)
}

#[test]
fn the_shipped_model_remembers_in_live_mode() {
    let (usual, free) = (shipped(0.25), shipped(1.0));
    println!("chords, drums and bass alike where the tune comes back: {usual:.2?}; remembering nothing: {free:.2?}");
    let [chords, drums, bass] = usual;
    // One tune, so with some room: on whole songs the figures are those of the report.
    assert!(chords > 0.7 && drums > 0.75 && bass > 0.65, "{usual:?}");
    assert!(usual.iter().zip(free).all(|(usual, free)| *usual > free), "{usual:?} {free:?}");
}
