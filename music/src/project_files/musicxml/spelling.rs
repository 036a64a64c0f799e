//! The written names of pitches, and their accidentals.

use super::xml::{Xml, number, text};
use crate::{
    chord::{Chord, letter_and_alteration, tone_fifths},
    key::Key,
};
use std::{collections::HashMap, io};

/// A pitch as it is written, at sounding pitch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spelled {
    pub letter: char,
    /// Semitones above the letter.
    pub alteration: i64,
    pub octave: i64,
}

impl Spelled {
    /// The name of a MIDI pitch in a key, over a chord if one sounds.
    pub fn of(pitch: u8, key: Option<Key>, chord: Option<Chord>) -> Self {
        let (letter, alteration) = letter_and_alteration(tone_fifths(pitch % 12, key, chord));
        let natural = match letter {
            'C' => 0,
            'D' => 2,
            'E' => 4,
            'F' => 5,
            'G' => 7,
            'A' => 9,
            _ => 11,
        };
        // The format has no octave below 0.
        let octave = ((i64::from(pitch) - alteration - natural).div_euclid(12) - 1).max(0);
        Self { letter, alteration, octave }
    }

    pub fn write(self, xml: &mut Xml) -> io::Result<()> {
        text(xml, "step", &self.letter.to_string())?;
        if self.alteration != 0 {
            number(xml, "alter", self.alteration)?;
        }
        number(xml, "octave", self.octave)
    }
}

/// The accidentals that are in force in a bar of a staff.
pub struct Accidentals {
    fifths: i64,
    seen: HashMap<(char, i64), i64>,
}

impl Accidentals {
    /// Those at the beginning of a bar in a key.
    pub fn new(key: Option<Key>) -> Self {
        Self { fifths: key.map_or(0, |key| i64::from(key.signature())), seen: HashMap::new() }
    }

    /// The accidental that a note needs before it, by the format's name.
    pub fn needed(&mut self, note: Spelled) -> Option<&'static str> {
        let in_force = self.seen.insert((note.letter, note.octave), note.alteration);
        let in_key = || in_signature(self.fifths, note.letter);
        (in_force.unwrap_or_else(in_key) != note.alteration).then_some(match note.alteration {
            ..=-2 => "flat-flat",
            -1 => "flat",
            0 => "natural",
            1 => "sharp",
            2.. => "double-sharp",
        })
    }
}

/// How a signature alters a letter.
fn in_signature(fifths: i64, letter: char) -> i64 {
    let place = "FCGDAEB".chars().position(|other| other == letter).unwrap_or(0) as i64;
    (fifths + 6 - place).div_euclid(7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_named_in_the_key_and_as_tones_of_the_chord() {
        let name = |pitch, key, chord: Option<&str>| {
            let Spelled { letter, alteration, octave } =
                Spelled::of(pitch, key, chord.map(|chord| chord.parse().unwrap()));
            (letter, alteration, octave)
        };
        assert_eq!(name(60, None, None), ('C', 0, 4));
        assert_eq!(name(68, Some(Key::major(0)), Some("E7")), ('G', 1, 4));
        assert_eq!(name(68, Some(Key::major(0)), Some("Fm")), ('A', -1, 4));
        assert_eq!(name(64, Some(Key::major(0)), Some("Dbdim")), ('E', 0, 4), "not F flat");
        assert_eq!(name(70, Some(Key::major(11)), None), ('A', 1, 4));
        assert_eq!(name(59, Some(Key::major(6)), None), ('C', -1, 4), "C flat belongs to the octave above");
        assert_eq!(name(60, Some(Key::minor(1)), None), ('B', 1, 3), "B sharp belongs to the octave below");
        assert_eq!(name(3, None, None).2, 0);
    }

    #[test]
    fn an_accidental_holds_in_its_bar_and_octave() {
        let mut bar = Accidentals::new(Some(Key::major(7)));
        let mut needed = |pitch| bar.needed(Spelled::of(pitch, Some(Key::major(7)), None));
        assert_eq!(needed(66), None, "F sharp is in the key of G");
        assert_eq!(needed(65), Some("natural"));
        assert_eq!(needed(65), None);
        assert_eq!(needed(77), Some("natural"), "another octave");
        assert_eq!(needed(66), Some("sharp"));
        for (fifths, letter, alteration) in [(1, 'F', 1), (1, 'C', 0), (-1, 'B', -1), (-1, 'E', 0), (-6, 'C', -1)] {
            assert_eq!(in_signature(fifths, letter), alteration, "{letter} in {fifths}");
        }
    }
}
