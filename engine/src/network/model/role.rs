//! The roles of the networks beside a generator.

/// What a network beside the generator does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Judges how realistic takes are and how well they fit.
    Conductor,
    /// Says which chords suit a melody.
    Harmonizer,
    /// Reads a style from music.
    StyleEncoder,
}

impl Role {
    /// The name in the file's metadata, also shown to people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Conductor => "conductor",
            Self::Harmonizer => "harmonizer",
            Self::StyleEncoder => "style encoder",
        }
    }

    /// The name of its file beside the generator's.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Conductor => "conductor.onnx",
            Self::Harmonizer => "harmonizer.onnx",
            Self::StyleEncoder => "style-encoder.onnx",
        }
    }
}

/// What a network over cells does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellRole {
    /// Says what the cells of eight bars are likely to hold, given the others.
    Reviser,
    /// Reads a phrase as a point.
    PhraseEncoder,
    /// Writes the phrase of a point, cell by cell.
    PhraseDecoder,
}

impl CellRole {
    /// The role in the metadata, and the name of the file without its ending.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reviser => "reviser",
            Self::PhraseEncoder => "phrase-encoder",
            Self::PhraseDecoder => "phrase-decoder",
        }
    }
}
