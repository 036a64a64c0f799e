//! Tests of the arranger with the built-in model, on both runtimes, and with broken files.

use super::*;
use crate::{
    arranging::{melodies_for_tests::key_at, place::PhrasePlace, random::Random},
    network::{
        contract::{CONTRACT, PLANE},
        runtime::{Backend, BackendChoice, Loading},
        tensors::TensorView,
        test_models::{hand_made, hand_made_generator, with_library},
    },
    styles::Shelf,
};
use continuo_music::{
    key::Key,
    meter::{Meter, PhraseSpan},
    note::Note,
    swing::Feel,
    time::Tick,
};
use std::{ops::Range, path::PathBuf};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn melody() -> Vec<Note> {
    [60, 64, 67, 72, 71, 67, 62, 64]
        .into_iter()
        .enumerate()
        .map(|(index, pitch)| Note { start: index as i64 * 1920, pitch, length: 1800, velocity: 90 })
        .collect()
}

fn span(meter: Meter, bars: i64) -> PhraseSpan {
    PhraseSpan { start: 0, end: bars * meter.bar_ticks(), meter }
}

fn arrange(arranger: &mut Arranger, span: PhraseSpan, heard: &[Range<Tick>]) -> Result<PartNotes, InferenceError> {
    let phrase = arranger.arrange_phrase(&PhraseRequest {
        span,
        melody: &melody(),
        heard,
        before: &PartMap::default(),
        given: &PartMap::default(),
        own: None,
        settings: &Settings::default(),
        shelf: &Shelf::default(),
        take: 0,
        preferred: None,
        key: key_at(&melody(), heard, &span),
        home: None,
        feel: Feel::default(),
        place: &PhrasePlace::UNKNOWN,
        chords: &[],
        recall: None,
    })?;
    Ok(phrase.parts)
}

#[test]
fn the_same_request_gives_the_same_notes_inside_the_span() -> Outcome {
    let mut arranger = Arranger::load(&ModelSource::Embedded, BackendChoice::Tract)?;
    for (numerator, denominator) in [(4, 4), (3, 4), (5, 4), (7, 8)] {
        let span = span(Meter { numerator, denominator }, 4);
        let first = arrange(&mut arranger, span, &[0..15360])?;
        assert_eq!(first, arrange(&mut arranger, span, &[0..15360])?);
        for (part, notes) in first.iter() {
            assert!(notes.is_sorted(), "{part:?}");
            assert!(notes.iter().all(|note| span.contains(note.start) && note.end() <= span.end && note.length > 0));
        }
    }
    Ok(())
}

#[test]
fn without_a_melody_pitched_parts_are_silent() -> Outcome {
    let mut arranger = Arranger::load(&ModelSource::Embedded, BackendChoice::Tract)?;
    let notes = arrange(&mut arranger, span(Meter::COMMON, 4), &[])?;
    assert!(Part::PITCHED.into_iter().all(|part| notes[part].is_empty()));
    Ok(())
}

#[test]
fn without_a_melody_but_with_a_chosen_key_all_parts_play() -> Outcome {
    let mut arranger = Arranger::load(&ModelSource::Embedded, BackendChoice::Tract)?;
    let phrase = arranger.arrange_phrase(&PhraseRequest {
        span: span(Meter::COMMON, 4),
        melody: &[],
        heard: &[],
        before: &PartMap::default(),
        given: &PartMap::default(),
        own: None,
        settings: &Settings::default(),
        shelf: &Shelf::default(),
        take: 0,
        preferred: None,
        key: Some(Key::major(2)),
        home: None,
        feel: Feel::default(),
        place: &PhrasePlace::UNKNOWN,
        chords: &[],
        recall: None,
    })?;
    assert!([Part::Bass, Part::Chords].into_iter().all(|part| !phrase.parts[part].is_empty()));
    Ok(())
}

#[test]
fn in_a_rest_the_key_is_that_of_the_melody_before_it() -> Outcome {
    let (card, settings) = (ModelSource::Embedded.card()?, Settings::default());
    let scale = |phrase: Tick, tonic: u8| -> Vec<Note> {
        let note = |(index, degree): (Tick, u8)| Note {
            start: phrase * 15360 + index * 960,
            pitch: tonic + degree,
            length: 960,
            velocity: 80,
        };
        (0..).zip([0, 2, 4, 5, 7, 9, 11, 12, 7, 4, 0]).map(note).collect()
    };
    // The request is for phrase number 12, counted from 0.
    let shift = |melody: &[Note], heard: Range<Tick>| {
        let span = PhraseSpan { start: 12 * 15360, end: 13 * 15360, meter: Meter::COMMON };
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
        TakeInProgress::new(&phrase).input(&phrase, 0).shift
    };
    let whole = 0..13 * 15360;
    assert_eq!(shift(&scale(1, 62), whole.clone()), Some(-2), "however long the rest is");
    let song = |phrases: Range<Tick>, tonic| phrases.flat_map(|phrase| scale(phrase, tonic)).collect::<Vec<_>>();
    let both = [song(0..3, 62), song(3..6, 63)].concat();
    assert_eq!(shift(&both, whole.clone()), Some(-3), "the last key counts");
    let all = [both, song(11..14, 65)].concat();
    assert_eq!(shift(&all, 0..14 * 15360), Some(-5), "and after the rest the melody's own");
    assert_eq!(shift(&scale(12, 65), 0..12 * 15360), None, "nothing was heard yet");
    assert_eq!(shift(&[], whole), None);
    Ok(())
}

