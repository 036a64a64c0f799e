use super::*;
use crate::{
    midi_file::{OutputFile, OutputTrack, read},
    note::Note,
    song::{KeySignature, Track},
};

fn texts(every: Tick, texts: &[&str]) -> Vec<Text> {
    (0..).zip(texts).map(|(index, text)| Text { tick: index * every, bytes: text.as_bytes().to_vec() }).collect()
}

fn found(every: Tick, words: &[&str], is_named: bool) -> Option<String> {
    let found = chords(&texts(every, words), is_named)?;
    Some(found.into_iter().map(|(_, chord)| chord.to_string()).collect::<Vec<_>>().join(" "))
}

fn track(name: Option<&str>) -> Track {
    let notes = vec![Note { start: 0, pitch: 60, length: 8 * 3840, velocity: 90 }];
    Track { name: name.map(str::to_owned), notes, ..Track::default() }
}

fn span(span: std::ops::Range<Tick>, chord: &str) -> ChordSpan {
    ChordSpan { span, chord: chord.parse().unwrap() }
}

#[test]
fn texts_that_are_nearly_all_symbols_are_chords() {
    let bar = |words: &[&str]| found(3840, words, false);
    assert_eq!(bar(&["C", "Am", "F", "G7"]).as_deref(), Some("C Am F G7"));
    assert_eq!(bar(&["[Dm7]", "", "G7sus4 ", "%", "C^7", "N.C."]).as_deref(), Some("Dm7 G7sus4 Cmaj7 N.C."));
    assert_eq!(bar(&["Verse", "C", "G/B", "Am", "F"]).as_deref(), Some("C G/B Am F"));
    assert_eq!(bar(&["C", "F", "G", "C", "C", "F", "G", "C"]).as_deref(), Some("C F G C C F G C"));
}

#[test]
fn words_and_sections_are_no_chords() {
    let every_eight_bars = |words: &[&str]| found(8 * 3840, words, false);
    for words in [
        &["A"][..],
        &["Am", "I"],
        &["A", "B"],
        &["A", "B", "A", "C", "A", "D", "B", "A"],
        &["Intro", "A", "A", "B", "C", "Coda"],
        &["Verse", "Chorus", "Bridge"],
        &["G", "G", "G", "G7"][..3],
        &[],
    ] {
        assert_eq!(every_eight_bars(words), None, "{words:?}");
    }
    let syllables = ["Am", "I", "a", "mong", "A", "thou", "sand", "Do", "ve", "s"];
    assert_eq!(found(480, &syllables, false), None);
    assert_eq!(found(480, &["C"; 40], false), None, "one chord alone is a letter");
}

#[test]
fn a_track_that_is_named_for_chords_needs_less() {
    for name in ["Chords", "CHORD TRACK", "Akkorde", "chord-symbols"] {
        assert!(is_named_for_chords(name));
    }
    assert!(!is_named_for_chords("Accordion") && !is_named_for_chords("Clavichord"));
    assert_eq!(found(3840, &["C", "G"], true).as_deref(), Some("C G"));
    assert_eq!(found(3840, &["oh", "la", "la", "A"], true), None);
}

#[test]
fn yamaha_messages_are_read() {
    let am7 = in_system_exclusive(&[0x43, 0x7e, 0x02, 0x36, 0x0a, 0x7f, 0x7f, 0xf7]);
    assert_eq!(am7.map(|chord| chord.to_string()).as_deref(), Some("Am7"));
    let chord = |data: &[u8]| in_meta_event(data).map(|chord| chord.to_string());
    assert_eq!(chord(&[0x43, 0x7b, 1, 0x27, 0, 0x7f, 0x7f]).as_deref(), Some("Bb"));
    assert_eq!(chord(&[0x43, 0x7b, 1, 0x44, 0x0b, 0x36, 0x7f]).as_deref(), Some("F#m7b5/A"));
    assert_eq!(chord(&[0x43, 0x7b, 1, 0x31, 34, 0x7f, 0x7f]).as_deref(), Some("N.C."));
    assert_eq!(chord(&[0x43, 0x7b, 1, 0x31, 19]).as_deref(), Some("C7"));
    for none in [&[0x43, 0x7b, 1, 0x30, 0][..], &[0x43, 0x7b, 1, 0x31, 35], &[0x43, 0x7b, 2, 0x31, 0], &[0x43], &[]] {
        assert_eq!(chord(none), None);
    }
    for kind in 0..=34 {
        assert!(yamaha_chord(0x31, kind, None).is_some());
    }
}

#[test]
fn chords_are_written_as_markers_and_read_back() {
    let chords = vec![span(0..3840, "Bb7"), span(3840..7680, "Eb°7/A"), span(9600..8 * 3840, "D#m")];
    let file = OutputFile {
        keys: vec![KeySignature { tick: 9000, fifths: 6, minor: false }],
        chords: chords.clone(),
        tracks: vec![OutputTrack { track: track(Some("Flute")), ..OutputTrack::default() }],
        ..OutputFile::default()
    };
    let song = read(&file.to_bytes()).unwrap();
    let markers: Vec<_> = song.markers.iter().map(|marker| (marker.tick, marker.bytes.as_slice())).collect();
    let written: [(Tick, &[u8]); 4] = [(0, b"Bb7"), (3840, b"Ebdim7/A"), (7680, b"N.C."), (9600, b"Ebm")];
    assert_eq!(markers, written);
    let mut expected = chords;
    expected.insert(2, span(7680..9600, "N.C."));
    assert_eq!(song.chords, expected);
    // Once more with the markers that are there already.
    let again = OutputFile { markers: song.markers.clone(), chords: song.chords, ..file };
    assert_eq!(read(&again.to_bytes()).unwrap().markers, song.markers);
}

#[test]
fn chord_messages_win_over_texts_and_a_chord_track_over_markers() {
    let markers = texts(3840, &["C", "Am", "F", "G7"]);
    let mut found = FoundChords::default();
    let spans = |found: FoundChords| {
        found.spans(&markers, 8 * 3840).iter().map(|span| span.chord.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(spans(FoundChords::default()), ["C", "Am", "F", "G7"]);
    found.add_track(Some("Chords"), &[], &texts(3840, &["D", "D", "A7"]));
    assert_eq!(spans(found), ["D", "A7"]);
    let mut found = FoundChords::default();
    found.add_track(Some("Chords"), &texts(3840, &["D", "A7"]), &[]);
    found.add_event(960, in_meta_event(&[0x43, 0x7b, 1, 0x33, 8]));
    found.add_event(0, in_meta_event(&[0x43, 0x7b, 1, 0x31, 0]));
    assert_eq!(found.spans(&markers, 1920), [span(0..960, "C"), span(960..1920, "Em")]);
}

#[test]
fn lyrics_with_chords_among_other_tracks() {
    let mut guitar = track(Some("Guitar"));
    guitar.lyrics = texts(1920, &["Em", "C", "G", "D/F#"]);
    let mut voice = track(Some("Voice"));
    voice.lyrics = texts(960, &["A", "maz", "ing", "grace"]);
    let tracks = [voice, guitar].map(|track| OutputTrack { track, ..OutputTrack::default() }).into();
    let song = read(&OutputFile { tracks, ..OutputFile::default() }.to_bytes()).unwrap();
    assert_eq!(song.chords.len(), 4);
    assert_eq!(song.chords[3], span(5760..8 * 3840, "D/F#"));
    assert_eq!(song.tracks[1].lyrics.len(), 4, "lyrics stay");
}
