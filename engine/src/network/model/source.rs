//! Where a model comes from.

use super::{
    card::ModelCard,
    error::ModelError,
    file::read_file,
    melody_kind::MelodyKind,
    role::{CellRole, Role},
};
use crate::storage::{
    data_folder::{DataFolder, is_name},
    preferences::Preferences,
};
use std::{fs, path::PathBuf};

/// The generator's file in a model's folder.
pub const GENERATOR_FILE: &str = "continuo.onnx";

/// The encoder's file in a model's folder, beside a generator of contract 3 or later.
pub const ENCODER_FILE: &str = "encoder.onnx";

/// The name of the model that is built into the program.
pub const BUILT_IN: &str = "built-in";

/// The environment variable that names a model file to use in place of the built-in one.
pub const MODEL_VARIABLE: &str = "CONTINUO_MODEL";

/// Where a model comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum ModelSource {
    /// The model that is built into the program.
    #[default]
    Embedded,
    /// A model file.
    File(PathBuf),
}

/// No model has the requested name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no model \"{name}\"; available: {known}")]
pub struct UnknownModel {
    name: String,
    known: String,
}

impl ModelSource {
    /// The file that `CONTINUO_MODEL` names; or else the model that the user chose among those in the data folder; or
    /// else the built-in one. A chosen model that no longer exists is not replaced, since another would play other
    /// notes: loading it fails. The project has no influence on this.
    pub fn from_environment() -> Self {
        if let Some(path) = std::env::var_os(MODEL_VARIABLE).filter(|path| !path.is_empty()) {
            return Self::File(path.into());
        }
        let chosen = DataFolder::of_user().and_then(|data| {
            let name = Preferences::read(&data).ok()?.model?;
            Some(Self::File(data.models().join(name).join(GENERATOR_FILE)))
        });
        chosen.unwrap_or(Self::Embedded)
    }

    /// Reads only the card: well under a millisecond for the built-in model, as long as reading the file for others.
    ///
    /// # Errors
    /// As [`ModelCard::read`], and when the file cannot be read.
    pub fn card(&self) -> Result<ModelCard, ModelError> {
        match self {
            Self::Embedded => ModelCard::read(embedded()),
            Self::File(path) => ModelCard::read(&read_file(path)?),
        }
    }

    /// The model with this name in the data folder, ignoring case, or the built-in one. Does not read the model.
    ///
    /// # Errors
    /// When no model has this name; the error lists the names.
    pub fn named(data: Option<&DataFolder>, name: &str) -> Result<Self, UnknownModel> {
        if name.trim().eq_ignore_ascii_case(BUILT_IN) {
            return Ok(Self::Embedded);
        }
        let entries = data.and_then(|data| fs::read_dir(data.models()).ok());
        let folders = entries.into_iter().flatten().filter_map(Result::ok).filter(|entry| entry.path().is_dir());
        let names = folders.filter_map(|entry| entry.file_name().into_string().ok());
        let mut names: Vec<String> = names.filter(|name| is_name(name)).collect();
        names.sort_unstable();
        let known = names.iter().find(|known| known.eq_ignore_ascii_case(name.trim()));
        if let (Some(data), Some(known)) = (data, known) {
            return Ok(Self::File(data.models().join(known).join(GENERATOR_FILE)));
        }
        names.insert(0, BUILT_IN.to_owned());
        Err(UnknownModel { name: name.to_owned(), known: names.join(", ") })
    }
}

// Statics, not expressions in the functions below: functions are compiled into each place that calls them, and the files
// would lie in the program once for each.
static GENERATOR: &[u8] = include_bytes!("../../../../models/continuo.onnx");
static ENCODER: &[u8] = include_bytes!("../../../../models/encoder.onnx");
static STYLE_ENCODER: &[u8] = include_bytes!("../../../../models/style-encoder.onnx");
static HARMONIZER: &[u8] = include_bytes!("../../../../models/harmonizer.onnx");
static MELODY: &[u8] = include_bytes!("../../../../models/melody.onnx");
static MELODY_LSTM: &[u8] = include_bytes!("../../../../models/melody-lstm.onnx");
static DRUMMER: &[u8] = include_bytes!("../../../../models/drummer.onnx");
static REVISER: &[u8] = include_bytes!("../../../../models/reviser.onnx");
static PHRASE_ENCODER: &[u8] = include_bytes!("../../../../models/phrase-encoder.onnx");
static PHRASE_DECODER: &[u8] = include_bytes!("../../../../models/phrase-decoder.onnx");
static CONDUCTOR: &[u8] = include_bytes!("../../../../models/conductor.onnx");

/// The bytes of the built-in model.
pub fn embedded() -> &'static [u8] {
    GENERATOR
}

/// The bytes of the built-in model's encoder.
pub(super) fn embedded_encoder() -> &'static [u8] {
    ENCODER
}

/// The bytes of the network beside the built-in model.
pub(super) fn embedded_helper(role: Role) -> &'static [u8] {
    match role {
        Role::StyleEncoder => STYLE_ENCODER,
        Role::Conductor => CONDUCTOR,
        Role::Harmonizer => HARMONIZER,
    }
}

/// The bytes of a built-in melody network. Programs that do not extend melodies do not contain them.
pub(super) fn embedded_melody(kind: MelodyKind) -> &'static [u8] {
    match kind {
        MelodyKind::Transformer => MELODY,
        MelodyKind::Lstm => MELODY_LSTM,
    }
}

/// The bytes of the built-in drummer network; as for melodies, only programs that drum contain them.
pub(super) fn embedded_drummer() -> &'static [u8] {
    DRUMMER
}

/// The bytes of a built-in network over cells; as for melodies, only programs that use it contain it.
pub(super) fn embedded_cells(role: CellRole) -> &'static [u8] {
    match role {
        CellRole::Reviser => REVISER,
        CellRole::PhraseEncoder => PHRASE_ENCODER,
        CellRole::PhraseDecoder => PHRASE_DECODER,
    }
}
