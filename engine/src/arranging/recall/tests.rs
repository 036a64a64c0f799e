//! What a phrase takes over from the score.

use super::*;
use crate::{network::conductor::Judged, score::recipe::Recipe};
use continuo_music::settings::Settings;

const PHRASE: Tick = 15_360;

/// A melody of quarter notes whose second phrase repeats the first, but for the last bar if it is `changed`.
fn melody(changed: bool) -> Vec<Note> {
    (0..32)
        .map(|beat| {
            let pitch = if changed && beat >= 28 { 80 } else { 60 + (beat % 16) as u8 % 7 };
            Note { start: 960 * beat, pitch, length: 900, velocity: 90 }
        })
        .collect()
}

/// A score with that melody, and a first phrase that was made with these settings: the second of four takes plays.
fn score(changed: bool, settings: &Settings) -> Score {
    let mut score = Score::default();
    score.hear(&melody(changed), 0..2 * PHRASE);
    let mut parts = PartNotes::default();
    parts[Part::Bass] = (0..4).map(|bar| Note { start: 3840 * bar, pitch: 40, length: 3840, velocity: 80 }).collect();
    score.insert(Phrase {
        span: score.meters.phrase_at(0, 4),
        recipe: Some(Recipe::new("model 1", settings, 5, 0)),
        take: 5,
        judged: Some(Judged { chosen: 1, scores: vec![0.0, 1.0, 0.5, 0.2], kept: PartMap::default() }),
        programs: [0; 4],
        parts,
    });
    score
}

fn found(score: &Score, shape: &Shape) -> Option<Recall> {
    let span = score.meters.phrase_at(PHRASE, 4);
    Recall::find(score, score.melody(), score.heard(), &span, (shape, None))
}

#[test]
fn a_phrase_takes_over_notes_and_numbers_of_the_first_time() {
    let settings = Settings::default();
    let recall = found(&score(true, &settings), &settings.shape).unwrap();
    assert_eq!((recall.back, recall.same_bars), (PHRASE, vec![true, true, true, false]));
    let bass = recall.notes.unwrap()[Part::Bass].clone();
    assert_eq!(bass.iter().map(|note| note.start).collect::<Vec<_>>(), [15_360, 19_200, 23_040, 26_880]);
    assert_eq!(recall.recalled.drawn, Some(DrawnTake { start: 0, take: 6 }));
    assert_eq!(recall.before, PartNotes::default(), "nothing was played before the first time");
}

#[test]
fn another_genre_or_density_has_notes_of_its_own() {
    let settings = Settings::default();
    let score = score(false, &settings);
    let with = |shape: &Shape| found(&score, shape).map(|recall| recall.notes.is_some());
    assert_eq!(with(&Shape { takes: 8, ..settings.shape }), Some(true), "how many takes are judged does not matter");
    assert_eq!(with(&Shape { genre: 3, ..settings.shape }), Some(false));
    assert_eq!(with(&Shape { density: PartMap([0.7; 5]), ..settings.shape }), Some(false));
    assert_eq!(with(&Shape { variation: 1.0, ..settings.shape }), None, "each phrase is free");
}

#[test]
fn what_comes_back_is_known_by_its_fingerprint() {
    let settings = Settings::default();
    let mut score = score(false, &settings);
    let fingerprint = |score: &Score| found(score, &settings.shape).map(|recall| recall.recalled.fingerprint);
    let before = fingerprint(&score);
    assert_eq!(before, fingerprint(&score));
    let mut first = score.phrases()[0].clone();
    first.parts[Part::Bass][2].pitch = 43;
    score.insert(first);
    assert_ne!(before, fingerprint(&score));
}

#[test]
fn a_return_of_a_return_has_the_numbers_of_the_first_time() {
    let settings = Settings::default();
    let mut score = score(false, &settings);
    let recalled = found(&score, &settings.shape).unwrap().recalled;
    let melody: Vec<Note> =
        melody(false)[..16].iter().map(|note| Note { start: note.start + 2 * PHRASE, ..*note }).collect();
    score.hear(&melody, 2 * PHRASE..3 * PHRASE);
    let mut second = score.phrases()[0].clone();
    second.span = score.meters.phrase_at(PHRASE, 4);
    second.recipe.as_mut().unwrap().recalled = Some(recalled);
    // The first phrase is gone: the second is all that is left.
    let mut only = Score::default();
    only.hear(score.melody(), 0..3 * PHRASE);
    only.insert(second);
    let span = only.meters.phrase_at(2 * PHRASE, 4);
    let third = Recall::find(&only, &only.melody()[16..], only.heard(), &span, (&settings.shape, None)).unwrap();
    assert_eq!(third.back, PHRASE);
    assert_eq!(third.recalled.drawn, Some(DrawnTake { start: 0, take: 6 }));
}

#[test]
fn where_nothing_was_made_nothing_comes_back() {
    let mut score = Score::default();
    score.hear(&melody(false), 0..2 * PHRASE);
    assert_eq!(found(&score, &Shape::default()), None);
}

#[test]
fn a_phrase_in_another_key_takes_over_the_notes_in_that_key() {
    let settings = Settings::default();
    let mut score = score(false, &settings);
    let moved: Vec<Note> = melody(false)
        .into_iter()
        .map(|note| Note { pitch: note.pitch + if note.start >= PHRASE { 2 } else { 0 }, ..note })
        .collect();
    let same = found(&score, &settings.shape).expect("it comes back");
    score.hear(&moved, 0..2 * PHRASE);
    let recall = found(&score, &settings.shape).expect("it comes back a tone higher");
    assert_eq!((recall.transposed, &recall.same_bars), (2, &vec![true; 4]));
    let pitches = |recall: &Recall| recall.notes.as_ref().map(|notes| notes[Part::Bass][0].pitch);
    assert_eq!((pitches(&same), pitches(&recall)), (Some(40), Some(42)));
    assert_ne!(same.recalled.fingerprint, recall.recalled.fingerprint);
}
