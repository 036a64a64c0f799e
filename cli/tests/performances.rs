//! Runs the built `continuo` on melodies with pickups and on performances that were recorded without a click.

use continuo_music::{
    meter::{Meter, MeterMap},
    midi_file::{OutputFile, OutputTrack, read},
    note::Note,
    part::Part,
    song::{MeterEvent, Song, Track},
    time::Tick,
};
use serde_json::{Value, json};
use std::{error::Error, fs, path::Path, process::Command};

type Outcome = Result<(), Box<dyn Error>>;

const WALTZ: Meter = Meter { numerator: 3, denominator: 4 };
const ONE: Meter = Meter { numerator: 1, denominator: 4 };

/// Sixteen bars of 3/4 whose downbeats are long and loud, after a pickup of one beat at position 0.
fn waltz(meters: &[(Tick, Meter)], loud: u8) -> OutputFile {
    let note = |start: Tick, length: Tick, pitch, velocity| Note { start, pitch, length: length - 40, velocity };
    let mut notes = vec![note(0, 960, 62, 80)];
    for bar in 0..16_i64 {
        let (start, pitch) = (960 + bar * 2880, [67, 71, 64, 62][bar as usize % 4]);
        notes.extend([note(start, 1920, pitch, loud), note(start + 1920, 960, pitch + 2, 80)]);
    }
    file(meters, notes)
}

fn file(meters: &[(Tick, Meter)], notes: Vec<Note>) -> OutputFile {
    OutputFile {
        meters: meters.iter().map(|&(tick, meter)| MeterEvent::new(tick, meter)).collect(),
        tracks: vec![OutputTrack {
            track: Track { name: Some("Melody".to_owned()), notes, ..Track::default() },
            ..OutputTrack::default()
        }],
        ..OutputFile::default()
    }
}

/// A steady line of quarters and halves at 97 beats a minute, recorded without the click at 120.
fn performance() -> OutputFile {
    let mut beat = 0;
    let notes = (0..60_i64).map(|index| {
        let length = if index % 7 == 6 { 2 } else { 1 };
        let off = [9, -14, 21, 0, -8, 13, -25][index as usize * 5 % 7];
        let start = 700 + beat * 1188 + off;
        beat += length;
        Note { start, pitch: 72 + (index * 2 % 5) as u8, length: length * 1100, velocity: 90 }
    });
    let notes = notes.collect();
    file(&[(0, Meter::COMMON)], notes)
}

fn arrange(folder: &Path, input: &OutputFile, more: &[&str]) -> Result<(Value, Song), Box<dyn Error>> {
    fs::write(folder.join("in.mid"), input.to_bytes())?;
    let output = Command::new(env!("CARGO_BIN_EXE_continuo"))
        .current_dir(folder)
        .env("CONTINUO_DATA", folder.join("data"))
        .env_remove("CONTINUO_MODEL")
        .args(["arrange", "in.mid", "-o", "out.mid", "--backend", "tract", "--json"])
        .args(more)
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    Ok((serde_json::from_slice(&output.stdout)?, read(&fs::read(folder.join("out.mid"))?)?))
}

/// How many strokes of the bass drum lie on each beat of the bar.
fn bass_drum(song: &Song) -> Result<[usize; 3], Box<dyn Error>> {
    let drums = song.tracks.iter().find(|track| track.label() == Part::Drums.name()).ok_or("no drums")?;
    let mut strokes = [0; 3];
    for note in drums.notes.iter().filter(|note| [35, 36].contains(&note.pitch)) {
        strokes[((note.start - 960 + 480).rem_euclid(2880) / 960) as usize] += 1;
    }
    Ok(strokes)
}

#[test]
fn a_pickup_is_found_and_the_file_says_where_the_bars_are() -> Outcome {
    let folder = tempfile::tempdir()?;
    let (report, found) = arrange(folder.path(), &waltz(&[(0, WALTZ)], 105), &[])?;
    assert_eq!(report["pickup"], json!({"beats": 1.0, "shown_by": "accents"}));
    assert_eq!(found.meter_events, [MeterEvent::new(0, ONE), MeterEvent::new(960, WALTZ)]);
    let strokes = bass_drum(&found)?;
    assert!(strokes[0] > strokes[1].max(strokes[2]), "the bass drum plays on the true downbeats: {strokes:?}");
    let melody = found.tracks.iter().find(|track| track.label() == "Melody").ok_or("no melody")?;
    assert_eq!(melody.notes, waltz(&[], 105).tracks[0].track.notes, "the melody stays where it is");
    let (report, notated) = arrange(folder.path(), &waltz(&[(0, ONE), (960, WALTZ)], 105), &[])?;
    assert_eq!(report["pickup"]["shown_by"], "meters");
    assert_eq!(notated, found, "a pickup that is found is played as one that is notated");
    Ok(())
}

