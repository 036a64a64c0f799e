//! Runs the built `continuo infill` on the parts of a file.

use super::files::{Outcome, file, run, track, tune, written};
use continuo_music::{
    midi_file::{OutputFile, read},
    note::Note,
    song::Song,
    time::Tick,
};
use serde_json::Value;
use std::{error::Error, fs, path::Path, process::Command};

const BAR: Tick = 3840;

/// Writes `in.mid`: the tune arranged by the program.
fn arranged(folder: &Path) -> Result<Song, Box<dyn Error>> {
    let melody = OutputFile { tracks: vec![tune().tracks.swap_remove(0)], ..tune() };
    fs::write(folder.join("melody.mid"), melody.to_bytes())?;
    let output = Command::new(env!("CARGO_BIN_EXE_continuo"))
        .current_dir(folder)
        .args(["arrange", "melody.mid", "-o", "in.mid", "--takes", "1", "--backend", "tract"])
        .output()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(read(&fs::read(folder.join("in.mid"))?)?)
}

fn infilled(folder: &Path, more: &[&str]) -> Result<(Value, Song), Box<dyn Error>> {
    let output = run(folder, &[&["infill", "in.mid", "--json", "--backend", "tract"], more].concat())?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok((serde_json::from_slice(&output.stdout)?, written(folder)?))
}

fn notes<'a>(song: &'a Song, name: &str) -> &'a [Note] {
    let track = song.tracks.iter().find(|track| track.name.as_deref() == Some(name));
    track.map_or(&[], |track| track.notes.as_slice())
}

#[test]
fn bars_of_parts_are_written_again_and_all_else_stays() -> Outcome {
    let folder = tempfile::tempdir()?;
    let before = arranged(folder.path())?;
    let (report, after) = infilled(folder.path(), &["--bars", "5-6", "--parts", "bass,Chords"])?;
    let bars = 4 * BAR..6 * BAR;
    for track in &before.tracks {
        let name = track.name.clone().unwrap_or_default();
        let (old, new) = (&track.notes, notes(&after, &name));
        if !["Bass", "Chords"].contains(&name.as_str()) {
            assert_eq!(old.as_slice(), new, "{name}");
            continue;
        }
        let outside = |note: &&Note| !bars.contains(&note.start);
        let starts =
            |notes: &[Note]| notes.iter().filter(outside).map(|note| (note.start, note.pitch)).collect::<Vec<_>>();
        assert_eq!(starts(old), starts(new), "{name}");
        let inside: Vec<&Note> = new.iter().filter(|note| bars.contains(&note.start)).collect();
        assert!(!inside.is_empty() && inside.iter().all(|note| note.end() <= bars.end), "{name}: {inside:?}");
    }
    let rows = report["parts"].as_array().expect("a list");
    assert_eq!(rows.iter().map(|row| &row["part"]).collect::<Vec<_>>(), ["bass", "chords"]);
    let count = notes(&after, "Bass").iter().filter(|note| bars.contains(&note.start)).count();
    assert_eq!(rows[0]["notes"]["after"].as_u64(), Some(count as u64));
    assert_eq!((&report["bars"], report.get("changes")), (&serde_json::json!([5, 6]), None));
    let pitches = |song: &Song| {
        let all = notes(song, "Bass").iter().chain(notes(song, "Chords")).filter(|note| bars.contains(&note.start));
        all.map(|note| (note.start, note.pitch)).collect::<Vec<_>>()
    };
    assert_ne!(pitches(&before), pitches(&after), "it plays something else");
    let (_, again) = infilled(folder.path(), &["--bars", "5-6", "--parts", "chords,bass"])?;
    assert_eq!(pitches(&again), pitches(&after), "the same seed gives the same notes");
    let (_, other) = infilled(folder.path(), &["--bars", "5-6", "--parts", "chords,bass", "--seed", "7"])?;
    assert_ne!(pitches(&other), pitches(&after));
    Ok(())
}

#[test]
fn melody_and_parts_are_written_together_in_a_file_from_elsewhere() -> Outcome {
    let folder = tempfile::tempdir()?;
    let walk = (0..32).map(|i: Tick| Note { start: 960 * i, pitch: 40 + (i % 5) as u8, length: 900, velocity: 80 });
    let tracks = vec![tune().tracks.swap_remove(0), track("Upright", 5, walk.collect())];
    fs::write(folder.path().join("in.mid"), file(tracks, 8).to_bytes())?;
    // Boldly, and so much that little is left to copy: the melody does not stay as it is.
    let bold = ["--temperature", "1.8"];
    let (report, song) = infilled(
        folder.path(),
        &[&["--bars", "3-8", "--parts", "melody,bass=upright", "--keep", "rhythm"], &bold[..]].concat(),
    )?;
    assert_eq!((&report["keep"], &report["parts"][0]["name"]), (&"rhythm".into(), &"Upright".into()));
    assert!(report["changes"].as_array().is_some_and(|changes| !changes.is_empty()), "{report}");
    assert!(notes(&song, "Upright").iter().any(|note| (2 * BAR..3 * BAR).contains(&note.start)));
    assert_eq!(
        song.tracks.iter().find(|track| track.name.as_deref() == Some("Upright")).map(|track| track.channel),
        Some(5)
    );
    Ok(())
}

#[test]
fn a_selection_that_cannot_be_written_is_answered_with_one_sentence() -> Outcome {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("in.mid"), tune().to_bytes())?;
    let one = Note { start: 0, pitch: 60, length: 960, velocity: 90 };
    fs::write(folder.path().join("one.mid"), file(vec![track("Melody", 0, vec![one])], 1).to_bytes())?;
    fs::write(folder.path().join("empty.mid"), OutputFile { end: 3840, ..OutputFile::default() }.to_bytes())?;
    for (arguments, cause) in [
        (&["infill", "in.mid", "--bars", "5-8", "--parts", "bass,tuba"][..], "melody, drums, bass"),
        (&["infill", "in.mid", "--bars", "5-8", "--parts", "drums"], "the file has no part drums"),
        (&["infill", "in.mid", "--bars", "5-8", "--parts", "bass=9"], "there is no track 9"),
        (&["infill", "in.mid", "--bars", "5-8", "--parts", "bass=1", "--track", "1"], "is the melody already"),
        (&["infill", "in.mid", "--bars", "20-24", "--parts", "bass"], "the song has 8 bars"),
        (&["infill", "in.mid", "--bars", "5-8", "--parts", "bass", "--keep", "rhythm"], "only the melody"),
        (&["infill", "in.mid", "--bars", "5-8", "--parts", "bass", "--genre", "klezmer"], "available"),
        (&["infill", "one.mid", "--bars", "1", "--parts", "bass"], "the file has no part bass"),
        (&["infill", "empty.mid", "--bars", "1", "--parts", "bass"], "no notes"),
    ] {
        let output = run(folder.path(), arguments)?;
        let text = String::from_utf8(output.stderr)?;
        assert!(!output.status.success() && text.contains(cause), "{arguments:?}: {text}");
        assert_eq!(text.trim_end().lines().count(), 1, "{text}");
        assert!(!folder.path().join("out.mid").exists(), "{arguments:?}");
    }
    Ok(())
}
