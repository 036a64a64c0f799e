//! What the composer hears of the melody while the transport rolls without a break.

use crate::{arranging::context::CONTEXT, score::score::Score};
use continuo_music::{
    note::Note,
    part::{Part, PartMap},
    time::Tick,
};

/// One unbroken stretch of rolling. Owned by the composer thread.
#[derive(Debug)]
pub struct Pass {
    /// Where the rolling began.
    pub start: Tick,
    /// Up to where it was processed.
    pub at: Tick,
    /// Up to where the score has the melody.
    committed: Tick,
    melody: Line,
    /// What the player plays of the parts.
    own: PartMap<Line>,
}

/// The notes of the melody or of one part.
#[derive(Debug)]
struct Line {
    /// Notes that ended.
    notes: Vec<Note>,
    /// Notes that sound: where they began and how hard, by pitch.
    held: [Option<(Tick, u8)>; 128],
}

impl Default for Line {
    fn default() -> Self {
        Self { notes: vec![], held: [None; 128] }
    }
}

impl Line {
    /// A note begins.
    fn note_on(&mut self, tick: Tick, pitch: u8, velocity: u8) {
        if let Some(held) = self.held.get_mut(usize::from(pitch)) {
            *held = Some((tick, velocity.clamp(1, 127)));
        }
    }

    /// A note ends; returns it.
    fn note_off(&mut self, tick: Tick, pitch: u8) -> Option<Note> {
        let (start, velocity) = self.held.get_mut(usize::from(pitch)).and_then(Option::take)?;
        let note = Note { start, pitch, length: (tick - start).max(1), velocity };
        self.notes.push(note);
        Some(note)
    }

    /// The notes that ended, and those that sound as if they ended at `end`.
    fn all(&self, end: Tick) -> Vec<Note> {
        let held = self.held.iter().enumerate().filter_map(|(pitch, held)| {
            held.map(|(start, velocity)| Note { start, pitch: pitch as u8, length: (end - start).max(1), velocity })
        });
        let mut notes: Vec<Note> = self.notes.iter().copied().chain(held).collect();
        notes.sort_unstable();
        notes
    }

    /// As [`Line::all`], but only notes that began before `end`, cut there.
    fn until(&self, end: Tick) -> Vec<Note> {
        let mut notes = self.all(end);
        notes.retain(|note| note.start < end);
        for note in &mut notes {
            note.length = note.length.min(end - note.start);
        }
        notes
    }

    /// The pitches of the notes that sound and began before `committed`, and where they began.
    fn sounding_since(&self, committed: Tick) -> impl Iterator<Item = (u8, Tick)> {
        let held = self.held.iter().enumerate();
        let sounding = held.filter_map(|(pitch, held)| held.map(|held| (pitch as u8, held.0)));
        sounding.filter(move |&(_, start)| start < committed)
    }

    /// Forgets notes that are in the score, have ended, and are no context of what comes after `end`.
    fn forget(&mut self, end: Tick) {
        self.notes.retain(|note| note.end() > end - CONTEXT);
    }
}

impl Pass {
    /// A pass that begins here.
    pub fn new(start: Tick) -> Self {
        Self { start, at: start, committed: start, melody: Line::default(), own: PartMap::from_fn(|_| Line::default()) }
    }

    /// A melody note began. A note of that pitch that still sounds ends here.
    pub fn note_on(&mut self, tick: Tick, pitch: u8, velocity: u8, score: &mut Score) {
        self.note_off(tick, pitch, score);
        self.melody.note_on(tick, pitch, velocity);
    }

    /// A melody note ended. If the score has it already, sets its true end there.
    pub fn note_off(&mut self, tick: Tick, pitch: u8, score: &mut Score) {
        let Some(note) = self.melody.note_off(tick, pitch) else { return };
        if note.start < self.committed {
            score.lengthen(note.start, pitch, note.end());
        }
    }

    /// As [`Pass::note_on`], for a note of a part that the player plays.
    pub fn own_note_on(&mut self, part: Part, tick: Tick, pitch: u8, velocity: u8, score: &mut Score) {
        self.own_note_off(part, tick, pitch, score);
        self.own[part].note_on(tick, pitch, velocity);
    }

