//! The score: the melody that was heard and the phrases that were made for it, at their song positions.
//!
//! Saved with the host's project, so that a project plays its arrangement without running the network.

use crate::{
    arranger::PartNotes,
    conductor::Judged,
    melody::{Fnv, add_heard, fingerprint, heard_ticks, heard_until, same_in},
    meter::{MeterMap, PhraseSpan},
    note::Note,
    part::{Part, PartMap},
    queues::{PartNote, PlayablePhrase, RolledTick},
    settings::{Blend, Mode, Settings},
    style::OwnStyle,
    time::Tick,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, ops::Range};

mod saved;
mod takes;
pub use saved::{SAVED_VERSION, ScoreError};
pub use takes::{Drawn, MOST_KEPT, MOST_KEPT_IN_ALL, Take, TakeChange, Takes};

/// What a phrase was made from. A phrase whose recipe is still what the player wants is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    /// Name and version of the model.
    pub model: String,
    /// The mode it was made in.
    pub mode: Mode,
    /// Index of the genre.
    pub genre: u8,
    /// What was mixed in. Recipes from before there were mixes have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blend: Option<Blend>,
    /// A number that changes with what the user's own styles among these say, see [`crate::style::Shelf::fingerprint`]; `None`
    /// where there are none among them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_styles: Option<u64>,
    /// Temperature.
    pub temperature: f32,
    /// Seed.
    pub seed: u32,
    /// Which take: the first of those that were drawn.
    pub take: u32,
    /// How many takes the conductor chose from; 1 where nobody judged.
    #[serde(default = "one_take", skip_serializing_if = "is_one_take")]
    pub takes: u8,
    /// Density of each part.
    pub density: PartMap<f32>,
    /// What was known of the melody, see [`crate::melody::fingerprint`].
    pub melody: u64,
    /// [`Recipe::choices`] of what was in force just before the phrase, where automation changed it with the phrase's
    /// first tick. From the next pass on the phrase then waits for the change and is not made without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
}

impl Recipe {
    /// Whether every number in it is one. A number in a file may be too large for its type and become infinite, and JSON
    /// has no word for that: what is saved with it could not be read again.
    pub(crate) fn is_finite(&self) -> bool {
        let blend = self.blend.map_or(0.0, |blend| blend.amount);
        self.density.iter().all(|(_, density)| density.is_finite()) && self.temperature.is_finite() && blend.is_finite()
    }

    /// The recipe that `settings` ask for, with one take and none of the user's own styles.
    pub fn new(model: &str, settings: &Settings, take: u32, melody: u64) -> Self {
        let (genre, blend) = settings.genres();
        Self {
            model: model.to_owned(),
            mode: settings.mode,
            genre,
            blend,
            own_styles: None,
            temperature: settings.temperature,
            seed: settings.seed,
            take,
            takes: 1,
            density: PartMap::from_fn(|part| settings.parts[part].density),
            melody,
            before: None,
        }
    }

    /// `settings`, but a phrase that is made with them is shaped as this one was.
    #[must_use]
    pub fn shaping(&self, mut settings: Settings) -> Settings {
        let Self { genre, blend, temperature, seed, takes, .. } = *self;
        (settings.genre, settings.genre_b, settings.blend) =
            blend.map_or((genre, genre, 0.0), |blend| (genre, blend.genre, blend.amount));
        (settings.temperature, settings.seed, settings.takes) = (temperature, seed, takes);
        for (part, &density) in self.density.iter() {
            settings.parts[part].density = density;
        }
        settings
    }

    /// A number that changes with what the player chose. Stable between versions, since it is saved.
    pub fn choices(&self) -> u64 {
        let mut hash = Fnv::default();
        let (blend_genre, blend) = self.blend.map_or((0, 0), |blend| (blend.genre, blend.amount.to_bits()));
        let own_styles = self.own_styles.unwrap_or_default() as i64;
        for number in [self.mode as i64, self.genre.into(), blend_genre.into(), blend.into(), own_styles] {
            hash.add(number);
        }
        for number in [self.temperature.to_bits(), self.seed, self.takes.into()] {
            hash.add(number.into());
        }
        for (_, density) in self.density.iter() {
            hash.add(density.to_bits().into());
        }
        hash.0
    }

    /// Whether a phrase of this recipe is to stay although just before it something else is chosen: the same was chosen
    /// there when it was made, and changed with its first tick.
    pub fn foresees(&self, wanted: &Self) -> bool {
        self.before == Some(wanted.choices()) && (self.take, self.melody) == (wanted.take, wanted.melody)
    }

    /// Whether a player who asks for `wanted` has it in a phrase of this recipe. The model is no part of what is asked
    /// for: a new one must not change a song that was arranged with another, until the player wants another take.
    pub fn satisfies(&self, wanted: &Self) -> bool {
        let Self {
            model: _,
            before: _,
            mode,
            genre,
            blend,
            own_styles,
            temperature,
            seed,
            take,
            takes,
            density,
            melody,
        } = self;
        (mode, genre, blend, own_styles) == (&wanted.mode, &wanted.genre, &wanted.blend, &wanted.own_styles)
            && (temperature, seed, take, takes) == (&wanted.temperature, &wanted.seed, &wanted.take, &wanted.takes)
            && (density, melody) == (&wanted.density, &wanted.melody)
    }
}

