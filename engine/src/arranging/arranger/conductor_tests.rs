//! Takes of the hand-made generator in `tests/models`, judged by its conductor: the more the parts play, the better.

use super::{Arrange, ArrangedPhrase, Arranger, LoadError, PhraseRequest};
use crate::arranging::{place::PhrasePlace, polish::Polish};
use crate::{
    arranging::melodies_for_tests::key_at,
    network::{
        model::{ModelError, ModelSource, Role},
        runtime::BackendChoice,
        test_models::{copy_shipped_generator, hand_made, hand_made_generator, with_library},
    },
    styles::Shelf,
};
use continuo_music::{
    meter::{Meter, PhraseSpan},
    note::Note,
    part::{Part, PartMap},
    settings::{Settings, Shape},
    swing::Feel,
};
use std::fs;

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn arranger(choice: BackendChoice) -> Result<Arranger, LoadError> {
    Arranger::load(&hand_made_generator(), with_library(choice))
}

fn arrange(
    arranger: &mut Arranger,
    meter: Meter,
    settings: &Settings,
    take: u32,
    preferred: Option<u8>,
    given: &PartMap<Option<Vec<Note>>>,
) -> Result<ArrangedPhrase, Box<dyn std::error::Error>> {
    let span = PhraseSpan { start: 0, end: 4 * meter.bar_ticks(), meter };
    let pitches = [60, 62, 64, 65, 67, 65, 64, 62];
    let melody: Vec<Note> = (0..16)
        .map(|index| Note { start: index * 960, pitch: pitches[index as usize % 8], length: 900, velocity: 90 })
        .collect();
    Ok(arranger.arrange_phrase(&PhraseRequest {
        span,
        melody: &melody,
        heard: std::slice::from_ref(&(0..span.end)),
        before: &PartMap::default(),
        given,
        own: None,
        settings,
        shelf: &Shelf::default(),
        take,
        preferred,
        key: key_at(&melody, &[0..span.end], &span),
        home: None,
        feel: Feel::default(),
        place: &PhrasePlace::UNKNOWN,
        chords: &[],
        recall: None,
    })?)
}

#[test]
fn the_best_of_several_takes_is_played_and_each_can_be_generated_again() -> Outcome {
    for choice in [BackendChoice::OnnxRuntime, BackendChoice::Tract] {
        let mut arranger = arranger(choice)?;
        // In 12/8 a phrase fills two windows: the second continues each take's own first.
        for meter in [Meter::COMMON, Meter { numerator: 12, denominator: 8 }] {
            let several = Settings { shape: Shape { takes: 8, ..Shape::default() }, ..Settings::default() };
            let one = Settings { shape: Shape { takes: 1, ..several.shape }, ..several };
            let best = arrange(&mut arranger, meter, &several, 40, None, &PartMap::default())?;
            let judged = best.judged.clone().ok_or("no verdict")?;
            assert_eq!(judged.scores.len(), 8);
            let mut counts = Vec::new();
            for index in 0..8_u32 {
                let alone = arrange(&mut arranger, meter, &one, 40 + index, None, &PartMap::default())?;
                assert_eq!(alone.judged, None);
                let notes: usize = Part::PITCHED.into_iter().map(|part| alone.parts[part].len()).sum();
                counts.push((notes, judged.scores[index as usize]));
                let preferred = arrange(&mut arranger, meter, &several, 40, Some(index as u8), &PartMap::default())?;
                assert_eq!(preferred.parts, alone.parts, "{choice:?} {meter:?}");
                let verdict = preferred.judged.ok_or("no verdict")?;
                assert_eq!((u32::from(verdict.chosen), &verdict.scores), (index, &judged.scores));
                assert_eq!(verdict.best(), judged.chosen);
                if index == u32::from(judged.chosen) {
                    assert_eq!(alone.parts, best.parts, "{choice:?} {meter:?}");
                }
            }
            let most = counts.iter().map(|(notes, _)| *notes).max();
            assert_eq!(Some(counts[usize::from(judged.chosen)].0), most, "{counts:?}");
            counts.sort_unstable_by_key(|(notes, _)| *notes);
            assert!(counts[0].0 < counts[7].0, "the takes differ");
            assert!(counts.is_sorted_by(|a, b| a.0 == b.0 || a.1 < b.1), "more notes, a higher score: {counts:?}");
        }
    }
    Ok(())
}

