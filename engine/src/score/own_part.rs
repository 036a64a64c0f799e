//! What the player played as one of the parts.

use super::phrase::cut_notes;
use continuo_music::{
    melody::{add_heard, begins_in, fingerprint, heard_ticks, same_in},
    meter::PhraseSpan,
    note::Note,
    part::{Part, PartMap},
    stable_hash::StableHash,
    step_grid::StepGrid,
    time::Tick,
};
use std::ops::Range;

/// A part as the player played it, at its song positions: like the melody, it is known where it was heard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnPart {
    /// Its notes, sorted.
    pub(super) notes: Vec<Note>,
    /// Where it was listened to: sorted, disjoint.
    pub(super) heard: Vec<Range<Tick>>,
}

/// What the player played of each part.
pub type OwnParts = PartMap<OwnPart>;

impl OwnPart {
    /// The notes that are known in these stretches, both sorted.
    pub const fn new(notes: Vec<Note>, heard: Vec<Range<Tick>>) -> Self {
        Self { notes, heard }
    }

    /// Its notes, sorted.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// Where it was listened to: sorted, disjoint.
    pub fn heard(&self) -> &[Range<Tick>] {
        &self.heard
    }

    /// Both, to change them together.
    pub const fn parts_mut(&mut self) -> (&mut Vec<Note>, &mut Vec<Range<Tick>>) {
        (&mut self.notes, &mut self.heard)
    }

    /// Adds what one pass heard in a stretch, with the rules of [`Score::hear`](crate::score::Score::hear): a silent pass leaves
    /// what was played before.
    pub fn hear(&mut self, notes: &[Note], stretch: Range<Tick>) {
        let new: Vec<Note> = notes.iter().copied().filter(|note| begins_in(note, &stretch)).collect();
        add_heard(&mut self.heard, stretch.clone());
        if new.is_empty() || same_in(&self.notes, &new, &stretch) {
            return;
        }
        self.notes.retain(|note| !begins_in(note, &stretch));
        self.notes.extend(new);
        self.notes.sort_unstable();
    }

    /// Sets the true end of a note that was still held when it was added.
    pub fn lengthen(&mut self, start: Tick, pitch: u8, end: Tick) {
        let at = self.notes.partition_point(|note| note.start < start);
        let note = self.notes[at..].iter_mut().take_while(|note| note.start == start).find(|note| note.pitch == pitch);
        if let Some(note) = note {
            note.length = (end - start).max(note.length);
        }
    }

    /// Moves everything by some ticks.
    pub fn shift(&mut self, ticks: Tick) {
        self.notes.iter_mut().for_each(|note| note.start += ticks);
        self.heard.iter_mut().for_each(|range| *range = range.start + ticks..range.end + ticks);
    }

    /// Whether most of a stretch was heard, so that what is silent in it was meant to be silent.
    pub fn is_known_in(&self, stretch: &Range<Tick>) -> bool {
        2 * heard_ticks(&self.heard, stretch) >= stretch.end - stretch.start
    }

    /// The notes that sound in a stretch, whole.
    pub fn sounding_in(&self, stretch: &Range<Tick>) -> Vec<Note> {
        self.notes.iter().filter(|note| note.start < stretch.end && note.end() > stretch.start).copied().collect()
    }

    /// The notes that begin in a stretch, cut at its end: the part of a phrase.
    pub fn within(&self, stretch: &Range<Tick>) -> Vec<Note> {
        cut_notes(&self.notes, stretch)
    }

    /// Whether it is the same on the grid in a stretch and in one as long that begins `back` ticks earlier.
    pub fn comes_back(&self, stretch: &Range<Tick>, back: Tick) -> bool {
        let there = stretch.start - back..stretch.end - back;
        if self.is_known_in(stretch) != self.is_known_in(&there) {
            return false;
        }
        let mut moved: Vec<Note> = self.notes.iter().filter(|note| begins_in(note, &there)).copied().collect();
        for note in &mut moved {
            note.start += back;
        }
        same_in(&self.notes, &moved, stretch)
    }
}

/// A number that changes when what is known in a phrase of the parts that the player plays changes; `None` if the player
/// plays none. Stable between versions, since it is saved.
pub fn own_fingerprint(parts: &OwnParts, own: PartMap<bool>, span: &PhraseSpan) -> Option<u64> {
    let mut hash = StableHash::default();
    let playing: Vec<Part> = Part::ALL.into_iter().filter(|&part| own[part]).collect();
    for &part in &playing {
        hash.add(part.index() as i64);
        hash.add(fingerprint(&parts[part].notes, &parts[part].heard, span) as i64);
    }
    (!playing.is_empty()).then(|| hash.value())
}

/// The pitched notes of the parts that the player plays, sorted, without their rounding.
pub fn pitched(parts: &OwnParts, own: PartMap<bool>, grid: StepGrid) -> Vec<Note> {
    let playing = Part::PITCHED.into_iter().filter(|&part| own[part]);
    let mut notes: Vec<Note> =
        playing.flat_map(|part| &parts[part].notes).map(|&note| grid.rounded_note(note)).collect();
    notes.sort_unstable();
    notes
}

#[cfg(test)]
mod tests {
    use super::*;
    use continuo_music::meter::Meter;

    fn note(start: Tick, pitch: u8, length: Tick) -> Note {
        Note { start, pitch, length, velocity: 80 }
    }

    #[test]
    fn a_silent_pass_leaves_what_was_played_and_another_replaces_it() {
        let mut bass = OwnPart::default();
        bass.hear(&[note(0, 40, 480), note(3900, 41, 480)], 0..3840);
        assert_eq!(bass.notes(), [note(0, 40, 480)], "the other belongs to the next stretch");
        bass.hear(&[], 0..3840);
        assert_eq!((bass.notes().len(), bass.heard()), (1, &[0..3840][..]));
        bass.hear(&[note(960, 43, 480)], 0..3840);
        assert_eq!(bass.notes(), [note(960, 43, 480)]);
        bass.lengthen(960, 43, 2000);
        assert_eq!(bass.notes()[0].end(), 2000);
    }

    #[test]
    fn it_comes_back_where_it_is_the_same_and_equally_known() {
        let mut bass = OwnPart::default();
        bass.hear(&[note(0, 40, 480), note(3841, 40, 480), note(7680, 43, 480)], 0..11_520);
        assert!(bass.comes_back(&(3840..7680), 3840));
        assert!(!bass.comes_back(&(7680..11_520), 3840));
        assert!(!bass.comes_back(&(11_520..15_360), 3840), "it is not known there");
    }

    #[test]
    fn a_fingerprint_belongs_to_the_parts_that_the_player_plays() {
        let span = PhraseSpan { start: 0, end: 3840, meter: Meter::COMMON };
        let mut parts = OwnParts::default();
        parts[Part::Bass].hear(&[note(0, 40, 480)], 0..3840);
        let mut own = PartMap::default();
        assert_eq!(own_fingerprint(&parts, own, &span), None);
        own[Part::Bass] = true;
        let first = own_fingerprint(&parts, own, &span);
        assert!(first.is_some());
        parts[Part::Chords].hear(&[note(0, 60, 480)], 0..3840);
        assert_eq!(own_fingerprint(&parts, own, &span), first, "nobody plays the chords");
        parts[Part::Bass].hear(&[note(0, 43, 480)], 0..3840);
        assert_ne!(own_fingerprint(&parts, own, &span), first);
    }
}
