//! The sections of a song in MIDI files: markers and cue points with names such as `Verse 2`.
//!
//! The format has no event for sections; it names markers for them (*Standard MIDI Files 1.0*, meta event 06, "First
//! Verse").

use super::{chords::symbol, text::text};
use crate::{
    meter::MeterMap,
    note::Note,
    sections::{Section, SectionKind, Sections},
    song::{Song, Text},
    time::Tick,
};

/// Longer texts name no sections: neither more bytes nor more words.
const LONGEST: usize = 64;
const MOST_WORDS: usize = 4;
/// Where a section ends and none begins.
const NO_SECTION: &str = "-";

/// What a marker says about sections.
#[derive(Debug, PartialEq, Eq)]
enum Sign {
    Begins(SectionKind, String),
    Ends,
}

/// The sections that a song's markers name, each up to the next one, on the bar lines nearest to the markers. Names that
/// say more than the kind stay, such as `Verse 2`.
pub fn marked_sections(song: &Song) -> Sections {
    let last_note = song.tracks.iter().flat_map(|track| &track.notes).map(Note::end).max().unwrap_or(song.end);
    let end = song.meters.phrase_at((last_note - 1).max(0), 1).end;
    let mut signs: Vec<(Tick, Sign)> = song
        .markers
        .iter()
        .filter_map(|marker| Some((nearest_bar_line(marker.tick, &song.meters), sign(&marker.bytes)?)))
        .collect();
    signs.sort_by_key(|(tick, _)| *tick);
    let mut sections = Sections::default();
    for (index, (start, sign)) in signs.iter().enumerate() {
        let next = signs.get(index + 1).map_or(end, |(next, _)| *next);
        if let Sign::Begins(kind, name) = sign {
            sections.put(Section::new(*start..next, *kind, Some(name)), &song.meters);
        }
    }
    sections
}

/// Whether a text names a section, or says that one ends.
pub(super) fn is_sign(bytes: &[u8]) -> bool {
    sign(bytes).is_some()
}

fn sign(bytes: &[u8]) -> Option<Sign> {
    if bytes.len() > LONGEST || symbol(bytes).is_some() {
        return None;
    }
    let text = text(bytes);
    if text == NO_SECTION {
        return Some(Sign::Ends);
    }
    // A name that does not say its kind stands behind it.
    if let Some((kind, name)) = text.strip_suffix('"').and_then(|text| text.split_once('"')) {
        return Some(Sign::Begins(SectionKind::of_name(kind)?, name.to_owned()));
    }
    let name = text.trim_matches(|letter: char| " []<>*-:".contains(letter));
    let kind = SectionKind::of_name(name).filter(|_| name.split_whitespace().count() <= MOST_WORDS)?;
    Some(Sign::Begins(kind, name.to_owned()))
}

/// The markers that name sections: each where it begins, and a sign where one ends before `end` and none begins.
pub(super) fn markers(sections: &[Section], end: Tick) -> Vec<Text> {
    let mut markers = Vec::new();
    for (index, section) in sections.iter().enumerate() {
        let says_kind = SectionKind::of_name(section.name()) == Some(section.kind);
        let name =
            if says_kind { section.name().to_owned() } else { format!("{} \"{}\"", section.kind, section.name()) };
        markers.push(Text { tick: section.span.start, bytes: name.into_bytes() });
        let next = sections.get(index + 1).map_or(end, |next| next.span.start);
        if section.span.end < next {
            markers.push(Text { tick: section.span.end, bytes: NO_SECTION.as_bytes().to_vec() });
        }
    }
    markers
}

fn nearest_bar_line(tick: Tick, meters: &MeterMap) -> Tick {
    let bar = meters.phrase_at(tick, 1);
    if tick - bar.start <= bar.end - tick { bar.start } else { bar.end }
}

#[cfg(test)]
mod tests;
