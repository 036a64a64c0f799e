//! Sorted notes, and which of them lie where.

use crate::realtime::queues::{LeadNote, MelodyNote};
use continuo_music::{
    note::Note,
    time::{TICKS_PER_STEP, Tick},
};

/// How many notes before the playhead may still sound.
const UNDER_WAY: usize = 256;

/// What is a note, and more.
pub(super) trait Placed {
    fn note(&self) -> &Note;
}

impl Placed for MelodyNote {
    fn note(&self) -> &Note {
        &self.note
    }
}

impl Placed for LeadNote {
    fn note(&self) -> &Note {
        &self.note
    }
}

/// The notes that begin at a tick or later.
pub(super) fn from<T: Placed>(notes: &[T], tick: Tick) -> &[T] {
    &notes[notes.partition_point(|note| note.note().start < tick)..]
}

/// The last notes that begin before a tick and sound on for a step.
pub(super) fn under_way<T: Placed>(notes: &[T], tick: Tick) -> impl Iterator<Item = &T> {
    let before = &notes[..notes.partition_point(|note| note.note().start < tick)];
    before.iter().rev().take(UNDER_WAY).filter(move |note| note.note().end() >= tick + TICKS_PER_STEP)
}

/// The note that begins at a tick with a pitch, if there is one.
pub(super) fn at<T: Placed>(notes: &[T], start: Tick, pitch: u8) -> Option<&T> {
    let mut here = from(notes, start).iter().take_while(|note| note.note().start == start);
    here.find(|note| note.note().pitch == pitch)
}
