//! Reading chord symbols as musicians and programs write them.

use super::{
    Chord, spelling,
    tones::{Fifth, Seventh, Third, Tones},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::str::FromStr;

/// What a chord symbol says.
///
/// | written | read as |
/// |---|---|
/// | `C`, `CM`, `Cmaj`, `C(9)`, `Cadd9`, `C2`, `Cadd11`, `C(b5)` | C |
/// | `Cm`, `C-`, `Cmin`, `Cmi`, `Cm(add9)` | Cm |
/// | `CΔ`, `C^`, `CM7`, `Cmaj7`, `Cma7`, `C^7`, `Cmaj9`, `Cmaj13`, `Cmaj7#11`, `Cmaj7#5` | Cmaj7 |
/// | `Cm7`, `C-7`, `Cm9`, `Cm11`, `Cm13` | Cm7 |
/// | `C7`, `C9`, `C13`, `C7b9`, `C7#9`, `C7b5`, `C7#5`, `C7+`, `C+7`, `C7#11`, `C7b13`, `C7alt`, `Calt` | C7 |
/// | `C7sus4`, `C7sus`, `C9sus4`, `C13sus`, `C11`, `C7sus2` | C7sus4 |
/// | `Csus4`, `Csus`, `C4`; `Csus2` | Csus4; Csus2 |
/// | `C6`, `C69`, `C6/9`, `Cmaj6`; `Cm6`, `Cm69` | C6; Cm6 |
/// | `Cdim`, `C°`, `Co`, `Cm(b5)`; `Cdim7`, `C°7`, `Co7` | C°; C°7 |
/// | `Cm7b5`, `Cø`, `Cø7`, `Ch7`, `C-7(b5)` | Cm7b5 |
/// | `C+`, `Caug`, `C(#5)` (but `C#5` is a fifth on C sharp) | C+ |
/// | `Cm(maj7)`, `CmM7`, `C-^7`, `CmΔ`, `Cmmaj9` | Cm(maj7) |
/// | `C5`, `C(no3)` | C5 |
/// | `C/E`, `Am7/G`, `Bb/D`, `C/3`, `C/b7` | the chord over that bass |
/// | `N.C.`, `NC`, `N`, `no chord` | no chord |
/// | `%` | [`Symbol::Repeat`] |
///
/// Sharps and flats are `#`, `♯`, `b`, `♭`, and an alteration is also `+` or `-` before its number (`C7+9`, `C7-9`). A colon
/// may stand behind the root (`C:min7`), brackets, commas and spaces between what follows, and square or round brackets
/// around all of it. Letters of notes are capitals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Symbol {
    /// A chord, or no chord.
    Chord(Chord),
    /// The bar before once more.
    Repeat,
}

/// A text that is no chord symbol.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{text}\" is not a chord symbol: {problem} (understood are symbols such as C, F#m7, Bb7sus4, G°7, Cmaj9, D/F# and N.C.)"
)]
pub struct SymbolError {
    /// The whole text.
    pub text: String,
    /// The character at which it cannot be understood, counted from 1.
    pub character: usize,
    problem: String,
}

impl SymbolError {
    fn at(text: &str, index: usize, problem: impl Into<String>) -> Self {
        Self { text: text.to_owned(), character: index + 1, problem: problem.into() }
    }

    fn repeat(text: &str) -> Self {
        Self::at(text, 0, "it repeats a bar, and no bar stands before it")
    }
}

impl FromStr for Symbol {
    type Err = SymbolError;

    fn from_str(text: &str) -> Result<Self, SymbolError> {
        let letters: Vec<char> = text.chars().map(plain).collect();
        let whole = trimmed(&letters, text)?;
        let word: String = letters[whole.clone()].iter().filter(|letter| **letter != ' ').collect();
        if word == "%" {
            return Ok(Self::Repeat);
        }
        if ["N.C.", "N.C", "NC", "N", "NC."].contains(&word.as_str())
            || ["n.c.", "nochord"].contains(&word.to_lowercase().as_str())
        {
            return Ok(Self::Chord(Chord::NONE));
        }
        Reader { text, letters: &letters[..whole.end], at: whole.start }.chord().map(Self::Chord)
    }
}

impl FromStr for Chord {
    type Err = SymbolError;

    fn from_str(text: &str) -> Result<Self, SymbolError> {
        match text.parse()? {
            Symbol::Chord(chord) => Ok(chord),
            Symbol::Repeat => Err(SymbolError::repeat(text)),
        }
    }
}

