//! The networks: their files, inputs and outputs, and the runtimes that run them.
//!
//! The contract between networks and engine is `models/README.md`.

pub(crate) mod cell_networks;
pub(crate) mod conductor;
pub(crate) mod contract;
pub(crate) mod drummer_network;
pub(crate) mod fit;
pub(crate) mod generator;
pub(crate) mod harmonizer;
pub(crate) mod melody_network;
pub(crate) mod model;
mod numbers;
pub(crate) mod roll;
pub(crate) mod runtime;
pub(crate) mod style_encoder;
pub(crate) mod tensors;
#[cfg(all(test, feature = "runtimes"))]
pub(crate) mod test_models;
pub(crate) mod window;

pub use cell_networks::{CellNetworkError, PhraseSpace, Reviser};
pub use conductor::{Conductor, Judged};
pub use contract::{CHORD_SLOTS, CONTRACT};
pub use drummer_network::{DrummerError, DrummerNetwork};
pub use generator::{NetworkInput, NetworkOutput, OutputRow, run_checked};
pub use harmonizer::Harmonizer;
pub use melody_network::{MelodyError, MelodyNetwork};
#[cfg(test)]
pub(crate) use model::performance;
pub use model::{
    BUILT_IN, CellFile, CellRole, ChordQuality, ChordVocabulary, DrumGenre, DrumPerformance, DrummerFile, EncoderLink,
    Genre, Helper, InstalledModel, MODEL_VARIABLE, MelodyEngine, MelodyFile, MelodyKind, Model, ModelCard, ModelError,
    ModelSource, NetworkFile, Role, UnknownModel, installed_models,
};
pub use numbers::Numbers;
pub use runtime::{
    Backend, BackendChoice, BackendError, BackendInfo, InferenceError, LIBRARY_VARIABLE, Loading, RuntimeOptions,
    SharedBackend, library_candidates, library_candidates_beside, load_generator, load_network, pinned,
};
#[cfg(feature = "runtimes")]
pub use runtime::{LibraryError, OnnxRuntimeError, find_library, library_hash};
pub use style_encoder::{EncoderError, StyleEncoder};
pub use tensors::TensorView;
