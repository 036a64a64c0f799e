//! The takes of a phrase: every accompaniment that was made for the same melody, to step between.

use super::phrase::Phrase;
use continuo_music::{meter::PhraseSpan, time::Tick};
use std::sync::Arc;

/// How many takes one phrase keeps.
pub const MOST_KEPT: usize = 16;
/// How many takes a whole score keeps, which bounds what a project file can grow to.
pub const MOST_KEPT_IN_ALL: usize = 1024;

/// One accompaniment of a phrase.
#[derive(Clone, Debug, PartialEq)]
pub struct Take {
    /// Its number in the score, never given twice.
    pub id: u32,
    /// Marked by the player: it is never dropped to make room, and comes back when its phrase has its length again.
    pub favourite: bool,
    /// The phrase as it was made.
    pub phrase: Arc<Phrase>,
}

/// The takes of one phrase, in the order in which they were made; never empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Takes {
    pub(super) list: Vec<Take>,
    /// The one that plays, an index into `list`.
    pub(super) chosen: usize,
}

impl Takes {
    /// All of them, in the order in which they were made.
    pub fn list(&self) -> &[Take] {
        &self.list
    }

    /// Index of the one that plays.
    pub fn chosen(&self) -> usize {
        self.chosen
    }

    /// The one that plays.
    pub fn current(&self) -> Option<&Take> {
        self.list.get(self.chosen)
    }

    /// The stretch that they cover.
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

/// Where one of the takes is that the conductor chose from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawn {
    /// Among the takes that are kept, under this number.
    Kept(u32),
    /// Nowhere; it can be drawn again.
    Elsewhere,
    /// It plays, or there is no such one.
    Never,
}
