//! Ardour 7.3 opens the session and plays it.

use continuo_music::{
    chord::ChordSpan,
    meter::{Meter, MeterChange, MeterMap},
    midi_file::{OutputFile, OutputTrack},
    note::Note,
    project_files::{FinishedSong, ardour_session},
    sections::{Section, SectionKind},
    song::{MeterEvent, Track},
    tempo::{TempoChange, TempoMap},
    time::Tick,
};
use std::{fs, path::Path, process::Command};

const BAR: Tick = 3840;

/// Two bars, of which the second is cut short by a waltz in another tempo; a second track with controllers.
fn song() -> FinishedSong {
    let waltz = Meter { numerator: 3, denominator: 4 };
    let change = BAR + 1920;
    let meters = MeterMap::from_changes([
        MeterChange { tick: 0, meter: Meter::COMMON },
        MeterChange { tick: change, meter: waltz },
    ]);
    let track = |name: &str, channel: u8, notes: &[(Tick, u8, Tick)]| {
        let notes = notes.iter().map(|&(start, pitch, length)| Note { start, pitch, length, velocity: 50 + pitch / 2 });
        let track = Track { name: Some(name.to_owned()), channel, notes: notes.collect(), ..Track::default() };
        OutputTrack { track, program: Some(33), volume: Some(90) }
    };
    let chord = |span, symbol: &str| ChordSpan { span, chord: symbol.parse().expect("it is a chord") };
    let file = OutputFile {
        title: Some("Song".to_owned()),
        tempos: TempoMap::from_changes([
            TempoChange { tick: 0, microseconds: 500_000 },
            TempoChange { tick: change, microseconds: 250_000 },
        ]),
        meters: meters.changes().iter().map(|change| MeterEvent::new(change.tick, change.meter)).collect(),
        sections: vec![
            Section::new(0..change, SectionKind::Verse, Some("A & \"B\"")),
            Section::new(change..change + 2880, SectionKind::Ending, None),
        ],
        chords: vec![chord(0..BAR, "C"), chord(BAR..change, "G7/B")],
        tracks: vec![
            track("Melody", 0, &[(0, 60, 960), (1440, 64, 480), (BAR, 67, 1900), (change, 72, 2880)]),
            track("Bass", 1, &[(0, 36, 1920), (1921, 43, 959), (BAR + 960, 35, 950), (change, 36, 2800)]),
        ],
        end: change + 2880,
        ..OutputFile::default()
    };
    FinishedSong::new(&file, &meters, &[], None, None)
}

/// What the script prints of a saved session: lines, each with its first word by itself.
fn opened(folder: &Path) -> Vec<(String, String)> {
    let output = Command::new("ardour7-lua")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/programs/ardour.lua"))
        .env("HOME", folder)
        .env_remove("XDG_CONFIG_HOME")
        .env_remove("XDG_CACHE_HOME")
        .env("CONTINUO_SESSION", folder.join("session"))
        .env("CONTINUO_NAME", "My song")
        .env("CONTINUO_PLACES", "0 4 5 7 9")
        .env("CONTINUO_TRACK", "Bass")
        .env("CONTINUO_SECONDS", "4.2")
        .output()
        .expect("Ardour 7.3 is installed");
    let shown = [output.stdout, output.stderr].concat();
    let shown = String::from_utf8_lossy(&shown).into_owned();
    assert!(output.status.success() && shown.contains("\ndone"), "{shown}");
    assert!(!shown.contains("[ERROR]"), "{shown}");
    let lines = shown.lines().filter_map(|line| line.split_once([' ', '\t']));
    lines.map(|(kind, rest)| (kind.to_owned(), rest.replace('\t', " "))).collect()
}

#[test]
#[ignore = "needs Ardour 7: cargo xtask test --hosts ardour"]
fn ardour_opens_the_session_and_plays_it() {
    let folder = tempfile::tempdir().expect("a folder is made");
    for file in ardour_session(&song(), "My song").expect("a session is made") {
        let path = folder.path().join("session").join(&file.path);
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("the folder is made");
        fs::write(path, file.bytes).expect("the file is written");
    }
    let lines = opened(folder.path());
    let of = |kind: &str| -> Vec<String> {
        lines.iter().filter(|(word, _)| word == kind).map(|(_, rest)| rest.clone()).collect()
    };
    // Ardour has 1920 ticks to a quarter note.
    assert_eq!(of("region")[..2], ["A & B 0 11520", "Ending 11520 5760"]);
    assert_eq!(of("note")[..4], ["60 0 1920 80 0", "64 2880 960 82 0", "67 7680 3800 83 0", "72 11520 5760 86 0"]);
    let routes = of("route");
    assert_eq!(routes[1..], [format!("Melody {}", 0xfd_f6_e3_ff_u32), format!("Bass {}", 0x56_b4_e9_ff_u32)]);
    let places =
        ["0 1|1|0 0 120", "4 2|1|0 96000 120", "5 2|2|0 120000 120", "7 3|2|0 156000 240", "9 4|1|0 180000 240"];
    let found: Vec<_> = of("place").iter().map(|line| line.trim_end_matches(".0").to_owned()).collect();
    assert_eq!(found, places);
    let locations = of("location");
    for expected in ["Ending range 11520 17280", "C mark 0 0", "G7/B mark 7680 7680"] {
        assert!(locations.iter().any(|line| line == expected), "{expected} is not in {locations:?}");
    }
    // Recording starts and ends with the transport, so times may be off by its buffer.
    let played: Vec<Vec<i64>> =
        of("played").iter().map(|line| line.split(' ').filter_map(|word| word.parse().ok()).collect()).collect();
    let expected = [(36, 0), (43, 3842), (35, 9600), (36, 11520)];
    assert_eq!(played.len(), expected.len(), "{played:?}");
    for (note, (pitch, start)) in played.iter().zip(expected) {
        assert!(note[0] == pitch && (note[1] - start).abs() < 100 && note[4] == 1, "{played:?}");
    }
}
