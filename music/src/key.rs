//! Key estimation: Krumhansl and Kessler's profiles (Krumhansl, *Cognitive Foundations of Musical Pitch*, 1990),
//! compared by Pearson correlation. `models/training/continuo_training/key.py` is the same algorithm.

const MAJOR: [f64; 12] = [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88];
const MINOR: [f64; 12] = [6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17];

/// How much each pitch class, from C, weighs in a melody.
pub type Weights = [f64; 12];

/// One of 24 keys: 0 to 11 are C to B major, 12 to 23 C to B minor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key(usize);

impl Key {
    /// The likeliest key: the first one on a tie, C major if all pitch classes weigh the same.
    ///
    /// ```
    /// use continuo_music::key::{Key, Weights};
    ///
    /// let mut weights = Weights::default();
    /// for (class, weight) in [(2, 4.0), (6, 2.0), (9, 3.0), (4, 1.0), (7, 1.0), (11, 1.0), (1, 1.0)] {
    ///     weights[class] = weight;
    /// }
    /// assert_eq!(Key::estimate(&weights).shift(), -2, "D major is transposed down to C major");
    /// ```
    pub fn estimate(weights: &Weights) -> Self {
        let weights = unit(*weights);
        let mut best = (f64::NEG_INFINITY, 0);
        for key in 0..24 {
            let profile = unit(std::array::from_fn(|class| {
                let degree = (class + 12 - key % 12) % 12;
                if key < 12 { MAJOR[degree] } else { MINOR[degree] }
            }));
            let correlation: f64 = weights.iter().zip(profile).map(|(a, b)| a * b).sum();
            if correlation > best.0 {
                best = (correlation, key);
            }
        }
        Self(best.1)
    }

    /// Semitones, −6 to 5, that transpose to C major or A minor.
    pub const fn shift(self) -> i64 {
        let major = if self.0 < 12 { self.0 } else { (self.0 - 12 + 3) % 12 } as i64;
        (6 - major).rem_euclid(12) - 6
    }
}

/// Shifts the values to mean 0 and scales them to length 1; all zeros if they are all the same.
fn unit(values: Weights) -> Weights {
    let mean = values.iter().sum::<f64>() / 12.0;
    let centred = values.map(|value| value - mean);
    let norm = centred.iter().map(|value| value * value).sum::<f64>().sqrt();
    if norm > 1e-9 { centred.map(|value| value / norm) } else { [0.0; 12] }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights(classes: &[usize]) -> Weights {
        let mut weights = [0.0; 12];
        for class in classes {
            weights[*class] += 1.0;
        }
        weights
    }

    #[test]
    fn a_scale_with_its_chord_tones_doubled_is_its_key() {
        for root in 0..12 {
            let major: Vec<_> = [0, 2, 4, 5, 7, 9, 11, 0, 4, 7].map(|degree| (degree + root) % 12).into();
            let key = Key::estimate(&weights(&major));
            assert_eq!(key, Key(root));
            assert_eq!((root as i64 + key.shift()).rem_euclid(12), 0);
            assert!((-6..=5).contains(&key.shift()));
            let minor: Vec<_> = [0, 2, 3, 5, 7, 8, 11, 0, 3, 7].map(|degree| (degree + root) % 12).into();
            let key = Key::estimate(&weights(&minor));
            assert_eq!(key, Key(12 + root));
            assert_eq!((root as i64 + key.shift()).rem_euclid(12), 9, "a minor key goes to A minor");
        }
    }

    #[test]
    fn the_training_code_finds_the_same_keys() -> Result<(), serde_json::Error> {
        #[derive(serde::Deserialize)]
        struct Case {
            name: String,
            weights: Weights,
            shift: i64,
        }
        let cases: Vec<Case> = serde_json::from_str(include_str!("../../models/training/tests/key_cases.json"))?;
        assert!(!cases.is_empty());
        for case in cases {
            assert_eq!(Key::estimate(&case.weights).shift(), case.shift, "{}", case.name);
        }
        Ok(())
    }

    #[test]
    fn without_a_melody_nothing_is_transposed() {
        assert_eq!(Key::estimate(&[0.0; 12]).shift(), 0);
    }
}
