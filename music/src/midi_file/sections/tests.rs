use super::*;
use crate::{
    midi_file::{OutputFile, OutputTrack, read},
    sections::Outline,
    song::Track,
};

const BAR: Tick = 3840;

/// A song of sixteen bars with these markers.
fn song(markers: &[(Tick, &str)]) -> Song {
    let notes = (0..16).map(|bar| Note { start: BAR * bar, pitch: 60, length: 1920, velocity: 90 }).collect();
    let markers = markers.iter().map(|(tick, text)| Text { tick: *tick, bytes: text.as_bytes().to_vec() });
    Song {
        markers: markers.collect(),
        tracks: vec![Track { notes, ..Track::default() }],
        end: 40 * BAR,
        ..Song::default()
    }
}

fn found(markers: &[(Tick, &str)]) -> String {
    Outline::of(&marked_sections(&song(markers)), &MeterMap::default(), 0).to_string()
}

#[test]
fn markers_name_sections_up_to_the_next_one_and_to_the_last_bar_with_notes() {
    let markers = [(0, "Intro"), (4 * BAR - 20, "verse"), (8 * BAR + 10, "[Verse 2]"), (12 * BAR, "Refrain")];
    assert_eq!(found(&markers), "Intro 4 | Verse 4 | Verse \"Verse 2\" 4 | Chorus \"Refrain\" 4");
    assert_eq!(
        found(&[(0, "Solo"), (2 * BAR, "-"), (8 * BAR, "Outro")]),
        "Bridge \"Solo\" 2 | - 6 | Ending \"Outro\" 8"
    );
    assert_eq!(found(&[(0, "Verse"), (16 * BAR, "End")]), "Verse 16", "a marker at the end names nothing");
}

#[test]
fn other_markers_name_no_sections() {
    assert_eq!(found(&[(0, "C"), (BAR, "Am7"), (2 * BAR, "bar 5"), (3 * BAR, "A")]), "");
    assert_eq!(found(&[(0, "The verse that nobody ever sang to me")]), "");
}

#[test]
fn sections_are_written_beside_chords_and_both_are_read_back() {
    let song = song(&[(0, "drums enter")]);
    let sections = "- 1 | Verse 3 | Chorus \"Big one\" 4 | - 2 | Ending 2".parse::<Outline>().unwrap();
    let sections = sections.placed(&song.meters, 0);
    let chords = ["C", "Am", "F", "G7"].into_iter().enumerate().map(|(index, symbol)| crate::chord::ChordSpan {
        span: BAR * index as Tick..BAR * (index as Tick + 1),
        chord: symbol.parse().unwrap(),
    });
    let file = OutputFile {
        markers: song.markers.clone(),
        sections: sections.all().to_vec(),
        chords: chords.collect(),
        tracks: vec![OutputTrack { track: song.tracks[0].clone(), ..OutputTrack::default() }],
        end: 16 * BAR,
        ..OutputFile::default()
    };
    let again = read(&file.to_bytes()).unwrap();
    assert_eq!(marked_sections(&again).all(), sections.all());
    assert!(again.markers.iter().any(|marker| marker.bytes == b"Chorus \"Big one\""));
    assert_eq!(again.chords.len(), 4, "names of sections say nothing against chords");
    // What was read is written once.
    let mut twice = OutputFile { markers: again.markers.clone(), ..file };
    twice.replace_sections(&marked_sections(&again));
    let markers = read(&twice.to_bytes()).unwrap().markers;
    assert_eq!(markers.len(), again.markers.len());
}

#[test]
fn other_sections_take_the_place_of_those_that_markers_name() {
    let song = song(&[(0, "Intro"), (BAR, "hello"), (4 * BAR, "Verse")]);
    let sections = "Chorus 8".parse::<Outline>().unwrap().placed(&song.meters, 0);
    let mut file = OutputFile {
        markers: song.markers.clone(),
        tracks: vec![OutputTrack { track: song.tracks[0].clone(), ..OutputTrack::default() }],
        end: 16 * BAR,
        ..OutputFile::default()
    };
    file.replace_sections(&sections);
    let markers = read(&file.to_bytes()).unwrap().markers;
    let texts: Vec<_> = markers.iter().map(|marker| String::from_utf8_lossy(&marker.bytes)).collect();
    assert_eq!(texts, ["Chorus", "hello", "-"]);
}
