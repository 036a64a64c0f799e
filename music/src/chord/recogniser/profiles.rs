//! What chords of each quality are made of: numbers that were learnt from songs with notes and chords.
//!
//! Multinomial logistic regression over the 192 chords, the same in every transposition, fitted to 14,000 half bars, drawn alike
//! from five sources: POP909's arrangements (Wang et al. 2020; chords by Dai et al. 2020), the Nottingham database (Foxley),
//! Bach's chorales with the analyses of Bach Chorales Melody-Harmony (Sears et al.), `OpenScore` Lieder with When in Rome's
//! analyses (Gotham et al., CC BY-SA 4.0), and accompaniments that MMA made from the lead sheets of `OpenEWLD`. A sixth of the
//! weight is block chords of each quality, so that rare ones have a name, too.

use crate::chord::Quality;

/// One number for each interval above the root.
pub(super) type Intervals = [f64; 12];

/// What speaks for a chord of one quality.
pub(super) struct Profile {
    pub quality: Quality,
    /// What speaks for it whatever sounds.
    pub bias: f64,
    /// For each interval's share of what sounds.
    pub shares: Intervals,
    /// For each interval's share of the bass.
    pub bass: Intervals,
}

pub(super) const PROFILES: [Profile; 16] = [
    Profile {
        quality: Quality::Major,
        bias: 1.4,
        shares: [10.2, -6.8, -0.6, -8.6, 8.8, -0.4, -2.1, 10.0, -4.9, -3.7, -14.0, -5.4],
        bass: [2.7, 2.1, 2.2, 1.7, 1.6, 1.9, -1.3, 1.8, 0.9, 0.4, 3.1, 1.5],
    },
    Profile {
        quality: Quality::Minor,
        bias: 0.6,
        shares: [11.5, -7.0, 2.5, 10.8, -13.7, 1.7, -8.0, 10.7, -3.3, -10.5, -3.8, -8.4],
        bass: [1.7, 1.3, -0.4, 0.3, 2.7, -0.4, 1.3, 0.7, -0.1, 0.3, 1.2, 1.1],
    },
    Profile {
        quality: Quality::Diminished,
        bias: -1.4,
        shares: [10.4, -1.1, -2.5, 9.7, -3.4, -0.3, 12.7, -5.8, -6.0, -6.0, -9.1, 0.3],
        bass: [3.1, -1.2, 1.4, 0.9, 1.0, 0.3, 0.1, -2.3, -2.5, 0.8, -1.0, -1.4],
    },
    Profile {
        quality: Quality::Augmented,
        bias: -1.1,
        shares: [7.8, -3.1, -2.8, -5.6, 11.3, -1.6, -4.4, -6.6, 12.6, -1.2, -4.7, -3.7],
        bass: [2.8, 0.1, 1.5, -1.4, -2.3, 0.2, -1.5, 0.8, -1.6, -2.4, 1.7, 1.7],
    },
    Profile {
        quality: Quality::Suspended2,
        bias: -0.7,
        shares: [7.4, -2.6, 13.1, -5.4, -3.7, -3.2, -4.9, 11.4, -3.2, -4.1, -7.7, -5.6],
        bass: [3.4, -1.1, -1.9, 0.3, 0.4, -1.3, -0.9, -2.2, 1.6, -0.2, -1.5, -0.2],
    },
    Profile {
        quality: Quality::Suspended4,
        bias: -1.4,
        shares: [7.2, -1.2, -1.0, -7.9, -6.9, 14.1, -2.1, 12.4, -4.6, -3.8, -8.9, -6.8],
        bass: [3.9, -1.1, 0.2, -0.7, 0.2, -3.4, -0.7, -1.7, -2.2, 0.2, 0.9, -1.6],
    },
    Profile {
        quality: Quality::Major7,
        bias: -0.2,
        shares: [2.9, -5.4, -1.3, -8.9, 8.8, -7.5, -2.9, 6.6, -6.7, -2.9, -10.1, 15.8],
        bass: [3.6, -1.7, -0.4, -1.1, -2.1, 1.7, -0.1, -0.6, -1.9, -0.5, -1.2, -2.9],
    },
    Profile {
        quality: Quality::Minor7,
        bias: -0.1,
        shares: [7.7, -8.8, -0.5, 8.4, -12.7, 1.4, -7.2, 6.6, -5.1, -4.8, 11.4, -5.1],
        bass: [2.3, 0.5, 1.1, -0.8, 1.9, 0.5, -1.2, 1.1, 0.0, -1.8, -0.8, -2.0],
    },
    Profile {
        quality: Quality::Dominant7,
        bias: 1.4,
        shares: [9.6, -6.5, -2.9, -12.1, 5.9, -2.0, -1.6, 4.9, -4.4, -2.2, 11.7, -6.7],
        bass: [1.8, 0.7, 1.9, -0.2, 1.4, 2.2, 0.4, 1.7, 1.6, 0.9, -0.1, 0.7],
    },
    Profile {
        quality: Quality::Diminished7,
        bias: -1.4,
        shares: [7.3, -3.5, -5.9, 9.7, -1.5, -5.6, 8.9, -8.8, -1.2, 10.2, -5.4, -4.7],
        bass: [3.0, 3.4, -2.1, 0.0, -0.3, -0.4, 1.1, -1.2, -1.0, 0.2, -0.6, -2.5],
    },
    Profile {
        quality: Quality::HalfDiminished7,
        bias: -1.3,
        shares: [8.2, -6.2, -3.5, 7.2, -5.3, -0.3, 10.0, -8.5, -5.1, -7.2, 10.5, -2.9],
        bass: [3.1, 0.8, -0.8, 0.1, -0.2, 0.7, 0.4, -1.2, -1.3, -1.8, 0.8, -2.6],
    },
    Profile {
        quality: Quality::Major6,
        bias: -1.0,
        shares: [-1.0, -5.0, -0.8, -9.1, 8.3, -6.6, -7.5, 10.8, -2.8, 17.9, -12.4, -8.7],
        bass: [4.2, -2.9, -1.2, -0.2, -1.4, -2.7, 0.1, -2.4, -1.0, -5.8, -1.1, -0.5],
    },
    Profile {
        quality: Quality::Minor6,
        bias: -1.4,
        shares: [1.8, -2.5, -1.7, 9.5, -7.6, -4.8, -7.9, 8.3, -3.0, 14.4, -7.4, -4.3],
        bass: [3.7, -1.4, 0.7, -0.4, -1.2, 0.2, -1.2, 0.4, -1.5, -3.8, -1.4, -1.3],
    },
    Profile {
        quality: Quality::MinorMajor7,
        bias: -2.0,
        shares: [0.5, -1.1, -4.7, 9.4, -7.2, -4.6, -3.0, 5.2, -3.7, -5.7, -5.1, 15.8],
        bass: [5.5, -0.8, -0.7, -3.4, -0.8, -0.7, -0.9, -1.6, -1.5, -0.8, -0.7, -4.8],
    },
    Profile {
        quality: Quality::Dominant7Suspended4,
        bias: -1.6,
        shares: [3.1, -3.4, -1.6, -8.5, -13.7, 12.4, -1.8, 6.2, -4.8, -1.8, 11.6, -2.8],
        bass: [5.2, 0.0, -0.7, -1.3, -0.8, -1.5, 0.7, -1.3, -1.5, -0.3, -4.3, -1.1],
    },
    Profile {
        quality: Quality::Power,
        bias: -3.3,
        shares: [11.8, -1.7, -0.5, -14.6, -16.7, -8.5, -2.5, 20.1, -3.0, 5.6, -10.0, -6.4],
        bass: [3.5, -0.3, -1.6, -1.0, -1.4, -1.0, -0.5, -11.0, -0.4, -2.3, -0.9, -0.8],
    },
];
