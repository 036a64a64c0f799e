//! Model files: where they come from, their metadata, and their checks.
//!
//! The contract is `models/README.md`. The card is read without touching the weights, so that genre names are known
//! when an instance is created; the checksum and the shapes are checked when the model is loaded.

mod card;
mod cells;
mod checked;
mod chords;
mod drummer;
mod encoder;
mod error;
mod file;
mod helper;
mod installed_models;
mod melody;
mod melody_engine;
mod melody_kind;
mod metadata;
pub(in crate::network) mod protobuf;
mod role;
mod signature;
mod source;

pub use card::{EncoderLink, Genre, ModelCard};
pub use cells::CellFile;
pub use checked::Model;
pub use chords::{ChordQuality, ChordVocabulary};
#[cfg(test)]
pub(crate) use drummer::performance;
pub use drummer::{DrumGenre, DrumPerformance, DrummerFile};
pub use error::ModelError;
pub use file::NetworkFile;
pub use helper::Helper;
pub use installed_models::{InstalledModel, installed_models};
pub use melody::{MelodyFile, MemoryShape};
pub use melody_engine::MelodyEngine;
pub use melody_kind::MelodyKind;
pub use role::{CellRole, Role};
pub(crate) use signature::{Signature, TensorShape};
#[cfg(all(test, feature = "runtimes"))]
pub(crate) use source::embedded;
pub use source::{BUILT_IN, MODEL_VARIABLE, ModelSource, UnknownModel};
