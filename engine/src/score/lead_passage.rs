//! What Lead played in a stretch before or after another take of it was made: what undoing and redoing bring back.

use super::{
    lead_line::LeadLine,
    saved::{SavedNote, ScoreError, check_heard, notes},
};
use continuo_music::{melody::add_heard, note::Note, time::Tick};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Lead's notes in a stretch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeadPassage {
    stretch: Range<Tick>,
    notes: Vec<Note>,
    /// The note before it, which the first of the notes may have cut.
    before: Option<Note>,
    made: Vec<Range<Tick>>,
    takes: Vec<(Range<Tick>, u32)>,
}

#[derive(Serialize, Deserialize)]
struct Saved {
    stretch: Range<Tick>,
    notes: Vec<SavedNote>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<SavedNote>,
    made: Vec<Range<Tick>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    takes: Vec<(Range<Tick>, u32)>,
}

impl LeadLine {
    /// What it plays in a stretch.
    pub fn passage(&self, stretch: &Range<Tick>) -> LeadPassage {
        let first = self.notes.partition_point(|note| note.start < stretch.start);
        let after = self.notes.partition_point(|note| note.start < stretch.end);
        let cut = |made: &Range<Tick>| made.start.max(stretch.start)..made.end.min(stretch.end);
        LeadPassage {
            stretch: stretch.clone(),
            notes: self.notes.get(first..after).unwrap_or_default().to_vec(),
            before: first.checked_sub(1).and_then(|index| self.notes.get(index)).copied(),
            made: self.made.iter().map(cut).filter(|made| made.start < made.end).collect(),
            takes: self.takes.within(stretch),
        }
    }

    /// Brings back what it played in a stretch.
    pub fn bring_back(&mut self, passage: &LeadPassage) {
        self.forget(&passage.stretch);
        for made in &passage.made {
            add_heard(&mut self.made, made.clone());
        }
        let first = self.notes.partition_point(|note| note.start < passage.stretch.start);
        let before = first.checked_sub(1).and_then(|index| self.notes.get_mut(index));
        if let (Some(now), Some(then)) = (before, passage.before)
            && (now.start, now.pitch) == (then.start, then.pitch)
        {
            now.length = then.length;
        }
        self.notes.splice(first..first, passage.notes.iter().copied());
        // The last one may have been longer when less came after it.
        let last = first + passage.notes.len();
        if let Some(next) = self.notes.get(last).map(|next| next.start)
            && let Some(note) = last.checked_sub(1).and_then(|index| self.notes.get_mut(index))
        {
            note.length = note.length.min(next - note.start).max(1);
        }
        self.takes.replace(&passage.stretch, &passage.takes);
    }
}

impl LeadPassage {
    /// The passage as JSON text, for the history.
    pub(crate) fn to_json(&self) -> String {
        let saved = Saved {
            stretch: self.stretch.clone(),
            notes: self.notes.iter().map(SavedNote::from).collect(),
            before: self.before.as_ref().map(SavedNote::from),
            made: self.made.clone(),
            takes: self.takes.clone(),
        };
        // Serialising plain numbers into memory cannot fail.
        serde_json::to_string(&saved).unwrap_or_default()
    }

    /// Reads a passage from the history.
    ///
    /// # Errors
    /// If the text is not a passage, or is damaged.
    pub fn from_json(text: &str) -> Result<Self, ScoreError> {
        let saved: Saved = serde_json::from_str(text)?;
        check_heard(&saved.made)?;
        let inside = |range: &Range<Tick>| {
            saved.stretch.start <= range.start && range.start < range.end && range.end <= saved.stretch.end
        };
        let takes = saved.takes.iter().map(|(range, _)| range);
        if !takes.chain(&saved.made).all(inside) {
            return Err(ScoreError::Damaged("a passage of Lead reaches beyond its stretch"));
        }
        Ok(Self {
            notes: notes(&saved.notes)?,
            before: notes(saved.before.as_slice())?.pop(),
            stretch: saved.stretch,
            made: saved.made,
            takes: saved.takes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(start: Tick, length: Tick) -> Note {
        Note { start, pitch: 72, length, velocity: 90 }
    }

    #[test]
    fn a_passage_comes_back_as_it_was_with_the_note_that_sounds_into_it() {
        let mut line = LeadLine::default();
        line.write(&(0..960), &[note(480, 1000)]);
        line.write(&(960..1920), &[note(1500, 420)]);
        let (old, stretch) = (line.clone(), 960..1920);
        let before = line.passage(&stretch);
        line.take_anew(&stretch);
        line.write(&stretch, &[note(960, 960)]);
        assert_eq!(line.notes(), [note(480, 480), note(960, 960)]);
        let (new, after) = (line.clone(), line.passage(&stretch));
        for (passage, expected) in [(before, &old), (after, &new)] {
            let passage = LeadPassage::from_json(&passage.to_json()).expect("a passage");
            line.bring_back(&passage);
            assert_eq!((line.notes(), line.made()), (expected.notes(), expected.made()));
            assert_eq!(line.takes().at(1000), expected.takes().at(1000));
        }
        assert!(LeadPassage::from_json("{").is_err());
    }
}
