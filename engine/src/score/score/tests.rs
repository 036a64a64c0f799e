use super::*;
use crate::{
    network::conductor::Judged,
    score::recipe::{DrawnTake, Recalled, Recipe},
};
use continuo_music::{
    meter::Meter,
    part::PartMap,
    sections::{Outline, Sections},
    settings::{Blend, Settings, Shape},
    swing::{Level, Swing},
};
use proptest::prelude::*;

fn span(start: Tick, end: Tick) -> PhraseSpan {
    PhraseSpan { start, end, meter: Meter::COMMON }
}

fn note(start: Tick, length: Tick) -> Note {
    Note { start, pitch: 40, length, velocity: 90 }
}

fn phrase(start: Tick, end: Tick) -> Phrase {
    let parts = PartMap::from_fn(|_| (start..end).step_by(240).map(|tick| note(tick, 240.min(end - tick))).collect());
    Phrase { span: span(start, end), recipe: None, take: 0, judged: None, programs: [0; 4], parts }
}

fn mixed(amount: f32) -> Settings {
    let shape = Shape { blend: Some(Blend { genre: 1, amount }), ..Shape::default() };
    Settings { shape, ..Settings::default() }
}

#[test]
fn a_silent_pass_leaves_the_melody_and_another_tune_replaces_it() {
    let mut score = Score::default();
    score.hear(&[note(0, 480), note(960, 480)], 0..1920);
    score.hear(&[], 0..1920);
    assert_eq!(score.melody(), [note(0, 480), note(960, 480)]);
    score.hear(&[note(1, 479), note(960, 481)], 0..1920);
    assert_eq!(score.melody(), [note(0, 480), note(960, 480)], "a replay that only differs by rounding is the same");
    score.hear(&[note(1200, 480)], 960..1920);
    assert_eq!(score.melody(), [note(0, 480), note(1200, 480)]);
    assert_eq!(score.heard(), [0..1920]);
}

#[test]
fn a_note_held_over_a_phrase_gets_its_true_end() {
    let mut score = Score::default();
    score.hear(&[note(1000, 920)], 0..1920);
    score.lengthen(1000, 40, 3000);
    assert_eq!(score.melody()[0].end(), 3000);
}

#[test]
fn a_saved_score_comes_back_the_same() {
    let mut score = Score::default();
    score.hear(&[note(-20, 480), note(960, 480)], -20..1920);
    score.insert(Phrase {
        recipe: Some(Recipe {
            shape: Shape { takes: 4, ..Shape::default() },
            own_styles: Some(7),
            band_swing: Swing::new(Level::Eighths, 60),
            recalled: Some(Recalled { fingerprint: u64::MAX, drawn: Some(DrawnTake { start: -3840, take: 2 }) }),
            independent: true,
            ..Recipe::new("model 1", &Settings::default(), 3, u64::MAX)
        }),
        take: 3,
        judged: Some(Judged { chosen: 2, scores: vec![0.5, -1.25, 3.0, 0.1], kept: PartMap::default() }),
        ..phrase(0, 3840)
    });
    assert_eq!(Score::from_json(&score.to_json()).unwrap(), score);
}

#[test]
fn a_recipe_from_before_there_were_mixes_judged_takes_own_styles_and_returns_is_still_valid() {
    let old = r#"{"model":"model 1","mode":"arrange","genre":0,"temperature":1.0,"seed":1,"take":2,"density":[0.5,0.5,0.5,0.5,0.5],"melody":9}"#;
    let recipe: Recipe = serde_json::from_str(old).unwrap();
    let shape = Shape { variation: 1.0, dynamics: 0.0, swing: Some(50), ..Shape::default() };
    let free = Settings { shape, ..Settings::default() };
    assert_eq!(recipe, Recipe::new("model 1", &free, 2, 9));
    assert_eq!(serde_json::to_value(&recipe).unwrap(), serde_json::from_str::<serde_json::Value>(old).unwrap());
    assert_ne!(recipe, Recipe::new("model 1", &mixed(0.5), 2, 9));
}