    /// As [`Pass::note_off`], for a note of a part that the player plays.
    pub fn own_note_off(&mut self, part: Part, tick: Tick, pitch: u8, score: &mut Score) {
        let Some(note) = self.own[part].note_off(tick, pitch) else { return };
        if note.start < self.committed {
            score.own_part_mut(part).lengthen(note.start, pitch, note.end());
        }
    }

    /// As [`Pass::notes_until`], for a part that the player plays.
    pub fn own_notes_until(&self, part: Part, end: Tick) -> Vec<Note> {
        self.own[part].until(end)
    }

    /// The notes heard so far that began before `end`, sorted; those that still sound are cut there.
    pub fn notes_until(&self, end: Tick) -> Vec<Note> {
        self.melody.until(end)
    }

    /// Up to where the score has the melody.
    pub fn committed(&self) -> Tick {
        self.committed
    }

    /// The stretch up to `end` that the score does not have yet.
    pub fn uncommitted(&self, end: Tick) -> std::ops::Range<Tick> {
        self.committed..end
    }

    /// Adds what was heard up to `end` to the score, also of the parts that are `own`.
    pub fn commit(&mut self, end: Tick, own: PartMap<bool>, score: &mut Score) {
        if end <= self.committed {
            return;
        }
        let new = self.committed..end;
        for (pitch, start) in self.melody.sounding_since(new.start) {
            score.lengthen(start, pitch, end);
        }
        // Notes that have ended keep their true end, even if it lies after `end`.
        score.hear(&self.melody.all(end), new.clone());
        for part in Part::ALL.into_iter().filter(|&part| own[part]) {
            for (pitch, start) in self.own[part].sounding_since(new.start) {
                score.own_part_mut(part).lengthen(start, pitch, end);
            }
            score.own_part_mut(part).hear(&self.own[part].all(end), new.clone());
        }
        score.settle_own_parts(own, &new);
        self.committed = end;
        // Notes that are in the score and have ended are needed only as context for a prediction that wraps.
        self.melody.forget(end);
        self.own.0.iter_mut().for_each(|line| line.forget(end));
    }

    /// The rolling ended: held notes end here.
    pub fn close(&mut self, end: Tick, own: PartMap<bool>, score: &mut Score) {
        for pitch in 0..128 {
            self.note_off(end, pitch, score);
            for part in Part::ALL {
                self.own_note_off(part, end, pitch, score);
            }
        }
        self.commit(end, own, score);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_held_over_a_commit_keeps_its_true_length() {
        let (mut pass, mut score) = (Pass::new(0), Score::default());
        pass.note_on(100, 60, 80, &mut score);
        pass.commit(1000, PartMap::default(), &mut score);
        assert_eq!(score.melody(), [Note { start: 100, pitch: 60, length: 900, velocity: 80 }]);
        pass.note_off(1500, 60, &mut score);
        assert_eq!(score.melody()[0].end(), 1500);
        pass.commit(2000, PartMap::default(), &mut score);
        assert_eq!(score.melody().len(), 1);
    }

    #[test]
    fn a_note_that_is_still_held_at_the_next_commit_grows() {
        let (mut pass, mut score) = (Pass::new(0), Score::default());
        pass.note_on(100, 60, 80, &mut score);
        pass.commit(1000, PartMap::default(), &mut score);
        pass.commit(2000, PartMap::default(), &mut score);
        assert_eq!(score.melody()[0].end(), 2000);
        pass.close(2500, PartMap::default(), &mut score);
        assert_eq!(score.melody()[0].end(), 2500);
    }

    #[test]
    fn a_second_note_on_ends_the_first() {
        let (mut pass, mut score) = (Pass::new(0), Score::default());
        pass.note_on(0, 60, 80, &mut score);
        pass.note_on(500, 60, 90, &mut score);
        pass.close(1000, PartMap::default(), &mut score);
        let lengths: Vec<_> = score.melody().iter().map(|note| note.length).collect();
        assert_eq!(lengths, [500, 500]);
    }
}
