//! The backend that runs the network on `tract`, which is built in: slower, but always available.

use super::backend::{Backend, InferenceError};
use crate::network::{model::NetworkFile, tensors::TensorView};
use std::{io::Cursor, sync::Arc};
use tract_onnx::prelude::*;

/// A network in tract, for one row of a batch at a time.
pub(super) struct Tract {
    plan: Arc<TypedRunnableModel>,
    /// For each of the graph's inputs, its index in the contract's order.
    inputs: Vec<usize>,
    /// For each of the contract's outputs, its index in the graph's order.
    outputs: Vec<usize>,
}

impl Tract {
    /// Reads and optimises the network.
    pub(super) fn load(file: &NetworkFile) -> Result<Self, String> {
        // The whole chain of causes, in one line.
        load(file).map_err(|error| format!("{error:#}"))
    }
}

fn load(file: &NetworkFile) -> TractResult<Tract> {
    let expected = &file.signature().inputs;
    // The file's shapes of computed tensors are those of any batch; here it is 1.
    let reader = tract_onnx::onnx().with_ignore_value_info(true);
    let mut network = reader.model_for_read(&mut Cursor::new(file.bytes()))?;
    let mut inputs = Vec::with_capacity(expected.len());
    for place in 0..network.input_outlets()?.len() {
        let outlet = network.input_outlets()?[place];
        let name = network.node(outlet.node).name.clone();
        let Some(found) = expected.iter().position(|(expected, _)| *expected == name) else {
            tract_onnx::tract_core::internal::bail!("the network has an unknown input {name}")
        };
        let shape: Vec<usize> = std::iter::once(1).chain(expected[found].1.iter().copied()).collect();
        network.set_input_fact(place, f32::fact(&shape).into())?;
        inputs.push(found);
    }
    // The file leaves the batch size of the outputs open; here it is 1, which tract infers.
    for place in 0..network.output_outlets()?.len() {
        network.set_output_fact(place, InferenceFact::default())?;
    }
    let plan = network.into_optimized()?.into_runnable()?;
    Ok(Tract { plan, inputs, outputs: file.output_positions().to_vec() })
}

impl Backend for Tract {
    fn name(&self) -> &'static str {
        "tract"
    }

    fn run(&mut self, batch: usize, inputs: &[TensorView<'_>]) -> Result<Vec<Vec<f32>>, InferenceError> {
        self.run_rows(batch, inputs).map_err(|error| InferenceError::Runtime(format!("{error:#}")))
    }
}

impl Tract {
    fn run_rows(&self, batch: usize, inputs: &[TensorView<'_>]) -> TractResult<Vec<Vec<f32>>> {
        let mut all = vec![Vec::new(); self.outputs.len()];
        for row in 0..batch {
            let mut values = TVec::with_capacity(self.inputs.len());
            for &place in &self.inputs {
                let tensor = &inputs[place];
                let mut shape = tensor.shape.clone();
                shape[0] = 1;
                values.push(Tensor::from_shape(&shape, tensor.row(row))?.into());
            }
            let outputs = self.plan.run(values)?;
            for (all, &place) in all.iter_mut().zip(&self.outputs) {
                all.extend(outputs[place].to_plain_array_view::<f32>()?.iter());
            }
        }
        Ok(all)
    }
}
