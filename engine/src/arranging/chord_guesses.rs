//! What the network would choose for one place: chords in order of likelihood.

use crate::network::{ChordQuality, ChordVocabulary, OutputRow};
use continuo_music::{
    chord::{Chord, Quality},
    time::Tick,
};
use std::ops::Range;

/// The most guesses for one place; later ones are too unlikely to be of use.
const MOST: usize = 12;

/// A chord that the network would choose.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChordGuess {
    /// The chord.
    pub chord: Chord,
    /// How likely the network finds it, 0 to 1.
    pub share: f32,
}

/// What the network would choose for a place.
#[derive(Clone, Debug, PartialEq)]
pub struct ChordGuesses {
    /// The place.
    pub place: Range<Tick>,
    /// The likeliest chord first; if there are none, a sentence that says why.
    pub found: Result<Vec<ChordGuess>, String>,
}

/// The guesses in one slot of the network's output. `shift` is the transposition of the network's input in semitones.
///
/// The network tells the bass notes of the chord that it chose, and of no other: that chord's share is divided among its
/// bass notes, the others stand on their roots.
pub(super) fn in_slot(row: &OutputRow<'_>, slot: usize, shift: i64, vocabulary: &ChordVocabulary) -> Vec<ChordGuess> {
    let size = vocabulary.size();
    let vector = |values: &'_ [f32]| values.get(slot * size..(slot + 1) * size).map(<[f32]>::to_vec);
    let (Some(likely), Some(chosen)) = (vector(row.chords), vector(row.chosen_chords)) else { return Vec::new() };
    let chosen = vocabulary.likeliest(&chosen);
    let mut guesses: Vec<ChordGuess> = Vec::new();
    let mut add = |chord: Chord, share: f32| {
        let chord = chord.transposed(-shift);
        match guesses.iter_mut().find(|guess| guess.chord == chord) {
            Some(known) => known.share += share,
            None => guesses.push(ChordGuess { chord, share }),
        }
    };
    add(Chord::NONE, likely[vocabulary.no_chord()]);
    for root in 0..12 {
        for (index, quality) in vocabulary.qualities().iter().enumerate() {
            let share = likely[vocabulary.chord(root, index)];
            let chord = Chord::new(root, nearest(quality));
            if chosen != Some((root, index)) {
                add(chord, share);
                continue;
            }
            let basses: Vec<(u8, f32)> = (0..12)
                .filter(|&bass| chord.contains(bass))
                .map(|bass| (bass, likely[vocabulary.bass(bass)]))
                .collect();
            let all: f32 = basses.iter().map(|(_, likely)| likely).sum();
            if all > 0.0 {
                for (bass, likely) in basses {
                    add(chord.over(bass), share * likely / all);
                }
            } else {
                add(chord, share);
            }
        }
    }
    guesses.retain(|guess| guess.share > 0.0);
    guesses.sort_by(|left, right| right.share.total_cmp(&left.share).then(left.chord.cmp(&right.chord)));
    guesses.truncate(MOST);
    guesses
}

/// The kind of chord with the tones of a model's quality, or the one that shares most of them.
fn nearest(quality: &ChordQuality) -> Quality {
    let likeness = |kind: Quality| {
        let tones = kind.intervals();
        let shared = tones.iter().filter(|tone| quality.tones.contains(tone)).count();
        // In hundredths, of all tones of both.
        100 * shared / (tones.len() + quality.tones.len() - shared).max(1)
    };
    // The first of equals.
    Quality::ALL.into_iter().rev().max_by_key(|&kind| likeness(kind)).unwrap_or(Quality::Major)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn qualities_of_a_model_are_the_kinds_of_chord_with_their_tones() {
        for kind in Quality::ALL.into_iter().filter(|kind| *kind != Quality::NoChord) {
            let quality = ChordQuality { id: String::new(), tones: kind.intervals().to_vec() };
            assert_eq!(nearest(&quality), kind, "C E G A is C6 and not Am7");
        }
        let ninth = ChordQuality { id: "9".to_owned(), tones: vec![0, 2, 4, 7, 10] };
        assert_eq!(nearest(&ninth), Quality::Dominant7);
    }
}
