//! Keys as text: as people write them, and as they are saved.

use super::Key;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use std::str::FromStr;

/// A text that names no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a key: write a note and major or minor, such as \"Bb major\", \"F# minor\", \"C\" or \"Am\"")]
pub struct UnknownKey(String);

impl FromStr for Key {
    type Err = UnknownKey;

    /// Reads `Bb major`, `F# minor`, `C`, `Am`, in any case but for a single letter `m`.
    fn from_str(text: &str) -> Result<Self, UnknownKey> {
        let unknown = || UnknownKey(text.to_owned());
        let mut letters = text.trim().chars();
        let natural = match letters.next().map(|letter| letter.to_ascii_uppercase()) {
            Some('C') => 0,
            Some('D') => 2,
            Some('E') => 4,
            Some('F') => 5,
            Some('G') => 7,
            Some('A') => 9,
            Some('B') => 11,
            _ => return Err(unknown()),
        };
        let rest = letters.as_str();
        let (rest, tonic) = match rest.chars().next() {
            Some(sign @ ('b' | '♭')) => (&rest[sign.len_utf8()..], natural + 11),
            Some(sign @ ('#' | '♯')) => (&rest[sign.len_utf8()..], natural + 1),
            _ => (rest, natural),
        };
        let mode = rest.trim();
        match mode.to_ascii_lowercase().as_str() {
            _ if mode == "M" => Ok(Self::major(tonic)),
            "" | "maj" | "major" => Ok(Self::major(tonic)),
            "m" | "min" | "minor" => Ok(Self::minor(tonic)),
            _ => Err(unknown()),
        }
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_read_back_from_its_name() {
        for key in Key::all() {
            assert_eq!(key.name().parse(), Ok(key));
            let saved = serde_json::to_string(&key).expect("JSON");
            assert_eq!(serde_json::from_str::<Key>(&saved).expect("a key"), key);
        }
    }

    #[test]
    fn keys_are_read_as_people_write_them() {
        for (text, key) in
            [("Am", Key::minor(9)), ("c", Key::major(0)), ("B♭", Key::major(10)), ("F# MINOR", Key::minor(6))]
        {
            assert_eq!(text.parse(), Ok(key), "{text}");
        }
        for text in ["", "H", "C blues", "Amm"] {
            assert!(text.parse::<Key>().unwrap_err().to_string().contains("such as"), "{text}");
        }
    }
}
