//! Clefs: which one shows a part with the fewest ledger lines, and whether it needs two staves.

use super::xml::{Xml, element, number, text};
use crate::note::Note;
use std::io;

/// Where the right hand of two begins.
pub const MIDDLE_C: u8 = 60;
/// So many of a hundred notes may lie far from a staff before a part gets two.
const FAR_PERCENT: usize = 10;

/// A clef.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clef {
    Treble,
    /// Treble an octave lower, as for tenors and guitars.
    Tenor,
    Bass,
    /// Bass an octave lower, as for bass guitars and double basses.
    LowBass,
    Percussion,
}

impl Clef {
    /// The pitches from two ledger lines below to two above.
    const fn reach(self) -> std::ops::RangeInclusive<u8> {
        match self {
            Self::Treble | Self::Percussion => 57..=84,
            Self::Tenor => 45..=72,
            Self::Bass => 36..=64,
            Self::LowBass => 24..=52,
        }
    }

    fn far(self, notes: &[Note]) -> usize {
        notes.iter().filter(|note| !self.reach().contains(&note.pitch)).count()
    }

    /// The first of these clefs that leaves few notes far from the staff, or else the fewest.
    fn best(clefs: &[Self], notes: &[Note]) -> Self {
        let suits = |clef: &Self| 100 * clef.far(notes) <= FAR_PERCENT * notes.len();
        let least = || clefs.iter().copied().min_by_key(|clef| clef.far(notes));
        clefs.iter().copied().find(suits).or_else(least).unwrap_or(Self::Treble)
    }

    pub fn write(self, xml: &mut Xml, staff: Option<usize>) -> io::Result<()> {
        let (sign, line, octave) = match self {
            Self::Treble => ("G", Some(2), 0),
            Self::Tenor => ("G", Some(2), -1),
            Self::Bass => ("F", Some(4), 0),
            Self::LowBass => ("F", Some(4), -1),
            Self::Percussion => ("percussion", None, 0),
        };
        let number_of_staff = staff.map(|staff| staff.to_string());
        let attributes: Vec<_> = number_of_staff.iter().map(|staff| ("number", staff.as_str())).collect();
        element(xml, "clef", &attributes, |xml| {
            text(xml, "sign", sign)?;
            if let Some(line) = line {
                number(xml, "line", line)?;
            }
            if octave == 0 { Ok(()) } else { number(xml, "clef-octave-change", octave) }
        })
    }
}

/// The clefs of a part, from the upper staff to the lower.
pub fn clefs(notes: &[Note], is_bass: bool, may_have_two: bool) -> Vec<Clef> {
    if is_bass {
        return vec![Clef::best(&[Clef::LowBass, Clef::Bass, Clef::Treble], notes)];
    }
    let single: &[Clef] =
        if may_have_two { &[Clef::Treble, Clef::Bass] } else { &[Clef::Treble, Clef::Bass, Clef::Tenor] };
    let clef = Clef::best(single, notes);
    if may_have_two && 100 * clef.far(notes) > FAR_PERCENT * notes.len() {
        return vec![Clef::Treble, Clef::Bass];
    }
    vec![clef]
}
