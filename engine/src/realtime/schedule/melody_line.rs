//! The score's melody, where the player lets it play.

use super::placed;
use crate::realtime::queues::{Delivery, MelodyBar, MelodyNote, PlayableMelody, RolledTick};
use continuo_music::time::{TICKS_PER_STEP, Tick};

/// A key of the player's and a note of the score's are the same note if they begin no further apart.
const SAME: Tick = TICKS_PER_STEP / 2;

/// The score's melody, and what the player struck beside it. Owned by the audio thread alone; never allocates.
#[derive(Debug)]
pub(super) struct MelodyLine {
    current: Option<Box<PlayableMelody>>,
    /// Where the player struck each pitch last.
    struck: [Option<Tick>; 128],
    /// The notes under way start with the next segment.
    pub chase: bool,
    /// The melody changed since the last segment.
    pub changed: bool,
}

impl Default for MelodyLine {
    fn default() -> Self {
        Self { current: None, struck: [None; 128], chase: false, changed: false }
    }
}

impl MelodyLine {
    /// Replaces the melody; returns the one before, to be sent back.
    pub fn replace(&mut self, melody: Box<PlayableMelody>) -> Option<Delivery> {
        self.changed = true;
        self.current.replace(melody).map(Delivery::Melody)
    }

    fn notes(&self) -> &[MelodyNote] {
        self.current.as_ref().map_or(&[], |melody| &melody.notes)
    }

    /// The notes that begin at a tick or later.
    pub fn from(&self, tick: Tick) -> &[MelodyNote] {
        placed::from(self.notes(), tick)
    }

    /// The last notes that begin before a tick and sound on for a step.
    pub fn under_way(&self, tick: Tick) -> impl Iterator<Item = &MelodyNote> {
        placed::under_way(self.notes(), tick)
    }

    /// The end of the note that began at a tick with a pitch, if there is one.
    pub fn end_of(&self, start: Tick, pitch: u8) -> Option<Tick> {
        placed::at(self.notes(), start, pitch).map(|note| note.note.end())
    }

    /// Whether the score has a melody in the bar at a tick, which is reached at this rolled time.
    pub fn keeps(&self, tick: Tick, rolled: RolledTick) -> bool {
        let bars: &[MelodyBar] = self.current.as_ref().map_or(&[], |melody| &melody.bars);
        let after = bars.partition_point(|bar| bar.start <= tick);
        let bar = after.checked_sub(1).and_then(|at| bars.get(at));
        bar.is_some_and(|bar| tick < bar.end && bar.ready_at <= rolled)
    }

    /// Whether the score's melody has just struck a pitch, or does so now.
    pub fn has(&self, pitch: u8, tick: Tick, rolled: RolledTick) -> bool {
        let near = self.from(tick - SAME).iter().take_while(|note| note.note.start <= tick);
        near.filter(|note| note.ready_at <= rolled).any(|note| note.note.pitch == pitch)
    }

    /// The player struck a pitch.
    pub fn strike(&mut self, pitch: u8, tick: Tick) {
        self.struck[usize::from(pitch & 127)] = Some(tick);
    }

    /// Whether the player has just struck a note.
    pub fn is_struck(&self, note: &MelodyNote) -> bool {
        let struck = self.struck[usize::from(note.note.pitch & 127)];
        struck.is_some_and(|tick| (note.note.start - tick).abs() <= SAME)
    }

    /// The playhead leaves its place.
    pub fn forget_strokes(&mut self) {
        self.struck = [None; 128];
    }
}
