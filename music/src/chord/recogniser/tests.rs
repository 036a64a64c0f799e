use super::*;
use crate::meter::Meter;
use proptest::prelude::*;

fn note(start: Tick, pitch: u8, length: Tick) -> Note {
    Note { start, pitch, length, velocity: 90 }
}

/// A chord in close position above its root in the bass.
fn block(start: Tick, length: Tick, chord: Chord) -> Vec<Note> {
    let tones = chord.quality().intervals().iter().map(|interval| note(start, 60 + chord.root() + interval, length));
    tones.chain([note(start, 36 + chord.root(), length)]).collect()
}

fn symbols(spans: &[ChordSpan]) -> Vec<String> {
    spans.iter().map(|span| span.chord.to_string()).collect()
}

fn found(notes: &[Note], grid: Grid) -> Vec<ChordSpan> {
    recognise(&[notes], &MeterMap::default(), grid, &KeyMap::default())
}

#[test]
fn every_chord_over_its_root_is_recognised() {
    for quality in Quality::ALL.into_iter().filter(|quality| *quality != Quality::NoChord) {
        for root in 0..12 {
            let chord = Chord::new(root, quality);
            assert_eq!(found(&block(0, 3840, chord), Grid::Bars), [ChordSpan { span: 0..3840, chord }], "{chord}");
        }
    }
}

#[test]
fn broken_chords_with_passing_notes_and_a_bass_are_recognised() {
    // C Am F G7, in eighths, with a melody of its own.
    let pattern = [(48, [60, 64, 67]), (45, [60, 64, 69]), (41, [60, 65, 69]), (43, [59, 62, 65])];
    let mut notes = Vec::new();
    for (half, (bass, chord)) in (0..).zip(pattern) {
        notes.push(note(half * 1920, bass, 1900));
        for eighth in 0..4 {
            notes.push(note(half * 1920 + eighth * 480, chord[eighth as usize % 3], 480));
        }
    }
    let melody = [
        (0, 76, 960),
        (960, 77, 480),
        (1440, 79, 480),
        (1920, 76, 960),
        (2880, 74, 960),
        (3840, 77, 1440),
        (5280, 79, 480),
        (5760, 79, 1920),
    ]
    .map(|(start, pitch, length)| note(start, pitch, length));
    let keys = KeyMap::constant(Key::major(0));
    let spans = recognise(&[&notes, &melody], &MeterMap::default(), Grid::HalfBars, &keys);
    assert_eq!(symbols(&spans), ["C", "Am", "F", "G7"]);
    assert_eq!(spans[1].span, 1920..3840);
}

#[test]
fn an_inversion_is_named_by_its_bass() {
    let notes = [note(0, 40, 3840), note(0, 60, 3840), note(0, 67, 3840), note(0, 72, 3840)];
    assert_eq!(symbols(&found(&notes, Grid::Bars)), ["C/E"]);
}

#[test]
fn grids_say_where_chords_may_change() {
    let chords = ["C", "F", "G", "Am"].map(|symbol| symbol.parse::<Chord>().unwrap());
    let notes: Vec<_> = (0..).zip(chords).flat_map(|(beat, chord)| block(beat * 960, 960, chord)).collect();
    assert_eq!(symbols(&found(&notes, Grid::Beats)), ["C", "F", "G", "Am"]);
    assert!(found(&notes, Grid::HalfBars).iter().all(|span| span.span.start % 1920 == 0));
    assert_eq!(found(&notes, Grid::Bars).len(), 1);
    let waltz = MeterMap::new(Meter { numerator: 3, denominator: 4 });
    let spans = recognise(&[&block(2880, 2000, chords[1])], &waltz, Grid::HalfBars, &KeyMap::default());
    assert_eq!(spans, [ChordSpan { span: 2880..5760, chord: chords[1] }]);
}

#[test]
fn a_pause_of_a_bar_has_no_chord_and_a_short_one_keeps_it() {
    let chord: Chord = "Dm".parse().unwrap();
    let notes = [block(0, 1000, chord), block(3 * 3840, 3840, chord)].concat();
    let spans = found(&notes, Grid::HalfBars);
    assert_eq!(symbols(&spans), ["Dm", "N.C.", "Dm"]);
    assert_eq!(spans[1].span, 1920..3 * 3840);
    let notes = [block(0, 1000, chord), block(3840, 3840, chord)].concat();
    assert_eq!(symbols(&found(&notes, Grid::HalfBars)), ["Dm"]);
    assert_eq!(found(&[], Grid::Bars), []);
}

#[test]
fn a_doubtful_chord_is_read_in_the_key() {
    let sounding = evidence::sounding(&block(0, 3840, Chord::new(0, Quality::Power)), &[0..3840]);
    let surer = |chord: &str, key| {
        let chord: Chord = chord.parse().unwrap();
        let index = (0..CHORDS).find(|&index| {
            let (root, profile) = profile(index);
            (root as u8, profile.quality) == (chord.root(), chord.quality())
        });
        scores(&sounding[0], Some(key))[index.unwrap()]
    };
    let minor_against_major = |key| surer("Cm", key) - surer("C", key);
    assert!(minor_against_major(Key::minor(0)) > minor_against_major(Key::major(7)) + FOREIGN);
}

#[test]
fn a_transposed_song_has_the_transposed_chords() {
    let chords =
        ["C", "Am7", "Dm7", "G7sus4", "Ebmaj7", "F#m7b5", "B7", "Em"].map(|symbol| symbol.parse::<Chord>().unwrap());
    for by in 0..12 {
        let moved = chords.map(|chord| chord.transposed(by));
        let notes: Vec<_> = (0..).zip(moved).flat_map(|(bar, chord)| block(bar * 3840, 3840, chord)).collect();
        assert_eq!(found(&notes, Grid::HalfBars).iter().map(|span| span.chord).collect::<Vec<_>>(), moved);
    }
}

proptest! {
    #[test]
    fn spans_fill_the_bars_of_the_notes(
        notes in prop::collection::vec((0_i64..60_000, 0_u8..128, 1_i64..9000), 1..120),
        grid in prop_oneof![Just(Grid::Beats), Just(Grid::HalfBars), Just(Grid::Bars)],
        (numerator, power) in (1_u8..13, 0_u32..7),
    ) {
        let meters = MeterMap::new(Meter { numerator, denominator: 1 << power });
        let notes: Vec<_> = notes.into_iter().map(|(start, pitch, length)| note(start, pitch, length)).collect();
        let spans = recognise(&[&notes], &meters, grid, &KeyMap::default());
        let first = notes.iter().map(|note| note.start).min().unwrap();
        let end = notes.iter().map(Note::end).max().unwrap();
        prop_assert_eq!(spans[0].span.start, meters.bar_start(first));
        prop_assert!(spans[spans.len() - 1].span.end >= end);
        prop_assert!(spans.windows(2).all(|pair| pair[0].span.end == pair[1].span.start));
    }
}
