//! The score: the melody that was heard and the phrases that were made for it, at their song positions.
//!
//! Saved with the host's project, so that a project plays its arrangement without running the network.

use super::{
    hand_chords::{ChordEdit, HandChord, laid_over},
    lead_line::LeadLine,
    own_part::{OwnPart, OwnParts},
    phrase::{Phrase, cut_notes},
    resting::Resting,
    takes::{Take, Takes},
};
use crate::styles::OwnStyle;
use continuo_music::{
    chord::ChordSpan,
    melody::{add_heard, begins_in, fingerprint, heard_ticks, heard_until, same_in, unrounded_fingerprint},
    meter::{MeterMap, PhraseSpan},
    note::Note,
    part::{Part, PartMap},
    sections::{SectionKind, Sections},
    time::Tick,
};
use std::{collections::BTreeMap, ops::Range};

/// The melody that was heard and the phrases that were made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Score {
    /// The song's meters, as far as the host reported them.
    pub meters: MeterMap,
    /// The user's own styles that the project uses, at their slots, so that it plays where they are not installed.
    pub styles: Vec<OwnStyle>,
    pub(super) melody: Vec<Note>,
    pub(super) heard: Vec<Range<Tick>>,
    /// What the player played of the parts, whoever plays them now.
    pub(super) own: OwnParts,
    /// Where the song ends, if it was given as a whole.
    pub(super) end: Option<Tick>,
    /// The chords that were given with the song, in order, without overlaps.
    pub(super) chords: Vec<ChordSpan>,
    /// The sections that are named.
    pub(super) sections: Sections,
    /// The chords that the player set by hand, in order, without overlaps.
    pub(super) hand_chords: Vec<HandChord>,
    /// The chords that the parts keep to: those set by hand, over the given ones.
    pub(super) kept_chords: Vec<ChordSpan>,
    pub(super) phrases: Vec<Phrase>,
    /// By the first tick of their phrase; only for phrases with several takes or a marked one.
    pub(super) takes: BTreeMap<Tick, Takes>,
    /// Marked takes of phrases that have another length now.
    pub(super) apart: Vec<Take>,
    /// The highest take number so far.
    pub(super) last_take: u32,
    /// Bars whose melody is played no more.
    pub(super) resting: Resting,
    /// What Lead plays.
    pub(super) lead: LeadLine,
}

impl Score {
    /// The melody, sorted.
    pub fn melody(&self) -> &[Note] {
        &self.melody
    }

    /// Where the melody was listened to: sorted, disjoint.
    pub fn heard(&self) -> &[Range<Tick>] {
        &self.heard
    }

    /// What the player played of the parts, whoever plays them now.
    pub const fn own_parts(&self) -> &OwnParts {
        &self.own
    }

    /// What Lead plays.
    pub const fn lead(&self) -> &LeadLine {
        &self.lead
    }

    /// What Lead plays, to change it.
    pub const fn lead_mut(&mut self) -> &mut LeadLine {
        &mut self.lead
    }

    /// What the player played of one part, to change it.
    pub fn own_part_mut(&mut self, part: Part) -> &mut OwnPart {
        &mut self.own[part]
    }

    /// Puts what the player played of the parts that are `own` into the phrases of a stretch: as far as it is known, what
    /// the score shows and saves of such a part is what was played.
    pub fn settle_own_parts(&mut self, own: PartMap<bool>, stretch: &Range<Tick>) {
        for phrase in self.phrases.iter_mut().filter(|it| it.span.start < stretch.end && stretch.start < it.span.end) {
            for part in Part::ALL.into_iter().filter(|&part| own[part]) {
                phrase.parts[part] = self.own[part].within(&(phrase.span.start..phrase.span.end));
            }
        }
    }

    /// Where the song ends, if it was given as a whole.
    pub const fn end(&self) -> Option<Tick> {
        self.end
    }

    /// The chords that the parts keep to, in order, without overlaps: those set by hand, and those given with the song
    /// elsewhere; none where the band chooses.
    pub fn given_chords(&self) -> &[ChordSpan] {
        &self.kept_chords
    }

    /// Gives the chords of the song from now on: in order, without overlaps.
    pub fn give_chords(&mut self, chords: Vec<ChordSpan>) {
        self.chords = chords;
        self.update_kept_chords();
    }

    /// The chords that the player set by hand, in order, without overlaps.
    pub fn hand_chords(&self) -> &[HandChord] {
        &self.hand_chords
    }

    /// The chord that the player set at a tick.
    pub fn hand_chord_at(&self, tick: Tick) -> Option<&HandChord> {
        let at = self.hand_chords.partition_point(|chord| chord.span.end <= tick);
        self.hand_chords.get(at).filter(|chord| chord.span.contains(&tick))
    }

    /// Changes the chords that are set by hand; the phrases stay as they are. Returns whether anything changed.
    pub fn edit_chords(&mut self, edit: &ChordEdit) -> bool {
        let chords = edit.applied_to(&self.hand_chords, &self.meters);
        let is_other = chords != self.hand_chords;
        self.set_hand_chords(chords);
        is_other
    }

    /// Replaces the chords that are set by hand: in order, without overlaps.
    pub(super) fn set_hand_chords(&mut self, chords: Vec<HandChord>) {
        self.hand_chords = chords;
        self.update_kept_chords();
    }

    /// Finds again which chords the parts keep to.
    pub(super) fn update_kept_chords(&mut self) {
        let by_hand: Vec<ChordSpan> = self.hand_chords.iter().map(ChordSpan::from).collect();
        self.kept_chords = laid_over(&by_hand, &self.chords);
    }

    /// Says where the song ends.
    pub const fn set_end(&mut self, end: Tick) {
        self.end = Some(end);
    }

