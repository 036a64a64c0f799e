//! Chords over the player's bass: where the bass strikes a note as a chord may change, that note is the chord's bass.
//!
//! The network hears a bass that is given, but its plan does not always agree with it. So a window is written twice: the
//! first time shows the plan; the second time, the chords that do not hold the bass note are given anew, the likeliest that
//! hold it, and so is the bass note of each chord.

use crate::network::{ChordVocabulary, NetworkInput, contract::CHORD_SLOTS, fit::Cell, generator::OutputRow};
use continuo_music::{
    note::Note,
    time::{TICKS_PER_STEP, Tick},
};

/// Where a window lies.
pub struct Place<'a> {
    /// Its steps.
    pub cells: &'a [Cell],
    /// Whether its bars have three beats.
    pub in_three: bool,
    /// The transposition for the network, in semitones.
    pub shift: i64,
}

/// Gives the network the chords that hold the bass, where none are given yet. `plan` is what it chose before. Returns
/// whether anything was given.
pub fn keep_to(
    bass: &[Note],
    place: &Place<'_>,
    vocabulary: &ChordVocabulary,
    plan: &OutputRow<'_>,
    input: &mut NetworkInput,
) -> bool {
    let steps = if place.in_three { 12 } else { 8 };
    let size = vocabulary.size();
    let mut any = false;
    for slot in 0..CHORD_SLOTS {
        let Some(first) = place.cells.iter().find(|cell| cell.step / steps == slot) else { continue };
        let range = slot * size..(slot + 1) * size;
        let (Some(chosen), Some(likely)) = (plan.chosen_chords.get(range.clone()), plan.chords.get(range.clone()))
        else {
            continue;
        };
        if input.chords_given.get(slot).is_none_or(|given| *given > 0.0) {
            continue;
        }
        let Some(pitch) = struck_at(bass, first.from) else { continue };
        let tone = (i64::from(pitch) + place.shift).rem_euclid(12) as u8;
        let planned = vocabulary.likeliest(chosen).filter(|&chord| holds(vocabulary, chord, tone));
        let Some((root, quality)) = planned.or_else(|| likeliest_with(vocabulary, likely, tone)) else { continue };
        let vector = &mut input.given_chords[range];
        vector[vocabulary.chord(root, quality)] = 1.0;
        vector[vocabulary.bass(tone)] = 1.0;
        input.chords_given[slot] = 1.0;
        any = true;
    }
    any
}

/// The lowest pitch that the bass strikes at a tick, but for less than half a step.
fn struck_at(bass: &[Note], tick: Tick) -> Option<u8> {
    let near = |note: &&Note| (note.start - tick).abs() < TICKS_PER_STEP / 2;
    bass.iter().filter(near).map(|note| note.pitch).min()
}

/// Whether a chord of a root and a quality holds a pitch class.
fn holds(vocabulary: &ChordVocabulary, (root, quality): (u8, usize), tone: u8) -> bool {
    let above = (tone + 12 - root % 12) % 12;
    vocabulary.qualities().get(quality).is_some_and(|quality| quality.tones.contains(&above))
}

/// The likeliest chord that holds a pitch class.
fn likeliest_with(vocabulary: &ChordVocabulary, likely: &[f32], tone: u8) -> Option<(u8, usize)> {
    let all = (0..12).flat_map(|root| (0..vocabulary.qualities().len()).map(move |quality| (root, quality)));
    let fitting = all.filter(|&chord| holds(vocabulary, chord, tone));
    let likelihood =
        |&(root, quality): &(u8, usize)| likely.get(vocabulary.chord(root, quality)).copied().unwrap_or(0.0);
    // The first of equals.
    fitting.reduce(|best, chord| if likelihood(&chord) > likelihood(&best) { chord } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_note_that_counts_is_the_one_on_the_beat() {
        let note = |start, pitch| Note { start, pitch, length: 400, velocity: 80 };
        let bass = [note(0, 36), note(480, 38), note(1900, 43)];
        assert_eq!(struck_at(&bass, 0), Some(36));
        assert_eq!(struck_at(&bass, 1920), Some(43), "a little early");
        assert_eq!(struck_at(&bass, 960), None);
    }
}
