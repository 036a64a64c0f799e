//! MuseScore 3 reads the written notes and plays what was played.

use continuo_music::{
    meter::MeterMap,
    midi_file::{self, OutputFile},
    note::Note,
    part::{PartMap, PartNotes},
    project_files::{FinishedSong, ProjectFormat},
    song::{Song, Track},
    time::Tick,
};
use std::{fs, path::Path, process::Command};

const FORMATS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/formats");
const TUNES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/tunes");

/// Converts a score; the ending of `into` says into what.
fn convert(score: &Path, into: &Path) {
    let home = into.parent().expect("the file has a folder");
    let output = Command::new("mscore3")
        .args(["-o".as_ref(), into.as_os_str(), score.as_os_str()])
        .env("QT_QPA_PLATFORM", "offscreen")
        .env("HOME", home)
        .env("XDG_RUNTIME_DIR", home)
        .output()
        .expect("MuseScore 3 is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn played(score: &Path, folder: &Path) -> Song {
    let into = folder.join("played.mid");
    convert(score, &into);
    midi_file::read_file(&into).expect("MuseScore writes a MIDI file")
}

fn sorted(notes: impl Iterator<Item = Note>) -> Vec<(Tick, u8)> {
    let mut notes: Vec<_> = notes.map(|note| (note.start, note.pitch)).collect();
    notes.sort_unstable();
    notes
}

fn all(song: &Song) -> Vec<(Tick, u8)> {
    sorted(song.tracks.iter().flat_map(|track| track.notes.iter().copied()))
}

#[test]
#[ignore = "needs MuseScore 3: cargo xtask test --hosts ardour"]
fn musescore_plays_the_golden_score() {
    let folder = tempfile::tempdir().expect("a folder is made");
    let song = played(&Path::new(FORMATS).join("song.musicxml"), folder.path());
    let bar = |bar: Tick, tick: Tick| 960 + bar * 3840 + tick;
    let melody =
        [(0, 71), (bar(0, 0), 72), (bar(0, 320), 74), (bar(0, 640), 76), (bar(0, 960), 77), (bar(0, 1920), 79)];
    let hands = [(bar(0, 0), 40), (bar(0, 0), 76), (bar(0, 1920), 78)];
    let drums = [(bar(0, 0), 36), (bar(0, 0), 42), (bar(0, 960), 38), (bar(0, 1440), 46)];
    let rest = [(bar(2, 0), 68), (bar(0, 0), 36), (bar(1, 1440), 31)];
    let mut expected = [melody.as_slice(), &hands, &drums, &rest].concat();
    expected.sort_unstable();
    assert_eq!(all(&song), expected);
    let tempos: Vec<_> =
        song.tempos.changes().iter().map(|change| (change.tick, change.quarters_per_minute().round())).collect();
    assert_eq!(tempos, [(0, 120.0), (bar(2, 0), 80.0)]);
    assert_eq!(song.meters.at(bar(2, 0)).meter.numerator, 3);
    let bass = song.tracks.iter().find(|track| track.notes.iter().any(|note| note.pitch == 31));
    assert_eq!(bass.and_then(Track::program), Some(33));
}

#[test]
#[ignore = "needs MuseScore 3: cargo xtask test --hosts ardour"]
fn musescore_plays_tunes_note_for_note_and_engraves_a_page() {
    let folder = tempfile::tempdir().expect("a folder is made");
    for name in ["ode_to_joy", "greensleeves", "meter_changes", "scarborough_fair"] {
        let tune = midi_file::read_file(&Path::new(TUNES).join(name).with_extension("mid")).expect("the tune is there");
        let melody = tune.melody_track(None).expect("the tune has a melody");
        let file = OutputFile::arranged(&tune, melody, &PartNotes::default(), &PartMap::default());
        let meters: &MeterMap = &tune.meters;
        let song = FinishedSong::new(&file, meters, &[], None, None);
        let score = folder.path().join("tune.mxl");
        fs::write(&score, ProjectFormat::CompressedMusicXml.write(&song).expect("a score is made"))
            .expect("it is saved");
        let expected = sorted(tune.tracks[melody].notes.iter().copied());
        assert_eq!(all(&played(&score, folder.path())), expected, "{name}");
    }
    convert(&folder.path().join("tune.mxl"), &folder.path().join("page.png"));
    assert!(fs::metadata(folder.path().join("page-1.png")).is_ok_and(|page| page.len() > 1000));
}
