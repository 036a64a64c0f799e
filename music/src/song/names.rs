//! What the words of a track's name say about it.

/// What a name says: a word may only suggest it, or say it clearly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Hint {
    /// Clearly an accompaniment.
    Accompaniment,
    /// Perhaps an accompaniment.
    PerhapsAccompaniment,
    /// Nothing.
    Nothing,
    /// Perhaps the melody.
    PerhapsMelody,
    /// Clearly the melody.
    Melody,
}

const MELODY: [&str; 31] = [
    "melody",
    "mel",
    "vocal",
    "vocals",
    "voc",
    "vox",
    "voice",
    "voices",
    "voz",
    "voix",
    "sing",
    "singer",
    "singing",
    "sung",
    "gesang",
    "stimme",
    "singstimme",
    "canto",
    "cantus",
    "chant",
    "lead",
    "ld",
    "leadvox",
    "tune",
    "theme",
    "thema",
    "tema",
    "solo",
    "soloist",
    "topline",
    "gesangstimme",
];
/// Beginnings of words that say the same, in several languages.
const MELODY_STEMS: [&str; 5] = ["melod", "mélod", "vocal", "leadvoc", "sopran"];
const PERHAPS_MELODY: [&str; 26] = [
    "flute",
    "flöte",
    "flauto",
    "violin",
    "violine",
    "violino",
    "fiddle",
    "oboe",
    "whistle",
    "recorder",
    "trumpet",
    "clarinet",
    "klarinette",
    "sax",
    "saxophone",
    "harmonica",
    "mandolin",
    "right",
    "rh",
    "rechts",
    "rechte",
    "droite",
    "treble",
    "upper",
    "primo",
    "discantus",
];
const ACCOMPANIMENT: [&str; 31] = [
    "pad",
    "pads",
    "chord",
    "chords",
    "backing",
    "backup",
    "background",
    "harmony",
    "harmonies",
    "string",
    "strings",
    "comp",
    "comping",
    "rhythm",
    "bv",
    "bvs",
    "bgv",
    "bgvs",
    "bkg",
    "fx",
    "sfx",
    "arp",
    "drone",
    "ostinato",
    "left",
    "lh",
    "links",
    "linke",
    "gauche",
    "begleitung",
    "akkorde",
];
const ACCOMPANIMENT_STEMS: [&str; 10] =
    ["bass", "contrabass", "kontrabass", "drum", "perc", "accomp", "arpegg", "akkord", "streicher", "timp"];
const PERHAPS_ACCOMPANIMENT: [&str; 4] = ["choir", "ii", "secondo", "lower"];

/// What a name says about a track. "Backing vocals" and "lead bass" are not the melody.
pub(super) fn hint(name: &str) -> Hint {
    let words = words(name);
    let any = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    let starts = |stems: &[&str]| words.iter().any(|word| stems.iter().any(|stem| word.starts_with(stem)));
    if any(&ACCOMPANIMENT) || starts(&ACCOMPANIMENT_STEMS) && !starts(&["bassoon", "basset"]) {
        Hint::Accompaniment
    } else if any(&MELODY) || starts(&MELODY_STEMS) {
        Hint::Melody
    } else if any(&PERHAPS_ACCOMPANIMENT) {
        Hint::PerhapsAccompaniment
    } else if any(&PERHAPS_MELODY) {
        Hint::PerhapsMelody
    } else {
        Hint::Nothing
    }
}

/// The words of a name in lower case: `LeadVox_2` has "lead", "vox" and "2", "L.H." is "lh".
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before: Option<char> = None;
    for letter in name.chars() {
        if !letter.is_alphanumeric() {
            // "L.H." is one word.
            let initial = letter == '.' && words.last().is_some_and(|word| word.chars().count() == 1);
            before = before.filter(|_| initial);
            continue;
        }
        let begins = before.is_none_or(|before| {
            before.is_numeric() != letter.is_numeric() || before.is_lowercase() && letter.is_uppercase()
        });
        if begins {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(letter.to_lowercase());
        }
        before = Some(letter);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_split_into_words_by_signs_capitals_and_numbers() {
        assert_eq!(words("LeadVox_2 (Ümit)"), ["lead", "vox", "2", "ümit"]);
        assert_eq!(words("MELODY1"), ["melody", "1"]);
        assert!(words(" - ").is_empty());
    }

    #[test]
    fn only_whole_words_or_clear_beginnings_of_words_say_something() {
        for name in ["Crossing", "Single Coil", "Missing You", "Pleading", "Gtr", "Misleading", "Attuned", "Padre", ""]
        {
            assert_eq!(hint(name), Hint::Nothing, "{name}");
        }
        for name in ["Lead Vocal", "melody", "Melodie", "VOX", "Lead1", "SingStimme", "Sopran", "Theme", "leadvocals"] {
            assert_eq!(hint(name), Hint::Melody, "{name}");
        }
        for name in ["Backing Vocals", "Lead Bass", "Bassline", "Left Hand", "Piano L.H.", "Strings", "Warm Pad"] {
            assert_eq!(hint(name), Hint::Accompaniment, "{name}");
        }
        assert_eq!(hint("Bassoon"), Hint::Nothing);
        assert_eq!(hint("Right Hand"), Hint::PerhapsMelody);
        assert_eq!(hint("Baritone"), Hint::Nothing, "the tune in a song, though not in a choir");
        assert_eq!(hint("Violin II"), Hint::PerhapsAccompaniment);
    }
}
