//! A whole generator in a runtime: one network, or from contract 3 on an encoder and a decoder.

use super::{
    backend::{Backend, BackendInfo, InferenceError, SharedBackend, run_finite},
    error::BackendError,
    load_network,
    options::RuntimeOptions,
    side_by_side::side_by_side,
};
use crate::network::{
    model::{Model, TensorShape},
    tensors::TensorView,
};
use parking_lot::Mutex;
use std::sync::{Arc, Weak};

/// Loads a model's generator, or shares it with instances that have loaded it. It reads the inputs of
/// [`NetworkInput`](crate::network::NetworkInput) and returns the contract's outputs, whatever the model's contract.
///
/// # Errors
/// When the requested runtime is not available or cannot run the model.
pub fn load(model: &Model, options: &RuntimeOptions) -> Result<(SharedBackend, BackendInfo), BackendError> {
    let Some(encoder) = model.encoder() else { return load_network(model.file(), options) };
    let (reader, network) = side_by_side(|| load_network(encoder, options), || load_network(model.file(), options));
    let ((reader, _), (network, info)) = (reader?, network?);
    // Locked while a pair is made, so that two instances that start together share it.
    let mut pairs = PAIRS.lock();
    pairs.retain(|entry| entry.pair.strong_count() > 0);
    let loaded = pairs.iter().find(|entry| entry.is_of(&reader, &network));
    if let Some(pair) = loaded.and_then(|entry| entry.pair.upgrade()) {
        return Ok((pair, info));
    }
    let inputs = encoder.signature().inputs.iter().map(|(name, _)| *name).collect();
    let between = encoder.signature().outputs.clone();
    let pair: SharedBackend =
        Arc::new(Mutex::new(Pair { encoder: Arc::clone(&reader), decoder: Arc::clone(&network), inputs, between }));
    pairs.push(Entry {
        encoder: Arc::downgrade(&reader),
        decoder: Arc::downgrade(&network),
        pair: Arc::downgrade(&pair),
    });
    Ok((pair, info))
}

/// The pairs in this process; instances that use the same model share one. Only composer threads lock it.
static PAIRS: Mutex<Vec<Entry>> = Mutex::new(Vec::new());

struct Entry {
    encoder: Weak<Mutex<dyn Backend>>,
    decoder: Weak<Mutex<dyn Backend>>,
    pair: Weak<Mutex<dyn Backend>>,
}

impl Entry {
    /// Whether this is the pair of these networks.
    fn is_of(&self, encoder: &SharedBackend, decoder: &SharedBackend) -> bool {
        let same =
            |mine: &Weak<Mutex<dyn Backend>>, other| mine.upgrade().is_some_and(|mine| Arc::ptr_eq(&mine, other));
        same(&self.encoder, encoder) && same(&self.decoder, decoder)
    }
}

/// An encoder and a decoder that act as one network.
///
/// Rows with the same inputs for the encoder share its work: takes of a window differ only in their noise and chords.
struct Pair {
    encoder: SharedBackend,
    decoder: SharedBackend,
    /// The names of the encoder's inputs.
    inputs: Vec<&'static str>,
    /// What the encoder hands to the decoder: one tensor.
    between: Vec<TensorShape>,
}

impl Backend for Pair {
    fn name(&self) -> &'static str {
        self.decoder.lock().name()
    }

    fn run(&mut self, batch: usize, inputs: &[TensorView<'_>]) -> Result<Vec<Vec<f32>>, InferenceError> {
        let (read, rest): (Vec<TensorView<'_>>, Vec<TensorView<'_>>) =
            inputs.iter().cloned().partition(|tensor| self.inputs.contains(&tensor.name));
        let places = distinct_rows(batch, &read);
        let rows: Vec<usize> = (0..batch).filter(|&row| places[row].is_first).collect();
        let encoded = self.encode(&rows, batch, &read)?;
        let size = encoded.len() / rows.len().max(1);
        let repeated: Vec<f32> =
            places.iter().flat_map(|place| &encoded[place.index * size..(place.index + 1) * size]).copied().collect();
        let name = self.between.first().map_or("", |(name, _)| *name);
        let first = TensorView { name, shape: vec![batch, size], values: &repeated };
        let tensors: Vec<TensorView<'_>> = std::iter::once(first).chain(rest).collect();
        self.decoder.lock().run(batch, &tensors)
    }
}

