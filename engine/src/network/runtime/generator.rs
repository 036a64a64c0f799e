//! A whole generator in a runtime: one network, or from contract 3 on an encoder and a decoder.

use super::{
    backend::{Backend, BackendInfo, InferenceError, SharedBackend, run_finite},
    error::BackendError,
    load_network,
    options::RuntimeOptions,
    remembered::Remembered,
    side_by_side::side_by_side,
};
use crate::network::{
    model::{Model, TensorShape},
    tensors::{TensorView, same_bits},
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
    let (reader, network) =
        side_by_side(options.loading, || load_network(encoder, options), || load_network(model.file(), options));
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
    let pair: SharedBackend = Arc::new(Mutex::new(Pair {
        encoder: Arc::clone(&reader),
        decoder: Arc::clone(&network),
        inputs,
        between,
        remembered: Remembered::new(REMEMBERED),
    }));
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

/// So many windows stay encoded, about 35 kB each: several instances draw takes of theirs by turns.
const REMEMBERED: usize = 16;

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
    /// The windows that were encoded last: another take of one needs the decoder alone.
    remembered: Remembered,
}

impl Backend for Pair {
    fn name(&self) -> &'static str {
        self.decoder.lock().name()
    }

    fn run(&mut self, batch: usize, inputs: &[TensorView<'_>]) -> Result<Vec<Vec<f32>>, InferenceError> {
        let (read, rest): (Vec<TensorView<'_>>, Vec<TensorView<'_>>) =
            inputs.iter().cloned().partition(|tensor| self.inputs.contains(&tensor.name));
        let (rows, places) = distinct_rows(batch, &read);
        let encoded = self.encode(&rows, &read)?;
        let size = encoded.len() / rows.len().max(1);
        // One window is handed over once for all its takes.
        let values = if rows.len() == 1 {
            encoded
        } else {
            places.iter().flat_map(|place| &encoded[place * size..(place + 1) * size]).copied().collect()
        };
        let name = self.between.first().map_or("", |(name, _)| *name);
        let first = TensorView { name, shape: vec![batch, size], values: &values };
        let tensors: Vec<TensorView<'_>> = std::iter::once(first).chain(rest).collect();
        self.decoder.lock().run(batch, &tensors)
    }
}

impl Pair {
    /// What the encoder returns for some rows of the inputs.
    fn encode(&mut self, rows: &[usize], inputs: &[TensorView<'_>]) -> Result<Vec<f32>, InferenceError> {
        let mut encoder = self.encoder.lock();
        // One row is the rule. It is read where it lies, and remembered for the next takes of the same window. Several
        // are not: rows that run together may come out otherwise by a rounding.
        if let [row] = *rows {
            let tensors: Vec<TensorView<'_>> = inputs.iter().map(|tensor| tensor.only(row)).collect();
            let outputs = self.remembered.run(&mut *encoder, &tensors, &self.between)?;
            return Ok(outputs.into_iter().next().unwrap_or_default());
        }
        let chosen: Vec<Vec<f32>> =
            inputs.iter().map(|tensor| rows.iter().flat_map(|&row| tensor.row(row)).copied().collect()).collect();
        let tensors: Vec<TensorView<'_>> = inputs
            .iter()
            .zip(&chosen)
            .map(|(tensor, values)| {
                let shape = std::iter::once(rows.len()).chain(tensor.shape.iter().skip(1).copied()).collect();
                TensorView { name: tensor.name, shape, values }
            })
            .collect();
        let outputs = run_finite(&mut *encoder, rows.len(), &tensors, &self.between)?;
        Ok(outputs.into_iter().next().unwrap_or_default())
    }
}

/// The rows that no row before them equals in all tensors, and for each row its place among these. Rows are compared as
/// bits: the same request gives the same rows.
fn distinct_rows(batch: usize, tensors: &[TensorView<'_>]) -> (Vec<usize>, Vec<usize>) {
    let differing: Vec<&TensorView<'_>> = tensors.iter().filter(|tensor| !tensor.is_shared()).collect();
    let mut distinct: Vec<usize> = Vec::new();
    let places = (0..batch)
        .map(|row| {
            let same = |&other: &usize| differing.iter().all(|tensor| same_bits(tensor.row(row), tensor.row(other)));
            distinct.iter().position(same).unwrap_or_else(|| {
                distinct.push(row);
                distinct.len() - 1
            })
        })
        .collect();
    (distinct, places)
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
            let sum = |row| inputs.iter().map(|tensor| tensor.row(row).iter().sum::<f32>()).sum();
            Ok(vec![(0..batch).map(sum).collect(); self.outputs])
        }
    }

    /// A pair whose networks count their rows.
    fn pair(read: &Arc<Mutex<usize>>, written: &Arc<Mutex<usize>>) -> Pair {
        let network = |rows: &Arc<Mutex<usize>>| -> SharedBackend {
            Arc::new(Mutex::new(Summing { rows: Arc::clone(rows), outputs: 1 }))
        };
        Pair {
            encoder: network(read),
            decoder: network(written),
            inputs: vec!["melody", "meter"],
            between: vec![("encoded", vec![1])],
            remembered: Remembered::new(REMEMBERED),
        }
    }

    #[test]
    fn takes_of_a_window_are_encoded_once_and_others_by_themselves() {
        let (read, written) = (Arc::new(Mutex::new(0)), Arc::new(Mutex::new(0)));
        let mut pair = pair(&read, &written);
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

    #[test]
    fn more_takes_of_a_window_need_the_decoder_alone() {
        let (read, written) = (Arc::new(Mutex::new(0)), Arc::new(Mutex::new(0)));
        let mut pair = pair(&read, &written);
        let mut takes = |melody: f32, noise: [f32; 2]| {
            let melody = [melody; 2];
            let inputs = [
                TensorView { name: "melody", shape: vec![2, 1], values: &melody },
                TensorView { name: "noise", shape: vec![2, 1], values: &noise },
            ];
            pair.run(2, &inputs).unwrap().remove(0)
        };
        let (first, second) = (takes(3.0, [0.1, 0.2]), takes(3.0, [0.5, 0.6]));
        assert!(first.iter().zip([3.1, 3.2]).all(|(a, b)| (a - b).abs() < 1e-5), "{first:?}");
        assert!(second.iter().zip([3.5, 3.6]).all(|(a, b)| (a - b).abs() < 1e-5), "{second:?}");
        assert_eq!((*read.lock(), *written.lock()), (1, 4));
        takes(4.0, [0.1, 0.2]);
        assert_eq!(*read.lock(), 2, "another melody is read");
    }
}
