use crate::{
    chord::ChordSpan,
    key::Key,
    meter::{Meter, MeterChange, MeterMap},
    midi_file::{OutputFile, OutputTrack},
    note::Note,
    project_files::{FinishedSong, ProjectFormat},
    sections::{Section, SectionKind},
    song::{KeySignature, MeterEvent, Text, Track},
    swing::{Level, Swing},
    tempo::{TempoChange, TempoMap},
    time::Tick,
};
use roxmltree::{Document, ParsingOptions};
use std::{
    fs,
    io::{Cursor, Read},
    path::PathBuf,
};
use zip::ZipArchive;

const BAR: Tick = 3840;

fn track(name: &str, channel: u8, notes: &[(Tick, u8, Tick)]) -> OutputTrack {
    let notes = notes.iter().map(|&(start, pitch, length)| Note { start, pitch, length, velocity: 90 });
    let track = Track { name: Some(name.to_owned()), channel, notes: notes.collect(), ..Track::default() };
    OutputTrack { track, program: (channel == 1).then_some(33), volume: Some(100) }
}

/// A pickup, then common time and a waltz, with a triplet, ties, an accidental of a chord, a word of two syllables, drums
/// for hands and feet, and a piano part for two hands.
fn song() -> FinishedSong {
    let pickup = 960;
    let waltz = Meter { numerator: 3, denominator: 4 };
    let meters = MeterMap::from_changes([
        MeterChange { tick: 0, meter: Meter { numerator: 1, denominator: 4 } },
        MeterChange { tick: pickup, meter: Meter::COMMON },
        MeterChange { tick: pickup + 2 * BAR, meter: waltz },
    ]);
    let at = |bar: Tick, tick: Tick| pickup + bar * BAR + tick;
    let mut melody = track(
        "Melody",
        0,
        &[
            (0, 71, 900),
            (at(0, 0), 72, 320),
            (at(0, 320), 74, 320),
            (at(0, 640), 76, 310),
            (at(0, 972), 77, 930),
            (at(0, 1920), 79, 5760),
            (at(2, 0), 68, 2600),
        ],
    );
    melody.track.lyrics = [(0, "O "), (at(0, 0), "hap"), (at(0, 320), "py "), (at(0, 640), "day ")]
        .map(|(tick, text)| Text { tick, bytes: text.as_bytes().to_vec() })
        .to_vec();
    let chord = |span, symbol: &str| ChordSpan { span, chord: symbol.parse().unwrap() };
    let file = OutputFile {
        title: Some("Air & <variations>".to_owned()),
        tempos: TempoMap::from_changes([
            TempoChange { tick: 0, microseconds: 500_000 },
            TempoChange { tick: at(2, 0), microseconds: 750_000 },
        ]),
        meters: meters.changes().iter().map(|change| MeterEvent::new(change.tick, change.meter)).collect(),
        keys: vec![KeySignature { tick: 0, fifths: 0, minor: false }],
        markers: vec![Text { tick: at(1, 0), bytes: b"tutti".to_vec() }],
        sections: vec![
            Section::new(at(0, 0)..at(2, 0), SectionKind::Verse, None),
            Section::new(at(2, 0)..at(2, 2880), SectionKind::Ending, None),
        ],
        chords: vec![
            chord(at(0, 0)..at(0, 1920), "C"),
            chord(at(0, 1920)..at(1, 0), "F#m7b5"),
            chord(at(1, 0)..at(2, 0), "G7sus4/D"),
            chord(at(2, 0)..at(2, 960), "E7"),
        ],
        tracks: vec![
            melody,
            track(
                "Drums",
                9,
                &[(at(0, 0), 36, 100), (at(0, 0), 42, 100), (at(0, 960), 38, 100), (at(0, 1440), 46, 100)],
            ),
            track("Bass", 1, &[(at(0, 0), 36, 2000), (at(1, 1440), 31, 2390)]),
            track("Chords", 2, &[(at(0, 0), 40, 3800), (at(0, 0), 76, 1900), (at(0, 1920), 78, 1900)]),
            track("Counter", 4, &[]),
        ],
        end: at(2, 2880),
        ..OutputFile::default()
    };
    FinishedSong::new(&file, &meters, &[], None, None)
}

