//! Which network goes on with melodies.

use crate::storage::{data_folder::DataFolder, preferences::Preferences};

/// A melody network: both have one contract, and the same engine runs them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MelodyEngine {
    /// The larger one: a transformer.
    #[default]
    Transformer,
    /// The smaller and faster one, for slow machines: an LSTM with attention.
    Lstm,
}

impl MelodyEngine {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Transformer, Self::Lstm];

    /// The identifier on command lines and in the preferences.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Transformer => "transformer",
            Self::Lstm => "lstm",
        }
    }

    /// The engine with this [`MelodyEngine::id`], ignoring case.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|engine| engine.id().eq_ignore_ascii_case(id.trim()))
    }

    /// The name of its file in a model's folder.
    pub(super) const fn file(self) -> &'static str {
        match self {
            Self::Transformer => "melody.onnx",
            Self::Lstm => "melody-lstm.onnx",
        }
    }

    /// The one that this user chose on this machine, or the default.
    pub fn of_user() -> Self {
        let preferences = DataFolder::of_user().and_then(|data| Preferences::read(&data).ok());
        let chosen = preferences.and_then(|preferences| preferences.melody_engine);
        chosen.and_then(|id| Self::from_id(&id)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn engines_are_named_by_their_identifiers() {
        for engine in MelodyEngine::ALL {
            assert_eq!(MelodyEngine::from_id(&format!(" {} ", engine.id().to_uppercase())), Some(engine));
        }
        assert_eq!(MelodyEngine::from_id("markov"), None);
        assert_eq!(MelodyEngine::default().id(), "transformer");
    }
}
