//! Chords that a harmonizer finds likely are given to the network; where it is unsure, the network chooses with regard to
//! them. The noise decides what counts as sure, so takes differ, and a phrase that comes back is sure of the same chords.

use super::draw::CHORD_NOISE;
use crate::network::{ChordVocabulary, NetworkInput, contract::CHORD_SLOTS};

/// At temperature 1, a chord of this likelihood is always given; one of half of it, in half of all takes. Of 0, 0.4, 0.8
/// and 1.6 (`cargo xtask evaluate --without windows --songs 60`), 0.8 kept nearly all right chords (accuracy on songs by
/// people 0.47, with 1.6 0.42) and as many different ones as the generator alone has.
const SURE: f32 = 0.8;
/// The same in genres of which the harmonizer learnt little. With 0.8, their songs were further from real ones than with the
/// generator's own chords (median gaps of chorale, classical and symphony 21, 24 and 31 % for 15, 22 and 25 %), with this
/// about as near (12, 23 and 27 %).
const SURE_OF_COMPOSERS: f32 = 1.6;
/// Intervals above a root, in semitones.
const MINOR_THIRD: u8 = 3;
const MINOR_SEVENTH: u8 = 10;
const COMPOSERS: [&str; 3] = ["classical", "symphony", "chorale"];
/// How much more dominant sevenths, and other chords of four tones, count than the harmonizer says, by genre. They are seldom the
/// likeliest chords of their root, since the triad suits the melody as well. With these weights, the likeliest chords of
/// validation lead sheets have them more nearly as often as the written ones, and at most one in a hundred fewer is right (their share was:
/// pop 2 % for 9, jazz 50 for 64, classical 17 for 33, chorale 6 for 12). Little of it reaches whole songs, where the generator's own
/// plan prefers triads (`models/EVALUATION.md`). Genres without lead sheets that have a melody take half of
/// a neighbour's weights.
const FOUR_TONES: [(&str, f32, f32); 9] = [
    ("pop", 2.0, 6.0),
    ("rock", 1.0, 3.0),
    ("jazz", 1.0, 8.0),
    ("folk", 1.4, 1.4),
    ("electronic", 1.0, 3.0),
    ("latin", 1.0, 4.0),
    ("classical", 2.0, 4.0),
    ("symphony", 1.0, 2.0),
    ("chorale", 2.0, 4.0),
];

/// How likely a chord must be to be given.
#[derive(Clone, Copy, Debug)]
pub struct Sureness {
    /// The likelihood at which a chord is given in all takes at temperature 1.
    likelihood: f32,
    temperature: f32,
    /// The weights of dominant sevenths and of other chords of four tones.
    four_tones: (f32, f32),
}

impl Sureness {
    /// In a genre, the id of a model's, at a temperature.
    pub fn of(genre: &str, temperature: f32) -> Self {
        let likelihood = if COMPOSERS.contains(&genre) { SURE_OF_COMPOSERS } else { SURE };
        let weights = FOUR_TONES.iter().find(|(id, ..)| *id == genre);
        let four_tones = weights.map_or((1.0, 1.0), |&(_, dominants, others)| (dominants, others));
        Self { likelihood, temperature, four_tones }
    }
}

/// Gives the likely chords `[8, chord size]` of a window's first `slots` slots to the network, but for slots whose chords
/// are given already. `input` has its noise.
pub fn write(likely: &[f32], slots: usize, vocabulary: &ChordVocabulary, sure: Sureness, input: &mut NetworkInput) {
    let size = vocabulary.size();
    for (slot, chords) in likely.chunks_exact(size).enumerate().take(slots.min(CHORD_SLOTS)) {
        if input.chords_given[slot] > 0.5 {
            continue;
        }
        let likeliest = vocabulary.likeliest(chords);
        let place = likeliest.map_or_else(
            || vocabulary.no_chord(),
            |(root, quality)| vocabulary.chord(root, with_seventh(chords, root, quality, vocabulary, sure.four_tones)),
        );
        // The triad and the seventh chord of a root are one choice, as sure as the likelier of them.
        let likelihood = likeliest.map_or(chords[place], |(root, quality)| chords[vocabulary.chord(root, quality)]);
        if likelihood < sure.temperature * sure.likelihood * drawn(&input.noise, slot, sure.temperature) {
            continue;
        }
        let vector = &mut input.given_chords[slot * size..][..size];
        vector.fill(0.0);
        vector[place] = 1.0;
        if place != vocabulary.no_chord()
            && let Some(bass) = vocabulary.likeliest_bass(chords)
        {
            vector[vocabulary.bass(bass)] = 1.0;
        }
        input.chords_given[slot] = 1.0;
    }
}

