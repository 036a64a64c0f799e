//! The harmonizer says which chords suit a melody. It reads the melody of a window and of the window before, and learnt
//! from lead sheets; the generator's own plan knows more of the accompaniment and less of melodies.

use super::{
    contract::PLANE,
    generator::NetworkInput,
    model::Helper,
    runtime::{InferenceError, Remembered, SharedBackend},
    tensors::TensorView,
};

/// A harmonizer in a runtime. The composer's thread owns it.
pub struct Harmonizer {
    helper: Helper,
    network: SharedBackend,
    /// Another take of a phrase asks for the same chords again.
    remembered: Remembered,
}

/// So many windows are remembered, a few kB each: as many as a phrase has, and some before it.
const REMEMBERED: usize = 8;

impl Harmonizer {
    /// A harmonizer with the network loaded from its file.
    pub(crate) const fn new(helper: Helper, network: SharedBackend) -> Self {
        Self { helper, network, remembered: Remembered::new(REMEMBERED) }
    }

    /// Name and version.
    pub fn name(&self) -> &str {
        self.helper.name()
    }

    /// How likely each chord is in each slot of the window of the first row, `[8, chord size]`: the chords of a slot add up
    /// to 1, and so do the bass notes under the likeliest one. Melody, style, meter and given chords of
    /// `input` are read.
    pub(crate) fn likely(&mut self, input: &NetworkInput) -> Result<Vec<f32>, InferenceError> {
        let signature = self.helper.file().signature();
        let tensors: Vec<TensorView<'_>> = signature
            .inputs
            .iter()
            .map(|(name, shape)| TensorView {
                name,
                shape: std::iter::once(1).chain(shape.iter().copied()).collect(),
                values: &Self::values(input, name)[..shape.iter().product()],
            })
            .collect();
        let outputs = self.remembered.run(&mut *self.network.lock(), &tensors, &signature.outputs)?;
        Ok(outputs.into_iter().next().unwrap_or_default())
    }

    fn values<'a>(input: &'a NetworkInput, name: &str) -> &'a [f32] {
        match name {
            "melody" => &input.melody,
            "heard" => &input.heard,
            // The melody's planes are the first two of the context.
            "melody_before" => &input.context[..2 * PLANE],
            "style" => &input.style,
            "given_chords" => &input.given_chords,
            "chords_given" => &input.chords_given,
            _ => &input.meter,
        }
    }
}
