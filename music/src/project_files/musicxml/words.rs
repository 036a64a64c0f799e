//! Lyrics: which syllables of a MIDI file are one word.

use super::xml::{Xml, element, text};
use crate::project_files::finished_song::NamedMarker;
use crate::time::Tick;
use std::io;

/// A syllable at its position in the song.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Syllable {
    pub tick: Tick,
    text: String,
    begins_word: bool,
    ends_word: bool,
}

/// The syllables of lyrics as files have them. Karaoke files write a space where a word begins or ends, and signs for
/// lines; others write a hyphen where a word goes on; in files without either, each syllable is a word.
pub fn syllables(lyrics: &[NamedMarker]) -> Vec<Syllable> {
    let is_line = |letter: char| matches!(letter, '/' | '\\' | '\r' | '\n');
    let has_space = |text: &str| text.starts_with(' ') || text.ends_with(' ');
    let spaced = lyrics.iter().any(|lyric| has_space(&lyric.name));
    let mut found: Vec<Syllable> = Vec::new();
    let mut joins = false;
    for NamedMarker { tick, name } in lyrics {
        let begins_line = name.starts_with(is_line);
        let text = name.trim_matches(is_line);
        let clean = text.trim().trim_end_matches('-').trim_matches(|letter: char| letter.is_control()).trim();
        let begins_word = !joins || begins_line || text.starts_with(' ');
        if begins_word && let Some(last) = found.last_mut() {
            last.ends_word = true;
        }
        if clean.is_empty() {
            joins = joins && !text.contains(' ') && !begins_line;
            continue;
        }
        let is_hyphen = text.trim_end().ends_with('-');
        joins = is_hyphen || spaced && !text.ends_with(' ') && !name.ends_with(is_line);
        let text: String = clean.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
        found.push(Syllable { tick: *tick, text, begins_word, ends_word: !joins });
    }
    if let Some(last) = found.last_mut() {
        last.ends_word = true;
    }
    found
}

impl Syllable {
    pub fn write(&self, xml: &mut Xml) -> io::Result<()> {
        element(xml, "lyric", &[], |xml| {
            let place = match (self.begins_word, self.ends_word) {
                (true, true) => "single",
                (true, false) => "begin",
                (false, false) => "middle",
                (false, true) => "end",
            };
            text(xml, "syllabic", place)?;
            text(xml, "text", &self.text)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(lyrics: &[&str]) -> String {
        let lyrics: Vec<_> =
            (0..).zip(lyrics).map(|(tick, name)| NamedMarker { tick, name: (*name).to_owned() }).collect();
        let mut line = String::new();
        for syllable in syllables(&lyrics) {
            line += if syllable.begins_word { " " } else { "-" };
            line += &syllable.text;
            line += if syllable.ends_word { "" } else { "~" };
        }
        line
    }

    #[test]
    fn spaces_hyphens_and_lines_divide_words() {
        assert_eq!(words(&["\\Hel", "lo ", "world", "/good", "bye"]), " Hel~-lo world good~-bye");
        assert_eq!(words(&["Hel", "lo", " world"]), " Hel~-lo world");
        assert_eq!(words(&["Hel-", "lo", "world\r"]), " Hel~-lo world");
        assert_eq!(words(&["la", "la", ""]), " la la");
    }
}
