//! What rests: bars under which a melody was played that is played no more, with that melody, its phrases and their
//! takes.

use super::{phrase::Phrase, takes::Takes};
use continuo_music::{note::Note, time::Tick};
use std::{collections::BTreeMap, ops::Range};

/// What rests.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resting {
    /// Where: sorted, disjoint.
    pub(super) stretches: Vec<Range<Tick>>,
    /// The melody that was there, sorted.
    pub(super) melody: Vec<Note>,
    /// The phrases that were there.
    pub(super) phrases: Vec<Phrase>,
    /// Their takes, by the phrase's first tick.
    pub(super) takes: BTreeMap<Tick, Takes>,
}

impl Resting {
    /// Where nothing plays, sorted and disjoint.
    pub fn stretches(&self) -> &[Range<Tick>] {
        &self.stretches
    }

    /// The melody that was there, sorted.
    pub fn melody(&self) -> &[Note] {
        &self.melody
    }
}