fn document_of(song: &FinishedSong) -> String {
    String::from_utf8(ProjectFormat::MusicXml.write(song).unwrap()).unwrap()
}

fn parsed(text: &str) -> Document<'_> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).unwrap()
}

#[test]
fn a_score_is_as_the_golden_file() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/formats/song.musicxml");
    let made = document_of(&song());
    if std::env::var_os("CONTINUO_GOLDEN").is_some() {
        fs::write(&path, &made).unwrap();
    }
    let kept = fs::read_to_string(path).unwrap();
    let made = made.replace(concat!("Continuo ", env!("CARGO_PKG_VERSION")), "Continuo 0.1.0");
    for (number, (made, kept)) in made.lines().zip(kept.lines()).enumerate() {
        assert_eq!(made, kept, "line {}", number + 1);
    }
    assert_eq!(made.lines().count(), kept.lines().count());
}

#[test]
fn a_compressed_score_holds_the_same_and_says_where() {
    let bytes = ProjectFormat::CompressedMusicXml.write(&song()).unwrap();
    assert_eq!(&bytes[30..38], b"mimetype", "the first entry, as the format asks");
    let mut container = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut entry = |name: &str| {
        let mut text = String::new();
        container.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    let place = entry("META-INF/container.xml");
    let place = Document::parse(&place).unwrap();
    let root = place.descendants().find_map(|node| node.attribute("full-path")).unwrap();
    assert_eq!(entry(root), document_of(&song()));
}

#[test]
fn a_lead_sheet_has_only_the_melody_with_chords_and_sections() {
    let text = document_of(&song().lead_sheet());
    let document = parsed(&text);
    let count = |name: &str| document.descendants().filter(|node| node.has_tag_name(name)).count();
    assert_eq!((count("part"), count("harmony"), count("rehearsal"), count("lyric")), (1, 4, 2, 4));
    let whole = document_of(&song());
    assert_eq!(parsed(&whole).descendants().filter(|node| node.has_tag_name("part")).count(), 4, "no empty part");
    // Its staves have the size that the reader gives them; those of a band are smaller.
    assert!(!document.descendants().any(|node| node.has_tag_name("scaling")));
    assert!(document_of(&song()).contains("<scaling>"));
}

#[test]
fn swing_is_a_word_and_the_notes_are_straight() {
    let shuffle: Vec<(Tick, u8, Tick)> = (0..16).map(|i| (i / 2 * 960 + i % 2 * 640, 60, 300)).collect();
    let file = OutputFile { tracks: vec![track("Melody", 0, &shuffle)], ..OutputFile::default() };
    let meters = MeterMap::new(Meter::COMMON);
    let song = FinishedSong::new(&file, &meters, &[], Some(Key::major(5)), None);
    assert_eq!(song.swing, Swing::new(Level::Eighths, 67), "found in the notes");
    let text = document_of(&song);
    let document = parsed(&text);
    let texts = |name: &str| -> Vec<&str> {
        document.descendants().filter(|node| node.has_tag_name(name)).filter_map(|node| node.text()).collect()
    };
    assert_eq!(texts("words"), ["Swing"]);
    assert_eq!(texts("type"), ["eighth"; 16]);
    assert_eq!(texts("fifths"), ["-1"], "the key that was found");
    assert_eq!([texts("first"), texts("second")], [["2"], ["1"]]);
}

#[test]
fn a_song_without_anything_is_a_score_all_the_same() {
    let meters = MeterMap::new(Meter::COMMON);
    for tracks in [Vec::new(), vec![track("Melody", 0, &[])]] {
        let file = OutputFile { tracks, ..OutputFile::default() };
        let text = document_of(&FinishedSong::new(&file, &meters, &[], None, None));
        assert!(!parsed(&text).descendants().any(|node| node.has_tag_name("pitch")));
    }
}
