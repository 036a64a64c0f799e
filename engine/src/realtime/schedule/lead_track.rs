//! What Lead plays, and where the player hushes it.

use super::placed;
use crate::realtime::queues::{Delivery, LeadNote, PlayableLead};
use continuo_music::{note::Note, time::Tick};

/// Lead's notes, and where the player struck a key last. Owned by the audio thread alone; never allocates.
#[derive(Debug, Default)]
pub(super) struct LeadTrack {
    current: Option<Box<PlayableLead>>,
    struck: Option<Tick>,
    /// The notes under way start with the next segment.
    pub chase: bool,
    /// The notes changed since the last segment.
    pub changed: bool,
}

impl LeadTrack {
    /// Replaces the notes; returns those before, to be sent back.
    pub fn replace(&mut self, lead: Box<PlayableLead>) -> Option<Delivery> {
        self.changed = true;
        self.current.replace(lead).map(Delivery::Lead)
    }

    fn notes(&self) -> &[LeadNote] {
        self.current.as_ref().map_or(&[], |lead| &lead.notes)
    }

    /// Its General MIDI program, once it plays.
    pub fn program(&self) -> Option<u8> {
        self.current.as_ref().filter(|lead| !lead.notes.is_empty()).map(|lead| lead.program)
    }

    /// The notes that begin at a tick or later.
    pub fn from(&self, tick: Tick) -> &[LeadNote] {
        placed::from(self.notes(), tick)
    }

    /// The note that begins before a tick and sounds on.
    pub fn under_way(&self, tick: Tick) -> Option<&LeadNote> {
        placed::under_way(self.notes(), tick).next()
    }

    /// The last note that begins before a tick, unless it was silent for so long before it, or the player hushed it.
    pub fn last_before(&self, tick: Tick, silence: Tick) -> Option<Note> {
        let before = self.notes().partition_point(|note| note.note.start < tick);
        let last = before.checked_sub(1).and_then(|index| self.notes().get(index));
        last.filter(|last| last.note.end() > tick - silence && !self.is_hushed(last)).map(|last| last.note)
    }

    /// The end of the note that began at a tick with a pitch, if there is one.
    pub fn end_of(&self, start: Tick, pitch: u8) -> Option<Tick> {
        placed::at(self.notes(), start, pitch).map(|note| note.note.end())
    }

    /// The player struck a key.
    pub const fn strike(&mut self, tick: Tick) {
        self.struck = Some(tick);
    }

    /// Whether a note is silent from its beginning, since the player plays.
    pub fn is_hushed(&self, note: &LeadNote) -> bool {
        self.struck.is_some_and(|struck| note.hushed_from <= struck && struck <= note.note.start)
    }

    /// Whether a note that is under way sounds no more, since the player plays.
    pub fn is_over(&self, note: &LeadNote) -> bool {
        self.struck.is_some_and(|struck| note.hushed_from <= struck)
    }

    /// Whether the note that began at a tick with a pitch ends where the player strikes a key.
    pub fn ends_at(&self, start: Tick, pitch: u8, stroke: Tick) -> bool {
        placed::at(self.notes(), start, pitch).is_some_and(|note| note.hushed_from <= stroke)
    }

    /// The playhead leaves its place.
    pub const fn leave(&mut self) {
        self.struck = None;
    }
}
