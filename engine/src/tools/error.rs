//! Why a tool made nothing.

use crate::{
    drumming::DrumifyError,
    melodies::{ExtendError, PhraseError, ReviseError},
    network::{CellNetworkError, DrummerError, MelodyError},
};
use continuo_music::part::Part;

/// Why a tool made nothing, in a sentence for the player.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ToolError {
    /// Nothing begins in the selection.
    #[error("there are no notes in the selected bars")]
    NoNotes,
    /// The tool, which has this name, works on the melody alone.
    #[error("{0} works on the melody: select bars of the melody")]
    NotTheMelody(&'static str),
    /// A melody is written in one meter.
    #[error("the meter changes in the selected bars: select bars of one meter")]
    Meters,
    /// Of a part, the rhythm or the pitches cannot stay.
    #[error("the {} is written anew wholly: choose \"all of it\"", .0.name().to_lowercase())]
    WholePartsOnly(Part),
    /// Another song is there now.
    #[error("the song was replaced meanwhile; nothing was changed")]
    Replaced,
    /// One end of a way has no notes.
    #[error("there are no notes in the {end} {bars} selected bars: both ends need a melody")]
    EmptyEnd {
        /// Which one.
        end: &'static str,
        /// How many bars it has.
        bars: u32,
    },
    /// The selection has no room for two ends of so many bars and whole steps between them.
    #[error(
        "the selection has {selected} bars: for ends of {ends}, select {least}, or more by {ends} at a time",
        least = 3 * .ends
    )]
    NoRoomBetween {
        /// How many bars are selected.
        selected: i64,
        /// How many bars each end has.
        ends: u32,
    },
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
    /// The melody is not revised.
    #[error(transparent)]
    Revise(#[from] ReviseError),
    /// No melody is written.
    #[error(transparent)]
    Phrase(#[from] PhraseError),
    /// There are no drums or no groove.
    #[error(transparent)]
    Drummer(#[from] DrumifyError),
    /// The melody network cannot be loaded.
    #[error(transparent)]
    MelodyNetwork(#[from] MelodyError),
    /// The drummer network cannot be loaded.
    #[error(transparent)]
    DrummerNetwork(#[from] DrummerError),
    /// A network that writes or revises melodies cannot be loaded.
    #[error(transparent)]
    CellNetwork(#[from] CellNetworkError),
    /// The tool panicked.
    #[error("the tool failed unexpectedly; nothing was changed")]
    Failed,
    /// Another tool works.
    #[error("another tool is at work: wait until it is done")]
    Busy,
}
