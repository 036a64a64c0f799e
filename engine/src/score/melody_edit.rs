//! Edits of the melody's notes, by hand or by a tool.

use super::{
    saved::{SavedNote, ScoreError, notes},
    score::Score,
};
use continuo_music::{
    melody::{add_heard, heard_ticks, remove_heard},
    note::Note,
    time::Tick,
};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Notes later than this are not accepted: over 50 hours at 120 beats a minute.
const LAST_TICK: Tick = 1 << 29;

/// Notes of the melody that go, and notes that come: moving a note is both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MelodyEdit {
    /// The notes that go; those that are not there are ignored.
    pub gone: Vec<Note>,
    /// The notes that come. Numbers out of range are brought into it.
    pub new: Vec<Note>,
}

/// What an edit changed, so that it can be reversed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct MelodyChange {
    gone: Vec<Note>,
    new: Vec<Note>,
    /// Where the melody counts as heard from then on.
    heard: Vec<Range<Tick>>,
    /// Where it does no more.
    unheard: Vec<Range<Tick>>,
}

impl MelodyChange {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.gone.is_empty() && self.new.is_empty()
    }

    /// The change back.
    pub fn reversed(&self) -> Self {
        let Self { gone, new, heard, unheard } = self.clone();
        Self { gone: new, new: gone, heard: unheard, unheard: heard }
    }

    /// The notes that come, sorted.
    pub fn new_notes(&self) -> &[Note] {
        &self.new
    }

    /// The notes that go and those that come.
    pub fn notes(&self) -> impl Iterator<Item = &Note> + Clone {
        self.gone.iter().chain(&self.new)
    }

    /// The first tick at which a note goes or comes.
    pub fn start(&self) -> Tick {
        self.gone.iter().chain(&self.new).map(|note| note.start).min().unwrap_or_default()
    }
}

impl Score {
    /// Changes the melody; the phrases stay as they are. The bars of the new notes count as heard. Of two notes of one pitch
    /// that would overlap, the earlier one ends where the later one begins. Returns what changed.
    pub(crate) fn edit_melody(&mut self, edit: &MelodyEdit) -> MelodyChange {
        let before = self.melody.clone();
        for gone in &edit.gone {
            if let Some(at) = self.melody.iter().position(|note| note == gone) {
                self.melody.remove(at);
            }
        }
        let new: Vec<Note> = edit.new.iter().map(within_range).collect();
        for note in &new {
            make_room(&mut self.melody, note);
            self.melody.push(*note);
        }
        self.melody.sort_unstable();
        let heard = self.hear_bars_of(&new);
        MelodyChange {
            gone: missing(&before, &self.melody),
            new: missing(&self.melody, &before),
            heard,
            unheard: vec![],
        }
    }

    /// Changes the melody of a copy, to show an edit before it is carried out.
    pub fn anticipate_melody(&mut self, edit: &MelodyEdit) {
        self.edit_melody(edit);
    }

    /// Makes a change, to reverse or repeat an edit. Returns `false`, and changes nothing, if notes that would go are not
    /// there: another melody was played meanwhile.
    pub(crate) fn change_melody(&mut self, change: &MelodyChange) -> bool {
        let mut melody = self.melody.clone();
        for gone in &change.gone {
            let Some(at) = melody.iter().position(|note| note == gone) else { return false };
            melody.remove(at);
        }
        melody.extend(&change.new);
        melody.sort_unstable();
        self.melody = melody;
        change.unheard.iter().for_each(|stretch| remove_heard(&mut self.heard, stretch));
        change.heard.iter().for_each(|stretch| add_heard(&mut self.heard, stretch.clone()));
        true
    }

    /// The bars of these notes count as heard. Returns where they did not before.
    fn hear_bars_of(&mut self, notes: &[Note]) -> Vec<Range<Tick>> {
        let mut new = vec![];
        for note in notes {
            let bars = self.meters.bar_start(note.start)..self.meters.phrase_at(note.end() - 1, 1).end;
            let mut unheard = vec![bars.clone()];
            self.heard.iter().for_each(|known| remove_heard(&mut unheard, known));
            for stretch in unheard {
                add_heard(&mut new, stretch);
            }
            add_heard(&mut self.heard, bars);
        }
        debug_assert!(new.iter().all(|stretch| heard_ticks(&self.heard, stretch) == stretch.end - stretch.start));
        new
    }
}

fn within_range(note: &Note) -> Note {
    let start = note.start.clamp(0, LAST_TICK);
    let length = note.length.clamp(1, LAST_TICK);
    Note { start, length, pitch: note.pitch.min(127), velocity: note.velocity.clamp(1, 127) }
}

/// Cuts or removes the notes of the same pitch that a note would overlap.
fn make_room(melody: &mut Vec<Note>, new: &Note) {
    melody.retain(|note| note.pitch != new.pitch || !(new.start..new.end()).contains(&note.start));
    for note in melody.iter_mut().filter(|note| note.pitch == new.pitch && note.start < new.start) {
        note.length = note.length.min(new.start - note.start);
    }
}

