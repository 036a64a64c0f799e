//! The input and output of the generator, the network that writes the parts.

use super::{
    contract::{CHORD_SLOTS, DRUM_VOICES, PLANE, STEPS},
    model::{ChordVocabulary, ModelCard, Signature, TensorShape},
    numbers::{self, Numbers},
    runtime::{Backend, InferenceError, run_finite},
    tensors::{TensorView, same_bits},
};
use continuo_music::part::PART_COUNT;

/// The network's input: a batch of windows, each tensor row by row, or one row that all windows have. The contract says
/// what each tensor means.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NetworkInput {
    /// Number of rows, at least 1.
    pub batch: usize,
    /// The model's inputs, in the order of its contract.
    shapes: Vec<TensorShape>,
    /// `[batch, 2, 64, 84]`
    pub melody: Numbers,
    /// `[batch, 64]`
    pub heard: Vec<f32>,
    /// `[batch, 10, 64, 84]`
    pub context: Numbers,
    /// `[batch, 64, 12]`
    pub context_drums: Vec<f32>,
    /// `[batch, 8, 64, 84]`
    pub given: Numbers,
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
    /// `[batch, 8, chord size]`; empty for a model that takes no chords. See
    /// [`ChordVocabulary`](super::ChordVocabulary).
    pub given_chords: Vec<f32>,
    /// `[batch, 8]`: 1 for each slot whose chord is given; empty for a model that takes no chords.
    pub chords_given: Vec<f32>,
}

impl NetworkInput {
    /// All zeros, in a model's sizes.
    pub fn silent(card: &ModelCard, batch: usize) -> Self {
        let zeros = |size: usize| vec![0.0; batch * size];
        let slots = if card.chords.is_some() { CHORD_SLOTS } else { 0 };
        Self {
            batch,
            shapes: Signature::of_generator(card).inputs,
            melody: Numbers::zeros(batch * 2 * PLANE),
            heard: zeros(STEPS),
            context: Numbers::zeros(batch * 10 * PLANE),
            context_drums: zeros(STEPS * DRUM_VOICES),
            given: Numbers::zeros(batch * 8 * PLANE),
            given_drums: zeros(STEPS * DRUM_VOICES),
            given_parts: zeros(5),
            style: zeros(card.style_size),
            noise: zeros(card.noise_size),
            meter: zeros(2),
            given_chords: zeros(slots * card.chords.as_ref().map_or(0, ChordVocabulary::size)),
            chords_given: zeros(slots),
        }
    }

    /// Several inputs for one model, of one row each, as one batch; without inputs an empty batch. What is the same in
    /// all rows, as melody and context are in the takes of a phrase, is there once.
    pub fn stacked<'a>(inputs: impl IntoIterator<Item = &'a Self>) -> Self {
        let inputs: Vec<&Self> = inputs.into_iter().collect();
        let Some(first) = inputs.first() else { return Self::default() };
        let rows = |tensor: fn(&Self) -> &Vec<f32>| {
            let shared = inputs[1..].iter().all(|input| same_bits(tensor(input), tensor(first)));
            let kept = if shared { &inputs[..1] } else { &inputs[..] };
            kept.iter().map(|input| tensor(input).as_slice()).collect::<Vec<_>>().concat()
        };
        let planes = |tensor: fn(&Self) -> &Numbers| {
            numbers::shared(inputs.iter().map(|input| tensor(input)))
                .unwrap_or_else(|| inputs.iter().map(|input| &**tensor(input)).collect::<Vec<_>>().concat().into())
        };
        Self {
            batch: inputs.len(),
            shapes: first.shapes.clone(),
            melody: planes(|input| &input.melody),
            heard: rows(|input| &input.heard),
            context: planes(|input| &input.context),
            context_drums: rows(|input| &input.context_drums),
            given: planes(|input| &input.given),
            given_drums: rows(|input| &input.given_drums),
            given_parts: rows(|input| &input.given_parts),
            style: rows(|input| &input.style),
            noise: rows(|input| &input.noise),
            meter: rows(|input| &input.meter),
            given_chords: rows(|input| &input.given_chords),
            chords_given: rows(|input| &input.chords_given),
        }
    }

    /// The tensors in the contract's order.
    pub(crate) fn tensors(&self) -> Vec<TensorView<'_>> {
        let tensor = |(name, shape): &TensorShape| TensorView {
            name,
            shape: std::iter::once(self.batch).chain(shape.iter().copied()).collect(),
            values: self.values(name),
        };
        self.shapes.iter().map(tensor).collect()
    }

    fn values(&self, name: &str) -> &[f32] {
        match name {
            "melody" => &self.melody,
            "heard" => &self.heard,
            "context" => &self.context,
            "context_drums" => &self.context_drums,
            "given" => &self.given,
            "given_drums" => &self.given_drums,
            "given_parts" => &self.given_parts,
            "style" => &self.style,
            "noise" => &self.noise,
            "meter" => &self.meter,
            "given_chords" => &self.given_chords,
            "chords_given" => &self.chords_given,
            _ => &[],
        }
    }
}

/// The network's output, row by row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NetworkOutput {
    /// Number of rows.
    pub batch: usize,
    /// `[batch, 8, 64, 84]`
    pub pitched: Numbers,
    /// `[batch, 64, 12]`
    pub drums: Vec<f32>,
    /// `[batch, 5, 64]`
    pub velocity: Vec<f32>,
    /// `[batch, 5, 64]`, in steps, −0.5 to 0.5; all zeros from a model of contract 1.
    pub timing: Vec<f32>,
    /// `[batch, 8, chord size]`: how likely the network finds each chord before noise or a given chord decides; empty
    /// from a model that tells no chords. See [`ChordVocabulary`](super::ChordVocabulary).
    pub chords: Vec<f32>,
    /// `[batch, 8, chord size]`: the chords that the notes follow; empty from a model that tells no chords.
    pub chosen_chords: Vec<f32>,
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
    /// `[8, chord size]`, or empty
    pub chords: &'a [f32],
    /// `[8, chord size]`, or empty
    pub chosen_chords: &'a [f32],
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
            chords: &self.chords[range(&self.chords)],
            chosen_chords: &self.chosen_chords[range(&self.chosen_chords)],
        }
    }
}

/// Runs a generator, loaded by [`load_generator`](super::load_generator), and checks its input and output. Rows that
/// differ only in noise and given chords share the encoder's work, where the model has an encoder.
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
        // Chunk by chunk, since a loop that may end at each number looks at one at a time.
        let outside = |chunk: &&[f32]| chunk.iter().fold(false, |found, value| found | !allowed.contains(value));
        let chunk = values.chunks(256).find(outside);
        if let Some(wrong) = chunk.and_then(|chunk| chunk.iter().find(|value| !allowed.contains(*value))) {
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
    let (chords, chosen_chords) = (next(), next());
    Ok(NetworkOutput { batch: input.batch, pitched: pitched.into(), drums, velocity, timing, chords, chosen_chords })
}

#[cfg(all(test, feature = "runtimes"))]
mod tests;
