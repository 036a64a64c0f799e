//! The style encoder: the network that reads a style vector from one window of music.

use super::{
    contract::{PITCHES, PLANE, STEPS},
    model::{Helper, ModelCard, ModelError, ModelSource, Role},
    runtime::{BackendError, InferenceError, RuntimeOptions, SharedBackend, load_network, run_finite},
    tensors::TensorView,
    window::PlayedWindows,
};

/// Why a style cannot be read from music.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum EncoderError {
    /// The model cannot be used.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The model has no style encoder.
    #[error("the model {0} has no style encoder to read styles with; choose a model with style-encoder.onnx beside it")]
    Missing(String),
    /// The file beside the model cannot be used.
    #[error("the style encoder cannot be used: {0}")]
    Encoder(#[source] ModelError),
    /// No runtime can run it.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// Running it failed.
    #[error("the style could not be read: {0}")]
    Run(#[from] InferenceError),
}

/// Windows of music to read a style from.
#[derive(Clone, Debug, Default)]
pub(crate) struct MusicWindows {
    /// `[batch, 2, 64, 84]`
    pub melody: Vec<f32>,
    /// What the parts play.
    pub played: PlayedWindows,
    /// `[batch, 2]`
    pub meter: Vec<f32>,
}

/// A style encoder in a runtime, and the card of the generator that it belongs to.
pub struct StyleEncoder {
    card: ModelCard,
    helper: Helper,
    network: SharedBackend,
}

impl StyleEncoder {
    /// Loads the encoder beside a model. Needs up to a second.
    ///
    /// # Errors
    /// When the model or its encoder cannot be used, or the requested runtime is not available.
    pub fn load(source: &ModelSource, runtime: impl Into<RuntimeOptions>) -> Result<Self, EncoderError> {
        let card = source.card()?;
        let helper = Helper::load(source, Role::StyleEncoder, &card).map_err(EncoderError::Encoder)?;
        let helper = helper.ok_or_else(|| EncoderError::Missing(format!("{} {}", card.name, card.version)))?;
        let (network, _) = load_network(helper.file(), &runtime.into())?;
        Ok(Self { card, helper, network })
    }

    /// The card of the generator that understands the styles.
    pub const fn card(&self) -> &ModelCard {
        &self.card
    }

    /// Name and version.
    pub fn name(&self) -> &str {
        self.helper.name()
    }

    /// The style of each window, row by row, each as long as the model's style vectors.
    pub(crate) fn read(&self, windows: &MusicWindows) -> Result<Vec<f32>, InferenceError> {
        let batch = windows.played.batch();
        let [pitched, drums, parts] = windows.played.tensors();
        debug_assert_eq!(windows.melody.len(), batch * 2 * PLANE);
        let tensors = [
            TensorView { name: "melody", shape: vec![batch, 2, STEPS, PITCHES], values: &windows.melody },
            pitched,
            drums,
            parts,
            TensorView { name: "meter", shape: vec![batch, 2], values: &windows.meter },
        ];
        let expected = &self.helper.file().signature().outputs;
        let outputs = run_finite(&mut *self.network.lock(), batch, &tensors, expected)?;
        Ok(outputs.into_iter().next().unwrap_or_default())
    }
}
