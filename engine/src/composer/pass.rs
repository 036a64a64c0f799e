//! What the composer hears of the melody while the transport rolls without a break.

use crate::{arranging::context::CONTEXT, score::score::Score};
use continuo_music::{note::Note, time::Tick};

/// One unbroken stretch of rolling. Owned by the composer thread.
#[derive(Debug)]
pub struct Pass {
    /// Where the rolling began.
    pub start: Tick,
    /// Up to where it was processed.
    pub at: Tick,
    /// Up to where the score has the melody.
    committed: Tick,
    /// Notes that ended.
    notes: Vec<Note>,
    /// Notes that sound: where they began and how hard, by pitch.
    held: [Option<(Tick, u8)>; 128],
}

impl Pass {
    /// A pass that begins here.
    pub fn new(start: Tick) -> Self {
        Self { start, at: start, committed: start, notes: vec![], held: [None; 128] }
    }

    /// A melody note began. A note of that pitch that still sounds ends here.
    pub fn note_on(&mut self, tick: Tick, pitch: u8, velocity: u8, score: &mut Score) {
        self.note_off(tick, pitch, score);
        if let Some(held) = self.held.get_mut(usize::from(pitch)) {
            *held = Some((tick, velocity.clamp(1, 127)));
        }
    }

    /// A melody note ended. If the score has it already, sets its true end there.
    pub fn note_off(&mut self, tick: Tick, pitch: u8, score: &mut Score) {
        let Some((start, velocity)) = self.held.get_mut(usize::from(pitch)).and_then(Option::take) else { return };
        let length = (tick - start).max(1);
        if start < self.committed {
            score.lengthen(start, pitch, start + length);
        }
        self.notes.push(Note { start, pitch, length, velocity });
    }

    /// The notes heard so far that began before `end`, sorted; those that still sound are cut there.
    pub fn notes_until(&self, end: Tick) -> Vec<Note> {
        let held = self.held.iter().enumerate().filter_map(|(pitch, held)| {
            held.map(|(start, velocity)| Note { start, pitch: pitch as u8, length: (end - start).max(1), velocity })
        });
        let mut notes: Vec<Note> = self.notes.iter().copied().chain(held).filter(|note| note.start < end).collect();
        for note in &mut notes {
            note.length = note.length.min(end - note.start);
        }
        notes.sort_unstable();
        notes
    }

    /// The stretch up to `end` that the score does not have yet.
    pub fn uncommitted(&self, end: Tick) -> std::ops::Range<Tick> {
        self.committed..end
    }

    /// Adds what was heard up to `end` to the score.
    pub fn commit(&mut self, end: Tick, score: &mut Score) {
        if end <= self.committed {
            return;
        }
        let sounding = self.held.iter().enumerate().filter_map(|(pitch, held)| held.map(|held| (pitch as u8, held.0)));
        for (pitch, start) in sounding.filter(|&(_, start)| start < self.committed) {
            score.lengthen(start, pitch, end);
        }
        // Notes that have ended keep their true end, even if it lies after `end`.
        let held = self.held.iter().enumerate().filter_map(|(pitch, held)| {
            held.map(|(start, velocity)| Note { start, pitch: pitch as u8, length: (end - start).max(1), velocity })
        });
        let mut notes: Vec<Note> = self.notes.iter().copied().chain(held).collect();
        notes.sort_unstable();
        score.hear(&notes, self.committed..end);
        self.committed = end;
        // Notes that are in the score and have ended are needed only as context for a prediction that wraps.
        self.notes.retain(|note| note.end() > end - CONTEXT);
    }

    /// The rolling ended: held notes end here.
    pub fn close(&mut self, end: Tick, score: &mut Score) {
        for pitch in 0..128 {
            self.note_off(end, pitch, score);
        }
        self.commit(end, score);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_held_over_a_commit_keeps_its_true_length() {
        let (mut pass, mut score) = (Pass::new(0), Score::default());
        pass.note_on(100, 60, 80, &mut score);
        pass.commit(1000, &mut score);
        assert_eq!(score.melody(), [Note { start: 100, pitch: 60, length: 900, velocity: 80 }]);
        pass.note_off(1500, 60, &mut score);
        assert_eq!(score.melody()[0].end(), 1500);
        pass.commit(2000, &mut score);
        assert_eq!(score.melody().len(), 1);
    }

    #[test]
    fn a_note_that_is_still_held_at_the_next_commit_grows() {
        let (mut pass, mut score) = (Pass::new(0), Score::default());
        pass.note_on(100, 60, 80, &mut score);
        pass.commit(1000, &mut score);
        pass.commit(2000, &mut score);
        assert_eq!(score.melody()[0].end(), 2000);
        pass.close(2500, &mut score);
        assert_eq!(score.melody()[0].end(), 2500);
    }

    #[test]
    fn a_second_note_on_ends_the_first() {
        let (mut pass, mut score) = (Pass::new(0), Score::default());
        pass.note_on(0, 60, 80, &mut score);
        pass.note_on(500, 60, 90, &mut score);
        pass.close(1000, &mut score);
        let lengths: Vec<_> = score.melody().iter().map(|note| note.length).collect();
        assert_eq!(lengths, [500, 500]);
    }
}