#[test]
fn given_parts_come_back_unchanged() -> Outcome {
    let mut arranger = Arranger::load(&ModelSource::Embedded, BackendChoice::Tract)?;
    let kept = vec![Note { start: 7, pitch: 100, length: 1001, velocity: 3 }];
    let mut given = PartMap::default();
    given[Part::Bass] = Some(kept.clone());
    let phrase = arranger.arrange_phrase(&PhraseRequest {
        span: span(Meter::COMMON, 4),
        melody: &melody(),
        heard: &[0..15360],
        before: &PartMap::default(),
        given: &given,
        own: None,
        settings: &Settings::default(),
        shelf: &Shelf::default(),
        take: 0,
        preferred: None,
        key: key_at(&melody(), &[0..15360], &span(Meter::COMMON, 4)),
        home: None,
        feel: Feel::default(),
        place: &PhrasePlace::UNKNOWN,
        chords: &[],
        recall: None,
    })?;
    assert_eq!(phrase.parts[Part::Bass], kept);
    Ok(())
}

#[test]
fn both_runtimes_agree_to_a_ten_thousandth() -> Outcome {
    let source = ModelSource::Embedded;
    let onnxruntime = Arranger::load(&source, with_library(BackendChoice::OnnxRuntime))?;
    let tract = Arranger::load(&source, BackendChoice::Tract)?;
    assert_eq!((onnxruntime.backend().name, tract.backend().name), ("onnxruntime", "tract"));
    for seed in 0..3 {
        let mut random = Random::of_window(seed, 0, 0, 0);
        let mut input = NetworkInput::silent(onnxruntime.card(), 2);
        let planes: [&mut [f32]; 4] =
            [&mut input.melody, &mut input.context, &mut input.given, &mut input.context_drums];
        for plane in planes {
            plane.fill_with(|| f32::from(u8::from(random.signed_uniform() > 0.9)));
        }
        input.heard.fill(1.0);
        input.meter.copy_from_slice(&[1.0, 0.0, 0.0, 1.0]);
        random.fill_noise(1.0, &mut input.noise);
        random.fill_noise(1.0, &mut input.style);
        let one = run_checked(&mut *onnxruntime.network.lock(), &onnxruntime.card, &input)?;
        let other = run_checked(&mut *tract.network.lock(), &tract.card, &input)?;
        let pairs: [(&[f32], &[f32]); 4] = [
            (&one.pitched, &other.pitched),
            (&one.drums, &other.drums),
            (&one.velocity, &other.velocity),
            (&one.timing, &other.timing),
        ];
        for (a, b) in pairs {
            let worst = a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(worst <= 1e-4, "{worst}");
        }
    }
    Ok(())
}

#[test]
fn without_the_library_the_fallback_runs_and_says_why() -> Outcome {
    let source = ModelSource::Embedded;
    let without_library =
        |choice| RuntimeOptions { choice, libraries: Vec::new(), loading: Loading::default(), cache: None };
    let arranger = Arranger::load(&source, without_library(BackendChoice::Auto))?;
    assert_eq!(arranger.backend().name, "tract");
    assert!(arranger.backend().fallback_reason.is_some());
    assert!(Arranger::load(&source, without_library(BackendChoice::OnnxRuntime)).is_err());
    Ok(())
}

#[test]
fn weights_are_shared_between_arrangers() -> Outcome {
    let one = Arranger::load(&ModelSource::Embedded, BackendChoice::Tract)?;
    let other = Arranger::load(&ModelSource::Embedded, BackendChoice::Tract)?;
    assert!(std::sync::Arc::ptr_eq(&one.network, &other.network));
    Ok(())
}

/// A network that returns the same number everywhere.
struct Constant(f32);

impl Backend for Constant {
    fn name(&self) -> &'static str {
        "constant"
    }

    fn run(&mut self, batch: usize, _: &[TensorView<'_>]) -> Result<Vec<Vec<f32>>, InferenceError> {
        Ok([8 * PLANE, 64 * 12, 5 * 64, 5 * 64].map(|size| vec![self.0; batch * size]).into())
    }
}

