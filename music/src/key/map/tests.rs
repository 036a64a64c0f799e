use super::*;
use crate::meter::Meter;
use proptest::prelude::*;

const BAR: Tick = 3840;

/// A melody of quarter notes, or as long as `*` and a number say: letters are C to B from middle C, `#` and `b` alter,
/// `'` is an octave higher, `-` is a rest.
fn melody(text: &str) -> Vec<Note> {
    let mut start = 0;
    let mut notes = Vec::new();
    for word in text.split_whitespace() {
        let (name, length) = word.split_once('*').unwrap_or((word, "1"));
        let length = (length.parse::<f64>().unwrap() * 960.0) as Tick;
        let pitch = name.chars().try_fold(60_i32, |pitch, letter| {
            Some(match letter {
                '#' => pitch + 1,
                'b' => pitch - 1,
                '\'' => pitch + 12,
                '-' => return None,
                letter => pitch + [9, 11, 0, 2, 4, 5, 7][letter as usize - 'A' as usize],
            })
        });
        notes.extend(pitch.map(|pitch| Note { start, pitch: pitch as u8, length, velocity: 90 }));
        start += length;
    }
    notes
}

fn transposed(notes: &[Note], by: i64, later: Tick) -> Vec<Note> {
    notes
        .iter()
        .map(|note| Note { start: note.start + later, pitch: (i64::from(note.pitch) + by) as u8, ..*note })
        .collect()
}

fn keys(melody: &[Note]) -> KeyMap {
    let end = melody.iter().map(Note::end).max().unwrap_or(0);
    KeyMap::of(melody, &[0..end], &MeterMap::default())
}

fn major_tune() -> Vec<Note> {
    melody(
        "G E F G A B C'*2 B A G F E D E*2 C D E G F A G F E D C B D C E*2 \
         G E F G A B C'*2 A A B A G*2 F*2 E G F D C E D C D D G B C*4",
    )
}

fn minor_tune() -> Vec<Note> {
    // Natural and harmonic, from E.
    melody(
        "E*2 B G F#*2 E*2 G*2 A B B*4 C' B A G A G F#*2 G F# E D# E*4 \
         E*2 B G F#*2 E*2 G*2 A B C'*4 B A G F# G F# D#*2 E*4 E*4",
    )
}

#[test]
fn a_song_in_one_key_has_one_span() {
    for by in 0..12 {
        let map = keys(&transposed(&major_tune(), by, 0));
        assert_eq!(map.song(), Some(Key::major(by as u8)));
        assert_eq!(map.spans(), [KeySpan { span: 0..16 * BAR, key: Key::major(by as u8) }]);
        assert_eq!(map.at(-5000), map.song());
        assert_eq!(map.at(1 << 40), map.song());
        let map = keys(&transposed(&minor_tune(), by, 0));
        assert_eq!(map.song(), Some(Key::minor((4 + by as u8) % 12)));
        assert_eq!(map.spans().len(), 1);
    }
}

#[test]
fn a_modulation_of_a_verse_is_followed_there_and_back() {
    for by in [1, 2, 3, 5, 7, 10] {
        let tune = major_tune();
        let song = [tune.clone(), transposed(&tune, by, 16 * BAR), transposed(&tune, 0, 32 * BAR)].concat();
        let map = keys(&song);
        assert_eq!(map.song(), Some(Key::major(0)));
        for bar in [0, 5, 10, 13, 35, 40, 47] {
            assert_eq!(map.at(bar * BAR), Some(Key::major(0)), "{by}: bar {bar}");
        }
        for bar in 19..29 {
            assert_eq!(map.at(bar * BAR), Some(Key::major(by as u8)), "{by}: bar {bar}");
        }
    }
}

#[test]
fn eight_bars_in_another_key_are_followed() {
    let tune = major_tune();
    let middle: Vec<_> = transposed(&tune, 3, 16 * BAR).into_iter().filter(|note| note.start < 24 * BAR).collect();
    let song = [tune.clone(), middle, transposed(&tune, 0, 24 * BAR)].concat();
    let map = keys(&song);
    for (bar, tonic) in [(0, 0), (14, 0), (18, 3), (21, 3), (26, 0), (38, 0)] {
        assert_eq!(map.at(bar * BAR), Some(Key::major(tonic)), "bar {bar}");
    }
    assert_eq!(map.mostly(&(16 * BAR..24 * BAR)), Some(Key::major(3)));
}

#[test]
fn two_bars_of_foreign_notes_change_nothing() {
    let mut song = major_tune();
    for note in song.iter_mut().filter(|note| (6 * BAR..8 * BAR).contains(&note.start)) {
        note.pitch += 6;
    }
    assert_eq!(keys(&song).spans().len(), 1);
}

