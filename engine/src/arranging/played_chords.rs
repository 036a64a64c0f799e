//! Chords that the player plays, with the melody or alone: the parts keep to them.

use continuo_music::{
    chord::{ChordSpan, Grid, recognise},
    key::KeyMap,
    melody::is_heard,
    meter::{MeterMap, PhraseSpan},
    note::Note,
    step_grid::StepGrid,
    time::{TICKS_PER_STEP, Tick},
};
use std::ops::Range;

/// So many pitch classes that sound together are a chord.
const FEWEST: u32 = 3;

/// The chords in a phrase where at least three pitch classes sound together in what is known of the melody: half bar by
/// half bar. `melody` is sorted, `heard` says where it is known. Lines alone give no chords.
pub fn in_phrase(
    melody: &[Note],
    heard: &[Range<Tick>],
    meters: &MeterMap,
    keys: &KeyMap,
    span: &PhraseSpan,
) -> Vec<ChordSpan> {
    let grid = StepGrid::of(span);
    let mut notes: Vec<Note> = melody
        .iter()
        .map(|&note| grid.rounded_note(note))
        .filter(|note| note.start < span.end && note.end() > span.start)
        .map(|note| {
            let start = note.start.max(span.start);
            Note { start, length: note.end().min(span.end) - start, ..note }
        })
        .collect();
    notes.sort_unstable();
    if !is_chord(&notes, &(span.start..span.end)) {
        return Vec::new();
    }
    let half_bar = Tick::from(span.meter.numerator.is_multiple_of(2)) + 1;
    let unit = (span.meter.bar_ticks() / half_bar).max(1);
    let is_played = |stretch: &Range<Tick>| is_heard(heard, stretch) && is_chord(&notes, stretch);
    let mut found = Vec::new();
    for chord in recognise(&[&notes], meters, Grid::HalfBars, keys).into_iter().filter(|chord| !chord.chord.is_none()) {
        // Where only a line goes on, the parts are free.
        for from in (chord.span.start.max(span.start)..chord.span.end.min(span.end)).step_by(unit as usize) {
            let stretch = from..(from + unit).min(chord.span.end).min(span.end);
            if is_played(&stretch) {
                found.push(ChordSpan { span: stretch, chord: chord.chord });
            }
        }
    }
    found
}

/// Whether three pitch classes sound together somewhere in a stretch, for a step at least.
fn is_chord(notes: &[Note], stretch: &Range<Tick>) -> bool {
    (stretch.start..stretch.end).step_by(TICKS_PER_STEP as usize).any(|from| {
        let classes = notes
            .iter()
            .filter(|note| note.start <= from && note.end() >= from + TICKS_PER_STEP)
            .fold(0_u16, |classes, note| classes | 1 << (note.pitch % 12));
        classes.count_ones() >= FEWEST
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use continuo_music::meter::Meter;

    const SPAN: PhraseSpan = PhraseSpan { start: 3840, end: 11_520, meter: Meter::COMMON };

    fn found(notes: &[(Tick, u8, Tick)], heard: Range<Tick>) -> Vec<(Range<Tick>, String)> {
        let mut melody: Vec<Note> =
            notes.iter().map(|&(start, pitch, length)| Note { start, pitch, length, velocity: 90 }).collect();
        melody.sort_unstable();
        let (meters, keys) = (MeterMap::default(), KeyMap::default());
        let chords = in_phrase(&melody, &[heard], &meters, &keys, &SPAN);
        chords.into_iter().map(|chord| (chord.span, chord.chord.to_string())).collect()
    }

    #[test]
    fn chords_under_a_melody_are_heard_half_bar_by_half_bar() {
        let mut notes: Vec<(Tick, u8, Tick)> =
            (0..8).map(|beat| (3840 + 960 * beat, 79 - 2 * (beat as u8 % 2), 900)).collect();
        notes.extend([48, 51, 55].map(|pitch| (3840, pitch, 3840)));
        notes.extend([43, 50, 59].map(|pitch| (7680, pitch, 1920)));
        let chords = found(&notes, 0..11_520);
        let expected = [(3840..5760, "Cm"), (5760..7680, "Cm"), (7680..9600, "G")];
        assert_eq!(chords.len(), expected.len(), "{chords:?}");
        for ((span, chord), (expected_span, root)) in chords.iter().zip(expected) {
            assert!(*span == expected_span && chord.starts_with(root), "{span:?} {chord}");
        }
    }

    #[test]
    fn a_line_alone_gives_no_chords_and_neither_does_what_was_not_heard() {
        let line: Vec<(Tick, u8, Tick)> = (0..8).map(|beat| (3840 + 960 * beat, 60 + 2 * beat as u8, 960)).collect();
        assert_eq!(found(&line, 0..11_520), []);
        let chord = [60, 64, 67].map(|pitch| (9600, pitch, 1920));
        assert_eq!(found(&chord, 0..9600), []);
        assert_eq!(found(&chord, 0..11_520).len(), 1);
    }
}
