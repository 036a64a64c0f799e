//! Chord symbols.

use super::xml::{Xml, element, empty, number, text, text_with};
use crate::{
    chord::{Chord, Quality, letter_and_alteration, tone_fifths},
    key::Key,
    time::Tick,
};
use std::io;

/// A chord symbol `offset` ticks after what is written next.
pub fn write(xml: &mut Xml, chord: Chord, key: Option<Key>, offset: Tick) -> io::Result<()> {
    if chord.is_none() {
        // As a word: readers print the root that a symbol must have before it.
        return direction(xml, |xml| {
            element(xml, "direction-type", &[], |xml| text(xml, "words", "N.C."))?;
            if offset == 0 { Ok(()) } else { number(xml, "offset", offset) }
        });
    }
    element(xml, "harmony", &[("print-frame", "no")], |xml| {
        let (kind, suffix) = kind(chord.quality());
        name(xml, "root", tone_fifths(chord.root(), key, None))?;
        text_with(xml, "kind", &[("text", suffix)], kind)?;
        if let Some(bass) = chord.slash() {
            let over = Chord::new(chord.root(), chord.quality());
            name(xml, "bass", tone_fifths(bass, key, Some(over)))?;
        }
        if chord.quality() == Quality::Dominant7Suspended4 {
            element(xml, "degree", &[("print-object", "no")], |xml| {
                number(xml, "degree-value", 7)?;
                // Counted from a dominant chord's.
                number(xml, "degree-alter", 0)?;
                text(xml, "degree-type", "add")
            })?;
        }
        if offset != 0 {
            number(xml, "offset", offset)?;
        }
        Ok(())
    })
}

/// A root or a bass.
fn name(xml: &mut Xml, of: &str, fifths: i64) -> io::Result<()> {
    let (letter, alteration) = letter_and_alteration(fifths);
    element(xml, of, &[], |xml| {
        text(xml, &format!("{of}-step"), &letter.to_string())?;
        if alteration == 0 { Ok(()) } else { number(xml, &format!("{of}-alter"), alteration) }
    })
}

/// The format's name of a kind of chord, and what is printed behind the root.
const fn kind(quality: Quality) -> (&'static str, &'static str) {
    match quality {
        Quality::Major => ("major", ""),
        Quality::Minor => ("minor", "m"),
        Quality::Diminished => ("diminished", "dim"),
        Quality::Augmented => ("augmented", "+"),
        Quality::Suspended2 => ("suspended-second", "sus2"),
        Quality::Suspended4 => ("suspended-fourth", "sus4"),
        Quality::Major7 => ("major-seventh", "maj7"),
        Quality::Minor7 => ("minor-seventh", "m7"),
        Quality::Dominant7 => ("dominant", "7"),
        Quality::Diminished7 => ("diminished-seventh", "dim7"),
        Quality::HalfDiminished7 => ("half-diminished", "m7b5"),
        Quality::Major6 => ("major-sixth", "6"),
        Quality::Minor6 => ("minor-sixth", "m6"),
        Quality::MinorMajor7 => ("major-minor", "m(maj7)"),
        Quality::Dominant7Suspended4 => ("suspended-fourth", "7sus4"),
        Quality::Power => ("power", "5"),
        Quality::NoChord => ("none", ""),
    }
}

/// A sign above the staff.
pub fn direction(xml: &mut Xml, content: impl FnOnce(&mut Xml) -> io::Result<()>) -> io::Result<()> {
    element(xml, "direction", &[("placement", "above")], content)
}

/// The sound of a tempo, in quarters a minute.
pub fn tempo(xml: &mut Xml, quarters_per_minute: f64) -> io::Result<()> {
    empty(xml, "sound", &[("tempo", &rounded(quarters_per_minute))])
}

/// A number with at most three decimals.
pub fn rounded(value: f64) -> String {
    ((value * 1000.0).round() / 1000.0).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(symbol: &str) -> String {
        let mut xml = Xml::new(Vec::new());
        write(&mut xml, symbol.parse().expect("a chord"), None, 0).expect("memory takes it");
        String::from_utf8(xml.into_inner()).expect("text")
    }

    #[test]
    fn a_dominant_suspension_has_its_minor_seventh_as_the_format_counts_it() {
        let text: String = written("G7sus4").split_whitespace().collect::<Vec<_>>().join(" ");
        for part in [
            "<kind text=\"7sus4\">suspended-fourth</kind>",
            "<degree-value>7</degree-value>",
            "<degree-alter>0</degree-alter>",
        ] {
            assert!(text.contains(part), "{text}");
        }
        assert!(!written("Gsus4").contains("degree"));
    }

    #[test]
    fn no_chord_is_a_word_and_no_harmony() {
        let text = written("N.C.");
        assert!(text.contains("<words>N.C.</words>") && !text.contains("harmony") && !text.contains("root"), "{text}");
    }
}
