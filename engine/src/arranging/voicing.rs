//! Which tone of a chord a player leaves out first: in a chord of four tones the fifth, which says least of it. So a
//! seventh chord that is played with three notes stays one.

use crate::network::{
    ChordVocabulary,
    contract::{CHORD_SLOTS, STEPS},
};

/// The fifth of a chord of four tones above its root, in semitones.
const FIFTH: u8 = 7;

/// The tones that may be left out in each slot of a window, as pitch classes of the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SparedTones {
    by_slot: [Option<u8>; CHORD_SLOTS],
    slots: usize,
}

impl SparedTones {
    /// Of the chords `[8, chord size]` that were chosen for a window, of which `slots` are in use.
    pub fn of(chosen: &[f32], vocabulary: &ChordVocabulary, slots: usize) -> Self {
        let mut by_slot = [None; CHORD_SLOTS];
        for (spared, chord) in by_slot.iter_mut().zip(chosen.chunks_exact(vocabulary.size())).take(slots) {
            *spared = vocabulary.likeliest(chord).and_then(|(root, quality)| {
                let tones = &vocabulary.qualities()[quality].tones;
                (tones.len() > 3 && tones.contains(&FIFTH)).then_some((root + FIFTH) % 12)
            });
        }
        Self { by_slot, slots }
    }

    /// The one at a step of the window.
    pub fn at(&self, step: usize) -> Option<u8> {
        let steps = if self.slots == CHORD_SLOTS { STEPS / CHORD_SLOTS } else { 12 };
        self.by_slot.get(step / steps).copied().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seventh_chord_spares_its_fifth_and_a_triad_nothing() {
        let vocabulary = ChordVocabulary::of_two();
        let mut chosen = vec![0.0; CHORD_SLOTS * vocabulary.size()];
        chosen[vocabulary.chord(2, 1)] = 1.0;
        chosen[vocabulary.size() + vocabulary.chord(7, 0)] = 1.0;
        chosen[2 * vocabulary.size() + vocabulary.no_chord()] = 1.0;
        let tones = SparedTones::of(&chosen, &vocabulary, CHORD_SLOTS);
        assert_eq!([0, 7, 8, 16, 24].map(|step| tones.at(step)), [Some(9), Some(9), None, None, None]);
        let in_three = SparedTones::of(&chosen, &vocabulary, CHORD_SLOTS / 2);
        assert_eq!([0, 11, 12].map(|step| in_three.at(step)), [Some(9), Some(9), None]);
        assert_eq!(SparedTones::default().at(63), None);
    }
}
