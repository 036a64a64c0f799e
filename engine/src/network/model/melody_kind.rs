//! The two melody networks.

/// A melody network: both have one contract, and the same engine runs them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MelodyKind {
    /// The larger one.
    Transformer,
    /// The smaller and faster one.
    Lstm,
}

impl MelodyKind {
    /// The name of its file in a model's folder.
    pub const fn file(self) -> &'static str {
        match self {
            Self::Transformer => "melody.onnx",
            Self::Lstm => "melody-lstm.onnx",
        }
    }
}