impl Pair {
    /// What the encoder returns for some rows of the inputs.
    fn encode(&self, rows: &[usize], batch: usize, inputs: &[TensorView<'_>]) -> Result<Vec<f32>, InferenceError> {
        let chosen: Vec<Vec<f32>> = inputs
            .iter()
            .map(|tensor| rows.iter().flat_map(|&row| row_of(tensor, row, batch)).copied().collect())
            .collect();
        let tensors: Vec<TensorView<'_>> = inputs
            .iter()
            .zip(&chosen)
            .map(|(tensor, values)| {
                let shape = std::iter::once(rows.len()).chain(tensor.shape.iter().skip(1).copied()).collect();
                TensorView { name: tensor.name, shape, values }
            })
            .collect();
        let outputs = run_finite(&mut *self.encoder.lock(), rows.len(), &tensors, &self.between)?;
        Ok(outputs.into_iter().next().unwrap_or_default())
    }
}

/// Where a row's encoding is found.
struct Place {
    /// Its index among the distinct rows.
    index: usize,
    /// Whether no row before it is the same.
    is_first: bool,
}

/// Finds the rows that are the same in all tensors. Rows are compared as bits: the same request gives the same rows.
fn distinct_rows(batch: usize, tensors: &[TensorView<'_>]) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::with_capacity(batch);
    let mut distinct: Vec<usize> = Vec::new();
    for row in 0..batch {
        let same = |other: usize| {
            tensors.iter().all(|tensor| {
                let (one, two) = (row_of(tensor, row, batch), row_of(tensor, other, batch));
                one.iter().map(|x| x.to_bits()).eq(two.iter().map(|x| x.to_bits()))
            })
        };
        let found = distinct.iter().position(|&other| same(other));
        places.push(Place { index: found.unwrap_or(distinct.len()), is_first: found.is_none() });
        if found.is_none() {
            distinct.push(row);
        }
    }
    places
}

fn row_of<'a>(tensor: &TensorView<'a>, row: usize, batch: usize) -> &'a [f32] {
    let size = tensor.values.len() / batch.max(1);
    &tensor.values[row * size..(row + 1) * size]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts its rows; answers with the sum of each row's numbers.
    struct Summing {
        rows: Arc<Mutex<usize>>,
        outputs: usize,
    }

    impl Backend for Summing {
        fn name(&self) -> &'static str {
            "summing"
        }

        fn run(&mut self, batch: usize, inputs: &[TensorView<'_>]) -> Result<Vec<Vec<f32>>, InferenceError> {
            *self.rows.lock() += batch;
            let sum = |row| inputs.iter().map(|tensor| row_of(tensor, row, batch).iter().sum::<f32>()).sum();
            Ok(vec![(0..batch).map(sum).collect(); self.outputs])
        }
    }

    #[test]
    fn takes_of_a_window_are_encoded_once_and_others_by_themselves() {
        let (read, written) = (Arc::new(Mutex::new(0)), Arc::new(Mutex::new(0)));
        let network = |rows: &Arc<Mutex<usize>>| -> SharedBackend {
            Arc::new(Mutex::new(Summing { rows: Arc::clone(rows), outputs: 1 }))
        };
        let mut pair = Pair {
            encoder: network(&read),
            decoder: network(&written),
            inputs: vec!["melody", "meter"],
            between: vec![("encoded", vec![1])],
        };
        let melody = [1.0, 2.0, 1.0, 2.0, 5.0, 6.0, 1.0, 2.0];
        let (noise, meter) = ([0.1, 0.2, 0.3, 0.4], [0.0, 0.0, 0.0, 7.0]);
        let inputs = [
            TensorView { name: "melody", shape: vec![4, 2], values: &melody },
            TensorView { name: "noise", shape: vec![4, 1], values: &noise },
            TensorView { name: "meter", shape: vec![4, 1], values: &meter },
        ];
        let found = pair.run(4, &inputs).unwrap();
        let expected = [3.1, 3.2, 11.3, 10.4];
        assert!(found[0].iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-5), "{found:?}");
        assert_eq!((*read.lock(), *written.lock()), (3, 4));
    }
}
