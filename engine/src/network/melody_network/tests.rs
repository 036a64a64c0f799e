//! Both networks together, beside each alone.

use super::*;
use crate::{
    melodies::events::{BarGrid, Conditions, Event},
    network::BackendChoice,
};
use continuo_music::{key::Key, meter::MeterMap};
use std::fs;

fn load(engine: MelodyEngine) -> MelodyNetwork {
    MelodyNetwork::load(&ModelSource::Embedded, engine, BackendChoice::Tract).expect("a built-in network")
}

/// What is read before each of some notes, and after them.
fn readings() -> Vec<Reading> {
    let symbols = [24, 26, 28, 29, 31, 28, 24, 19];
    let event = |(index, &symbol): (i64, &u8)| Event { symbol, length: 4, start: 4 * index };
    let events: Vec<Event> = (0..).zip(&symbols).map(event).collect();
    let grid = BarGrid::new(MeterMap::default().at(0).meter, 0);
    let conditions = Conditions { grid, key: Key::major(0), genre: 3, chords: &[], end: None };
    (0..=events.len()).map(|count| conditions.reading(&events[..count], 4 * count as i64)).collect()
}

fn read(network: &MelodyNetwork, memory: &mut Memory, readings: &[Reading]) -> Vec<f32> {
    let read = readings.iter().map(|reading| network.next(memory, reading).expect("chances"));
    read.last().expect("a reading")
}

#[test]
fn the_mixture_has_the_shares_of_both_networks_probabilities() {
    let readings = readings();
    let [both, one, other] = MelodyEngine::ALL.map(|engine| {
        let network = load(engine);
        read(&network, &mut network.memory(), &readings)
    });
    let mut all = 0.0;
    for ((both, one), other) in both.iter().zip(one).zip(other) {
        let expected = SHARE * one.exp() + (1.0 - SHARE) * other.exp();
        assert!((both.exp() - expected).abs() < 1e-6, "{} and not {expected}", both.exp());
        all += both.exp();
    }
    assert!((all - 1.0).abs() < 1e-3, "{all}");
}

#[test]
fn both_memories_are_cut_back_together() {
    let (network, readings) = (load(MelodyEngine::Both), readings());
    let mut memory = network.memory();
    let whole = read(&network, &mut memory, &readings);
    memory.rewind(3);
    assert_eq!(read(&network, &mut memory, &readings[3..]), whole);
    memory.rewind(3);
    assert_ne!(read(&network, &mut memory, &readings[4..]), whole, "an event was left out");
}

#[test]
fn where_a_model_has_one_of_the_networks_that_one_goes_on_alone() {
    let folder = tempfile::tempdir().unwrap();
    let source = ModelSource::File(folder.path().join("continuo.onnx"));
    let load = |engine| MelodyNetwork::load(&source, engine, BackendChoice::Tract).expect("a network");
    let found = load(MelodyEngine::Both);
    assert!(found.other.is_some(), "the built-in ones");
    assert_eq!(MelodyEngine::Both.remark(&source), None);
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/../models/melody-lstm.onnx");
    fs::copy(shipped, folder.path().join("melody-lstm.onnx")).unwrap();
    let found = load(MelodyEngine::Both);
    assert!(found.name().starts_with("melody-lstm ") && found.other.is_none(), "{}", found.name());
    let remark = "the model has melody-lstm.onnx but no melody.onnx, so melody-lstm.onnx goes on with melodies alone";
    assert_eq!(MelodyEngine::Both.remark(&source).as_deref(), Some(remark));
    assert!(load(MelodyEngine::Transformer).name().starts_with("melody "), "what was asked for");
    assert_eq!(MelodyEngine::Transformer.remark(&source), None);
}

#[test]
fn each_network_reads_a_genre_by_the_number_that_it_has_there() {
    let network = load(MelodyEngine::Both);
    let other = network.other.as_ref().expect("a second network");
    let reading = &readings()[0];
    let swapped: Vec<String> = network.genres().iter().rev().cloned().collect();
    let last = swapped.len() - 1;
    assert_eq!(other.reading_of(reading, &swapped).place[4], last as u8 - reading.place[4]);
    assert_eq!(other.reading_of(reading, network.genres()), *reading);
    assert_eq!(other.reading_of(reading, &[]).place[4], swapped.len() as u8, "one that it does not know");
}
