//! Kinds of sections.

use serde::{Deserialize, Serialize};
use std::fmt::{self, Display};

/// What a section is in its song.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SectionKind {
    /// What comes before the song proper.
    Intro,
    /// What returns with other words; it tells the story.
    Verse,
    /// What returns with the same words; most songs are at their fullest here.
    Chorus,
    /// A contrast, between what returns.
    Bridge,
    /// The band thins out.
    Break,
    /// The song comes to its end.
    Ending,
}

impl SectionKind {
    /// All kinds, in the order of the window's menu.
    pub const ALL: [Self; 6] = [Self::Intro, Self::Verse, Self::Chorus, Self::Bridge, Self::Break, Self::Ending];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Intro => "Intro",
            Self::Verse => "Verse",
            Self::Chorus => "Chorus",
            Self::Bridge => "Bridge",
            Self::Break => "Break",
            Self::Ending => "Ending",
        }
    }

    /// The kind that a name says, whatever its case, number and punctuation: `Verse 2` is a verse, `Refrain` a chorus,
    /// `Guitar Solo` a bridge, `Outro` an ending. `None` if it says none.
    ///
    /// ```
    /// use continuo_music::sections::SectionKind;
    ///
    /// assert_eq!(SectionKind::of_name("2nd verse (soft)"), Some(SectionKind::Verse));
    /// assert_eq!(SectionKind::of_name("Am7"), None);
    /// ```
    pub fn of_name(name: &str) -> Option<Self> {
        let name = name.to_lowercase();
        let words: Vec<&str> = name.split(|letter: char| !letter.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        // It leads to the chorus, and is played as the verse.
        if words.windows(2).any(|pair| pair == ["pre", "chorus"]) {
            return Some(Self::Verse);
        }
        words.iter().find_map(|word| Self::of_word(word.trim_end_matches(|letter: char| letter.is_ascii_digit())))
    }

    fn of_word(word: &str) -> Option<Self> {
        Some(match word {
            "intro" | "introduction" | "opening" | "prelude" => Self::Intro,
            "verse" | "verses" | "strophe" | "couplet" | "theme" | "head" | "prechorus" => Self::Verse,
            "chorus" | "refrain" | "hook" | "drop" => Self::Chorus,
            "bridge" | "middle" | "interlude" | "instrumental" | "solo" => Self::Bridge,
            "break" | "breakdown" => Self::Break,
            "ending" | "outro" | "coda" | "end" | "finale" | "tag" => Self::Ending,
            _ => return None,
        })
    }
}

impl Display for SectionKind {
    fn fmt(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str(self.name())
    }
}
