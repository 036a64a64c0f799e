//! The input and output of the generator, the network that writes the parts.

use super::{
    contract::{DRUM_VOICES, PLANE, STEPS},
    model::{ModelCard, Signature, generator_inputs},
    runtime::{Backend, InferenceError, run_finite},
    tensors::TensorView,
};
use continuo_music::part::PART_COUNT;

/// The network's input: a batch of windows, each tensor row by row. The contract says what each tensor means.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NetworkInput {
    /// Number of rows, at least 1.
    pub batch: usize,
    style_size: usize,
    noise_size: usize,
    /// `[batch, 2, 64, 84]`
    pub melody: Vec<f32>,
    /// `[batch, 64]`
    pub heard: Vec<f32>,
    /// `[batch, 10, 64, 84]`
    pub context: Vec<f32>,
    /// `[batch, 64, 12]`
    pub context_drums: Vec<f32>,
    /// `[batch, 8, 64, 84]`
    pub given: Vec<f32>,
    /// `[batch, 64, 12]`
    pub given_drums: Vec<f32>,
    /// `[batch, 5]`
    pub given_parts: Vec<f32>,
    /// `[batch, style_size]`
    pub style: Vec<f32>,
    /// `[batch, noise_size]`
    pub noise: Vec<f32>,
    /// `[batch, 2]`
    pub meter: Vec<f32>,
}

impl NetworkInput {
    /// All zeros, in a model's sizes.
    pub fn silent(card: &ModelCard, batch: usize) -> Self {
        let zeros = |size: usize| vec![0.0; batch * size];
        Self {
            batch,
            style_size: card.style_size,
            noise_size: card.noise_size,
            melody: zeros(2 * PLANE),
            heard: zeros(STEPS),
            context: zeros(10 * PLANE),
            context_drums: zeros(STEPS * DRUM_VOICES),
            given: zeros(8 * PLANE),
            given_drums: zeros(STEPS * DRUM_VOICES),
            given_parts: zeros(5),
            style: zeros(card.style_size),
            noise: zeros(card.noise_size),
            meter: zeros(2),
        }
    }

    /// The rows of several inputs for one model as one batch; without inputs an empty batch.
    pub fn stacked<'a>(inputs: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut inputs = inputs.into_iter();
        let Some(mut all) = inputs.next().cloned() else { return Self::default() };
        for input in inputs {
            all.batch += input.batch;
            let tensors = [
                (&mut all.melody, &input.melody),
                (&mut all.heard, &input.heard),
                (&mut all.context, &input.context),
                (&mut all.context_drums, &input.context_drums),
                (&mut all.given, &input.given),
                (&mut all.given_drums, &input.given_drums),
                (&mut all.given_parts, &input.given_parts),
                (&mut all.style, &input.style),
                (&mut all.noise, &input.noise),
                (&mut all.meter, &input.meter),
            ];
            for (all, values) in tensors {
                all.extend_from_slice(values);
            }
        }
        all
    }

    /// The tensors in the contract's order.
    pub(crate) fn tensors(&self) -> [TensorView<'_>; 10] {
        let mut values = [
            &self.melody,
            &self.heard,
            &self.context,
            &self.context_drums,
            &self.given,
            &self.given_drums,
            &self.given_parts,
            &self.style,
            &self.noise,
            &self.meter,
        ]
        .into_iter();
        generator_inputs(self.style_size, self.noise_size).map(|(name, shape)| TensorView {
            name,
            shape: std::iter::once(self.batch).chain(shape).collect(),
            values: values.next().map_or(&[], Vec::as_slice),
        })
    }
}

/// The network's output, row by row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NetworkOutput {
    /// Number of rows.
    pub batch: usize,
    /// `[batch, 8, 64, 84]`
    pub pitched: Vec<f32>,
    /// `[batch, 64, 12]`
    pub drums: Vec<f32>,
    /// `[batch, 5, 64]`
    pub velocity: Vec<f32>,
    /// `[batch, 5, 64]`, in steps, −0.5 to 0.5; all zeros from a model of contract 1.
    pub timing: Vec<f32>,
}

/// One row of a [`NetworkOutput`].
#[derive(Clone, Copy, Debug)]
pub struct OutputRow<'a> {
    /// `[8, 64, 84]`
    pub pitched: &'a [f32],
    /// `[64, 12]`
    pub drums: &'a [f32],
    /// `[5, 64]`
    pub velocity: &'a [f32],
    /// `[5, 64]`
    pub timing: &'a [f32],
}

impl NetworkOutput {
    /// A row, counted from 0; `row` is less than the batch.
    pub fn row(&self, row: usize) -> OutputRow<'_> {
        let range = |values: &'_ [f32]| row * values.len() / self.batch..(row + 1) * values.len() / self.batch;
        OutputRow {
            pitched: &self.pitched[range(&self.pitched)],
            drums: &self.drums[range(&self.drums)],
            velocity: &self.velocity[range(&self.velocity)],
            timing: &self.timing[range(&self.timing)],
        }
    }
}

/// Runs a generator and checks its input and output.
///
/// # Errors
/// When the runtime fails, or a number is not finite or out of range.
pub fn run_checked(
    backend: &mut dyn Backend,
    card: &ModelCard,
    input: &NetworkInput,
) -> Result<NetworkOutput, InferenceError> {
    let expected = Signature::of_generator(card).outputs;
    let mut outputs = run_finite(backend, input.batch, &input.tensors(), &expected)?;
    for (values, (name, _)) in outputs.iter_mut().zip(&expected) {
        let range = if *name == "timing" { -0.5..=0.5 } else { 0.0..=1.0 };
        // Rounding may push a number slightly out of range.
        let allowed = range.start() - 1e-3..=range.end() + 1e-3;
        if let Some(wrong) = values.iter().find(|value| !allowed.contains(*value)) {
            let wrong = format!("{wrong} in \"{name}\"");
            return Err(if *name == "timing" {
                InferenceError::NotTimings(wrong)
            } else {
                InferenceError::NotProbabilities(wrong)
            });
        }
        for value in values {
            *value = value.clamp(*range.start(), *range.end());
        }
    }
    let mut outputs = outputs.into_iter();
    let mut next = || outputs.next().unwrap_or_default();
    let (pitched, drums, velocity, mut timing) = (next(), next(), next(), next());
    timing.resize(input.batch * PART_COUNT * STEPS, 0.0);
    Ok(NetworkOutput { batch: input.batch, pitched, drums, velocity, timing })
}
