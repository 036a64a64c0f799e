//! What the player asks of the composer directly, beside the parameters.

use continuo_music::{meter::MeterMap, note::Note, part::Part, time::Tick};

/// One request. Each that changes the score is noted in the [`crate::score::history::History`].
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Another take of the phrase at a tick: of all parts that are not locked, or of one part around which all others
    /// stay. A locked part is left as it is.
    Regenerate {
        /// Anywhere in the phrase.
        tick: Tick,
        /// The part, or all.
        part: Option<Part>,
    },
    /// Another take plays, see [`crate::score::takes::Take::id`].
    Choose {
        /// The phrase's first tick.
        start: Tick,
        /// The take.
        take: u32,
        /// It is no edit of its own but the undoing of one.
        undoing: bool,
    },
    /// Another of the takes that the conductor chose from plays: it is drawn again, and then it is a take like all others.
    Draw {
        /// The phrase's first tick.
        start: Tick,
        /// Which of them, an index into [`crate::network::conductor::Judged::scores`].
        index: u8,
    },
    /// A take is marked as a favourite, or is one no longer.
    Favourite {
        /// The phrase's first tick.
        start: Tick,
        /// The take; `None` for the one that plays.
        take: Option<u32>,
        /// Marked or not.
        on: bool,
        /// It is no edit of its own but the undoing of one.
        undoing: bool,
    },
    /// Everything is replaced by a melody that is known to its end, and by an arrangement of it.
    Arrange(Box<WholeSong>),
    /// Melody and phrases are forgotten.
    Clear,
}

/// A melody to be arranged at once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WholeSong {
    /// The melody, sorted.
    pub melody: Vec<Note>,
    /// Its bars.
    pub meters: MeterMap,
}
