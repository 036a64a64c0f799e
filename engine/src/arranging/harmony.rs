//! How plausible the network finds the roots of a take's chords. Noise moves each choice of chord, sometimes far from what
//! the melody asks for, and the conductor's verdict on the notes does not tell such takes apart: so both count.
//!
//! Only roots count. If whole chords did, takes with plain triads would win, since a seventh is seldom the likeliest.

use crate::network::{ChordVocabulary, contract::CHORD_SLOTS, generator::OutputRow};

/// How many points of the conductor a root costs that the network finds e times less likely, in all chords of a phrase. Of
/// 2, 4 and 8, 4 gave the most right chords for the fewest lost sevenths.
const WEIGHT: f32 = 4.0;
/// A root counts as at least this likely: one bold chord does not outweigh everything else.
const LEAST: f32 = 0.01;

/// Collects how likely the roots of a take are, window by window.
#[derive(Clone, Debug, Default)]
pub struct Harmony {
    logarithms: f32,
    chords: u16,
}

impl Harmony {
    /// Adds the chords of a window. `chords_given`, one number for each slot, is 1 where the network did not choose the
    /// chord; only the first `slots` are in use.
    pub fn add(&mut self, output: &OutputRow<'_>, vocabulary: &ChordVocabulary, chords_given: &[f32], slots: usize) {
        let size = vocabulary.size();
        let rows = output.chords.chunks_exact(size).zip(output.chosen_chords.chunks_exact(size));
        for ((likely, chosen), given) in rows.zip(chords_given).take(slots.min(CHORD_SLOTS)) {
            let Some((root, _)) = vocabulary.likeliest(chosen).filter(|_| *given < 0.5) else { continue };
            let first = vocabulary.chord(root, 0);
            let likelihood: f32 = likely[first..first + vocabulary.qualities().len()].iter().sum();
            self.logarithms += likelihood.max(LEAST).ln();
            self.chords += 1;
        }
    }

    /// What the chords add to the conductor's score: at most about 0.
    pub fn score(&self) -> f32 {
        if self.chords == 0 { 0.0 } else { WEIGHT * self.logarithms / f32::from(self.chords) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the plan finds likely and what it chose: the chord of a root and quality in each of two slots.
    fn score(likely: [(u8, usize, f32); 2], chosen: [(u8, usize); 2], chords_given: [f32; 2]) -> f32 {
        let vocabulary = ChordVocabulary::of_two();
        let mut rows = [vec![0.0; 2 * vocabulary.size()], vec![0.0; 2 * vocabulary.size()]];
        for slot in 0..2 {
            let (root, quality, likelihood) = likely[slot];
            rows[0][slot * vocabulary.size() + vocabulary.chord(root, quality)] = likelihood;
            let (root, quality) = chosen[slot];
            rows[1][slot * vocabulary.size() + vocabulary.chord(root, quality)] = 1.0;
        }
        let [chords, chosen_chords] = &rows;
        let output = OutputRow { pitched: &[], drums: &[], velocity: &[], timing: &[], chords, chosen_chords };
        let mut harmony = Harmony::default();
        harmony.add(&output, &vocabulary, &chords_given, 2);
        harmony.score()
    }

    #[test]
    fn a_likely_root_counts_for_more_than_an_unlikely_one() {
        let likely = [(0, 0, 0.8), (7, 0, 0.5)];
        let right = score(likely, [(0, 0), (7, 0)], [0.0; 2]);
        let bold = score(likely, [(0, 0), (3, 0)], [0.0; 2]);
        assert!(right > bold, "{right} {bold}");
        assert!((right - WEIGHT * (0.8_f32.ln() + 0.5_f32.ln()) / 2.0).abs() < 1e-5);
        assert!((bold - WEIGHT * (0.8_f32.ln() + LEAST.ln()) / 2.0).abs() < 1e-5);
    }

    #[test]
    fn a_seventh_costs_nothing_and_given_chords_do_not_count() {
        let likely = [(0, 0, 0.8), (7, 0, 0.5)];
        let same = |one: f32, other: f32| (one - other).abs() < 1e-6;
        assert!(same(score(likely, [(0, 1), (7, 1)], [0.0; 2]), score(likely, [(0, 0), (7, 0)], [0.0; 2])));
        assert!(same(score(likely, [(0, 0), (3, 0)], [0.0, 1.0]), score(likely, [(0, 0), (0, 0)], [0.0, 1.0])));
        assert!(same(score(likely, [(3, 0), (3, 0)], [1.0; 2]), 0.0));
    }

    #[test]
    fn a_model_without_chords_adds_nothing() {
        let output =
            OutputRow { pitched: &[], drums: &[], velocity: &[], timing: &[], chords: &[], chosen_chords: &[] };
        let mut harmony = Harmony::default();
        harmony.add(&output, &ChordVocabulary::of_two(), &[0.0; 8], 8);
        assert!(harmony.score().abs() < 1e-6);
    }
}
