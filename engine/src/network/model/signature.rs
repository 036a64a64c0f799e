//! The names and shapes of a network's tensors, checked before any runtime reads the file.

use super::{
    card::ModelCard,
    error::ModelError,
    protobuf::{Fields, Malformed, Value, messages, text},
};
use crate::network::contract::{CHORD_SLOTS, DRUM_VOICES, PITCHES, STEPS};

const FLOAT: u64 = 1;

/// A tensor's name, and its shape without the batch dimension.
pub(crate) type TensorShape = (&'static str, Vec<usize>);

/// A network's inputs and outputs, in the contract's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Signature {
    pub inputs: Vec<TensorShape>,
    pub outputs: Vec<TensorShape>,
}

impl Signature {
    /// The signature of the whole generator that a card describes: what its networks read and write together.
    pub fn of_generator(card: &ModelCard) -> Self {
        let mut outputs = vec![
            ("pitched", vec![8, STEPS, PITCHES]),
            ("drums", vec![STEPS, DRUM_VOICES]),
            ("velocity", vec![5, STEPS]),
        ];
        if card.contract >= 2 {
            outputs.push(("timing", vec![5, STEPS]));
        }
        let mut inputs = encoder_inputs(card.style_size);
        // Before contract 3 the meter came last.
        let place = if card.chords.is_some() { inputs.len() } else { inputs.len() - 1 };
        inputs.insert(place, ("noise", vec![card.noise_size]));
        if let Some(chords) = &card.chords {
            let vectors = vec![CHORD_SLOTS, chords.size()];
            outputs.extend([("chords", vectors.clone()), ("chosen_chords", vectors.clone())]);
            inputs.extend([("given_chords", vectors), ("chords_given", vec![CHORD_SLOTS])]);
        }
        Self { inputs, outputs }
    }

    /// The signature of the network in a generator's own file: the whole generator, or from contract 3 on its decoder.
    pub fn of_file(card: &ModelCard) -> Self {
        let mut whole = Self::of_generator(card);
        if let Some(encoder) = &card.encoder {
            let read_before = Self::of_encoder(card.style_size, encoder.encoded_size);
            whole.inputs.retain(|input| !read_before.inputs.contains(input));
            whole.inputs.splice(0..0, read_before.outputs);
        }
        whole
    }

    /// The signature of a generator's encoder.
    pub fn of_encoder(style_size: usize, encoded_size: usize) -> Self {
        Self { inputs: encoder_inputs(style_size), outputs: vec![("encoded", vec![encoded_size])] }
    }
}

/// What an encoder reads; a generator of an earlier contract reads it too.
fn encoder_inputs(style_size: usize) -> Vec<TensorShape> {
    vec![
        ("melody", vec![2, STEPS, PITCHES]),
        ("heard", vec![STEPS]),
        ("context", vec![10, STEPS, PITCHES]),
        ("context_drums", vec![STEPS, DRUM_VOICES]),
        ("given", vec![8, STEPS, PITCHES]),
        ("given_drums", vec![STEPS, DRUM_VOICES]),
        ("given_parts", vec![5]),
        ("style", vec![style_size]),
        ("meter", vec![2]),
    ]
}

/// What a graph says of its tensors besides the signature.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// For each of the signature's outputs, its index in the graph's list.
    pub outputs: Vec<usize>,
    /// For each of the signature's inputs, the name of the group that may have one row where the outputs have several.
    pub groups: Vec<Option<&'static str>>,
}

/// The names of batch dimensions of inputs that may have one row for all: what is read of a window, and given chords.
const GROUPS: [&str; 2] = ["window", "plan"];

/// Checks the graph's inputs and outputs.
pub(super) fn check(bytes: &[u8], signature: &Signature) -> Result<Found, ModelError> {
    let not_onnx = |Malformed| ModelError::NotOnnx;
    let graph = messages(bytes, 7).next().transpose().map_err(not_onnx)?.ok_or(ModelError::NotOnnx)?;
    let tensors = |number| messages(graph, number).map(|message| Tensor::read(message?)).collect::<Result<Vec<_>, _>>();
    let (found_inputs, found_outputs) = (tensors(11).map_err(not_onnx)?, tensors(12).map_err(not_onnx)?);
    let expected = &signature.inputs;
    if found_inputs.len() != expected.len() {
        return Err(ModelError::AgainstContract(format!(
            "it has {} inputs, not {}",
            found_inputs.len(),
            expected.len()
        )));
    }
    let place = |(name, shape): &TensorShape| position(&found_inputs, name, shape);
    let group = |input| {
        let batch = found_inputs[place(input)?].batch;
        Ok(GROUPS.into_iter().find(|name| *name == batch))
    };
    let groups = expected.iter().map(group).collect::<Result<_, _>>()?;
    let outputs = signature
        .outputs
        .iter()
        .map(|(name, shape)| position(&found_outputs, name, shape))
        .collect::<Result<_, _>>()?;
    Ok(Found { outputs, groups })
}

fn position(tensors: &[Tensor<'_>], name: &str, shape: &[usize]) -> Result<usize, ModelError> {
    let place = tensors.iter().position(|tensor| tensor.name == name);
    let place = place.ok_or_else(|| ModelError::AgainstContract(format!("it has no tensor \"{name}\"")))?;
    let tensor = &tensors[place];
    // A size that the file leaves open is `None`; the runtime checks whether it fits.
    let fits = tensor.element == FLOAT
        && tensor.sizes.len() == shape.len() + 1
        && tensor.sizes[1..].iter().zip(shape).all(|(found, &wanted)| found.is_none_or(|found| found == wanted as u64))
        && tensor.sizes[0].is_none();
    if fits {
        Ok(place)
    } else {
        Err(ModelError::AgainstContract(format!("\"{name}\" is not a float tensor of shape [batch, {shape:?}]")))
    }
}

/// A `ValueInfoProto`: name 1, type 2 → tensor type 1 → element type 1, shape 2 → dimensions 1 → size 1, name 2.
struct Tensor<'a> {
    name: &'a str,
    element: u64,
    sizes: Vec<Option<u64>>,
    /// The name of the first dimension; empty where it has none.
    batch: &'a str,
}

impl<'a> Tensor<'a> {
    fn read(message: &'a [u8]) -> Result<Self, Malformed> {
        let first =
            |message: &'a [u8], number| messages(message, number).next().transpose().map(Option::unwrap_or_default);
        let tensor = first(first(message, 2)?, 1)?;
        let shape = first(tensor, 2)?;
        let sizes = messages(shape, 1).map(|dimension| number(dimension?, 1)).collect::<Result<_, _>>()?;
        let batch = text(first(shape, 1)?, 2)?;
        Ok(Self { name: text(message, 1)?, element: number(tensor, 1)?.unwrap_or(0), sizes, batch })
    }
}

fn number(message: &[u8], wanted: u64) -> Result<Option<u64>, Malformed> {
    for field in Fields::of(message) {
        if let (found, Value::Varint(value)) = field?
            && found == wanted
        {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests;