#[test]
fn a_pickup_is_given_or_refused_by_the_user() -> Outcome {
    let folder = tempfile::tempdir()?;
    let (report, given) = arrange(folder.path(), &waltz(&[(0, WALTZ)], 80), &["--pickup", "1"])?;
    assert_eq!(report["pickup"], json!({"beats": 1.0, "shown_by": "user"}));
    assert_eq!(given.meter_events, [MeterEvent::new(0, ONE), MeterEvent::new(960, WALTZ)]);
    let (report, none) = arrange(folder.path(), &waltz(&[(0, WALTZ)], 105), &["--pickup", "0"])?;
    assert!(report["pickup"].is_null());
    assert_eq!(none.meter_events, [MeterEvent::new(0, WALTZ)]);
    let (_, half) = arrange(folder.path(), &waltz(&[(0, WALTZ)], 80), &["--pickup", "0.5"])?;
    assert_eq!(half.meters.bar_start(480), 480);
    let error = arrange(folder.path(), &waltz(&[(0, WALTZ)], 80), &["--pickup", "3"]).unwrap_err().to_string();
    assert!(error.contains("in.mid: a pickup of 3 beats is not shorter than a bar"), "{error}");
    Ok(())
}

#[test]
fn a_performance_without_the_click_is_reported_and_followed_if_requested() -> Outcome {
    let folder = tempfile::tempdir()?;
    let (report, kept) = arrange(folder.path(), &performance(), &[])?;
    let warning = report["warnings"][0].as_str().unwrap_or_default();
    assert!(warning.contains("does not follow the beat of the file") && warning.contains("--follow"), "{report}");
    assert!(report["followed"].is_null() && report["pickup"].is_null());
    assert_eq!(kept.tempos.changes().len(), 1);

    let (report, followed) = arrange(folder.path(), &performance(), &["--follow-performance", "--pickup", "0"])?;
    assert!(!report["warnings"].to_string().contains("the click"), "{report}");
    let (slowest, fastest) = (report["followed"]["slowest"].as_f64(), report["followed"]["fastest"].as_f64());
    assert!(slowest > Some(90.0) && fastest < Some(104.0), "{report}");
    let (old, new) = (&kept.tracks[0].notes, &followed.tracks[0].notes);
    assert_eq!(old.len(), new.len());
    let second = |song: &Song, tick| song.tempos.seconds_at(tick);
    let shift = second(&kept, old[0].start) - second(&followed, new[0].start);
    for (old, new) in old.iter().zip(new) {
        let apart = second(&kept, old.start) - second(&followed, new.start) - shift;
        assert!(apart.abs() < 0.002, "each note sounds when it did: {apart}");
        assert!((new.start + 480).rem_euclid(960).abs_diff(480) < 100, "and lies on a beat: {}", new.start);
    }
    Ok(())
}

#[test]
fn a_melody_without_beats_cannot_be_followed() -> Outcome {
    let folder = tempfile::tempdir()?;
    let short = file(&[], vec![Note { start: 0, pitch: 72, length: 960, velocity: 90 }]);
    let error = arrange(folder.path(), &short, &["--follow-performance"]).unwrap_err().to_string();
    assert!(error.contains("in.mid: no beats were found") && error.trim_end().lines().count() == 1, "{error}");
    Ok(())
}

#[test]
fn the_bars_of_a_melody_without_a_pickup_stay() -> Outcome {
    let folder = tempfile::tempdir()?;
    let mut plain = waltz(&[(0, WALTZ)], 105);
    let notes = &mut plain.tracks[0].track.notes;
    notes.remove(0);
    for note in notes {
        note.start -= 960;
    }
    let (report, out) = arrange(folder.path(), &plain, &[])?;
    assert!(report["pickup"].is_null(), "{report}");
    assert_eq!(out.meters, MeterMap::new(WALTZ));
    Ok(())
}
