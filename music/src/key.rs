//! The key of a melody: of a stretch ([`Key::estimate`]) and at each place of a song ([`KeyMap`]).
//!
//! A key is the likeliest one under a logistic regression on the melody's pitch classes (see `key/profiles.rs`).
//! `models/training/continuo_training/musical/key.py` is the same algorithm as [`Key::estimate`].
//!
//! Right answers in percent (tonic and mode / key signature) on annotated melodies that were not learnt from, by kind of
//! stretch, against Krumhansl and Kessler's profiles (Krumhansl, *Cognitive Foundations of Musical Pitch*, 1990) and
//! Temperley's (*The Cognition of Basic Musical Structures*, 2001), both by correlation:
//!
//! | | Krumhansl | Temperley | this |
//! |---|---|---|---|
//! | 4 bars (15,039 stretches) | 43 / 53 | 63 / 75 | 69 / 81 |
//! | 8 bars (11,328) | 54 / 64 | 72 / 83 | 75 / 89 |
//! | whole songs (2,794) | 68 / 76 | 84 / 91 | 79 / 92, as [`KeyMap::song`] 90 / 95 |

mod map;
mod profiles;
mod text;
pub use map::{KeyMap, KeySpan};
pub use text::UnknownKey;

use profiles::{Degrees, Profile, STRETCH};

/// How much each pitch class, from C, weighs in a melody.
pub type Weights = [f64; 12];

/// One of 24 keys: 0 to 11 are C to B major, 12 to 23 C to B minor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key(usize);

impl Key {
    /// The major key on a pitch class (counted from C, modulo 12).
    pub const fn major(tonic: u8) -> Self {
        Self(tonic as usize % 12)
    }

    /// The minor key on a pitch class (counted from C, modulo 12).
    pub const fn minor(tonic: u8) -> Self {
        Self(12 + tonic as usize % 12)
    }

    /// All keys: the major ones from C up, then the minor ones.
    pub fn all() -> impl ExactSizeIterator<Item = Self> {
        (0..24).map(Self)
    }

    /// The key of a key signature, as MIDI files give it: sharps if positive, flats if negative.
    pub const fn from_signature(fifths: i8, is_minor: bool) -> Self {
        let major = (7 * fifths as i64).rem_euclid(12) as u8;
        if is_minor { Self::minor(major + 9) } else { Self::major(major) }
    }

    /// The likeliest key: the first one on a tie, C major if all pitch classes weigh the same. A blues counts as major.
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
        let heaviest = weights.iter().copied().fold(0.0, f64::max);
        if weights.iter().all(|weight| heaviest - weight <= 1e-9 * heaviest) {
            return Self::major(0);
        }
        likeliest(&scores(&STRETCH, &shares(weights), None))
    }

    /// Semitones, −6 to 5, that transpose to C major or A minor.
    pub const fn shift(self) -> i64 {
        (6 - self.relative_major() as i64).rem_euclid(12) - 6
    }

    /// The tonic, as a pitch class from C, 0 to 11.
    pub const fn tonic(self) -> u8 {
        (self.0 % 12) as u8
    }

    /// Whether the key is minor.
    pub const fn is_minor(self) -> bool {
        self.0 >= 12
    }

    /// The key signature: sharps if positive, flats if negative, −6 (G flat major, E flat minor) to 5.
    pub const fn signature(self) -> i8 {
        ((7 * self.relative_major() as i64 + 6).rem_euclid(12) - 6) as i8
    }

    /// Its name, such as `C major` or `Bb minor`.
    pub const fn name(self) -> &'static str {
        const NAMES: [&str; 24] = [
            "C major", "Db major", "D major", "Eb major", "E major", "F major", "Gb major", "G major", "Ab major",
            "A major", "Bb major", "B major", "C minor", "C# minor", "D minor", "Eb minor", "E minor", "F minor",
            "F# minor", "G minor", "G# minor", "A minor", "Bb minor", "B minor",
        ];
        NAMES[self.0 % 24]
    }

    /// The tonic of the major key with the same signature.
    const fn relative_major(self) -> u8 {
        if self.is_minor() { (self.tonic() + 3) % 12 } else { self.tonic() }
    }
}

/// Shares of the pitch classes in a melody: square roots of the weights, so that a note that is held or repeated does not
/// hide the others, scaled to the sum 1; all zeros if there is no weight.
fn shares(weights: &Weights) -> Weights {
    let roots = weights.map(|weight| weight.max(0.0).sqrt());
    let sum: f64 = roots.iter().sum();
    if sum > 0.0 { roots.map(|root| root / sum) } else { roots }
}

/// The first and the last note of a melody.
struct Ends {
    first: u8,
    last: u8,
    /// Whether the last note is held.
    held: bool,
}

/// What speaks for each key.
type Scores = [f64; 24];

/// The logarithms of the keys' likelihoods but for a constant.
fn scores(profiles: &[Profile; 3], shares: &Weights, ends: Option<&Ends>) -> Scores {
    let score = |profile: &Profile, tonic: usize| {
        let degree = |class: usize| (class + 12 - tonic) % 12;
        let spread = |degrees: &Degrees| (0..12).map(|class| degrees[degree(class)] * shares[class]).sum::<f64>();
        let ends = ends.map_or(0.0, |ends| {
            let last = degree(usize::from(ends.last % 12));
            let held = if ends.held { profile.held[last] } else { 0.0 };
            profile.first[degree(usize::from(ends.first % 12))] + profile.last[last] + held
        });
        profile.bias + spread(&profile.shares) + ends
    };
    let [major, minor, blues] = profiles;
    std::array::from_fn(|key| match key {
        0..12 => score(major, key).max(score(blues, key)),
        _ => score(minor, key - 12),
    })
}

/// The first of the keys with the best score; differences by rounding do not count.
fn likeliest(scores: &Scores) -> Key {
    let best = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    Key(scores.iter().position(|&score| score > best - 1e-9).unwrap_or(0))
}

#[cfg(test)]
mod tests;
