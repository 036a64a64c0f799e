//! Which network goes on with melodies, or whether both do.

use super::{melody_kind::MelodyKind, source::ModelSource};
use crate::storage::{
    data_folder::DataFolder,
    preferences::{Preferences, PreferencesError},
};

/// What goes on with melodies: one of the two melody networks, or both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MelodyEngine {
    /// Both together: for each event, their probabilities are mixed.
    #[default]
    Both,
    /// The larger network alone: a transformer.
    Transformer,
    /// The smaller and faster network alone, for slow machines: an LSTM with attention.
    Lstm,
}

impl MelodyEngine {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Both, Self::Transformer, Self::Lstm];

    /// The identifier on command lines and in the preferences.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Transformer => "transformer",
            Self::Lstm => "lstm",
        }
    }

    /// The engine with this [`MelodyEngine::id`], ignoring case.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|engine| engine.id().eq_ignore_ascii_case(id.trim()))
    }

    /// Its network beside the generator from `source`, and a second one if it mixes two. Where only one of two is beside
    /// that generator, it goes on alone: it was not made to be mixed with the built-in one.
    pub(in crate::network) fn kinds(self, source: &ModelSource) -> (MelodyKind, Option<MelodyKind>) {
        match (self, Self::alone(source)) {
            (Self::Both, Some((kind, _))) => (kind, None),
            (Self::Both, None) => (MelodyKind::Transformer, Some(MelodyKind::Lstm)),
            (Self::Transformer, _) => (MelodyKind::Transformer, None),
            (Self::Lstm, _) => (MelodyKind::Lstm, None),
        }
    }

    /// Why one network goes on alone although both were to, in a sentence.
    pub fn remark(self, source: &ModelSource) -> Option<String> {
        let (there, missing) = Self::alone(source).filter(|_| self == Self::Both)?;
        let (there, missing) = (there.file(), missing.file());
        Some(format!("the model has {there} but no {missing}, so {there} goes on with melodies alone"))
    }

    /// The network that is beside the generator while the other is not, and the other.
    fn alone(source: &ModelSource) -> Option<(MelodyKind, MelodyKind)> {
        let (one, other) = (MelodyKind::Transformer, MelodyKind::Lstm);
        let is_there =
            |kind: MelodyKind| matches!(source, ModelSource::File(path) if path.with_file_name(kind.file()).exists());
        match (is_there(one), is_there(other)) {
            (true, false) => Some((one, other)),
            (false, true) => Some((other, one)),
            _ => None,
        }
    }

    /// The one that this user chose on this machine, or the default.
    pub fn of_user() -> Self {
        DataFolder::of_user().map(|data| Self::chosen_in(&data)).unwrap_or_default()
    }

    /// The one that is chosen in a data folder, or the default.
    pub fn chosen_in(data: &DataFolder) -> Self {
        Preferences::melody_engine_of(data).and_then(|id| Self::from_id(&id)).unwrap_or_default()
    }

    /// Chooses it for all projects of this user on this machine.
    ///
    /// # Errors
    /// When the preferences cannot be read or written.
    pub fn choose_in(self, data: &DataFolder) -> Result<(), PreferencesError> {
        let id = (self != Self::default()).then(|| self.id().to_owned());
        Preferences::change(data, |preferences| preferences.melody_engine = id)
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
        assert_eq!(MelodyEngine::default().id(), "both");
    }

    #[test]
    fn a_choice_is_kept_and_what_is_not_known_is_the_default() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::at(folder.path());
        for engine in MelodyEngine::ALL {
            engine.choose_in(&data).unwrap();
            assert_eq!(MelodyEngine::chosen_in(&data), engine);
        }
        Preferences::change(&data, |preferences| preferences.melody_engine = Some("gan".to_owned())).unwrap();
        assert_eq!(MelodyEngine::chosen_in(&data), MelodyEngine::Both);
    }
}
