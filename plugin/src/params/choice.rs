//! The parameters that choose one of a few values.

use nice_plug::prelude::*;

/// When phrases are generated and when they sound: `continuo_music::settings::Mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ModeChoice {
    /// The ensemble listens first and knows the melody from the next pass on.
    #[id = "arrange"]
    #[name = "Arrange"]
    Arrange,
    /// The ensemble accompanies at once.
    #[id = "live"]
    #[name = "Live"]
    Live,
    /// The ensemble accompanies each phrase in the next one.
    #[id = "answer"]
    #[name = "Answer"]
    Answer,
}

/// Which melody plays: `continuo_music::settings::MelodySource`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum MelodySourceChoice {
    /// What comes in.
    #[id = "input"]
    #[name = "Input"]
    Input,
    /// The score's, where it has one.
    #[id = "score"]
    #[name = "Score"]
    Score,
    /// Both.
    #[id = "both"]
    #[name = "Both"]
    Both,
}

/// The length of a phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum PhraseLength {
    /// One bar.
    #[id = "1"]
    #[name = "1 bar"]
    One,
    /// Two bars.
    #[id = "2"]
    #[name = "2 bars"]
    Two,
    /// Four bars.
    #[id = "4"]
    #[name = "4 bars"]
    Four,
}
