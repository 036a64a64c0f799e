//! Why a tool made nothing.

use crate::{
    drumming::DrumifyError,
    melodies::ExtendError,
    network::{DrummerError, MelodyError},
};
use continuo_music::part::Part;

/// Why a tool made nothing, in a sentence for the player.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ToolError {
    /// Nothing begins in the selection.
    #[error("there are no notes in the selected bars")]
    NoNotes,
    /// The tool works on the melody alone.
    #[error("Extend goes on with the melody: select bars of the melody")]
    NotTheMelody,
    /// Drums need another part's rhythm.
    #[error("Drumify needs a rhythm: select bars of the melody or of another part than the drums")]
    NoRhythmOfDrums,
    /// No phrase holds the part in the selection.
    #[error("the band has no phrase in the selected bars yet: play them once, or arrange the song")]
    NoPhrase,
    /// The part must not change.
    #[error("the {} part is locked: unlock it first", .0.id())]
    Locked(Part),
    /// The player plays the part.
    #[error("you play the {} yourself", .0.id())]
    Played(Part),
    /// The melody does not go on.
    #[error(transparent)]
    Extend(#[from] ExtendError),
    /// There are no drums or no groove.
    #[error(transparent)]
    Drummer(#[from] DrumifyError),
    /// The melody network cannot be loaded.
    #[error(transparent)]
    MelodyNetwork(#[from] MelodyError),
    /// The drummer network cannot be loaded.
    #[error(transparent)]
    DrummerNetwork(#[from] DrummerError),
    /// The tool panicked.
    #[error("the tool failed unexpectedly; nothing was changed")]
    Failed,
    /// Another tool works.
    #[error("another tool is at work: wait until it is done")]
    Busy,
}