impl Serialize for Chord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Chord {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// One way to write what has several.
const fn plain(letter: char) -> char {
    match letter {
        '♭' => 'b',
        '♯' => '#',
        '−' | '–' | '‐' => '-',
        'Δ' | '△' | '∆' => '^',
        'Ø' | 'ø' | 'ϕ' | 'φ' => 'h',
        '°' | 'º' | '˚' => 'o',
        '\u{a0}' | '\t' => ' ',
        letter => letter,
    }
}

/// The place of the symbol without what surrounds it.
fn trimmed(letters: &[char], text: &str) -> Result<std::ops::Range<usize>, SymbolError> {
    let is_space = |letter: &char| letter.is_whitespace() || *letter == '\0';
    let mut start = letters.iter().take_while(|letter| is_space(letter)).count();
    let mut end = letters.len() - letters[start..].iter().rev().take_while(|letter| is_space(letter)).count();
    if start == end {
        return Err(SymbolError::at(text, 0, "it is empty"));
    }
    if matches!((letters[start], letters[end - 1]), ('[', ']') | ('(', ')')) && end - start > 2 {
        (start, end) = (start + 1, end - 1);
    }
    Ok(start..end)
}

/// Reads a symbol from left to right.
struct Reader<'a> {
    text: &'a str,
    letters: &'a [char],
    at: usize,
}