const fn one_take() -> u8 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_one_take(takes: &u8) -> bool {
    *takes == 1
}

/// A generated phrase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Phrase {
    /// The stretch it covers.
    pub span: PhraseSpan,
    /// What it was made from; `None` for what is left of a phrase that another one cut into.
    pub recipe: Option<Recipe>,
    /// Which take it is: the first of those that were drawn.
    pub take: u32,
    /// What the conductor said about them, if several were drawn.
    pub judged: Option<Judged>,
    /// The genre's General MIDI programs of bass, chords, strings, counter (zero-based).
    pub programs: [u8; 4],
    /// Each part's notes, sorted, inside the span.
    pub parts: PartNotes,
}

impl Phrase {
    /// The form that the audio thread plays.
    pub fn playable(&self, ready_at: RolledTick) -> Box<PlayablePhrase> {
        let mut notes: Vec<PartNote> = self
            .parts
            .iter()
            .flat_map(|(part, notes)| notes.iter().map(move |&note| PartNote { part, note }))
            .collect();
        notes.sort_by_key(|note| (note.note.start, note.part, note.note.pitch));
        Box::new(PlayablePhrase { span: self.span, notes: notes.into_boxed_slice(), ready_at, programs: self.programs })
    }

    /// What is left of the phrase in a stretch inside its span.
    fn cut_to(&self, stretch: Range<Tick>) -> Self {
        let parts = PartMap::from_fn(|part| cut_notes(&self.parts[part], &stretch));
        let span = PhraseSpan { start: stretch.start, end: stretch.end, ..self.span };
        Self { span, recipe: None, take: self.take, judged: None, programs: self.programs, parts }
    }
}

/// The notes that begin in a stretch, ending with it at the latest.
fn cut_notes(notes: &[Note], stretch: &Range<Tick>) -> Vec<Note> {
    notes
        .iter()
        .filter(|note| stretch.contains(&note.start))
        .map(|note| Note { length: note.length.min(stretch.end - note.start), ..*note })
        .collect()
}

/// The melody that was heard and the phrases that were made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Score {
    /// The song's meters, as far as the host told them.
    pub meters: MeterMap,
    /// The user's own styles that the project uses, at their slots, so that it plays where they are not known.
    pub styles: Vec<OwnStyle>,
    melody: Vec<Note>,
    heard: Vec<Range<Tick>>,
    phrases: Vec<Phrase>,
    /// By the first tick of their phrase; only where there is more than one, or a marked one.
    takes: BTreeMap<Tick, Takes>,
    /// Marked takes of phrases that are of another length now.
    apart: Vec<Take>,
    /// The highest number that a take was given.
    last_take: u32,
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

    /// The phrases, sorted, nothing overlapping.
    pub fn phrases(&self) -> &[Phrase] {
        &self.phrases
    }

    /// Takes over what one pass heard in a stretch.
    ///
    /// Where something was known already it gives way, unless the pass was silent there: listening to a loop without
    /// playing leaves the melody alone. So does a replay that is the same on the network's grid.
    pub fn hear(&mut self, notes: &[Note], stretch: Range<Tick>) {
        let new: Vec<Note> = notes.iter().copied().filter(|note| stretch.contains(&note.start)).collect();
        add_heard(&mut self.heard, stretch.clone());
        if new.is_empty() || same_in(&self.melody, &new, &stretch) {
            return;
        }
        self.melody.retain(|note| !stretch.contains(&note.start));
        self.melody.extend(new);
        self.melody.sort_unstable();
    }

    /// Gives a melody note that was still held when it was taken over its true end.
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

    /// The span of the phrase that was made at a tick, or of the one of so many bars that is to be made there.
    pub(crate) fn span_at(&self, tick: Tick, bars: u8) -> PhraseSpan {
        match self.phrase_at(tick) {
            Some(phrase) if phrase.recipe.is_some() => phrase.span,
            _ => self.meters.phrase_at(tick, bars),
        }
    }

    /// The phrase with exactly this span; one in another meter is another phrase, also where its bars are as long.
    pub fn phrase(&self, span: &PhraseSpan) -> Option<&Phrase> {
        self.phrase_at(span.start).filter(|phrase| phrase.span == *span)
    }

    /// Whether a phrase was made for its melody as it is known now, rather than before that was heard. What is left of a
    /// phrase that another one cut into is as settled as it ever will be.
    pub fn is_settled(&self, phrase: &Phrase) -> bool {
        let Some(recipe) = &phrase.recipe else { return true };
        let span = &phrase.span;
        let heard = heard_until(&self.heard, span.end);
        heard_ticks(&heard, &(span.start..span.end)) > 0 && recipe.melody == fingerprint(&self.melody, &heard, span)
    }

    /// A part's notes that begin in a stretch.
    pub fn part_notes(&self, part: Part, stretch: &Range<Tick>) -> Vec<Note> {
        self.phrases
            .iter()
            .filter(|phrase| phrase.span.start < stretch.end && stretch.start < phrase.span.end)
            .flat_map(|phrase| cut_notes(&phrase.parts[part], stretch))
            .collect()
    }

    /// Puts a phrase into the score. One with the same span is replaced; of others that overlap, what lies outside
    /// the new one stays. Returns whether any other phrase was cut in this way.
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