#[test]
fn a_blues_in_c_with_flat_thirds_and_sevenths_is_in_c() {
    let both_thirds = melody(
        "C Eb*.5 E*.5 G A*.5 G*.5 C'*2 Bb A G*2 Eb*.5 E*.5 C F*1 F*.5 Eb*.5 F G*.5 Bb*.5 A*2 G*2 C*.5 Eb*.5 E G*2 C*4 \
         G*1 Bb*.5 A*.5 G F F*.5 Eb*.5 F A C' C*.5 Eb*.5 E C*2 C*4",
    );
    let blues_scale = melody(
        "C' Bb G Gb*.5 F*.5 Eb*1 C*3 Eb F Gb*.5 F*.5 Eb C*4 F*1 Gb*.5 G*.5 Bb G F*.5 Eb*.5 C*3 \
         G*1 Bb C' Bb*.5 G*.5 Gb F Eb*2 C*4",
    );
    let boogie = {
        let (one, four, five) = (
            "C*.5 E*.5 G*.5 A*.5 Bb*.5 A*.5 G*.5 E*.5 ",
            "F*.5 A*.5 C'*.5 D'*.5 Eb'*.5 D'*.5 C'*.5 A*.5 ",
            "G B D' F'*1 ",
        );
        melody(&[one, one, one, one, four, four, one, one, five, four, one, "C*4"].concat())
    };
    let riffs = melody(
        "G*.5 Bb*.5 C'*1 Bb*.5 G*.5 Eb*.5 C*.5 E*2 G*2 G*.5 Bb*.5 C'*1 Bb*.5 G*.5 Eb*.5 C*.5 C*4 \
         F*.5 Ab*.5 Bb*.5 C' Eb'*.5 C' A*2 F*2 G*.5 Bb*.5 C'*1 Bb*.5 G*.5 Eb*.5 E*.5 C*4 D' C' Bb G F Eb E G C*4 C*4",
    );
    for notes in [both_thirds, blues_scale, boogie, riffs] {
        for by in 0..12 {
            let map = keys(&transposed(&notes, by, 0));
            assert_eq!(map.song(), Some(Key::major(by as u8)));
            assert_eq!(map.spans().len(), 1);
        }
    }
}

#[test]
fn few_notes_and_none() {
    assert_eq!(KeyMap::of(&[], &[0..BAR], &MeterMap::default()), KeyMap::default());
    assert_eq!(KeyMap::default().at(0), None);
    assert_eq!(KeyMap::default().mostly(&(0..BAR)), None);
    assert_eq!(keys(&melody("D F# A")).at(0), Some(Key::major(2)));
    assert!(keys(&melody("G")).at(0).is_some_and(|key| !key.is_minor()));
    assert_eq!(keys(&melody("A C' E'")).at(0), Some(Key::minor(9)));
    assert_eq!(KeyMap::constant(Key::minor(3)).at(17), Some(Key::minor(3)));
}

#[test]
fn what_was_not_heard_does_not_count() {
    let tune = major_tune();
    let song = [tune.clone(), transposed(&tune, 3, 16 * BAR)].concat();
    let map = KeyMap::of(&song, &[0..16 * BAR], &MeterMap::default());
    assert_eq!(map, keys(&tune));
    assert_eq!(KeyMap::of(&song, &[], &MeterMap::default()), KeyMap::default());
}

#[test]
fn spans_begin_and_end_at_bar_lines_of_any_meter() {
    let tune = transposed(&major_tune(), 0, 100);
    let tiny = Meter::new(1, 64).unwrap();
    for meter in [Meter { numerator: 3, denominator: 4 }, Meter { numerator: 7, denominator: 8 }, tiny] {
        let meters = MeterMap::new(meter);
        let map = KeyMap::of(&tune, &[0..40 * BAR], &meters);
        assert_eq!(map.song(), Some(Key::major(0)));
        for span in map.spans() {
            assert_eq!(meters.bar_start(span.span.start), span.span.start);
            assert_eq!(meters.bar_start(span.span.end), span.span.end);
        }
    }
}

proptest! {
    #[test]
    fn spans_follow_each_other_and_cover_the_melody(
        mut notes in prop::collection::vec((-5000_i64..300_000, 0_u8..128, 1_i64..9000), 1..300),
    ) {
        notes.sort_unstable();
        let melody: Vec<_> =
            notes.into_iter().map(|(start, pitch, length)| Note { start, pitch, length, velocity: 90 }).collect();
        let map = KeyMap::of(&melody, &[-9000..400_000], &MeterMap::default());
        let spans = map.spans();
        prop_assert!(spans.windows(2).all(|pair| pair[0].span.end == pair[1].span.start && pair[0].key != pair[1].key));
        prop_assert!(spans[0].span.start <= melody[0].start);
        prop_assert!(spans[spans.len() - 1].span.end >= melody.iter().map(Note::end).max().unwrap());
        prop_assert!(map.song().is_some() && map.at(0).is_some());
    }
}