/// The quality of the likeliest chord of a root, where dominant sevenths and other chords of four tones have a weight.
fn with_seventh(
    chords: &[f32],
    root: u8,
    likeliest: usize,
    vocabulary: &ChordVocabulary,
    (dominants, others): (f32, f32),
) -> usize {
    let weighted = |quality: usize| {
        let tones = &vocabulary.qualities()[quality].tones;
        let weight = match tones.len() {
            0..=3 => 1.0,
            _ if tones.contains(&MINOR_SEVENTH) && !tones.contains(&MINOR_THIRD) => dominants,
            _ => others,
        };
        chords[vocabulary.chord(root, quality)] * weight
    };
    // The first of equals.
    (0..vocabulary.qualities().len()).fold(likeliest, |best, it| if weighted(it) > weighted(best) { it } else { best })
}

/// A number between 0 and 1, evenly spread, from the noise of a slot.
fn drawn(noise: &[f32], slot: usize, temperature: f32) -> f32 {
    let place = CHORD_NOISE.start + slot * (CHORD_NOISE.len() / CHORD_SLOTS);
    match noise.get(place) {
        // The logistic function is nearly the normal distribution's, if it is as steep.
        Some(normal) if noise.len() == CHORD_NOISE.end && temperature > 0.0 => {
            1.0 / (1.0 + (-1.702 * normal / temperature).exp())
        }
        _ => 0.5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(vocabulary: &ChordVocabulary, noise: f32) -> NetworkInput {
        let mut input = NetworkInput::default();
        input.given_chords = vec![0.0; CHORD_SLOTS * vocabulary.size()];
        input.chords_given = vec![0.0; CHORD_SLOTS];
        input.noise = vec![noise; CHORD_NOISE.end];
        input
    }

    fn likely(vocabulary: &ChordVocabulary, share: f32) -> Vec<f32> {
        let mut all = vec![0.0; CHORD_SLOTS * vocabulary.size()];
        for slot in all.chunks_exact_mut(vocabulary.size()) {
            slot[vocabulary.chord(7, 1)] = share;
            slot[vocabulary.bass(2)] = 1.0;
        }
        all
    }

    #[test]
    fn a_sure_chord_is_given_with_its_bass_in_the_slots_in_use() {
        let vocabulary = ChordVocabulary::of_two();
        let mut input = input(&vocabulary, 0.0);
        write(&likely(&vocabulary, 0.9), 4, &vocabulary, Sureness::of("pop", 1.0), &mut input);
        assert_eq!(input.chords_given, [1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
        let first = &input.given_chords[..vocabulary.size()];
        assert_eq!(vocabulary.likeliest(first), Some((7, 1)));
        assert_eq!(vocabulary.likeliest_bass(first), Some(2));
    }

    #[test]
    fn the_noise_decides_about_unsure_chords_and_temperature_zero_gives_all() {
        let vocabulary = ChordVocabulary::of_two();
        let given = |noise: f32, temperature: f32| {
            let mut input = input(&vocabulary, noise * temperature);
            write(&likely(&vocabulary, SURE / 2.0), 8, &vocabulary, Sureness::of("pop", temperature), &mut input);
            input.chords_given.iter().sum::<f32>()
        };
        assert!((given(-0.5, 1.0) - 8.0).abs() < 0.1);
        assert!(given(0.5, 1.0) < 0.1);
        assert!((given(2.0, 0.0) - 8.0).abs() < 0.1);
    }

    #[test]
    fn less_is_sure_in_the_genres_of_composers() {
        let vocabulary = ChordVocabulary::of_two();
        let given = |genre: &str| {
            let mut input = input(&vocabulary, 0.0);
            write(&likely(&vocabulary, 0.6), 8, &vocabulary, Sureness::of(genre, 1.0), &mut input);
            input.chords_given[0]
        };
        assert!(given("folk") > 0.5 && given("chorale") < 0.5);
    }

    #[test]
    fn a_seventh_is_preferred_as_far_as_the_genre_has_it() {
        let vocabulary = ChordVocabulary::of_two();
        let given = |genre: &str| {
            let mut input = input(&vocabulary, 0.0);
            let mut likely = vec![0.0; CHORD_SLOTS * vocabulary.size()];
            likely[vocabulary.chord(2, 0)] = 0.6;
            likely[vocabulary.chord(2, 1)] = 0.3;
            likely[vocabulary.chord(9, 1)] = 0.35;
            write(&likely, 1, &vocabulary, Sureness::of(genre, 0.0), &mut input);
            vocabulary.likeliest(&input.given_chords[..vocabulary.size()])
        };
        assert_eq!([given("jazz"), given("folk")], [Some((2, 1)), Some((2, 0))], "the root stays");
    }

    #[test]
    fn a_chord_that_is_given_stays() {
        let vocabulary = ChordVocabulary::of_two();
        let mut input = input(&vocabulary, 0.0);
        input.chords_given[0] = 1.0;
        input.given_chords[vocabulary.chord(0, 0)] = 1.0;
        write(&likely(&vocabulary, 1.0), 8, &vocabulary, Sureness::of("pop", 1.0), &mut input);
        assert_eq!(vocabulary.likeliest(&input.given_chords[..vocabulary.size()]), Some((0, 0)));
    }
}
