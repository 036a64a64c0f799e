//! The chords that the parts play.

use super::{phrase::Phrase, score::Score};
use continuo_music::{
    chord::{ChordSpan, Grid, recognise},
    key::KeyMap,
    meter::MeterMap,
    note::Note,
    part::{Part, PartNotes},
    song::melody_line,
    step_grid::StepGrid,
    time::Tick,
};
use std::ops::Range;

/// The keys of a melody as far as it is known. One sample must not decide: what lies on the grid but for rounding counts
/// as lying there.
pub fn keys_of(melody: &[Note], heard: &[Range<Tick>], meters: &MeterMap) -> KeyMap {
    let mut rounded: Vec<Note> =
        melody.iter().map(|note| StepGrid::at(meters, note.start).rounded_note(*note)).collect();
    rounded.sort_unstable();
    // Where one pass was played a little earlier than another, a note at their border is known twice.
    rounded.dedup_by_key(|note| (note.start, note.pitch));
    let edge = |tick: Tick| StepGrid::at(meters, tick).rounded(tick);
    let heard: Vec<Range<Tick>> = heard.iter().map(|range| edge(range.start)..edge(range.end)).collect();
    KeyMap::of(&melody_line(&rounded), &heard, meters)
}

/// The chords of pitched parts, half bar by half bar, read from their notes. Equal neighbours are one chord.
pub fn chords_of(parts: &PartNotes, meters: &MeterMap, keys: &KeyMap) -> Vec<ChordSpan> {
    let lines = Part::PITCHED.map(|part| parts[part].as_slice());
    let mut joined: Vec<ChordSpan> = Vec::new();
    for next in recognise(&lines, meters, Grid::HalfBars, keys) {
        match joined.last_mut() {
            Some(last) if last.chord == next.chord && last.span.end == next.span.start => last.span.end = next.span.end,
            _ => joined.push(next),
        }
    }
    joined
}

/// The chords of a phrase, inside its span.
pub fn chords_of_phrase(phrase: &Phrase, meters: &MeterMap, keys: &KeyMap) -> Vec<ChordSpan> {
    let inside = |chord: ChordSpan| {
        let span = chord.span.start.max(phrase.span.start)..chord.span.end.min(phrase.span.end);
        (!span.is_empty()).then_some(ChordSpan { span, ..chord })
    };
    chords_of(&phrase.parts, meters, keys).into_iter().filter_map(inside).collect()
}

impl Score {
    /// The keys of the melody as far as it was heard.
    pub fn keys(&self) -> KeyMap {
        keys_of(self.melody(), self.heard(), &self.meters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use continuo_music::{chord::Chord, meter::Meter, meter::PhraseSpan};

    #[test]
    fn a_phrase_has_the_chords_of_its_notes_and_equal_neighbours_are_one() {
        let note = |start, pitch, length| Note { start, pitch, length, velocity: 80 };
        let mut parts = PartNotes::default();
        parts[Part::Bass] = vec![note(3840, 36, 3840), note(7680, 43, 1920), note(9600, 43, 1920)];
        for (start, pitches) in [(3840, [60, 64, 67]), (7680, [59, 62, 67])] {
            parts[Part::Chords].extend(pitches.map(|pitch| note(start, pitch, 3840)));
        }
        let span = PhraseSpan { start: 3840, end: 11_520, meter: Meter::COMMON };
        let phrase = Phrase { span, recipe: None, take: 0, judged: None, programs: [0; 4], parts };
        let chords = chords_of_phrase(&phrase, &MeterMap::default(), &KeyMap::default());
        let expected = |span, symbol: &str| ChordSpan { span, chord: symbol.parse::<Chord>().unwrap() };
        assert_eq!(chords, [expected(3840..7680, "C"), expected(7680..11_520, "G")]);
    }
}
