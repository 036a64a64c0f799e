use super::{Arranger, LoadError, PhraseContext, PhraseRequest, Style, TakeInProgress};
use crate::{
    arranging::{melodies_for_tests::key_at, place::PhrasePlace},
    network::{
        model::{ModelSource, Role},
        runtime::BackendChoice,
        test_models::hand_made,
    },
    styles::Shelf,
};
use continuo_music::{
    meter::{Meter, PhraseSpan},
    note::Note,
    part::PartMap,
    settings::{Settings, Shape},
    swing::Feel,
};
use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
};

type Outcome = Result<(), Box<dyn Error>>;

/// Roots of chords by half bar: those that were chosen, and the likeliest where a harmonizer says so.
type Roots = (Vec<u8>, Option<Vec<u8>>);

fn shipped(role: Role) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../models").join(role.file_name())
}

#[test]
fn the_shipped_model_has_a_harmonizer() -> Outcome {
    let arranger = Arranger::load(&ModelSource::Embedded, BackendChoice::Tract)?;
    assert!(arranger.harmonizer().is_some_and(|harmonizer| harmonizer.name().starts_with("harmonizer ")));
    assert_eq!(arranger.harmonizer_fault(), None);
    Ok(())
}

#[test]
fn the_generator_follows_the_harmonizer_at_temperature_zero() -> Outcome {
    let mut arranger = Arranger::load(&ModelSource::Embedded, BackendChoice::Tract)?;
    let span = PhraseSpan { start: 0, end: 4 * 3840, meter: Meter::COMMON };
    let pitches = [72, 76, 79, 76, 77, 81, 77, 74, 71, 74, 79, 74, 72, 76, 72, 72];
    let melody: Vec<Note> = (0..)
        .zip(pitches)
        .map(|(index, pitch)| Note { start: index * 960, pitch, length: 900, velocity: 90 })
        .collect();
    let settings = Settings { shape: Shape { temperature: 0.0, ..Shape::default() }, ..Settings::default() };
    let (heard, nothing, given, shelf) = ([0..span.end], PartMap::default(), PartMap::default(), Shelf::default());
    let request = PhraseRequest {
        span,
        melody: &melody,
        heard: &heard,
        before: &nothing,
        given: &given,
        own: None,
        settings: &settings,
        shelf: &shelf,
        take: 0,
        preferred: None,
        key: key_at(&melody, &heard, &span),
        home: None,
        feel: Feel::default(),
        place: &PhrasePlace::UNKNOWN,
        chords: &[],
        recall: None,
    };
    let (card, style) = (arranger.card.clone(), Style::chosen(&arranger.card, request.shelf, &settings));
    let phrase = PhraseContext::new(&request, &style, &card);
    let take = [TakeInProgress::new(&phrase)];
    let vocabulary = card.chords.as_ref().ok_or("the shipped model knows chords")?;
    let roots = |arranger: &mut Arranger| -> Result<Roots, Box<dyn Error>> {
        let written = arranger.run_window(&phrase, &take, 0)?;
        let of = |vectors: &[f32]| -> Vec<u8> {
            let roots = vectors.chunks_exact(vocabulary.size()).filter_map(|chord| vocabulary.likeliest(chord));
            roots.map(|(root, _)| root).collect()
        };
        Ok((of(written.output.row(0).chosen_chords), written.likely.as_deref().map(of)))
    };
    let (chosen, likely) = roots(&mut arranger)?;
    assert_eq!(Some(&chosen), likely.as_ref());
    assert_eq!((chosen.first(), chosen.last()), (Some(&0), Some(&0)), "C at both ends: {chosen:?}");
    arranger.harmonizer = None;
    let (alone, likely) = roots(&mut arranger)?;
    assert_eq!((alone.len(), likely), (8, None), "without one, the generator chooses");
    Ok(())
}

#[test]
fn a_harmonizer_that_does_not_belong_is_reported_and_not_used() -> Outcome {
    let folder = tempfile::tempdir()?;
    let model = folder.path().join("continuo.onnx");
    let harmonizer = folder.path().join(Role::Harmonizer.file_name());
    fs::copy(hand_made().join("continuo.onnx"), &model)?;
    let source = ModelSource::File(model);
    let fault = || -> Result<Option<String>, LoadError> {
        let arranger = Arranger::load(&source, BackendChoice::Tract)?;
        assert!(arranger.harmonizer().is_none());
        Ok(arranger.harmonizer_fault().map(str::to_owned))
    };
    assert_eq!(fault()?, None, "a model works without a harmonizer");
    let whole = fs::read(shipped(Role::Harmonizer))?;
    fs::write(&harmonizer, &whole)?;
    assert!(fault()?.is_some_and(|fault| fault.contains("style space")), "it belongs to the shipped generator");
    fs::write(&harmonizer, &whole[..whole.len() - 9])?;
    assert!(fault()?.is_some_and(|fault| fault.contains("harmonizer cannot be used")));
    fs::copy(shipped(Role::StyleEncoder), &harmonizer)?;
    assert!(fault()?.is_some_and(|fault| fault.contains("is a style encoder, not a harmonizer")));
    Ok(())
}
