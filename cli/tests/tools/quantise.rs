//! Runs the built `continuo quantise`.

use super::files::{self, Outcome, file, track};
use continuo_music::{
    midi_file::{OutputFile, OutputTrack},
    note::Note,
    song::Song,
    time::Tick,
};
use serde_json::Value;
use std::{error::Error, path::Path, process::Output};

const USUAL: [&str; 2] = ["--pickup", "0"];

fn quantise(folder: &Path, input: &OutputFile, more: &[&str]) -> Result<Output, Box<dyn Error>> {
    files::run_on(folder, "quantise", input, &[&USUAL, more].concat())
}

fn quantised(folder: &Path, input: &OutputFile, more: &[&str]) -> Result<Song, Box<dyn Error>> {
    files::made(folder, "quantise", input, &[&USUAL, more].concat())
}

/// A track of short notes that rise.
fn rising(name: &str, channel: u8, starts: impl Iterator<Item = Tick>) -> OutputTrack {
    let notes =
        starts.zip(0_u8..).map(|(start, index)| Note { start, pitch: 60 + index % 12, length: 300, velocity: 90 });
    track(name, channel, notes.collect())
}

/// Eight bars of eighths, a little off; in the melody, the second of each pair is late by a swing.
fn performance(swing: Tick) -> OutputFile {
    let off = |index: Tick| [14, -9, 22, 0, -17, 6, -3][(index * 5 % 7) as usize];
    let place = move |index: Tick| 480 * index + swing * (index % 2) + off(index);
    file(vec![rising("Melody", 0, (1..64).map(place)), rising("Bass", 1, (0..8).map(|bar| 3840 * bar + 11))], 8)
}

fn starts(song: &Song, track: usize) -> Vec<Tick> {
    song.tracks[track].notes.iter().map(|note| note.start).collect()
}

#[test]
fn notes_come_to_lie_on_the_grid_and_nothing_is_lost() -> Outcome {
    let folder = tempfile::tempdir()?;
    let song = quantised(folder.path(), &performance(0), &["--grid", "1/8"])?;
    assert_eq!(starts(&song, 0), (1..64).map(|index| 480 * index).collect::<Vec<_>>());
    assert_eq!(starts(&song, 1), (0..8).map(|bar| 3840 * bar).collect::<Vec<_>>());
    assert!(song.tracks[0].notes.iter().all(|note| note.length == 300 && note.velocity == 90));
    Ok(())
}

#[test]
fn a_swung_performance_stays_swung_unless_it_is_straightened() -> Outcome {
    let folder = tempfile::tempdir()?;
    let late = |song: &Song| {
        let off_beats: Vec<Tick> =
            starts(song, 0).into_iter().map(|start| start.rem_euclid(960)).filter(|&x| x > 0).collect();
        off_beats.iter().sum::<Tick>() / off_beats.len() as Tick
    };
    let swung = performance(160);
    let kept = quantised(folder.path(), &swung, &["--grid", "1/8"])?;
    assert!((600..=680).contains(&late(&kept)), "{}", late(&kept));
    let straight = quantised(folder.path(), &swung, &["--grid", "1/8", "--swing", "50"])?;
    assert_eq!(late(&straight), 480);
    Ok(())
}

#[test]
fn strength_and_tracks_are_chosen_and_reported() -> Outcome {
    let folder = tempfile::tempdir()?;
    let input = performance(0);
    let song = quantised(folder.path(), &input, &["--strength", "0"])?;
    assert_eq!(starts(&song, 0), input.tracks[0].track.notes.iter().map(|note| note.start).collect::<Vec<_>>());
    let output = quantise(folder.path(), &input, &["--tracks", "Bass", "--json"])?;
    let report: Value = serde_json::from_slice(&output.stdout)?;
    assert_eq!((&report["tracks"][0]["name"], &report["tracks"][0]["moved"]), (&"Bass".into(), &8.into()));
    assert_eq!(report["tracks"].as_array().map(Vec::len), Some(1));
    Ok(())
}

#[test]
fn wrong_input_is_reported_in_a_sentence_and_nothing_is_written() -> Outcome {
    let folder = tempfile::tempdir()?;
    let empty = OutputFile::default();
    for (input, more, expected) in [
        (&empty, [].as_slice(), "in.mid"),
        (&performance(0), ["--tracks", "Harp"].as_slice(), "Harp"),
        (&performance(0), ["--grid", "1/5"].as_slice(), "1/8t"),
    ] {
        let output = quantise(folder.path(), input, more)?;
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && text.contains(expected), "{more:?}: {text}");
        assert_eq!(text.trim().lines().count(), 1, "{text}");
        assert!(!folder.path().join("out.mid").exists(), "{more:?}");
    }
    Ok(())
}
