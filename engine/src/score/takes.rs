//! The takes of a phrase: every accompaniment that was made for the same melody, to choose from.

use super::phrase::Phrase;
use continuo_music::{meter::PhraseSpan, time::Tick};
use std::sync::Arc;

/// How many takes one phrase keeps.
pub const MAX_TAKES_PER_PHRASE: usize = 16;
/// How many takes a whole score keeps, which bounds the size of a project file.
pub const MAX_TAKES: usize = 1024;

/// One accompaniment of a phrase.
#[derive(Clone, Debug, PartialEq)]
pub struct Take {
    /// Its number in the score, never reused.
    pub id: u32,
    /// Marked by the player: never dropped to make room, and restored when its phrase has its length again.
    pub favourite: bool,
    /// The phrase as it was made.
    pub phrase: Arc<Phrase>,
}

/// The takes of one phrase, oldest first; never empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Takes {
    pub(super) list: Vec<Take>,
    /// Index of the take that plays, in `list`.
    pub(super) chosen: usize,
}

impl Takes {
    /// All takes, oldest first.
    pub fn list(&self) -> &[Take] {
        &self.list
    }

    /// Index of the take that plays.
    pub fn chosen(&self) -> usize {
        self.chosen
    }

    /// The take that plays.
    pub fn current(&self) -> Option<&Take> {
        self.list.get(self.chosen)
    }

    /// The stretch that the takes cover.
    pub fn span(&self) -> Option<PhraseSpan> {
        Some(self.current()?.phrase.span)
    }
}

/// Which take played before and which plays now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TakeChange {
    /// The phrase's first tick.
    pub start: Tick,
    /// The take that played.
    pub from: u32,
    /// The take that plays.
    pub to: u32,
}

/// Where to find one of the takes that the conductor chose from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawn {
    /// Among the takes that are kept, under this number.
    Kept(u32),
    /// Not kept, but it can be drawn again.
    Discarded,
    /// It plays already, or no such take was drawn.
    Unavailable,
}
