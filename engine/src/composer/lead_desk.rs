//! What the making of Lead remembers from beat to beat.

use super::{known_keys::KnownKeys, known_swing::KnownSwing};
use crate::{score::LeadPassage, tools::genre_id};
use continuo_music::{meter::PhraseSpan, time::Tick};
use std::{collections::VecDeque, ops::Range};

/// So many beats that were made are remembered for strokes that silence them.
const REMEMBERED: usize = 64;

/// What Lead's making remembers. Owned by the composer's thread.
#[derive(Default)]
pub struct LeadDesk {
    pub(super) keys: KnownKeys,
    pub(super) swing: KnownSwing,
    /// The beats that were made last, and from which stroke on they are silent.
    pub(super) made: Vec<(Range<Tick>, Tick)>,
    /// The beats that were made in this pass, or where the transport stands.
    pub(super) here: Vec<Range<Tick>>,
    /// The beat that was made last where a phrase is entered, maybe after a jump.
    pub(super) entry: Option<Range<Tick>>,
    /// Where the player struck keys in this pass.
    pub(super) strokes: Vec<Tick>,
    /// The id of the genre in the slot that was looked up last.
    pub(super) genre: Option<(u8, Option<String>)>,
    /// The audio thread has notes.
    pub(super) was_sent: bool,
    /// Phrases of a whole song, in order, in which Lead is still to be made.
    pub(super) song: VecDeque<PhraseSpan>,
    /// Another take that is being made.
    pub(super) again: Option<LeadAgain>,
}

/// A take of Lead that is being made.
pub struct LeadAgain {
    pub(super) stretch: Range<Tick>,
    /// What it played there before.
    pub(super) before: LeadPassage,
    /// The beats that are still to be made.
    pub(super) waiting: VecDeque<Range<Tick>>,
}

impl LeadDesk {
    /// The player struck a key of the melody.
    pub fn strike(&mut self, tick: Tick) {
        self.strokes.push(tick);
    }

    /// The playhead left its place.
    pub fn leave(&mut self) {
        self.strokes.clear();
        // What was made for the place to which a loop jumps is known better than from there.
        self.here = self.entry.take().into_iter().collect();
    }

    pub(super) fn remember(&mut self, span: &Range<Tick>, hushed_from: Tick) {
        self.made.retain(|(made, _)| made.end <= span.start || span.end <= made.start);
        self.made.push((span.clone(), hushed_from));
        if !self.here.contains(span) {
            self.here.push(span.clone());
        }
        if self.here.len() > REMEMBERED {
            self.here.remove(0);
        }
        if self.made.len() > REMEMBERED {
            self.made.remove(0);
        }
    }

    pub(super) fn hushed_from(&self, start: Tick) -> Tick {
        self.made.iter().find(|(made, _)| made.contains(&start)).map_or(Tick::MAX, |(_, from)| *from)
    }

    pub(super) fn genre_of(&mut self, slot: u8) -> Option<&str> {
        if self.genre.as_ref().is_none_or(|(known, _)| *known != slot) {
            self.genre = Some((slot, genre_id(slot)));
        }
        self.genre.as_ref().and_then(|(_, id)| id.as_deref())
    }
}
