//! What a revision changed in a melody, and why a melody cannot be revised.

use super::{cells::is_pitch, passage::Passage};
use crate::network::InferenceError;
use continuo_music::time::Tick;

/// The most notes that are added or taken away, and the most iterations.
pub const MOST_CHANGES: u32 = 1000;
/// The most bars that are written again at a time.
pub const MOST_REVISED_BARS: i64 = 128;

/// Something that changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where the note begins, on the grid.
    pub start: Tick,
    /// The pitch that was there; `None`: the note is new.
    pub was: Option<u8>,
    /// The pitch that is there; `None`: the note is gone.
    pub is: Option<u8>,
}

/// Why a melody is not revised.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ReviseError {
    /// There is nothing to revise.
    #[error("the melody has no notes")]
    NoNotes,
    /// The bars hold no note.
    #[error("there are no notes in these bars; choose others")]
    NothingThere,
    /// A number is out of range.
    #[error("give numbers of changes and iterations from 0 to {MOST_CHANGES}")]
    OutOfRange,
    /// The song is too long.
    #[error("the melody is too long; cut it into parts")]
    TooLong,
    /// Too many bars at once.
    #[error("{0} bars are too many at once; give at most {MOST_REVISED_BARS}")]
    TooManyBars(i64),
    /// The network failed.
    #[error(transparent)]
    Inference(#[from] InferenceError),
}

/// What differs between the melody and cells.
pub(super) fn changes(passage: &Passage<'_>, cells: &[u8]) -> Vec<Change> {
    let pitch = |symbol: u8| is_pitch(symbol).then(|| passage.conditions.pitch(symbol));
    (0..cells.len())
        .filter_map(|cell| {
            let (was, is) = (passage.written.cells[cell], cells[cell]);
            let earlier = passage.written.origin[cell].and_then(|index| passage.melody.notes.get(index));
            let start = passage.layout.grid.tick(passage.layout.step(cell)?);
            let change =
                Change { start, was: pitch(was).map(|moved| earlier.map_or(moved, |note| note.pitch)), is: pitch(is) };
            (was != is && change.was != change.is).then_some(change)
        })
        .collect()
}
