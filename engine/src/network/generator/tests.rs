use super::*;
use crate::network::{
    contract::CONTRACT,
    model::{Model, ModelError, ModelSource, embedded},
    runtime::{BackendChoice, load_generator},
    test_models::{hand_made, hand_made_generator, with_library},
};
use std::{fs, path::PathBuf};

/// The hand-made generator in two files.
fn split() -> ModelSource {
    ModelSource::File(hand_made().join("split").join("continuo.onnx"))
}

/// A folder with the files of the hand-made generator, and its source.
fn copied(files: &[&str]) -> (tempfile::TempDir, ModelSource, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        fs::copy(hand_made().join("split").join(file), folder.path().join(file)).unwrap();
    }
    let path = folder.path().join("continuo.onnx");
    let encoder = folder.path().join("encoder.onnx");
    (folder, ModelSource::File(path), encoder)
}

#[test]
fn both_runtimes_tell_and_take_chords() {
    for choice in [BackendChoice::OnnxRuntime, BackendChoice::Tract] {
        let model = Model::load(&split()).unwrap();
        assert_eq!(model.card().contract, CONTRACT);
        let (network, info) = load_generator(&model, &with_library(choice)).unwrap();
        let chords = model.card().chords.clone().unwrap();
        let mut input = NetworkInput::silent(model.card(), 2);
        let size = chords.size();
        // Slot 3 of the second take: D minor over F.
        let place = (CHORD_SLOTS + 3) * size;
        input.given_chords[place + chords.chord(2, chords.quality("min").unwrap())] = 1.0;
        input.given_chords[place + chords.bass(5)] = 1.0;
        input.chords_given[CHORD_SLOTS + 3] = 1.0;
        input.noise[0] = 0.5;
        let output = run_checked(&mut *network.lock(), model.card(), &input).unwrap();
        let chosen = |row: usize, slot: usize| {
            let vector = &output.row(row).chosen_chords[slot * size..(slot + 1) * size];
            (chords.likeliest(vector), chords.likeliest_bass(vector))
        };
        assert_eq!(chosen(0, 3), (Some((0, 0)), Some(0)), "{}", info.name);
        assert_eq!(chosen(1, 3), (Some((2, 1)), Some(5)), "{}", info.name);
        assert_eq!(chosen(1, 4), (Some((0, 0)), Some(0)), "{}", info.name);
        let likely = &output.row(1).chords[3 * size..4 * size];
        assert_eq!(chords.likeliest(likely), Some((0, 0)), "a given chord does not change what is likely there");
        assert!(output.row(0).pitched.iter().sum::<f32>() > output.row(1).pitched.iter().sum(), "the noises differ");
    }
}

#[test]
fn models_of_earlier_contracts_neither_tell_nor_take_chords() {
    let model = Model::load(&hand_made_generator()).unwrap();
    assert!(model.card().chords.is_none() && model.encoder().is_none());
    let (network, _) = load_generator(&model, &with_library(BackendChoice::Tract)).unwrap();
    let input = NetworkInput::silent(model.card(), 3);
    assert!(input.given_chords.is_empty() && input.chords_given.is_empty());
    let output = run_checked(&mut *network.lock(), model.card(), &input).unwrap();
    assert!(output.row(2).chords.is_empty() && output.row(2).chosen_chords.is_empty());
    assert_eq!(output.row(2).timing.len(), PART_COUNT * STEPS);
}

#[test]
fn stacked_rows_keep_their_chords() {
    let card = split().card().unwrap();
    let (mut one, other) = (NetworkInput::silent(&card, 1), NetworkInput::silent(&card, 1));
    one.chords_given[5] = 1.0;
    let all = NetworkInput::stacked([&other, &other, &one]);
    assert_eq!((all.batch, all.chords_given.len()), (3, 3 * CHORD_SLOTS));
    assert_eq!(all.chords_given.iter().position(|&given| given > 0.0), Some(2 * CHORD_SLOTS + 5));
    // What all rows have is there once.
    assert_eq!((&all.melody, &all.given_chords), (&one.melody, &one.given_chords));
    assert!(all.tensors().iter().all(|tensor| tensor.whole().len() == tensor.shape.iter().product::<usize>()));
}

#[test]
fn a_generator_without_its_own_encoder_is_rejected_with_what_to_do() {
    let (_folder, source, encoder) = copied(&["continuo.onnx"]);
    assert_eq!(Model::load(&source).unwrap_err(), ModelError::NoEncoder);
    fs::write(&encoder, embedded()).unwrap();
    assert!(Model::load(&source).unwrap_err().to_string().contains("description is invalid"));
    fs::copy(hand_made().join("style-encoder.onnx"), &encoder).unwrap();
    assert!(matches!(Model::load(&source), Err(ModelError::AgainstContract(_) | ModelError::OtherRole { .. })));
    let mut bytes = fs::read(hand_made().join("split").join("encoder.onnx")).unwrap();
    fs::write(&encoder, &bytes[..bytes.len() - 1]).unwrap();
    assert!(Model::load(&source).is_err());
    // The last letter of a name inside the graph.
    let place = bytes.windows(7).position(|window| window == b"encoded").unwrap();
    bytes[place + 6] = b'x';
    fs::write(&encoder, &bytes).unwrap();
    assert_eq!(Model::load(&source).unwrap_err(), ModelError::Checksum);
    fs::copy(hand_made().join("split").join("encoder.onnx"), &encoder).unwrap();
    assert!(Model::load(&source).is_ok());
}

#[test]
fn another_models_encoder_is_rejected() {
    let (_folder, source, encoder) = copied(&["continuo.onnx", "encoder.onnx"]);
    let mut bytes = fs::read(&encoder).unwrap();
    // Another checksum in the metadata is another file, whatever it holds.
    let checksum = Model::load(&source).unwrap().card().encoder.clone().unwrap().checksum;
    let place = bytes.windows(64).position(|window| window == checksum.as_bytes()).unwrap();
    bytes[place] = if bytes[place] == b'0' { b'1' } else { b'0' };
    fs::write(&encoder, &bytes).unwrap();
    assert_eq!(Model::load(&source).unwrap_err(), ModelError::OtherEncoder);
}
