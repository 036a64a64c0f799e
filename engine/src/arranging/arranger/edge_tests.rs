//! How near to an edge the network's numbers lie where notes are chosen by them: runtimes and processors round differently, so
//! a choice within their difference of an edge may fall on either side.

use super::*;
use crate::{
    arranging::{
        songs_for_tests::{MadeSong, song},
        whole_song::arrange_song,
    },
    network::{
        runtime::{Backend, BackendChoice},
        tensors::TensorView,
        test_models::with_library,
    },
    score::edit::WholeSong,
    styles::Shelf,
};
use parking_lot::Mutex;
use std::collections::BTreeSet;

/// How many songs are arranged; one if it is not set.
const SONGS: &str = "CONTINUO_EDGE_SONGS";

/// The network's outputs of which notes are made: probabilities, velocities, and timing in steps.
const OUTPUTS: [&str; 4] = ["pitched", "drums", "velocity", "timing"];

/// ONNX Runtime, with what the built-in runtime returns for the same inputs beside it.
struct Compared {
    network: SharedBackend,
    other: SharedBackend,
    /// The largest difference in each output.
    largest: Arc<Mutex<[f32; OUTPUTS.len()]>>,
}

impl Backend for Compared {
    fn name(&self) -> &'static str {
        "onnxruntime"
    }

    fn run(&mut self, batch: usize, inputs: &[TensorView<'_>]) -> Result<Vec<Vec<f32>>, InferenceError> {
        let (one, other) = (self.network.lock().run(batch, inputs)?, self.other.lock().run(batch, inputs)?);
        for (largest, (one, other)) in self.largest.lock().iter_mut().zip(one.iter().zip(&other)) {
            *largest = one.iter().zip(other).map(|(one, other)| (one - other).abs()).fold(*largest, f32::max);
        }
        Ok(one)
    }
}

/// A network whose numbers are all larger by so much.
struct Moved {
    network: SharedBackend,
    by: [f32; OUTPUTS.len()],
}

impl Backend for Moved {
    fn name(&self) -> &'static str {
        "onnxruntime"
    }

    fn run(&mut self, batch: usize, inputs: &[TensorView<'_>]) -> Result<Vec<Vec<f32>>, InferenceError> {
        let mut outputs = self.network.lock().run(batch, inputs)?;
        for ((values, by), name) in outputs.iter_mut().zip(self.by).zip(OUTPUTS) {
            // What lies outside these is refused.
            let (least, most) = if name == "timing" { (-0.5, 0.5) } else { (0.0, 1.0) };
            for value in values {
                *value = (*value + by).clamp(least, most);
            }
        }
        Ok(outputs)
    }
}

/// The notes of a song, each with its part.
fn notes(arranger: &mut Arranger, number: usize) -> BTreeSet<(usize, Note)> {
    let MadeSong { melody, meters, settings } = song(number);
    let whole = WholeSong { melody, meters, ..WholeSong::default() };
    let outcome = arrange_song(arranger, &whole, &settings, &Shelf::default(), |_, _| {});
    let parts = outcome.expect("the network should run").parts;
    Part::ALL.into_iter().flat_map(|part| parts[part].iter().map(move |&note| (part.index(), note))).collect()
}

/// How many notes of the songs change when all numbers move by so much, up and down.
fn changed(arranger: &mut Arranger, songs: &[BTreeSet<(usize, Note)>], by: [f32; OUTPUTS.len()]) -> usize {
    let network = Arc::clone(&arranger.network);
    let mut lost: Vec<BTreeSet<(usize, Note)>> = vec![BTreeSet::new(); songs.len()];
    for by in [by, by.map(|by| -by)] {
        arranger.network = Arc::new(Mutex::new(Moved { network: Arc::clone(&network), by }));
        for (number, (notes_of, lost)) in songs.iter().zip(&mut lost).enumerate() {
            let moved = notes(arranger, number);
            lost.extend(notes_of.difference(&moved).copied());
        }
    }
    arranger.network = network;
    lost.iter().map(BTreeSet::len).sum()
}

#[test]
fn few_choices_lie_within_the_runtimes_difference_of_an_edge() {
    let wanted: usize = std::env::var(SONGS).ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    let load = |choice| Arranger::load(&ModelSource::Embedded, with_library(choice)).expect("the model should load");
    let mut arranger = load(BackendChoice::OnnxRuntime);
    let network = Arc::clone(&arranger.network);
    let largest = Arc::new(Mutex::new([0.0; OUTPUTS.len()]));
    let other = load(BackendChoice::Tract).network;
    let compared = Compared { network: Arc::clone(&network), other, largest: Arc::clone(&largest) };
    arranger.network = Arc::new(Mutex::new(compared));
    // The built-in runtime is slow.
    for number in 0..wanted.div_ceil(8) {
        notes(&mut arranger, number);
    }
    arranger.network = network;
    let largest = *largest.lock();
    let songs: Vec<BTreeSet<(usize, Note)>> = (0..wanted).map(|number| notes(&mut arranger, number)).collect();
    let all: usize = songs.iter().map(BTreeSet::len).sum();
    let near = changed(&mut arranger, &songs, largest);
    let nearer_than_ten = changed(&mut arranger, &songs, largest.map(|by| 10.0 * by));
    let shown: Vec<String> = OUTPUTS.iter().zip(largest).map(|(name, by)| format!("{name} {by:.1e}")).collect();
    println!(
        "near an edge: {near} of {all} notes change when every number of the network moves by the largest difference \
         between the runtimes ({}), up or down; {nearer_than_ten} when by ten times as much",
        shown.join(", ")
    );
    assert!(largest.iter().all(|&by| by > 0.0 && by < 1e-3), "the runtimes differ by {shown:?}");
    assert!(near <= all / 100, "{near} of {all} notes hang on the last bits");
    assert!(changed(&mut arranger, &songs[..1], [0.05; OUTPUTS.len()]) > 0, "nothing is moved");
}