#[test]
fn an_invalid_score_is_refused_with_its_reason() {
    let good = Score::default().to_json();
    let bad = [
        (String::new(), "cannot be read"),
        (good[..good.len() / 2].to_owned(), "cannot be read"),
        (good.replace("\"version\":1", "\"version\":7"), "newer Continuo"),
        (good.replace("\"melody\":[]", "\"melody\":[[0,128,1,1]]"), "out of range"),
        (good.replace("\"denominator\":4", "\"denominator\":0"), "meter"),
        (good.replace("\"heard\":[]", "\"heard\":[{\"start\":5,\"end\":5}]"), "overlap"),
        // The smallest number, whose absolute value overflows.
        (good.replace("\"melody\":[]", "\"melody\":[[-9223372036854775808,60,1,1]]"), "out of range"),
        (good.replace("\"heard\":[]", "\"heard\":[{\"start\":-9223372036854775808,\"end\":5}]"), "overlap"),
        (good.replace("\"tick\":0", "\"tick\":-9223372036854775808"), "meter"),
    ];
    for (text, reason) in bad {
        let error = Score::from_json(&text).unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
}

#[test]
fn a_number_too_large_for_its_type_is_refused_before_it_is_saved_as_null() {
    let mut score = Score::default();
    let mut recipe = Recipe::new("model 1", &mixed(0.75), 3, 9);
    recipe.shape.temperature = 1.5;
    recipe.shape.density = PartMap::from_fn(|_| 0.25);
    score.insert(Phrase {
        recipe: Some(recipe),
        judged: Some(Judged { chosen: 0, scores: vec![-2.5], kept: PartMap::default() }),
        ..phrase(0, 3840)
    });
    let good = score.to_json();
    assert_eq!(Score::from_json(&good).unwrap(), score);
    for number in ["1.5", "0.25", "0.75", "-2.5"] {
        assert!(good.contains(number));
        let error = Score::from_json(&good.replacen(number, "7e77", 1)).unwrap_err().to_string();
        assert!(error.contains("too large"), "{number}: {error}");
    }
}

/// The longer a phrase is, the more time and memory another take of it needs.
#[test]
fn a_generated_phrase_longer_than_four_bars_of_its_meter_is_refused() {
    let waltz = Meter { numerator: 3, denominator: 4 };
    let saved = |meter: Meter, end: Tick, recipe: Option<Recipe>| {
        let mut score = Score::default();
        let span = PhraseSpan { start: 0, end, meter };
        score.insert(Phrase { span, recipe, parts: PartMap::default(), ..phrase(0, 3840) });
        Score::from_json(&score.to_json()).map(|_| ()).map_err(|error| error.to_string())
    };
    let recipe = || Some(Recipe::new("model 1", &Settings::default(), 0, 9));
    for meter in [Meter::COMMON, waltz] {
        let longest = 4 * meter.bar_ticks();
        assert_eq!(saved(meter, longest, recipe()), Ok(()));
        for end in [longest + 1, (1 << 31) - 1] {
            let error = saved(meter, end, recipe()).unwrap_err();
            assert!(error.contains("longer than four bars"), "{error}");
            assert_eq!(saved(meter, end, None), Ok(()), "a phrase without a recipe is never made again");
        }
    }
}

proptest! {
    #[test]
    fn phrases_never_overlap_and_nothing_outside_the_new_one_is_lost(
        spans in prop::collection::vec((0i64..40, 1i64..12), 1..30),
    ) {
        let mut score = Score::default();
        let mut covered = std::collections::BTreeSet::new();
        for (start, length) in spans {
            score.insert(phrase(start * 240, (start + length) * 240));
            covered.extend(start..start + length);
        }
        prop_assert!(score.phrases().windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
        let steps: Vec<i64> =
            score.part_notes(Part::Bass, &(0..100_000)).iter().map(|note| note.start / 240).collect();
        prop_assert_eq!(steps, covered.into_iter().collect::<Vec<_>>());
        for phrase in score.phrases() {
            for (_, notes) in phrase.parts.iter() {
                prop_assert!(notes.iter().all(|note| note.start >= phrase.span.start && note.end() <= phrase.span.end));
            }
        }
    }
}

#[test]
fn only_the_last_text_that_could_not_be_read_is_kept() {
    let score = Score::default();
    let first = score.to_json_with_set_aside(Some("an older one".to_owned()));
    let second = score.to_json_with_set_aside(Some(first));
    let (_, kept) = Score::from_json_with_set_aside(&second).unwrap();
    let (kept, older) = Score::from_json_with_set_aside(&kept.unwrap()).unwrap();
    assert_eq!((kept, older), (score, None));
}

#[test]
fn a_phrase_is_settled_once_it_was_made_for_what_was_heard() {
    let mut score = Score::default();
    let phrase_for = |score: &Score| {
        let melody = fingerprint(score.melody(), &heard_until(score.heard(), 3840), &span(0, 3840));
        Phrase { recipe: Some(Recipe::new("model 1", &Settings::default(), 0, melody)), ..phrase(0, 3840) }
    };
    let guessed = phrase_for(&score);
    assert!(!score.is_settled(&guessed), "nothing was heard");
    score.hear(&[note(0, 480)], 0..3840);
    assert!(!score.is_settled(&guessed));
    assert!(score.is_settled(&phrase_for(&score)));
    assert!(score.is_settled(&phrase(0, 3840)), "the rest of a cut phrase");
}

#[test]
fn sections_are_saved_and_an_older_score_has_none() {
    let mut score = Score::default();
    let older = score.to_json();
    assert!(!older.contains("sections"));
    score.set_sections("Intro 4 | Chorus \"Big\" 8 | Ending 4".parse::<Outline>().unwrap().placed(&score.meters, 0));
    let saved = score.to_json();
    assert_eq!(Score::from_json(&saved).unwrap(), score);
    assert_eq!(score.song_end(), Some(16 * 3840));
    let overlapping = saved.replace("\"start\":15360", "\"start\":3840");
    assert!(overlapping != saved && Score::from_json(&overlapping).is_err());
    score.set_sections(Sections::default());
    assert_eq!(score.to_json(), older);
}
