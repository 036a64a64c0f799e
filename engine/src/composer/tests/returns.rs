//! Phrases whose melody comes back.

use super::*;
use crate::{
    arranging::{Arranger, arrange_song},
    network::{
        runtime::BackendChoice,
        test_models::{hand_made_generator, with_library},
    },
    score::edit::{Edit, WholeSong},
    styles::Shelf,
};
use continuo_music::{key::Key, meter::MeterMap};

/// Three phrases: A B A.
fn there_and_back() -> Vec<Note> {
    let tune = |phrase: Tick, first: u8| {
        (0..16).map(move |beat| Note {
            start: phrase * PHRASE + 960 * beat,
            pitch: first + beat as u8 * (first % 11) % 7,
            length: 900,
            velocity: 90,
        })
    };
    tune(0, 60).chain(tune(1, 70)).chain(tune(2, 60)).collect()
}

/// Carries out an edit, and everything that follows from it.
fn edit(stage: &mut Stage, edit: Edit) {
    assert!(stage.shared.edits.push(edit));
    while stage.planner.process_edit() {}
}

fn arrange(stage: &mut Stage, melody: &[Note]) {
    let song = WholeSong { melody: melody.to_vec(), meters: MeterMap::default(), ..WholeSong::default() };
    edit(stage, Edit::Arrange(Box::new(song)));
    stage.drain_requests();
}

fn bass(stage: &Stage) -> Vec<Vec<(Tick, u8)>> {
    let score = stage.shared.score.copy();
    let notes = |phrase: &crate::score::Phrase| {
        phrase.parts[Part::Bass].iter().map(|note| (note.start - phrase.span.start, note.pitch)).collect()
    };
    score.phrases().iter().map(notes).collect()
}

#[test]
fn a_phrase_that_comes_back_follows_another_take_of_the_first() {
    let settings = Settings { shape: Shape { variation: 0.0, ..Shape::default() }, ..Settings::default() };
    let mut stage = Stage::new(settings);
    arrange(&mut stage, &there_and_back());
    let recalled = |stage: &Stage| -> Vec<bool> {
        let score = stage.shared.score.copy();
        score.phrases().iter().map(|phrase| phrase.recipe.as_ref().unwrap().recalled.is_some()).collect()
    };
    assert_eq!(recalled(&stage), [false, false, true]);
    edit(&mut stage, Edit::Regenerate { tick: 0, part: None });
    let starts: Vec<Tick> = stage.drain_requests().iter().map(|request| request.start).collect();
    assert_eq!(starts, [0, 2 * PHRASE], "the third phrase follows, the second does not");
    // The player chooses another take for the third: it stays from then on.
    edit(&mut stage, Edit::Regenerate { tick: 2 * PHRASE, part: None });
    let chosen = bass(&stage)[2].clone();
    stage.drain_requests();
    edit(&mut stage, Edit::Regenerate { tick: 0, part: None });
    assert_eq!(stage.drain_requests().iter().map(|request| request.start).collect::<Vec<_>>(), [0]);
    assert_eq!(bass(&stage)[2], chosen);
}

#[test]
fn undoing_a_take_brings_the_returns_back_too() {
    let settings = Settings { shape: Shape { variation: 0.0, ..Shape::default() }, ..Settings::default() };
    let mut stage = Stage::new(settings);
    arrange(&mut stage, &there_and_back());
    let first = stage.shared.score.copy().phrases()[0].clone();
    edit(&mut stage, Edit::Regenerate { tick: 0, part: None });
    stage.drain_requests();
    let takes = stage.shared.score.copy();
    let old = takes.takes(0).unwrap().list().iter().find(|take| take.phrase.take == first.take).unwrap().id;
    edit(&mut stage, Edit::Choose { start: 0, take: old, undoing: true });
    assert_eq!(stage.shared.score.copy().phrases()[0].parts, first.parts);
    assert_eq!(stage.drain_requests().iter().map(|request| request.start).collect::<Vec<_>>(), [2 * PHRASE]);
}

#[test]
fn the_order_in_which_phrases_were_heard_does_not_matter() {
    let settings = Settings { shape: Shape { variation: 0.0, ..Shape::default() }, ..Settings::default() };
    let melody = there_and_back();
    let play = |stage: &mut Stage, from: Tick| {
        stage.locate(from);
        let heard: Vec<Note> = melody.iter().filter(|note| note.start >= from).copied().collect();
        stage.roll(from, 3 * PHRASE, &heard);
    };
    let follows = |stage: &Stage| {
        let score = stage.shared.score.copy();
        let third = score.phrases()[2].recipe.as_ref().and_then(|recipe| recipe.recalled);
        third.map(|recalled| recalled.drawn)
    };
    let (mut in_order, mut from_the_end) = (Stage::new(settings), Stage::new(settings));
    play(&mut in_order, 0);
    play(&mut from_the_end, 2 * PHRASE);
    assert!(
        from_the_end.shared.score.copy().phrases().iter().all(|phrase| phrase
            .recipe
            .as_ref()
            .unwrap()
            .recalled
            .is_none())
    );
    for stage in [&mut in_order, &mut from_the_end] {
        play(stage, 0);
        play(stage, 0);
        assert_eq!(follows(stage), Some(Some(crate::score::recipe::DrawnTake { start: 0, take: 1 })));
    }
}

#[test]
fn a_file_that_is_opened_gets_the_notes_that_the_command_line_writes() {
    let load = || Arranger::load(&hand_made_generator(), with_library(BackendChoice::Tract)).expect("the model loads");
    let mut stage = Stage::with(Settings::default(), move || Box::new(load()));
    let song = WholeSong { melody: there_and_back(), ..WholeSong::default() };
    let expected =
        arrange_song(&mut load(), &song, &Settings::default(), &Shelf::default(), |_, _| {}).expect("it is arranged");
    edit(&mut stage, Edit::Arrange(Box::new(song)));
    let score = stage.shared.score.copy();
    for part in Part::ALL {
        assert_eq!(score.part_notes(part, &(0..Tick::MAX)), expected.parts[part], "{part:?}");
    }
    assert!(!expected.parts[Part::Bass].is_empty());
}

#[test]
fn a_chosen_key_holds() {
    let shift = |key: Option<Key>| {
        let mut stage = Stage::new(Settings { shape: Shape { key, ..Shape::default() }, ..Settings::default() });
        arrange(&mut stage, &there_and_back());
        let score = stage.shared.score.copy();
        score.phrases().iter().map(|phrase| phrase.recipe.as_ref().unwrap().shift).collect::<Vec<_>>()
    };
    assert_eq!(shift(Some(Key::major(2))), [Some(-2); 3]);
    assert_eq!(shift(Some(Key::minor(2))), [Some(-5); 3]);
    assert!(shift(None).iter().all(Option::is_some));
}