/// The notes that only the first of two sorted melodies has.
fn missing(melody: &[Note], other: &[Note]) -> Vec<Note> {
    let mut rest = other.iter().peekable();
    let is_missing = |note: &&Note| {
        while rest.next_if(|other| *other < *note).is_some() {}
        rest.next_if(|other| *other == *note).is_none()
    };
    melody.iter().filter(is_missing).copied().collect()
}

/// A change in a project.
#[derive(Serialize, Deserialize)]
pub(super) struct SavedMelodyChange {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    gone: Vec<SavedNote>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    new: Vec<SavedNote>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    heard: Vec<Range<Tick>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    unheard: Vec<Range<Tick>>,
}

impl From<&MelodyChange> for SavedMelodyChange {
    fn from(change: &MelodyChange) -> Self {
        let saved = |notes: &[Note]| notes.iter().map(SavedNote::from).collect();
        let (heard, unheard) = (change.heard.clone(), change.unheard.clone());
        Self { gone: saved(&change.gone), new: saved(&change.new), heard, unheard }
    }
}

impl SavedMelodyChange {
    pub fn into_change(self) -> Result<MelodyChange, ScoreError> {
        let is_stretch =
            |stretch: &Range<Tick>| 0 <= stretch.start && stretch.start < stretch.end && stretch.end < 4 * LAST_TICK;
        if !self.heard.iter().chain(&self.unheard).all(is_stretch) {
            return Err(ScoreError::Damaged("an edit of the melody is out of range"));
        }
        Ok(MelodyChange { gone: notes(&self.gone)?, new: notes(&self.new)?, heard: self.heard, unheard: self.unheard })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BAR: Tick = 3840;

    fn note(start: Tick, pitch: u8, length: Tick) -> Note {
        Note { start, pitch, length, velocity: 90 }
    }

    #[test]
    fn a_drawn_note_is_heard_with_its_bars_and_goes_again() {
        let mut score = Score::default();
        score.hear(&[note(0, 60, 480)], 0..BAR);
        let before = score.clone();
        let new = vec![note(2 * BAR - 240, 64, 480)];
        let change = score.edit_melody(&MelodyEdit { gone: vec![], new: new.clone() });
        assert_eq!((score.melody(), score.heard()), (&[note(0, 60, 480), new[0]][..], &[0..3 * BAR][..]));
        assert_eq!((change.start(), change.is_empty()), (new[0].start, false));
        assert!(score.change_melody(&change.reversed()));
        assert_eq!(score, before);
    }

    #[test]
    fn notes_of_one_pitch_never_overlap() {
        let mut score = Score::default();
        score.hear(&[note(0, 60, 960), note(1440, 60, 480), note(1440, 62, 480)], 0..BAR);
        score.edit_melody(&MelodyEdit { gone: vec![], new: vec![note(480, 60, 1200)] });
        assert_eq!(score.melody(), [note(0, 60, 480), note(480, 60, 1200), note(1440, 62, 480)]);
    }

    #[test]
    fn a_change_is_not_reversed_where_another_melody_was_played() {
        let mut score = Score::default();
        let change = score.edit_melody(&MelodyEdit { gone: vec![], new: vec![note(0, 60, 480)] });
        score.hear(&[note(0, 67, 480)], 0..BAR);
        let played = score.clone();
        assert!(!score.change_melody(&change.reversed()));
        assert_eq!(score, played);
    }

    #[test]
    fn numbers_out_of_range_are_brought_into_it() {
        let mut score = Score::default();
        let wild = Note { start: -5, pitch: 200, length: 0, velocity: 0 };
        score.edit_melody(&MelodyEdit { gone: vec![note(7, 7, 7)], new: vec![wild] });
        assert_eq!(score.melody(), [Note { start: 0, pitch: 127, length: 1, velocity: 1 }]);
        assert!(score.edit_melody(&MelodyEdit { gone: vec![note(7, 7, 7)], new: vec![] }).is_empty());
    }

    proptest! {
        #[test]
        fn every_edit_can_be_reversed_and_repeated(
            first in prop::collection::vec((0_i64..8000, 58_u8..64, 1_i64..2000), 0..12),
            gone in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
            new in prop::collection::vec((0_i64..16_000, 58_u8..64, 1_i64..2000), 0..6),
        ) {
            let notes = |raw: Vec<(Tick, u8, Tick)>| raw.into_iter().map(|(at, pitch, length)| note(at, pitch, length)).collect::<Vec<_>>();
            let mut score = Score::default();
            score.hear(&notes(first), 0..2 * BAR);
            let before = score.clone();
            let gone = gone.iter().filter(|_| !before.melody.is_empty()).map(|index| before.melody[index.index(before.melody.len())]);
            let change = score.edit_melody(&MelodyEdit { gone: gone.collect(), new: notes(new) });
            let after = score.clone();
            prop_assert!(after.melody.is_sorted());
            let text = serde_json::to_string(&SavedMelodyChange::from(&change)).unwrap();
            let change = serde_json::from_str::<SavedMelodyChange>(&text).unwrap().into_change().unwrap();
            prop_assert!(score.change_melody(&change.reversed()));
            prop_assert_eq!(&score, &before);
            prop_assert!(score.change_melody(&change));
            prop_assert_eq!(&score, &after);
        }
    }
}
