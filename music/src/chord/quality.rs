//! The kinds of chord, and their tones.

/// The kind of a chord: its tones above the root. What musicians write beyond these is folded into the nearest one (see
/// [`Symbol`](super::Symbol)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Quality {
    /// C E G.
    Major,
    /// C E♭ G.
    Minor,
    /// C E♭ G♭.
    Diminished,
    /// C E G♯.
    Augmented,
    /// C D G.
    Suspended2,
    /// C F G.
    Suspended4,
    /// C E G B.
    Major7,
    /// C E♭ G B♭.
    Minor7,
    /// C E G B♭.
    Dominant7,
    /// C E♭ G♭ A.
    Diminished7,
    /// C E♭ G♭ B♭.
    HalfDiminished7,
    /// C E G A.
    Major6,
    /// C E♭ G A.
    Minor6,
    /// C E♭ G B.
    MinorMajor7,
    /// C F G B♭.
    Dominant7Suspended4,
    /// C G.
    Power,
    /// Nothing sounds, or nothing that is a chord.
    NoChord,
}

impl Quality {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::Major,
        Self::Minor,
        Self::Diminished,
        Self::Augmented,
        Self::Suspended2,
        Self::Suspended4,
        Self::Major7,
        Self::Minor7,
        Self::Dominant7,
        Self::Diminished7,
        Self::HalfDiminished7,
        Self::Major6,
        Self::Minor6,
        Self::MinorMajor7,
        Self::Dominant7Suspended4,
        Self::Power,
        Self::NoChord,
    ];

    /// The tones in semitones above the root, the root first.
    pub const fn intervals(self) -> &'static [u8] {
        match self {
            Self::Major => &[0, 4, 7],
            Self::Minor => &[0, 3, 7],
            Self::Diminished => &[0, 3, 6],
            Self::Augmented => &[0, 4, 8],
            Self::Suspended2 => &[0, 2, 7],
            Self::Suspended4 => &[0, 5, 7],
            Self::Major7 => &[0, 4, 7, 11],
            Self::Minor7 => &[0, 3, 7, 10],
            Self::Dominant7 => &[0, 4, 7, 10],
            Self::Diminished7 => &[0, 3, 6, 9],
            Self::HalfDiminished7 => &[0, 3, 6, 10],
            Self::Major6 => &[0, 4, 7, 9],
            Self::Minor6 => &[0, 3, 7, 9],
            Self::MinorMajor7 => &[0, 3, 7, 11],
            Self::Dominant7Suspended4 => &[0, 5, 7, 10],
            Self::Power => &[0, 7],
            Self::NoChord => &[],
        }
    }

    /// What follows the root in a symbol, such as `m7b5`.
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Major | Self::NoChord => "",
            Self::Minor => "m",
            Self::Diminished => "°",
            Self::Augmented => "+",
            Self::Suspended2 => "sus2",
            Self::Suspended4 => "sus4",
            Self::Major7 => "maj7",
            Self::Minor7 => "m7",
            Self::Dominant7 => "7",
            Self::Diminished7 => "°7",
            Self::HalfDiminished7 => "m7b5",
            Self::Major6 => "6",
            Self::Minor6 => "m6",
            Self::MinorMajor7 => "m(maj7)",
            Self::Dominant7Suspended4 => "7sus4",
            Self::Power => "5",
        }
    }
}