#[test]
fn numbers_that_are_not_probabilities_are_rejected() -> Outcome {
    let card = hand_made_generator().card()?;
    for number in [f32::NAN, f32::INFINITY, -0.5, 1.5] {
        let backend = BackendInfo { name: "constant", version: "", library: None, fallback_reason: None };
        let network: SharedBackend = std::sync::Arc::new(parking_lot::Mutex::new(Constant(number)));
        let mut arranger = Arranger {
            card: Arc::new(card.clone()),
            network,
            backend,
            conductor: None,
            conductor_fault: None,
            harmonizer: None,
            harmonizer_fault: None,
            polish: Polish::default(),
            grooves: Grooves::default(),
            mended: 0,
        };
        let outcome = arrange(&mut arranger, span(Meter::COMMON, 4), &[0..15360]);
        assert!(
            matches!(outcome, Err(InferenceError::NotProbabilities(_) | InferenceError::NotFinite(_))),
            "{number}: {outcome:?}"
        );
    }
    Ok(())
}

fn load_bytes(bytes: &[u8]) -> Result<Result<Model, ModelError>, std::io::Error> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("model.onnx");
    std::fs::write(&path, bytes)?;
    Ok(Model::load(&ModelSource::File(path)))
}

fn replaced(whole: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    let place =
        bytes.windows(from.len()).rposition(|window| window == from).expect("the model should contain these bytes");
    bytes[place..place + to.len()].copy_from_slice(to);
    bytes
}

#[test]
fn broken_models_are_rejected_with_their_reason() -> Outcome {
    let missing = PathBuf::from("/nowhere/model.onnx");
    assert_eq!(Model::load(&ModelSource::File(missing.clone())).err(), Some(ModelError::Missing(missing)));
    // A model that is one file.
    let whole = std::fs::read(hand_made().join("continuo.onnx"))?;
    assert!(load_bytes(&whole)?.is_ok());
    assert_eq!(load_bytes(&whole[..whole.len() / 2])?.err(), Some(ModelError::NotOnnx));
    assert_eq!(load_bytes(b"")?.err(), Some(ModelError::NotOnnx));
    assert_eq!(load_bytes(b"MThd and so on")?.err(), Some(ModelError::NotOnnx));
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    assert_eq!(load_bytes(&flipped)?.err(), Some(ModelError::Checksum));
    assert_eq!(
        load_bytes(&replaced(&whole, b"continuo.contract", b"somebody.contract"))?.err(),
        Some(ModelError::Foreign)
    );
    // A field of an entry: its number and type, its length, its text.
    let newer = replaced(&whole, b"continuo.contract\x12\x012", b"continuo.contract\x12\x019");
    assert_eq!(load_bytes(&newer)?.err(), Some(ModelError::NewerContract { found: 9, known: CONTRACT }));
    Ok(())
}

#[test]
fn the_card_names_the_genres() -> Outcome {
    let card = ModelSource::Embedded.card()?;
    assert!(card.genres.len() >= 4);
    assert_eq!(card.genre(255), &card.genres[card.default_genre]);
    assert_eq!(card.genre_index("POP"), Some(0));
    Ok(())
}

#[test]
fn guesses_are_in_order_of_likelihood_and_move_with_the_key() -> Outcome {
    let mut arranger = Arranger::load(&ModelSource::Embedded, BackendChoice::Tract)?;
    assert!(arranger.knows_chords());
    let mut guess = |semitones: u8, tick: Tick| {
        let melody: Vec<Note> = melody().iter().map(|note| Note { pitch: note.pitch + semitones, ..*note }).collect();
        arranger.guess_chords(
            &PhraseRequest {
                own: None,
                place: &PhrasePlace::UNKNOWN,
                span: span(Meter::COMMON, 4),
                melody: &melody,
                heard: &[0..15_360],
                before: &PartMap::default(),
                given: &PartMap::default(),
                settings: &Settings::default(),
                shelf: &Shelf::default(),
                take: 0,
                preferred: None,
                key: Some(Key::major(semitones)),
                home: None,
                chords: &[],
                feel: Feel::default(),
                recall: None,
            },
            tick,
        )
    };
    for tick in [0, 1920, 15_000] {
        let (in_c, in_d) = (guess(0, tick)?, guess(2, tick)?);
        assert!(in_c.len() > 3 && in_c.windows(2).all(|pair| pair[0].share >= pair[1].share));
        assert!(in_c.iter().map(|guess| guess.share).sum::<f32>() <= 1.001);
        assert_eq!(in_c.len(), in_d.len());
        for (low, high) in in_c.iter().zip(&in_d) {
            assert!((low.share - high.share).abs() < 1e-4, "{low:?} {high:?}");
        }
        assert_eq!(in_c[0].chord.transposed(2), in_d[0].chord);
    }
    assert!(guess(0, 15_360)?.is_empty(), "outside the phrase");
    let without = Arranger::load(&hand_made_generator(), with_library(BackendChoice::Tract))?;
    assert!(!without.knows_chords());
    Ok(())
}
