//! What Lead plays in the score.

use super::lead_takes::LeadTakes;
use continuo_music::{
    melody::{add_heard, remove_heard},
    note::Note,
    time::Tick,
};
use std::ops::Range;

/// Lead's notes, one at a time, and where they were made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeadLine {
    pub(super) notes: Vec<Note>,
    /// Where they were made, with notes or with silence: sorted, disjoint.
    pub(super) made: Vec<Range<Tick>>,
    pub(super) program: u8,
    pub(super) takes: LeadTakes,
}

impl LeadLine {
    /// The notes, sorted, one at a time.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// Where they were made, with notes or with silence: sorted, disjoint.
    pub fn made(&self) -> &[Range<Tick>] {
        &self.made
    }

    /// Which take plays where.
    pub const fn takes(&self) -> &LeadTakes {
        &self.takes
    }

    /// Lets another take play in a stretch, one that never was. Its notes are still to be made.
    pub fn take_anew(&mut self, stretch: &Range<Tick>) {
        self.takes.renew(stretch);
    }

    /// The zero-based General MIDI program of the genre in which they were made.
    pub const fn program(&self) -> u8 {
        self.program
    }

    /// Says in which genre's instrument they are made.
    pub const fn set_program(&mut self, program: u8) {
        self.program = program;
    }

    /// Whether nothing was made.
    pub const fn is_empty(&self) -> bool {
        self.made.is_empty()
    }

    /// Whether anything was made in a stretch.
    pub fn is_made_in(&self, stretch: &Range<Tick>) -> bool {
        self.made.iter().any(|made| made.start < stretch.end && stretch.start < made.end)
    }

    /// Whether all of a stretch was made.
    pub fn has(&self, stretch: &Range<Tick>) -> bool {
        self.made.iter().any(|made| made.start <= stretch.start && stretch.end <= made.end)
    }

    /// Replaces the notes that begin in a stretch. Notes before it end where the new ones begin. Returns whether anything
    /// changed.
    pub fn write(&mut self, stretch: &Range<Tick>, new: &[Note]) -> bool {
        let first = self.notes.partition_point(|note| note.start < stretch.start);
        let after = self.notes.partition_point(|note| note.start < stretch.end);
        let is_same = self.notes.get(first..after) == Some(new);
        add_heard(&mut self.made, stretch.clone());
        if !is_same {
            self.notes.splice(first..after, new.iter().copied());
        }
        let cut = match (new.first(), first.checked_sub(1)) {
            (Some(begin), Some(before)) => self.cut(before, begin.start),
            _ => false,
        };
        cut || !is_same
    }

    /// The player strikes a key: a note that sounds there ends, and those that are silent from then on, as `is_hushed` says
    /// of their beginnings, go. Returns whether anything changed.
    pub fn hush(&mut self, stroke: Tick, mut is_hushed: impl FnMut(Tick) -> bool) -> bool {
        let before = self.clone();
        let at = self.notes.partition_point(|note| note.start < stroke);
        if let Some(index) = at.checked_sub(1)
            && self.notes.get(index).is_some_and(|note| is_hushed(note.start))
        {
            self.cut(index, stroke);
        }
        self.notes.retain(|note| note.start < stroke || !is_hushed(note.start));
        *self != before
    }

    /// Forgets what was made in a stretch.
    pub fn forget(&mut self, stretch: &Range<Tick>) {
        self.notes.retain(|note| !stretch.contains(&note.start));
        remove_heard(&mut self.made, stretch);
    }

    /// Ends a note. Returns whether it was longer.
    fn cut(&mut self, index: usize, end: Tick) -> bool {
        let note = self.notes.get_mut(index).filter(|note| note.end() > end);
        let is_longer = note.is_some();
        if let Some(note) = note {
            note.length = (end - note.start).max(1);
        }
        is_longer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(start: Tick, length: Tick) -> Note {
        Note { start, pitch: 72, length, velocity: 90 }
    }

    #[test]
    fn a_beat_is_replaced_and_notes_stay_one_at_a_time() {
        let mut line = LeadLine::default();
        assert!(line.write(&(0..960), &[note(0, 480), note(480, 1500)]));
        assert!(line.write(&(960..1920), &[note(1000, 300)]));
        assert_eq!(line.notes(), [note(0, 480), note(480, 520), note(1000, 300)]);
        assert!(line.has(&(0..1920)) && !line.has(&(0..1921)));
        assert!(!line.write(&(960..1920), &[note(1000, 300)]), "the same again");
        line.write(&(0..960), &[note(0, 480), note(480, 1500)]);
        assert!(line.write(&(960..1920), &[note(1000, 300)]), "the note before ends again");
        assert!(line.write(&(0..960), &[]));
        assert_eq!(line.notes(), [note(1000, 300)]);
        line.forget(&(960..1920));
        assert_eq!((line.notes().len(), line.made()), (0, &[0..960][..]));
    }

    #[test]
    fn a_stroke_ends_what_sounds_and_silences_what_was_to_come() {
        let mut line = LeadLine::default();
        line.write(&(0..2880), &[note(0, 480), note(480, 960), note(1440, 480), note(1920, 960)]);
        assert!(line.hush(960, |start| start < 1920));
        assert_eq!(line.notes(), [note(0, 480), note(480, 480), note(1920, 960)]);
        assert!(!line.hush(960, |start| start < 1920));
    }
}
