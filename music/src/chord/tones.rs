//! From the tones that a symbol names to the nearest quality.

use super::Quality;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Third {
    Major,
    Minor,
    Second,
    Fourth,
    None,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fifth {
    Perfect,
    Diminished,
    Augmented,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Seventh {
    None,
    Sixth,
    Minor,
    Major,
}

/// The tones that a symbol's parts have named so far.
pub(super) struct Tones {
    pub third: Third,
    pub fifth: Fifth,
    pub seventh: Seventh,
    /// `maj`: the seventh that follows is major.
    pub is_major_written: bool,
    /// `dim`: the seventh that follows is diminished.
    pub is_diminished_written: bool,
    pub is_half_diminished: bool,
}

impl Tones {
    /// The nearest quality.
    pub fn quality(&self) -> Quality {
        use Quality as Q;
        if self.is_half_diminished {
            return Q::HalfDiminished7;
        }
        match (self.third, self.fifth, self.seventh) {
            (Third::None, _, Seventh::None) => Q::Power,
            (Third::Second, _, Seventh::None) => Q::Suspended2,
            (Third::Fourth, _, Seventh::None | Seventh::Sixth) => Q::Suspended4,
            (Third::Second | Third::Fourth, _, Seventh::Minor) => Q::Dominant7Suspended4,
            (Third::Major, Fifth::Augmented, Seventh::None) => Q::Augmented,
            (Third::Major, _, Seventh::None) => Q::Major,
            (Third::Minor, Fifth::Diminished, Seventh::None | Seventh::Major) if self.is_diminished_written => {
                Q::Diminished
            }
            (Third::Minor, Fifth::Diminished, Seventh::None) => Q::Diminished,
            (Third::Minor, Fifth::Diminished, Seventh::Sixth) => Q::Diminished7,
            (Third::Minor, Fifth::Diminished, Seventh::Minor) => Q::HalfDiminished7,
            (Third::Minor, _, Seventh::None) => Q::Minor,
            (Third::Minor, _, Seventh::Sixth) => Q::Minor6,
            (Third::Minor, _, Seventh::Minor) => Q::Minor7,
            (Third::Minor, _, Seventh::Major) => Q::MinorMajor7,
            (_, _, Seventh::Sixth) => Q::Major6,
            (_, _, Seventh::Minor) => Q::Dominant7,
            (_, _, Seventh::Major) => Q::Major7,
        }
    }
}
