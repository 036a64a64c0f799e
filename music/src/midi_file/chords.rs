//! Chord symbols in MIDI files.
//!
//! The format has no event for chords. Programs write them as markers, texts or lyrics, some in a track of their own;
//! Yamaha's instruments write the chord messages of their XF format (*XF Format Specifications* 2.01) or of their styles.

use super::text::text;
use crate::{
    chord::{Chord, ChordSpan, Quality, Symbol},
    sections::SectionKind,
    song::Text,
    time::{TICKS_PER_QUARTER, Tick},
};
use std::collections::BTreeSet;

/// Longer texts are no chord symbols.
const LONGEST: usize = 32;
/// Chords that change more seldom, in ticks, could be names of sections (A, B, C).
const SELDOM: Tick = 8 * TICKS_PER_QUARTER;

type Changes = Vec<(Tick, Chord)>;

/// What may be the chords of a file.
#[derive(Debug, Default)]
pub(super) struct FoundChords {
    /// From chord messages.
    events: Changes,
    /// From tracks that are named for chords.
    named: Changes,
    /// From the other track with the most chords.
    others: Changes,
}

impl FoundChords {
    /// Adds what a message says.
    pub fn add_event(&mut self, tick: Tick, chord: Option<Chord>) {
        self.events.extend(chord.map(|chord| (tick, chord)));
    }

    /// Adds the texts and the lyrics of a track.
    pub fn add_track(&mut self, name: Option<&str>, texts: &[Text], lyrics: &[Text]) {
        let is_named = name.is_some_and(is_named_for_chords);
        for texts in [texts, lyrics] {
            let Some(found) = chords(texts, is_named) else { continue };
            if is_named {
                self.named.extend(found);
            } else if found.len() > self.others.len() {
                self.others = found;
            }
        }
    }

    /// The chords of the song that ends at a tick, from the surest source: messages, a track for chords, markers, others.
    pub fn spans(self, markers: &[Text], end: Tick) -> Vec<ChordSpan> {
        let markers = chords(markers, false).unwrap_or_default();
        let sources = [self.events, self.named, markers, self.others];
        let Some(mut changes) = sources.into_iter().find(|changes| !changes.is_empty()) else { return Vec::new() };
        changes.sort_by_key(|(tick, _)| *tick);
        let mut spans: Vec<ChordSpan> = Vec::new();
        for (tick, chord) in changes {
            if let Some(last) = spans.last_mut() {
                last.span.end = tick;
            }
            // Of several at one position, the last one counts.
            spans.pop_if(|last| last.span.is_empty());
            if spans.last().is_none_or(|last| last.chord != chord) {
                spans.push(ChordSpan { span: tick..tick, chord });
            }
        }
        if let Some(last) = spans.last_mut() {
            last.span.end = end.max(last.span.start);
        }
        spans.retain(|span| !span.span.is_empty());
        spans
    }
}

/// The chord that a text names, if it is a chord symbol.
pub(super) fn symbol(bytes: &[u8]) -> Option<Chord> {
    if bytes.len() > LONGEST {
        return None;
    }
    match text(bytes).parse() {
        Ok(Symbol::Chord(chord)) => Some(chord),
        _ => None,
    }
}

/// The chords of texts that are chord symbols, `None` if they are something else: words can look like chords (A, Am), and
/// so can sections (A, B, C).
fn chords(texts: &[Text], is_named: bool) -> Option<Changes> {
    let is_text = |text: &&Text| text.bytes.iter().any(|byte| !byte.is_ascii_whitespace() && *byte != 0);
    // Names of sections say nothing for or against chords, and neither do signs for repeats.
    let texts: Vec<&Text> = texts.iter().filter(is_text).filter(|text| !names_section(&text.bytes)).collect();
    let found: Changes = texts.iter().filter_map(|text| Some((text.tick, symbol(&text.bytes)?))).collect();
    let others = texts.iter().filter(|text| text.bytes != b"%").count() - found.len();
    if is_named {
        return (!found.is_empty() && others <= found.len()).then_some(found);
    }
    let distinct = found.iter().map(|(_, chord)| chord).collect::<BTreeSet<_>>().len();
    let is_letter = |text: &&Text| text.bytes.trim_ascii().len() == 1;
    let are_letters = texts.iter().all(is_letter);
    let often = match (found.first(), found.last()) {
        (Some((first, _)), Some((last, _))) => (last - first) <= SELDOM * (found.len() as Tick - 1),
        _ => false,
    };
    let are_chords = if are_letters { found.len() >= 8 && often } else { found.len() >= 3 };
    (are_chords && distinct >= 2 && 4 * others <= found.len()).then_some(found)
}

/// Whether a text is the name of a section, such as `Verse 2`, or the sign for none.
fn names_section(bytes: &[u8]) -> bool {
    bytes.len() <= 2 * LONGEST && (bytes == b"-" || SectionKind::of_name(&text(bytes)).is_some())
}

/// Whether a track's name says that it has chords.
fn is_named_for_chords(name: &str) -> bool {
    const NAMES: [&str; 10] =
        ["chord", "chords", "akkord", "akkorde", "accord", "accords", "acorde", "acordes", "accordi", "changes"];
    name.to_lowercase().split(|letter: char| !letter.is_alphanumeric()).any(|word| NAMES.contains(&word))
}

/// The chord of XF's chord message, a sequencer-specific meta event.
pub(super) fn in_meta_event(data: &[u8]) -> Option<Chord> {
    match *data {
        [0x43, 0x7b, 0x01, root, kind, ref rest @ ..] => yamaha_chord(root, kind, rest.first().copied()),
        _ => None,
    }
}

/// The chord of Yamaha's chord control message; `data` begins behind the status byte.
pub(super) fn in_system_exclusive(data: &[u8]) -> Option<Chord> {
    match *data {
        [0x43, 0x7e, 0x02, root, kind, bass, ..] => yamaha_chord(root, kind, Some(bass)),
        _ => None,
    }
}

fn yamaha_chord(root: u8, kind: u8, bass: Option<u8>) -> Option<Chord> {
    let quality = match kind {
        0 | 4 => Quality::Major,
        1 | 6 => Quality::Major6,
        2 | 3 | 5 | 28 => Quality::Major7,
        7 => Quality::Augmented,
        8 | 12 => Quality::Minor,
        9 => Quality::Minor6,
        10 | 13 | 14 => Quality::Minor7,
        11 => Quality::HalfDiminished7,
        15 | 16 => Quality::MinorMajor7,
        17 => Quality::Diminished,
        18 => Quality::Diminished7,
        19 | 21..=27 | 29 => Quality::Dominant7,
        20 => Quality::Dominant7Suspended4,
        30 | 31 => Quality::Power,
        32 => Quality::Suspended4,
        33 => Quality::Suspended2,
        34 => return Some(Chord::NONE),
        _ => return None,
    };
    let chord = Chord::new(yamaha_note(root)?, quality);
    Some(bass.and_then(yamaha_note).map_or(chord, |bass| chord.over(bass)))
}

/// A note of these messages: the accidental (three flats to three sharps) in the upper half, the letter in the lower.
fn yamaha_note(byte: u8) -> Option<u8> {
    const LETTERS: [u8; 7] = [0, 2, 4, 5, 7, 9, 11];
    let letter = LETTERS.get(usize::from(byte & 15).checked_sub(1)?)?;
    let accidental = (byte >> 4 & 7).min(6);
    Some((letter + 12 + accidental - 3) % 12)
}

#[cfg(test)]
mod tests;
