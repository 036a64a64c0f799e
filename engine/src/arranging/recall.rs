//! What a phrase takes over from an earlier stretch of the song whose melody comes back in it.

mod splice;
mod transposed;
mod varied_bars;

use super::{context::parts_before, given_chords};
use crate::score::{
    phrase::Phrase,
    recipe::{DrawnTake, Recalled},
    score::Score,
};
use continuo_music::{
    form::Return,
    meter::PhraseSpan,
    note::Note,
    part::{Part, PartMap, PartNotes},
    settings::{Mode, Shape},
    stable_hash::StableHash,
    time::Tick,
};
use std::ops::Range;
pub(super) use {splice::splice, varied_bars::varied_bars};

/// What a phrase takes over from the earlier stretch that it returns to.
#[derive(Clone, Debug, PartialEq)]
pub struct Recall {
    /// How far back the stretch begins, in ticks.
    pub back: Tick,
    /// By how many semitones the melody lies above the stretch.
    pub transposed: i8,
    /// For each bar of the phrase, whether its melody is the stretch's.
    pub same_bars: Vec<bool>,
    /// What the parts play in the stretch, moved to the phrase; `None` if it was made with other settings.
    pub notes: Option<PartNotes>,
    /// What the parts play before the stretch, moved to before the phrase.
    pub before: PartNotes,
    /// What the phrase's recipe says of it.
    pub recalled: Recalled,
}

impl Recall {
    /// What a phrase of this shape takes over; nothing if its melody does not come back, or if each phrase is free.
    /// `melody` and `heard` are what the phrase knows, `own_styles` the fingerprint of the user's own styles in the shape.
    pub fn find(
        score: &Score,
        melody: &[Note],
        heard: &[Range<Tick>],
        span: &PhraseSpan,
        (shape, own_styles): (&Shape, Option<u64>),
    ) -> Option<Self> {
        if shape.variation >= 1.0 {
            return None;
        }
        // Where no key was known, only drums played: that does not come back.
        let without_key: Vec<&PhraseSpan> =
            score.phrases().iter().filter(|phrase| is_without_key(phrase)).map(|phrase| &phrase.span).collect();
        let is_worth = |note: &&Note| !without_key.iter().any(|span| span.contains(note.start));
        let worth: Vec<Note>;
        let melody = if without_key.is_empty() {
            melody
        } else {
            worth = melody.iter().filter(|note| span.contains(note.start) || is_worth(note)).copied().collect();
            &worth
        };
        let Return { back, transposed, same_bars, .. } = Return::find(melody, heard, &score.meters, span)?;
        let stretch = span.start - back..span.end - back;
        // A bar under other chords is another bar, and so is one in another kind of section: it is fuller or emptier.
        let bar = span.meter.bar_ticks();
        let chords_of = |start: Tick, by: i8| {
            let stretch = start..start + bar;
            let mut chords = given_chords::of_song(score, &stretch);
            for chord in &mut chords {
                chord.chord = chord.chord.transposed(by.into());
            }
            given_chords::fingerprint(&chords, &stretch)
        };
        // And so is one in which the player plays something else.
        let own_comes_back = |bar: Range<Tick>| {
            Part::ALL.into_iter().all(|part| !shape.own[part] || score.own_parts()[part].comes_back(&bar, back))
        };
        let kind_at = |start: Tick| score.sections().at(start).map(|section| section.kind);
        let same_bars: Vec<bool> = (span.start..)
            .step_by(bar.max(1) as usize)
            .zip(same_bars)
            .map(|(start, same)| {
                let kind_comes_back = kind_at(start) == kind_at(start - back);
                let chords_come_back = chords_of(start, 0) == chords_of(start - back, transposed);
                same && kind_comes_back && chords_come_back && own_comes_back(start..start + bar)
            })
            .collect();
        let sources: Vec<&Phrase> = score.phrases_in(&stretch).collect();
        let covered: Tick =
            sources.iter().map(|phrase| phrase.span.end.min(stretch.end) - phrase.span.start.max(stretch.start)).sum();
        if covered < span.ticks() {
            return None;
        }
        let of_this_shape = |phrase: &&Phrase| {
            let recipe = phrase.recipe.as_ref();
            recipe.is_some_and(|recipe| is_same_music(&recipe.shape, shape) && recipe.own_styles == own_styles)
        };
        let notes = sources.iter().all(of_this_shape).then(|| {
            PartMap::from_fn(|part| {
                let mut notes = score.part_notes(part, &stretch);
                for note in &mut notes {
                    note.start += back;
                }
                transposed::transpose(part, &mut notes, transposed);
                notes
            })
        });
        let drawn = match sources.as_slice() {
            [whole] if whole.span.start == stretch.start && whole.span.end == stretch.end => drawn_take(whole),
            _ => None,
        };
        let fingerprint = fingerprint(back, &same_bars, notes.as_ref(), drawn);
        let mut before = parts_before(score, span.start, back);
        for part in Part::PITCHED {
            transposed::transpose(part, &mut before[part], transposed);
        }
        Some(Self { back, transposed, same_bars, notes, before, recalled: Recalled { fingerprint, drawn } })
    }
}

/// Whether a phrase was made while nothing had been heard of the melody. In Arrange mode a phrase has a key as soon as its
/// melody is known.
fn is_without_key(phrase: &Phrase) -> bool {
    phrase.recipe.as_ref().is_some_and(|recipe| recipe.shift.is_none() && recipe.mode != Mode::Arrange)
}

/// Whether two shapes give the same music; how many takes the conductor chooses from may differ.
fn is_same_music(left: &Shape, right: &Shape) -> bool {
    Shape { takes: 1, ..*left } == Shape { takes: 1, ..*right }
}

/// The take whose random numbers a phrase was made with.
fn drawn_take(phrase: &Phrase) -> Option<DrawnTake> {
    let recalled = phrase.recipe.as_ref()?.recalled.and_then(|recalled| recalled.drawn);
    let index = phrase.judged.as_ref().map_or(0, |judged| u32::from(judged.chosen));
    Some(recalled.unwrap_or(DrawnTake { start: phrase.span.start, take: phrase.take.wrapping_add(index) }))
}

fn fingerprint(back: Tick, same_bars: &[bool], notes: Option<&PartNotes>, drawn: Option<DrawnTake>) -> u64 {
    let mut hash = StableHash::default();
    hash.add(back);
    for &same in same_bars {
        hash.add(i64::from(same));
    }
    for part in Part::ALL {
        for note in notes.map_or(&[][..], |notes| &notes[part]) {
            for number in [note.start, note.pitch.into(), note.length, note.velocity.into()] {
                hash.add(number);
            }
        }
        hash.add(-1);
    }
    if let Some(DrawnTake { start, take }) = drawn {
        hash.add(start);
        hash.add(take.into());
    }
    hash.value()
}

#[cfg(test)]
mod tests;
