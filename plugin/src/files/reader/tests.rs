//! The hand-made style encoder in `tests/models` reads the styles.

use super::*;
use continuo_engine::{storage::DataFolder, styles::StyleFolder};
use continuo_music::{
    meter::Meter,
    midi_file::{OutputFile, OutputTrack},
    note::Note,
    song::{MeterEvent, Track},
};
use std::{
    fs,
    time::{Duration, Instant},
};

/// A note in each `step`, as long as the step.
fn track(name: &str, channel: u8, count: i64, step: i64, pitch: u8) -> OutputTrack {
    let notes = (0..count).map(|index| Note { start: index * step, pitch, length: step, velocity: 80 }).collect();
    let track = Track { name: Some(name.to_owned()), channel, notes, ..Track::default() };
    OutputTrack { track, ..OutputTrack::default() }
}

/// Eight bars: a melody in quarters over a bass note a bar.
fn band() -> Vec<u8> {
    let tracks = vec![track("Lead", 0, 32, 960, 72), track("Bass", 1, 8, 3840, 40)];
    OutputFile { meters: vec![MeterEvent::new(0, Meter::COMMON)], tracks, end: 8 * 3840, ..OutputFile::default() }
        .to_bytes()
}

fn model() -> ModelSource {
    ModelSource::File(Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/models/continuo.onnx"))
}

/// A folder for files, and an instance that keeps its styles in it.
fn instance() -> (tempfile::TempDir, Arc<Shared>) {
    let data = tempfile::tempdir().unwrap();
    let styles = StyleFolder::of(&DataFolder::at(data.path()));
    (data, Arc::new(Shared::with_styles(Some(styles), "hand-made")))
}

fn result(reader: &FileReader) -> ReadResult {
    let begun = Instant::now();
    loop {
        if let Some(result) = reader.result() {
            return result;
        }
        assert!(begun.elapsed() < Duration::from_mins(2), "there is no result");
        thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn a_song_becomes_a_style_of_its_name_and_the_same_song_becomes_the_same_style() {
    let (data, shared) = instance();
    let song = data.path().join("my#band.mid");
    fs::write(&song, band()).unwrap();
    let make = |file: &Path| make_style(&[file.to_path_buf()], &model(), &shared, || true).unwrap();
    let (slot, message) = make(&song);
    assert_eq!(message, "The style my_band was made.");
    let names = || {
        shared.styles.read_shelf(|shelf| shelf.styles().iter().map(|own| own.genre.name.clone()).collect::<Vec<_>>())
    };
    assert_eq!(names(), ["my_band"]);
    assert_eq!(make(&song).0, slot);
    assert_eq!(names(), ["my_band"]);
    // Another song that would get the name of a style, and one that would get the name of a genre.
    let (other, plain) = (data.path().join("my_band.mid"), data.path().join("Plain.mid"));
    fs::copy(&song, &other).unwrap();
    fs::copy(&song, &plain).unwrap();
    assert_ne!(make(&other).0, slot);
    make(&plain);
    assert_eq!(names(), ["my_band", "my_band 2", "Plain 2"]);
}

#[test]
fn an_error_names_the_file_that_gives_no_style() {
    let (data, shared) = instance();
    let path = |name: &str| data.path().join(name);
    fs::write(path("text.mid"), "no notes").unwrap();
    fs::write(path("song.mid"), band()).unwrap();
    fs::File::create(path("large.mid")).and_then(|file| file.set_len(50_000_000)).unwrap();
    fs::create_dir(path("empty")).unwrap();
    let make = |names: &[&str]| {
        let files: Vec<_> = names.iter().map(|name| path(name)).collect();
        make_style(&files, &model(), &shared, || true)
    };
    for (name, cause) in
        [("text.mid", "not a MIDI file"), ("large.mid", "larger than"), ("empty", "holds no MIDI"), ("gone", "no file")]
    {
        let message = make(&[name]).unwrap_err();
        assert!(message.contains(name) && message.contains(cause), "{message}");
    }
    assert!(shared.styles.read_shelf(|shelf| shelf.styles().is_empty()));
    let (_, message) = make(&["song.mid", "text.mid"]).unwrap();
    assert!(message.contains("song was made") && message.contains("text.mid"), "{message}");
    let stopped = make_style(&[path("song.mid")], &model(), &shared, || false);
    assert!(stopped.is_err());
    let nowhere = make_style(&[path("song.mid")], &model(), &Shared::new(), || true).unwrap_err();
    assert!(nowhere.contains("CONTINUO_DATA"), "{nowhere}");
}

#[test]
fn a_groove_is_read_from_a_file_with_notes() {
    let (data, shared) = instance();
    let (song, text) = (data.path().join("band.mid"), data.path().join("text.mid"));
    fs::write(&song, band()).unwrap();
    fs::write(&text, "no notes").unwrap();
    let reader = FileReader::default();
    reader.start(ReadRequest::Groove(song), &shared).unwrap();
    let (content, message) = result(&reader).unwrap();
    assert!(message.starts_with("Groove plays like its "), "{message}");
    assert!(matches!(content, ReadContent::Groove(name, template) if name == "band" && template.bars() >= 1));
    reader.start(ReadRequest::Groove(text), &shared).unwrap();
    assert!(result(&reader).unwrap_err().starts_with("The file text.mid was not read"));
}

#[test]
fn melodies_are_read_on_a_thread_one_at_a_time() {
    let (data, shared) = instance();
    let (song, text) = (data.path().join("song.mid"), data.path().join("text.mid"));
    fs::write(&song, band()).unwrap();
    fs::write(&text, "no notes").unwrap();
    let reader = FileReader::default();
    reader.start(ReadRequest::Melody(song), &shared).unwrap();
    assert!(reader.is_reading());
    assert!(reader.start(ReadRequest::Melody(text.clone()), &shared).unwrap_err().contains("wait a moment"));
    let (content, message) = result(&reader).unwrap();
    assert!(message.contains("Arranging 32 notes"), "{message}");
    assert!(matches!(content, ReadContent::Melody(song) if song.melody.len() == 32));
    assert!(!reader.is_reading() && reader.result().is_none());
    for (file, cause) in [(text, "not a MIDI file"), (data.path().to_path_buf(), "is a folder")] {
        reader.start(ReadRequest::Melody(file), &shared).unwrap();
        let message = result(&reader).unwrap_err();
        assert!(message.contains(cause), "{message}");
    }
}
