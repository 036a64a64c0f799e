//! The chords that a phrase keeps to, as the network takes them: one for each slot of its plan.

use crate::{
    network::{ChordVocabulary, NetworkInput, contract::CHORD_SLOTS, fit::Cell},
    score::score::Score,
};
use continuo_music::{
    blues::Blues,
    chord::{Chord, ChordSpan, Quality},
    stable_hash::StableHash,
    time::Tick,
};
use std::ops::Range;

/// The chords in a stretch, cut at its edges.
pub fn within(chords: &[ChordSpan], stretch: &Range<Tick>) -> Vec<ChordSpan> {
    let first = chords.partition_point(|chord| chord.span.end <= stretch.start);
    let inside = chords[first..].iter().take_while(|chord| chord.span.start < stretch.end);
    inside
        .map(|chord| ChordSpan {
            span: chord.span.start.max(stretch.start)..chord.span.end.min(stretch.end),
            chord: chord.chord,
        })
        .collect()
}

/// The chords without those in a stretch, which are cut at its edges.
pub fn without(chords: &[ChordSpan], stretch: &Range<Tick>) -> Vec<ChordSpan> {
    let mut rest = within(chords, &(Tick::MIN..stretch.start));
    rest.extend(within(chords, &(stretch.end..Tick::MAX)));
    rest
}

/// The given chords, and others where nothing is given. Both are in order, without overlaps.
pub fn together(given: Vec<ChordSpan>, others: &[ChordSpan]) -> Vec<ChordSpan> {
    let is_free = |other: &&ChordSpan| within(&given, &other.span).is_empty();
    let mut all: Vec<ChordSpan> = others.iter().filter(is_free).cloned().collect();
    all.extend(given);
    all.sort_unstable_by_key(|chord| chord.span.start);
    all
}

/// The chords of a song in a stretch: those that are given with it and by hand, and the changes of a blues where the song is
/// known as a whole, its melody is one, and nothing is given.
pub fn of_song(score: &Score, stretch: &Range<Tick>) -> Vec<ChordSpan> {
    let given = within(score.given_chords(), stretch);
    let blues = score.song_end().and_then(|end| Blues::find(score.melody(), &score.meters, end));
    blues.map_or(given.clone(), |blues| together(given, &blues.chords(stretch)))
}

/// A number that changes with the chords that are given in a stretch, wherever that lies; `None` without chords. Stable
/// between versions, since it is saved.
pub fn fingerprint(chords: &[ChordSpan], stretch: &Range<Tick>) -> Option<u64> {
    let inside = within(chords, stretch);
    let mut hash = StableHash::default();
    for ChordSpan { span, chord } in &inside {
        hash.add(span.start - stretch.start);
        hash.add(span.end - stretch.start);
        chord.to_string().bytes().for_each(|byte| hash.add(byte.into()));
    }
    (!inside.is_empty()).then(|| hash.value())
}

/// The steps of a slot.
const fn slot_steps(in_three: bool) -> usize {
    if in_three { 12 } else { 8 }
}

/// The slot of a window in which a tick lies; `None` outside the window.
pub fn slot_at(cells: &[Cell], in_three: bool, tick: Tick) -> Option<usize> {
    let cell = cells.iter().find(|cell| (cell.from..cell.to).contains(&tick))?;
    Some(cell.step / slot_steps(in_three)).filter(|&slot| slot < CHORD_SLOTS)
}

/// Writes the given chords of a window into the network's input. A slot has the chord that is given for most of it, and
/// none if nothing is given for half of it.
pub fn write(
    chords: &[ChordSpan],
    cells: &[Cell],
    in_three: bool,
    shift: i64,
    vocabulary: &ChordVocabulary,
    input: &mut NetworkInput,
) {
    let steps = slot_steps(in_three);
    for slot in 0..CHORD_SLOTS {
        let inside = || cells.iter().filter(|cell| cell.step / steps == slot);
        let (Some(first), Some(last)) = (inside().next(), inside().next_back()) else { continue };
        let stretch = first.from..last.to;
        let mut longest: Option<(Tick, Chord)> = None;
        for ChordSpan { span, chord } in within(chords, &stretch) {
            let ticks = span.end - span.start;
            if longest.is_none_or(|(most, _)| ticks > most) {
                longest = Some((ticks, chord));
            }
        }
        let Some((ticks, chord)) = longest else { continue };
        if 2 * ticks < stretch.end - stretch.start {
            continue;
        }
        let vector = &mut input.given_chords[slot * vocabulary.size()..][..vocabulary.size()];
        let chord = chord.transposed(shift);
        if chord.is_none() {
            vector[vocabulary.no_chord()] = 1.0;
        } else {
            vector[vocabulary.chord(chord.root(), quality(chord.quality(), vocabulary))] = 1.0;
            vector[vocabulary.bass(chord.bass())] = 1.0;
        }
        input.chords_given[slot] = 1.0;
    }
}

/// The place of a quality in a model's vocabulary, or of the one that shares most tones with it.
fn quality(wanted: Quality, vocabulary: &ChordVocabulary) -> usize {
    let tones = wanted.intervals();
    let likeness = |other: &[u8]| {
        let shared = other.iter().filter(|tone| tones.contains(tone)).count();
        // In hundredths, of all tones of both.
        100 * shared / (other.len() + tones.len() - shared).max(1)
    };
    let mut best = (0, 0);
    for (place, quality) in vocabulary.qualities().iter().enumerate() {
        let alike = likeness(&quality.tones);
        if alike > best.1 {
            best = (place, alike);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chord(span: Range<Tick>, symbol: &str) -> ChordSpan {
        ChordSpan { span, chord: symbol.parse().expect("a chord") }
    }

    #[test]
    fn a_fingerprint_belongs_to_the_chords_and_not_to_their_place() {
        let chords =
            [chord(0..3840, "C"), chord(3840..7680, "G7"), chord(7680..11_520, "C"), chord(11_520..15_360, "G7")];
        let first = fingerprint(&chords, &(0..7680));
        assert_eq!(first, fingerprint(&chords, &(7680..15_360)));
        assert_ne!(first, fingerprint(&chords, &(3840..11_520)));
        assert_eq!(fingerprint(&chords, &(15_360..20_000)), None);
        let others = [chord(3840..5000, "Am"), chord(15_360..19_200, "F")];
        assert_eq!(together(chords.to_vec(), &others).last(), others.last());
        assert_eq!(together(chords.to_vec(), &others).len(), 5);
        assert_eq!(within(&chords, &(1920..4800)), [chord(1920..3840, "C"), chord(3840..4800, "G7")]);
    }
}
