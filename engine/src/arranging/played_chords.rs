//! Chords that the player plays, with the melody or alone: the parts keep to them.

use continuo_music::{
    chord::{Chord, ChordSpan, Grid, recognise},
    key::KeyMap,
    melody::is_heard,
    meter::{Meter, MeterMap, PhraseSpan},
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
    let unit = unit(span.meter);
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

/// Half a bar, or a bar that has no half: chords change there.
pub fn unit(meter: Meter) -> Tick {
    let halves = Tick::from(meter.numerator.is_multiple_of(2)) + 1;
    (meter.bar_ticks() / halves).max(1)
}

/// The chord that the player holds at `now`: at least three pitch classes that have sounded together for a step. A note above
/// such a chord is the melody. `melody` says what sounds up to there.
pub fn held(melody: &[Note], meters: &MeterMap, now: Tick) -> Option<Chord> {
    let grid = StepGrid::at(meters, now);
    let mut pitches: Vec<u8> = melody
        .iter()
        .map(|&note| grid.rounded_note(note))
        .filter(|note| note.start <= now - TICKS_PER_STEP && grid.rounded(note.end()) >= now)
        .map(|note| note.pitch)
        .collect();
    pitches.sort_unstable();
    pitches.dedup();
    let is_chord = |pitches: &[u8]| {
        pitches.iter().fold(0_u16, |classes, pitch| classes | 1 << (pitch % 12)).count_ones() >= FEWEST
    };
    if let Some((_, below)) = pitches.split_last()
        && is_chord(below)
    {
        pitches.pop();
    }
    if !is_chord(&pitches) {
        return None;
    }
    let length = MeterMap::default().at(0).meter.bar_ticks();
    let together: Vec<Note> = pitches.iter().map(|&pitch| Note { start: 0, pitch, length, velocity: 90 }).collect();
    let found = recognise(&[&together], &MeterMap::default(), Grid::Bars, &KeyMap::default());
    found.first().map(|span| span.chord).filter(|chord| !chord.is_none())
}

/// Whether two chords ask for other notes: they have other roots, or each has a tone that the other has not.
pub fn differ(one: Chord, other: Chord) -> bool {
    let has_all = |one: Chord, other: Chord| other.tones().all(|tone| one.contains(tone));
    one.is_none() != other.is_none() || one.root() != other.root() || !(has_all(one, other) || has_all(other, one))
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

    fn held_at(notes: &[(Tick, u8, Tick)], now: Tick) -> Option<String> {
        let notes: Vec<Note> =
            notes.iter().map(|&(start, pitch, length)| Note { start, pitch, length, velocity: 90 }).collect();
        held(&notes, &MeterMap::default(), now).map(|chord| chord.to_string())
    }

    #[test]
    fn a_chord_that_is_held_is_heard_and_the_melody_above_it_is_not_part_of_it() {
        let left = |start: Tick, length: Tick| [45, 48, 52].map(|pitch| (start, pitch, length)).to_vec();
        assert_eq!(held_at(&left(0, 1440), 1440), Some("Am".to_owned()));
        assert_eq!(held_at(&left(0, 1420), 1440), Some("Am".to_owned()), "but for rounding");
        assert_eq!(held_at(&left(0, 1200), 1440), None, "it was let go");
        assert_eq!(held_at(&left(1300, 2000), 1440), None, "it was struck too late");
        let with_melody = [left(0, 1440), vec![(960, 74, 480)]].concat();
        assert_eq!(held_at(&with_melody, 1440), Some("Am".to_owned()));
        assert_eq!(held_at(&[(0, 45, 1440), (0, 48, 1440), (960, 76, 480)], 1440), Some("Am".to_owned()));
        assert_eq!(held_at(&[(0, 45, 1440), (0, 57, 1440), (960, 76, 480)], 1440), None, "two pitch classes");
    }

    #[test]
    fn a_chord_with_more_tones_on_the_same_root_is_no_other_chord() {
        let differ = |one: &str, other: &str| differ(one.parse().unwrap(), other.parse().unwrap());
        assert!(!differ("C", "Cmaj7") && !differ("Am7", "Am") && !differ("G", "G/B"));
        assert!(differ("C", "Am7") && differ("C", "Cm") && differ("C7", "Cmaj7"));
        let (none, some) = (Chord::NONE, "C".parse().unwrap());
        assert!(super::differ(none, some) && super::differ(some, none) && !super::differ(none, none));
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
