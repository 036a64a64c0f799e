//! Chords: symbols, charts, chords in MIDI files, and finding the chords of notes.
//!
//! ```
//! use continuo_music::{chord::{Chord, Quality}, key::Key};
//!
//! let chord: Chord = "Ebm7b5/A".parse()?;
//! assert_eq!((chord.root(), chord.quality(), chord.bass()), (3, Quality::HalfDiminished7, 9));
//! assert_eq!(chord.transposed(-2).to_string(), "Dbm7b5/G");
//! assert_eq!(chord.transposed(-2).spelled(Some(Key::major(2))), "C#m7b5/G");
//! # Ok::<(), continuo_music::chord::SymbolError>(())
//! ```

mod chart;
mod quality;
mod recogniser;
mod spelling;
mod symbol;
mod tones;

pub use chart::{Bar, Beats, Chart, ChartError, ChartProblem, MAX_BARS, Section, Slot};
pub use quality::Quality;
pub use recogniser::{Grid, recognise};
pub(crate) use spelling::letter_and_alteration;
pub use symbol::{Symbol, SymbolError};

use crate::{key::Key, time::Tick};
use std::{fmt, ops::Range};

/// A chord. Serialised as its symbol, such as `"Am7/G"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Chord {
    root: u8,
    quality: Quality,
    bass: Option<u8>,
}

/// A stretch of a song with one chord.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ChordSpan {
    /// Its ticks.
    pub span: Range<Tick>,
    /// Its chord.
    pub chord: Chord,
}

impl Chord {
    /// No chord, written `N.C.`.
    pub const NONE: Self = Self { root: 0, quality: Quality::NoChord, bass: None };

    /// A chord on a root, a pitch class from C (modulo 12), with the root in the bass. [`Quality::NoChord`] has no root.
    pub const fn new(root: u8, quality: Quality) -> Self {
        match quality {
            Quality::NoChord => Self::NONE,
            quality => Self { root: root % 12, quality, bass: None },
        }
    }

    /// The same chord over another bass, a pitch class from C (modulo 12).
    #[must_use]
    pub const fn over(self, bass: u8) -> Self {
        let bass = bass % 12;
        let bass = if self.is_none() || bass == self.root { None } else { Some(bass) };
        Self { bass, ..self }
    }

    /// The root, a pitch class from C, 0 to 11; 0 for no chord.
    pub const fn root(self) -> u8 {
        self.root
    }

    /// The kind of chord.
    pub const fn quality(self) -> Quality {
        self.quality
    }

    /// The pitch class in the bass: the root unless another one is written.
    pub const fn bass(self) -> u8 {
        match self.bass {
            Some(bass) => bass,
            None => self.root,
        }
    }

    /// The bass if it is not the root.
    pub const fn slash(self) -> Option<u8> {
        self.bass
    }

    /// Whether this is no chord.
    pub const fn is_none(self) -> bool {
        matches!(self.quality, Quality::NoChord)
    }

    /// The pitch classes of its tones, the root first; a bass that is not a tone of the chord is not among them.
    pub fn tones(self) -> impl Iterator<Item = u8> + Clone {
        self.quality.intervals().iter().map(move |interval| (self.root + interval) % 12)
    }

    /// Whether a pitch or pitch class is one of its tones or its bass.
    pub fn contains(self, pitch: u8) -> bool {
        let class = pitch % 12;
        self.bass == Some(class) || self.tones().any(|tone| tone == class)
    }

    /// The chord so many semitones higher.
    #[must_use]
    pub fn transposed(self, semitones: i64) -> Self {
        let moved = |class: u8| (i64::from(class) + semitones).rem_euclid(12) as u8;
        if self.is_none() {
            return self;
        }
        Self { root: moved(self.root), bass: self.bass.map(moved), ..self }
    }

    /// Its symbol with the names of notes that a key has; without a key as in C major.
    pub fn spelled(self, key: Option<Key>) -> String {
        if self.is_none() {
            return "N.C.".to_owned();
        }
        let root = spelling::fifths_in(self.root, key);
        let (name, suffix) = (spelling::name(root), self.quality.suffix());
        match self.bass {
            Some(bass) => {
                let bass = spelling::name(spelling::bass_fifths(self.root, root, self.quality, bass));
                format!("{name}{suffix}/{bass}")
            }
            None => format!("{name}{suffix}"),
        }
    }

    /// Its symbol in ASCII, for files whose encoding is not known, such as MIDI files.
    pub fn spelled_in_ascii(self, key: Option<Key>) -> String {
        self.spelled(key).replace('°', "dim")
    }
}

/// The name of a note in a key, over a chord if there is one, in fifths above C: a tone of the chord is named by its place
/// in the chord.
pub(crate) fn tone_fifths(class: u8, key: Option<Key>, chord: Option<Chord>) -> i64 {
    let in_key = spelling::fifths_in(class % 12, key);
    let tone_of = chord.filter(|chord| !chord.is_none() && chord.tones().any(|tone| tone == class % 12));
    let Some(chord) = tone_of else { return in_key };
    let root = spelling::fifths_in(chord.root(), key);
    let in_chord = spelling::bass_fifths(chord.root(), root, chord.quality(), class % 12);
    // C flat, F flat, E sharp and B sharp only where the key has them: E above D flat diminished in C major.
    let signature = key.map_or(0, |key| i64::from(key.signature()));
    let is_plain = (-6..=10).contains(&in_chord) || (signature - 1..=signature + 5).contains(&in_chord);
    if is_plain { in_chord } else { in_key }
}

impl fmt::Display for Chord {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.spelled(None))
    }
}

#[cfg(test)]
mod tests;