impl Reader<'_> {
    fn chord(mut self) -> Result<Chord, SymbolError> {
        let Some(root) = self.note() else {
            return Err(SymbolError::at(self.text, self.at, format!("{} is not a note from A to G", self.rest())));
        };
        let is_colon = self.take(":");
        let mut tones = Tones {
            third: Third::Major,
            fifth: Fifth::Perfect,
            seventh: Seventh::None,
            is_major_written: false,
            is_diminished_written: false,
            is_half_diminished: false,
        };
        let mut bass = None;
        while self.at < self.letters.len() {
            let start = self.at;
            if let Some(found) = self.bass(root, is_colon)? {
                bass = Some(found);
            } else if !self.part(&mut tones) {
                // A part that is half read is named from its first character.
                self.at = start;
                return Err(SymbolError::at(self.text, self.at, format!("{} means nothing there", self.rest())));
            }
        }
        let chord = Chord::new(root, tones.quality());
        Ok(bass.map_or(chord, |bass| chord.over(bass)))
    }

    /// The rest with its place, to be shown.
    fn rest(&self) -> String {
        let rest: String = self.text.chars().skip(self.at).collect();
        if self.at == 0 { format!("\"{rest}\"") } else { format!("\"{rest}\" at its character {}", self.at + 1) }
    }

    fn is_next(&self, word: &str) -> bool {
        let mut letters = self.letters[self.at..].iter();
        word.chars().all(|letter| letters.next() == Some(&letter))
    }

    /// Whether a word ends the name of the chord's kind.
    fn is_last(&self, word: &str) -> bool {
        let after = self.letters.get(self.at + word.chars().count());
        self.is_next(word) && after.is_none_or(|letter| matches!(letter, '/' | ' ' | '('))
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.is_next(word);
        self.at += if found { word.chars().count() } else { 0 };
        found
    }

    fn take_any(&mut self, words: &[&str]) -> bool {
        words.iter().any(|word| self.take(word))
    }

    /// A note's letter with a sharp or flat.
    fn note(&mut self) -> Option<u8> {
        let class = spelling::class_of_letter(*self.letters.get(self.at)?)?;
        self.at += 1;
        let doubled = [("bb", 10), ("##", 2)].into_iter().find(|(sign, _)| self.take(sign));
        let sign = doubled.or_else(|| [("b", 11), ("#", 1)].into_iter().find(|(sign, _)| self.take(sign)));
        Some((class + sign.map_or(0, |(_, semitones)| semitones)) % 12)
    }

    /// A bass behind a slash: a note, or the degree of the root's scale.
    fn bass(&mut self, root: u8, is_colon: bool) -> Result<Option<u8>, SymbolError> {
        let start = self.at;
        let is_slash = self.take_any(&["/", "\\", " on ", "on"]);
        if !is_slash || !is_colon && self.take("9") {
            self.at = start;
            return Ok(None);
        }
        while self.take(" ") {}
        if let Some(note) = self.note() {
            while self.take(" ") || self.take(")") {}
            if self.at == self.letters.len() {
                return Ok(Some(note));
            }
        } else {
            let sign = if self.take("b") { 11 } else { u8::from(self.take("#")) };
            let degrees = [("2", 2), ("3", 4), ("4", 5), ("5", 7), ("6", 9), ("7", 11)];
            let degree = degrees.into_iter().find(|(degree, _)| self.take(degree));
            if let Some((_, semitones)) = degree.filter(|_| self.at == self.letters.len()) {
                return Ok(Some((root + semitones + sign) % 12));
            }
        }
        self.at = start;
        Err(SymbolError::at(self.text, start, format!("{} names no bass", self.rest())))
    }

    /// Reads one part of what follows the root.
    fn part(&mut self, tones: &mut Tones) -> bool {
        if self.take_any(&[" ", "(", ")", ",", "[", "]"]) {
            return true;
        }
        self.named(tones) || self.altered(tones) || self.numbered(tones)
    }

    /// `maj`, `m`, `dim`, `aug`, `sus`, `add`, and their signs.
    fn named(&mut self, tones: &mut Tones) -> bool {
        let is_minor_before_word = ["madd", "mas", "malt"].iter().any(|word| self.is_next(word));
        if self.take_any(&["no3rd", "no3", "no 3", "omit3"]) {
            tones.third = Third::None;
        } else if self.take_any(&["no5th", "no5", "no 5", "omit5", "dom"]) {
            // Without its fifth a chord has the same name.
        } else if self.take("alt") {
            tones.seventh = Seventh::Minor;
        } else if self.take_any(&["add", "Add", "ADD"]) {
            // What is added above a triad is not in the vocabulary.
            if self.take("6") {
                tones.seventh = Seventh::Sixth;
                return true;
            }
            let _ = self.take_any(&["#", "b"]);
            return self.take_any(&["2", "4", "9", "11", "13"]);
        } else if self.take_any(&["sus2sus4", "sus24", "sus42"]) {
            tones.third = Third::Fourth;
        } else if self.take_any(&["sus2", "Sus2", "SUS2"]) {
            tones.third = Third::Second;
        } else if self.take_any(&["sus4", "Sus4", "SUS4", "sus", "Sus", "SUS"]) {
            tones.third = Third::Fourth;
        } else if self.take_any(&["hdim7", "hdim", "h7", "h9"]) || self.is_last("h") && self.take("h") {
            tones.is_half_diminished = true;
        } else if !tones.is_diminished_written && self.take_any(&["diminished", "dim", "Dim", "DIM", "o"]) {
            (tones.third, tones.fifth, tones.is_diminished_written) = (Third::Minor, Fifth::Diminished, true);
        } else if self.take_any(&["augmented", "aug", "Aug", "AUG"]) {
            tones.fifth = Fifth::Augmented;
        } else if self.take_any(&["minor", "Minor", "min", "Min", "MIN", "Mi", "mi", "MI"]) {
            tones.third = Third::Minor;
        } else if !is_minor_before_word
            && self.take_any(&["major", "Major", "maj", "Maj", "MAJ", "Ma", "ma", "MA", "mj", "M"])
        {
            tones.is_major_written = true;
        } else if self.take("^") {
            tones.is_major_written = true;
            tones.seventh = Seventh::Major;
        } else if self.take("m") {
            tones.third = Third::Minor;
        } else {
            return false;
        }
        true
    }

    /// A sign before a number, or `+` or `-` alone.
    fn altered(&mut self, tones: &mut Tones) -> bool {
        let has_seventh = tones.seventh != Seventh::None;
        let is_flat = self.is_next("b") || self.is_next("-");
        let is_word = self.is_next("b") || self.is_next("#");
        if !self.take_any(&["b", "#", "-", "+"]) {
            return false;
        }
        // `C-9` is a minor chord, `C7-9` has an altered ninth.
        if is_word || has_seventh {
            if self.take("5") {
                tones.fifth = if is_flat { Fifth::Diminished } else { Fifth::Augmented };
                return true;
            }
            if self.take_any(&["9", "11", "13", "6", "4"]) {
                return true;
            }
            if is_flat && self.take("7") {
                tones.seventh = Seventh::Minor;
                return true;
            }
        }
        if is_word {
            return false;
        }
        if is_flat {
            // `C7-` would be neither.
            tones.third = Third::Minor;
            return !has_seventh;
        }
        tones.fifth = Fifth::Augmented;
        // `C+5` is an augmented triad.
        let _ = self.take("5");
        true
    }

    /// Numbers.
    fn numbered(&mut self, tones: &mut Tones) -> bool {
        let is_bracketed = self.at > 0 && matches!(self.letters[self.at - 1], '(' | ',' | ' ');
        if self.take_any(&["69", "6/9", "6"]) {
            tones.seventh = Seventh::Sixth;
        } else if self.take("13") || self.take("11") || self.take("9") || self.take("7") {
            let is_eleventh = self.letters[..self.at].ends_with(&['1', '1']);
            if is_bracketed && !self.letters[..self.at].ends_with(&['7']) {
                return true;
            }
            if tones.is_major_written {
                tones.seventh = Seventh::Major;
            } else if tones.is_diminished_written {
                tones.seventh = Seventh::Sixth;
            } else if tones.seventh == Seventh::None || tones.seventh == Seventh::Sixth && !is_bracketed {
                tones.seventh = Seventh::Minor;
                if is_eleventh && tones.third == Third::Major {
                    tones.third = Third::Fourth;
                }
            }
        } else if self.take("5") {
            tones.third = Third::None;
        } else if self.take("4") {
            tones.third = Third::Fourth;
        } else {
            return self.take("2");
        }
        true
    }
}
