//! What a network returned for the inputs that it read last.

use super::backend::{Backend, InferenceError, run_finite};
use crate::network::{model::TensorShape, tensors::TensorView};
use std::collections::VecDeque;

/// The outputs of the last runs with a batch of one, each by its exact inputs. The same inputs give the same bits whether
/// a run is remembered or not, so what is remembered never changes a note. Whoever runs the network owns it.
#[derive(Debug)]
pub(crate) struct Remembered {
    /// The newest run is the last.
    runs: VecDeque<(ExactInputs, Vec<Vec<f32>>)>,
    most: usize,
}

impl Remembered {
    /// Remembers at most so many runs.
    pub const fn new(most: usize) -> Self {
        Self { runs: VecDeque::new(), most }
    }

    /// What the network returns for these inputs, checked as [`run_finite`] does. It runs only if that is not remembered.
    ///
    /// # Errors
    /// As [`run_finite`]; nothing is remembered of a run that failed.
    pub fn run(
        &mut self,
        backend: &mut dyn Backend,
        inputs: &[TensorView<'_>],
        expected: &[TensorShape],
    ) -> Result<Vec<Vec<f32>>, InferenceError> {
        let exact = ExactInputs::of(inputs);
        if let Some(at) = self.runs.iter().position(|(other, _)| *other == exact)
            && let Some(run) = self.runs.remove(at)
        {
            let outputs = run.1.clone();
            self.runs.push_back(run);
            return Ok(outputs);
        }
        let outputs = run_finite(backend, 1, inputs, expected)?;
        if self.runs.len() >= self.most {
            self.runs.pop_front();
        }
        self.runs.push_back((exact, outputs.clone()));
        Ok(outputs)
    }
}

/// A row of a network's inputs: the places of the numbers that are not zero, and their bits. Planes are nearly empty, so
/// this is much smaller than the row, and as exact.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ExactInputs(Vec<(u32, u32)>);

impl ExactInputs {
    /// The inputs of a batch of one.
    fn of(inputs: &[TensorView<'_>]) -> Self {
        let values = inputs.iter().flat_map(|tensor| tensor.values);
        let bits = (0..).zip(values.map(|value| value.to_bits()));
        Self(bits.filter(|(_, bits)| *bits != 0).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the sum of its inputs; counts its runs, and fails when told to.
    #[derive(Default)]
    struct Summing {
        runs: usize,
        fails: bool,
    }

    impl Backend for Summing {
        fn name(&self) -> &'static str {
            "summing"
        }

        fn run(&mut self, _batch: usize, inputs: &[TensorView<'_>]) -> Result<Vec<Vec<f32>>, InferenceError> {
            self.runs += 1;
            if self.fails {
                return Err(InferenceError::Runtime("it fails".into()));
            }
            Ok(vec![vec![inputs.iter().flat_map(|tensor| tensor.values).sum()]])
        }
    }

    fn run(remembered: &mut Remembered, network: &mut Summing, values: [f32; 3]) -> Result<f32, InferenceError> {
        let (one, two) = values.split_at(2);
        let inputs = [
            TensorView { name: "one", shape: vec![1, 2], values: one },
            TensorView { name: "two", shape: vec![1, 1], values: two },
        ];
        Ok(remembered.run(network, &inputs, &[("sum", vec![1])])?[0][0])
    }

    #[test]
    fn the_same_inputs_run_once_and_others_by_themselves() -> Result<(), InferenceError> {
        let (mut remembered, mut network) = (Remembered::new(2), Summing::default());
        let one = |value| [value, 0.0, 1.0];
        assert_eq!(run(&mut remembered, &mut network, one(1.0))?.to_bits(), 2.0_f32.to_bits());
        assert_eq!(run(&mut remembered, &mut network, one(1.0))?.to_bits(), 2.0_f32.to_bits());
        assert_eq!(network.runs, 1);
        // The same numbers at other places, and a zero with a sign, are other inputs.
        run(&mut remembered, &mut network, [0.0, 1.0, 1.0])?;
        run(&mut remembered, &mut network, [-0.0, 1.0, 1.0])?;
        assert_eq!(network.runs, 3);
        // The oldest was forgotten.
        run(&mut remembered, &mut network, [0.0, 1.0, 1.0])?;
        assert_eq!(network.runs, 3);
        run(&mut remembered, &mut network, one(1.0))?;
        assert_eq!(network.runs, 4);
        Ok(())
    }

    #[test]
    fn a_run_that_fails_is_tried_again() {
        let (mut remembered, mut network) = (Remembered::new(2), Summing { runs: 0, fails: true });
        assert!(run(&mut remembered, &mut network, [1.0; 3]).is_err());
        network.fails = false;
        assert_eq!(run(&mut remembered, &mut network, [1.0; 3]), Ok(3.0));
    }
}