    /// The sections that the player or a file named; none if they follow from the form.
    pub const fn sections(&self) -> &Sections {
        &self.sections
    }

    /// Names the sections of the song from now on.
    pub fn set_sections(&mut self, sections: Sections) {
        self.sections = sections;
    }

    /// Where the song ends as far as that is known: where a song that was given as a whole ends, or before that with a
    /// painted ending behind which no section comes.
    pub fn song_end(&self) -> Option<Tick> {
        let ending = self.sections.all().last().filter(|section| section.kind == SectionKind::Ending);
        ending.map(|section| section.span.end).into_iter().chain(self.end).min()
    }

    /// The phrases, sorted, without overlaps.
    pub fn phrases(&self) -> &[Phrase] {
        &self.phrases
    }

    /// Adds what one pass heard in a stretch.
    ///
    /// It replaces what was known there, unless the pass was silent: listening to a loop without playing leaves the
    /// melody alone. So does a replay that is the same on the network's grid.
    pub fn hear(&mut self, notes: &[Note], stretch: Range<Tick>) {
        // A note that is played a little early at the end belongs to the next stretch.
        let new: Vec<Note> = notes.iter().copied().filter(|note| begins_in(note, &stretch)).collect();
        add_heard(&mut self.heard, stretch.clone());
        if new.is_empty() || same_in(&self.melody, &new, &stretch) {
            return;
        }
        self.melody.retain(|note| !begins_in(note, &stretch));
        self.melody.extend(new);
        self.melody.sort_unstable();
    }

    /// Sets the true end of a melody note that was still held when it was added.
    pub fn lengthen(&mut self, start: Tick, pitch: u8, end: Tick) {
        let at = self.melody.partition_point(|note| note.start < start);
        let note = self.melody[at..].iter_mut().take_while(|note| note.start == start).find(|note| note.pitch == pitch);
        if let Some(note) = note {
            note.length = (end - start).max(note.length);
        }
    }

    /// The phrase that covers a tick.
    pub fn phrase_at(&self, tick: Tick) -> Option<&Phrase> {
        let at = self.phrases.partition_point(|phrase| phrase.span.end <= tick);
        self.phrases.get(at).filter(|phrase| phrase.span.contains(tick))
    }

    /// The span of the generated phrase at a tick, or else of a phrase of `bars` bars to be made there.
    pub fn span_at(&self, tick: Tick, bars: u8) -> PhraseSpan {
        match self.phrase_at(tick) {
            Some(phrase) if phrase.recipe.is_some() => phrase.span,
            _ => self.meters.phrase_at(tick, bars),
        }
    }

    /// The phrase with exactly this span; one in another meter is another phrase, even if its bars are as long.
    pub fn phrase(&self, span: &PhraseSpan) -> Option<&Phrase> {
        self.phrase_at(span.start).filter(|phrase| phrase.span == *span)
    }

    /// Whether a phrase was made for its melody as it is known now, rather than predicted. The rest of a cut phrase
    /// counts as settled.
    pub fn is_settled(&self, phrase: &Phrase) -> bool {
        let Some(recipe) = &phrase.recipe else { return true };
        let span = &phrase.span;
        let heard = heard_until(&self.heard, span.end);
        let is_of = |fingerprint: fn(&[Note], &[Range<Tick>], &PhraseSpan) -> u64| {
            recipe.melody == fingerprint(&self.melody, &heard, span)
        };
        heard_ticks(&heard, &(span.start..span.end)) > 0 && (is_of(fingerprint) || is_of(unrounded_fingerprint))
    }

    /// A part's notes that begin in a stretch.
    pub fn part_notes(&self, part: Part, stretch: &Range<Tick>) -> Vec<Note> {
        self.phrases_in(stretch).flat_map(|phrase| cut_notes(&phrase.parts[part], stretch)).collect()
    }

    /// The phrases that lie in a stretch, wholly or in part, in order.
    pub fn phrases_in<'a>(&'a self, stretch: &Range<Tick>) -> impl Iterator<Item = &'a Phrase> + use<'a> {
        let first = self.phrases.partition_point(|phrase| phrase.span.end <= stretch.start);
        let after = self.phrases.partition_point(|phrase| phrase.span.start < stretch.end);
        self.phrases.get(first..after).unwrap_or_default().iter()
    }

    /// Makes all phrases count as made for another melody, so that they are made again. Returns their spans.
    pub(crate) fn outdate(&mut self) -> Vec<PhraseSpan> {
        let made = self.phrases.iter_mut().filter_map(|phrase| {
            let recipe = phrase.recipe.as_mut()?;
            recipe.melody = !recipe.melody;
            Some(phrase.span)
        });
        made.collect()
    }

    /// Inserts a phrase. One with the same span is replaced; other phrases that overlap are cut to what lies outside
    /// the new one. Returns whether any was cut.
    pub fn insert(&mut self, phrase: Phrase) -> bool {
        let span = phrase.span;
        let first = self.phrases.partition_point(|old| old.span.end <= span.start);
        let after = self.phrases.partition_point(|old| old.span.start < span.end);
        let mut pieces = vec![];
        let mut cut = false;
        for old in &self.phrases[first..after] {
            if old.span.start < span.start {
                pieces.push(old.cut_to(old.span.start..span.start));
            }
            if old.span.start == span.start && old.span.end == span.end {
                continue;
            }
            cut = true;
            if old.span.end > span.end {
                pieces.push(old.cut_to(span.end..old.span.end));
            }
        }
        let at = pieces.partition_point(|piece| piece.span.start < span.start);
        pieces.insert(at, phrase);
        self.phrases.splice(first..after, pieces);
        cut
    }
}

#[cfg(test)]
mod tests;
