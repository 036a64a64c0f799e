//! What melodies in a key are made of: numbers that were learnt from songs whose key is annotated.
//!
//! Multinomial logistic regression over the 24 keys, the same in every transposition: a key's score is the sum of its
//! profile's numbers, each multiplied by what the melody has of that degree. It was fitted to 2794 melodies: POP909 (Wang
//! et al. 2020, keys by Dai et al. 2020), the Nottingham database (Foxley), `OpenEWLD`, the Open Hymnal Project, Bach Chorales
//! Melody-Harmony (Sears et al.), When in Rome's and `AugmentedNet`'s analyses of `OpenScore` Lieder (Gotham et al., CC BY-SA
//! 4.0), and BPS-FH (Chen and Su 2018); each collection weighs as the square root of its size. The blues profiles were
//! set by hand: these collections have hardly any blues.

/// One number for each degree, a pitch class counted from the tonic.
pub(super) type Degrees = [f64; 12];

/// What speaks for a key of one kind.
pub(super) struct Profile {
    /// What speaks for it whatever the melody is.
    pub bias: f64,
    /// For each degree's share of the melody (see [`super::shares`]).
    pub shares: Degrees,
    /// For the first note.
    pub first: Degrees,
    /// For the last note so far.
    pub last: Degrees,
    /// The same, if that note is held.
    pub held: Degrees,
}

const NONE: Degrees = [0.0; 12];

/// For a stretch of melody, of which neither the beginning nor the end says anything: major, minor, blues (whose key
/// counts as major). Fitted to stretches of 4 and of 8 bars and to whole songs alike.
pub(super) const STRETCH: [Profile; 3] = [
    Profile {
        bias: 0.27,
        shares: [16.2, -14.2, 4.4, -10.4, 15.1, -0.2, -18.7, 17.4, -5.9, 4.6, -21.6, 1.2],
        first: NONE,
        last: NONE,
        held: NONE,
    },
    Profile {
        bias: -0.27,
        shares: [18.0, -21.1, 2.9, 9.1, -14.1, 4.1, -11.2, 19.3, -5.3, -19.8, 0.5, -0.2],
        first: NONE,
        last: NONE,
        held: NONE,
    },
    Profile {
        bias: -1.0,
        shares: [14.0, -12.0, -1.0, 2.0, 6.0, 3.0, 0.0, 13.0, -14.0, 3.0, 5.0, -6.0],
        first: NONE,
        last: NONE,
        held: NONE,
    },
];

/// For a song from its beginning: major, minor, blues. Fitted to whole songs, to their beginnings and to 8 bars.
pub(super) const SONG: [Profile; 3] = [
    Profile {
        bias: 0.81,
        shares: [17.3, -16.1, 2.8, -11.2, 16.7, -0.3, -21.9, 18.9, -5.2, 3.3, -23.5, 0.6],
        first: MAJOR_FIRST,
        last: [0.42, 0.13, 0.39, 0.11, 0.08, 0.47, -0.04, 0.5, 0.12, 0.21, 0.07, 0.19],
        held: MAJOR_HELD,
    },
    Profile {
        bias: -0.81,
        shares: [18.9, -20.1, 3.8, 13.0, -15.8, 3.9, -9.5, 21.9, -4.1, -20.1, 0.2, 0.0],
        first: [1.06, -1.3, 0.28, 0.03, -0.7, -0.47, -1.28, 1.43, -1.0, -1.44, -0.59, 0.02],
        last: [0.54, -0.76, 0.15, 0.22, -1.87, 0.01, -0.5, 0.26, 0.14, -0.61, 0.12, -0.39],
        held: [0.76, 1.03, -0.04, -0.81, 2.02, -0.26, -1.5, 0.04, -0.96, 0.94, -0.67, -0.51],
    },
    Profile {
        bias: -3.5,
        shares: [15.0, -18.0, -6.0, 5.0, 11.0, 3.0, 13.0, 13.0, -24.0, 2.0, 6.0, -16.0],
        first: MAJOR_FIRST,
        // A blues that does not end on its tonic is not told from a minor tune or from chromatic passing notes.
        last: [4.42, 0.13, 0.39, 0.11, 0.08, 0.47, -0.04, 0.5, 0.12, 0.21, 0.07, 0.19],
        held: MAJOR_HELD,
    },
];
const MAJOR_FIRST: Degrees = [0.38, -0.51, -0.25, -0.43, 1.17, -1.33, -0.23, 0.92, -1.2, 0.02, -1.1, 0.27];
const MAJOR_HELD: Degrees = [0.8, 0.34, 0.08, -0.74, -0.01, -0.87, -0.2, -0.17, -0.47, -0.57, -1.53, -0.19];