#[test]
fn both_runtimes_judge_alike() -> Outcome {
    let settings = Settings { shape: Shape { takes: 4, ..Shape::default() }, ..Settings::default() };
    let mut one = arranger(BackendChoice::OnnxRuntime)?;
    let mut other = arranger(BackendChoice::Tract)?;
    let one = arrange(&mut one, Meter::COMMON, &settings, 0, None, &PartMap::default())?;
    let other = arrange(&mut other, Meter::COMMON, &settings, 0, None, &PartMap::default())?;
    assert_eq!(one.parts, other.parts);
    let (one, other) = (one.judged.ok_or("no verdict")?, other.judged.ok_or("no verdict")?);
    assert_eq!(one.chosen, other.chosen);
    assert!(one.scores.iter().zip(&other.scores).all(|(one, other)| (one - other).abs() < 1e-3));
    Ok(())
}

#[test]
fn at_temperature_zero_there_is_only_one_take() -> Outcome {
    let settings = Settings { shape: Shape { takes: 8, temperature: 0.0, ..Shape::default() }, ..Settings::default() };
    let phrase = arrange(&mut arranger(BackendChoice::Tract)?, Meter::COMMON, &settings, 0, None, &PartMap::default())?;
    assert_eq!(phrase.judged, None);
    Ok(())
}

#[test]
fn notes_are_where_the_models_timing_puts_them() -> Outcome {
    let settings = Settings { shape: Shape { genre: 1, ..Shape::default() }, ..Settings::default() };
    let phrase = arrange(&mut arranger(BackendChoice::Tract)?, Meter::COMMON, &settings, 0, None, &PartMap::default())?;
    let ride: Vec<_> =
        phrase.parts[Part::Drums].iter().filter(|note| note.pitch == 51).map(|note| note.start).collect();
    assert_eq!(ride[..4], [0, 640, 960, 1600]);
    let bass: Vec<_> = phrase.parts[Part::Bass].iter().map(|note| (note.start, note.end())).collect();
    // The long note lasts up to a short one on the last third of the second beat.
    assert_eq!(bass[..3], [(0, 1600), (1600, 1920), (1920, 3520)]);
    assert_eq!(phrase.programs, [32, 0, 48, 73]);
    assert!(phrase.parts[Part::Counter].is_empty(), "the genre has no counter");
    Ok(())
}

#[test]
fn the_network_hears_the_given_parts() -> Outcome {
    let kept = vec![Note { start: 480, pitch: 43, length: 480, velocity: 70 }];
    let mut given = PartMap::default();
    given[Part::Bass] = Some(kept.clone());
    let mut arranger = arranger(BackendChoice::Tract)?;
    // The hand-made network's counter-melody says nothing, and would rest.
    arranger.set_polish(Polish { texture: false, ..Polish::default() });
    let phrase = arrange(&mut arranger, Meter::COMMON, &Settings::default(), 0, None, &given)?;
    assert_eq!(phrase.parts[Part::Bass], kept);
    let doubled = |phrase: &ArrangedPhrase| {
        phrase.parts[Part::Counter].iter().any(|note| (note.start, note.pitch % 12) == (480, 7))
    };
    assert!(doubled(&phrase), "{:?}", phrase.parts[Part::Counter]);
    let free = arrange(&mut arranger, Meter::COMMON, &Settings::default(), 0, None, &PartMap::default())?;
    assert!(!doubled(&free));
    Ok(())
}

#[test]
fn a_conductor_that_does_not_belong_is_reported_and_not_used() -> Outcome {
    let folder = tempfile::tempdir()?;
    let model = folder.path().join("continuo.onnx");
    let conductor = folder.path().join(Role::Conductor.file_name());
    fs::copy(hand_made().join("continuo.onnx"), &model)?;
    let source = ModelSource::File(model.clone());
    let fault = |source: &ModelSource| -> Result<Option<String>, LoadError> {
        let arranger = Arranger::load(source, BackendChoice::Tract)?;
        assert!(arranger.conductor().is_none());
        Ok(arranger.conductor_fault().map(str::to_owned))
    };
    assert_eq!(fault(&source)?, None, "a model works without a conductor");
    fs::copy(hand_made().join(Role::StyleEncoder.file_name()), &conductor)?;
    assert!(fault(&source)?.is_some_and(|fault| fault.contains("is a style encoder, not a conductor")));
    let whole = fs::read(hand_made().join(Role::Conductor.file_name()))?;
    fs::write(&conductor, &whole[..whole.len() - 9])?;
    assert!(fault(&source)?.is_some_and(|fault| fault.contains("conductor cannot be used")));
    fs::write(&conductor, &whole)?;
    copy_shipped_generator(folder.path())?;
    let fault = fault(&source)?.unwrap_or_default();
    let other = ModelError::OtherStyleSpace { found: "hand-made".to_owned(), wanted: source.card()?.style_space };
    assert!(fault.contains(&other.to_string()), "{fault}");
    Ok(())
}
