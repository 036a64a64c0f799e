//! The backend that runs the network on `tract`, which is built in: slower, but always there.

use super::{Backend, NetworkInput, NetworkOutput};
use crate::{
    arranger::ComposeError,
    model::{Model, signature},
};
use std::{io::Cursor, sync::Arc};
use tract_onnx::prelude::*;

/// A network in tract, for one row of a batch at a time.
pub(super) struct Tract {
    plan: Arc<TypedRunnableModel>,
    /// For each of the graph's inputs, its place in [`NetworkInput::tensors`].
    inputs: Vec<usize>,
    outputs: [usize; 3],
}

impl Tract {
    /// Reads and optimises the network.
    pub(super) fn load(model: &Model) -> Result<Self, String> {
        // The whole chain of causes, in one line.
        load(model).map_err(|error| format!("{error:#}"))
    }
}

fn load(model: &Model) -> TractResult<Tract> {
    let card = model.card();
    let expected = signature::inputs(card.style_size, card.noise_size);
    let mut network = tract_onnx::onnx().model_for_read(&mut Cursor::new(model.bytes()))?;
    let mut inputs = Vec::with_capacity(expected.len());
    for place in 0..network.input_outlets()?.len() {
        let outlet = network.input_outlets()?[place];
        let name = network.node(outlet.node).name.clone();
        let Some(found) = expected.iter().position(|(expected, _)| *expected == name) else {
            tract_onnx::tract_core::internal::bail!("the network has an input {name} that the contract does not know")
        };
        let shape: Vec<usize> = std::iter::once(1).chain(expected[found].1.iter().copied()).collect();
        network.set_input_fact(place, f32::fact(&shape).into())?;
        inputs.push(found);
    }
    // The file leaves the batch open in the outputs; here it is 1, and tract finds that out by itself.
    for place in 0..network.output_outlets()?.len() {
        network.set_output_fact(place, InferenceFact::default())?;
    }
    let plan = network.into_optimized()?.into_runnable()?;
    Ok(Tract { plan, inputs, outputs: model.output_positions() })
}

impl Backend for Tract {
    fn name(&self) -> &'static str {
        "tract"
    }

    fn run(&mut self, input: &NetworkInput) -> Result<NetworkOutput, ComposeError> {
        self.run_rows(input).map_err(|error| ComposeError::Runtime(format!("{error:#}")))
    }
}

impl Tract {
    fn run_rows(&self, input: &NetworkInput) -> TractResult<NetworkOutput> {
        let tensors = input.tensors();
        let mut output = NetworkOutput { batch: input.batch, ..NetworkOutput::default() };
        for row in 0..input.batch {
            let mut values = TVec::with_capacity(self.inputs.len());
            for &place in &self.inputs {
                let tensor = &tensors[place];
                let size = tensor.values.len() / input.batch;
                let mut shape = tensor.shape.clone();
                shape[0] = 1;
                values.push(Tensor::from_shape(&shape, &tensor.values[row * size..(row + 1) * size])?.into());
            }
            let outputs = self.plan.run(values)?;
            let rows = [&mut output.pitched, &mut output.drums, &mut output.velocity];
            for (all, place) in rows.into_iter().zip(self.outputs) {
                let view = outputs[place].to_plain_array_view::<f32>()?;
                all.extend(view.iter());
            }
        }
        Ok(output)
    }
}
