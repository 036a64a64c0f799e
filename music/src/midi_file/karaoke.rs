//! The words of karaoke files (`.kar`), which are texts rather than lyrics.
//!
//! Such a file says what it is in texts that begin with `@`, or keeps its words in a track named for them, or marks
//! lines with `/` and screens with `\`.

use crate::song::Text;

/// The texts of one track.
#[derive(Debug, Default)]
pub(super) struct TrackTexts {
    pub name: Option<String>,
    pub texts: Vec<Text>,
}

/// What a karaoke file says in texts.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Karaoke {
    /// The first text `@T`, without the mark.
    pub title: Option<Vec<u8>>,
    /// The syllables, in order, as the file has them.
    pub words: Vec<Text>,
}

/// The title and the words of a karaoke file; nothing for other files, whose texts may say anything.
pub(super) fn karaoke(tracks: Vec<TrackTexts>) -> Karaoke {
    let texts = || tracks.iter().flat_map(|track| &track.texts);
    let announced = texts().any(|text| matches!(text.bytes.as_slice(), [b'@', b'K' | b'L' | b'T' | b'V', ..]));
    let is_line = |text: &&Text| matches!(text.bytes.first(), Some(b'/' | b'\\'));
    if !announced && !tracks.iter().any(is_named_for_words) && texts().filter(is_line).count() < 2 {
        return Karaoke::default();
    }
    let title = texts().find_map(|text| text.bytes.strip_prefix(b"@T").filter(|title| !title.is_empty()));
    let title = title.map(<[u8]>::to_vec);
    let syllables = |track: &TrackTexts| track.texts.iter().filter(|text| is_syllable(text)).count();
    // The last of equals: it stands behind the track that says what the file is.
    let most = tracks.into_iter().max_by_key(|track| (is_named_for_words(track), syllables(track)));
    let mut words = most.map(|track| track.texts).unwrap_or_default();
    words.retain(is_syllable);
    Karaoke { title, words }
}

fn is_syllable(text: &Text) -> bool {
    !text.bytes.is_empty() && text.bytes[0] != b'@'
}

fn is_named_for_words(track: &TrackTexts) -> bool {
    const NAMES: [&str; 7] = ["words", "lyrics", "lyric", "karaoke", "paroles", "letra", "testo"];
    let name = track.name.as_deref().unwrap_or_default().trim().to_lowercase();
    NAMES.contains(&name.as_str()) && track.texts.iter().any(is_syllable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn track(name: &str, texts: &[&str]) -> TrackTexts {
        let texts = (0..).zip(texts).map(|(tick, text)| Text { tick, bytes: text.as_bytes().to_vec() });
        TrackTexts { name: Some(name.to_owned()), texts: texts.collect() }
    }

    fn words(tracks: Vec<TrackTexts>) -> Vec<String> {
        karaoke(tracks).words.into_iter().map(|text| String::from_utf8_lossy(&text.bytes).into_owned()).collect()
    }

    #[test]
    fn words_are_found_by_marks_names_or_lines() {
        let first = || track("Soft Karaoke", &["@KMIDI KARAOKE FILE"]);
        let song = ["@LENGL", "@TOwn tune", "@TSomebody", "\\la ", "la ", "/la"];
        assert_eq!(words(vec![first(), track("", &song)]), ["\\la ", "la ", "/la"]);
        assert_eq!(karaoke(vec![first(), track("", &song)]).title.as_deref(), Some(b"Own tune".as_slice()));
        assert_eq!(words(vec![track("Lyrics", &["la", "la"]), track("", &["a", "b", "c"])]), ["la", "la"]);
        assert_eq!(words(vec![track("Tune", &["\\la", "la", "/la"])]), ["\\la", "la", "/la"]);
    }

    #[test]
    fn other_texts_are_not_words() {
        assert_eq!(words(vec![track("Chords", &["C", "Am", "F", "C/G", "G7"])]), [""; 0]);
        assert_eq!(words(vec![track("Lyrics", &[]), track("", &["Am", "by somebody"])]), [""; 0]);
    }
}
