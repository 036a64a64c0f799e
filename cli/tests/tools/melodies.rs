//! Runs the built `continuo enhance`, `infill`, `generate` and `interpolate`.

use super::files::{Outcome, run, tune, written};
use continuo_music::{
    meter::Meter,
    midi_file::OutputFile,
    note::Note,
    song::{MeterEvent, Song},
};
use serde_json::Value;
use std::{error::Error, fs, path::Path};

/// The report and the written song.
fn done(folder: &Path, arguments: &[&str]) -> Result<(Value, Song), Box<dyn Error>> {
    let output = run(folder, &[arguments, &["--json", "--backend", "tract"]].concat())?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout)?;
    assert!(report["milliseconds"].as_f64().is_some_and(|time| time > 0.0));
    Ok((report, written(folder)?))
}

fn folder_with(files: &[(&str, &OutputFile)]) -> Result<tempfile::TempDir, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    for (name, file) in files {
        fs::write(folder.path().join(name), file.to_bytes())?;
    }
    Ok(folder)
}

#[test]
fn each_change_of_a_melody_is_told_and_everything_else_stays() -> Outcome {
    let mut wrong = tune();
    wrong.tracks[0].track.notes[9].pitch = 75;
    let folder = folder_with(&[("in.mid", &wrong)])?;
    let (report, song) = done(folder.path(), &["enhance", "in.mid", "--risk", "0"])?;
    assert_eq!(report["key"], "D major");
    let before = &wrong.tracks[0].track.notes;
    let changes = report["changes"].as_array().expect("a list");
    assert!(changes.iter().any(|change| change["start"] == 9 * 960 && change["was"] == 75), "{report}");
    for note in before.iter().filter(|note| !changes.iter().any(|change| change["start"] == note.start)) {
        assert!(song.tracks[0].notes.iter().any(|new| (new.start, new.pitch) == (note.start, note.pitch)));
    }
    let count = |wanted: &str| changes.iter().filter(|change| change["what"] == wanted).count();
    assert_eq!(song.tracks[0].notes.len() + count("removed"), before.len() + count("added"));
    assert_eq!(song.tracks[1].notes, wrong.tracks[1].track.notes);
    let likelihood = |when: &str| report["log_likelihood"][when].as_f64().unwrap_or(f64::NAN);
    assert!(likelihood("after") > likelihood("before"), "{report}");
    Ok(())
}

#[test]
fn bars_are_written_again_by_their_numbers() -> Outcome {
    let folder = folder_with(&[("in.mid", &tune())])?;
    let (report, song) = done(folder.path(), &["infill", "in.mid", "--bars", "3-4", "--keep", "rhythm"])?;
    assert_eq!((&report["bars"], &report["keep"]), (&serde_json::json!([3, 4]), &"rhythm".into()));
    let before = &tune().tracks[0].track.notes;
    let starts = |notes: &[Note]| notes.iter().map(|note| note.start).collect::<Vec<_>>();
    assert_eq!(starts(&song.tracks[0].notes), starts(before));
    let span = 2 * 3840..4 * 3840;
    let outside = |note: &&Note| !span.contains(&note.start);
    assert!(song.tracks[0].notes.iter().filter(outside).eq(before.iter().filter(outside)));
    Ok(())
}

#[test]
fn a_melody_comes_from_nothing_with_its_meter_tempo_and_key() -> Outcome {
    let folder = tempfile::tempdir()?;
    let wanted = ["generate", "--bars", "8", "--key", "F", "--meter", "3/4", "--tempo", "90", "--genre", "FOLK"];
    let (report, song) = done(folder.path(), &wanted)?;
    assert_eq!((&report["key"], &report["genre"], &report["form"]), (&"F major".into(), &"folk".into(), &"AA".into()));
    assert_eq!(song.meters.at(0).meter, Meter::new(3, 4).expect("a meter"));
    assert!((song.tempos.at(0).quarters_per_minute() - 90.0).abs() < 0.01);
    assert_eq!((song.keys[0].fifths, song.keys[0].minor), (-1, false));
    assert_eq!(song.tracks[0].notes.len(), report["notes"].as_array().map_or(0, Vec::len));
    assert!(song.tracks[0].notes.last().is_some_and(|last| last.pitch % 12 == 5 && last.end() <= 8 * 2880));
    Ok(())
}

#[test]
fn the_way_between_two_melodies_begins_with_the_one_and_ends_with_the_other() -> Outcome {
    let mut other = tune();
    for (index, note) in other.tracks[0].track.notes.iter_mut().enumerate() {
        note.pitch = [67, 66, 64, 62][index % 4];
    }
    let folder = folder_with(&[("a.mid", &tune()), ("b.mid", &other)])?;
    let (report, song) = done(folder.path(), &["interpolate", "a.mid", "b.mid", "--steps", "2"])?;
    let melodies = report["melodies"].as_array().expect("a list");
    assert_eq!((melodies.len(), song.markers.len()), (4, 4));
    assert_eq!((&melodies[0]["from_first"], &melodies[3]["from_last"]), (&0.0.into(), &0.0.into()));
    assert_eq!(melodies[3]["start"], 3 * 8 * 3840);
    let first: Vec<u8> = song.tracks[0].notes.iter().take(32).map(|note| note.pitch).collect();
    assert!(first.iter().eq(tune().tracks[0].track.notes.iter().map(|note| &note.pitch)));
    Ok(())
}

#[test]
fn bad_input_is_answered_with_one_sentence_and_nothing_is_written() -> Outcome {
    let empty = OutputFile { end: 3840, ..OutputFile::default() };
    let waltz = OutputFile { meters: vec![MeterEvent::new(0, Meter::new(3, 4).expect("a meter"))], ..tune() };
    let folder = folder_with(&[("in.mid", &tune()), ("empty.mid", &empty), ("waltz.mid", &waltz)])?;
    for (arguments, cause) in [
        (&["enhance", "empty.mid"][..], "no notes"),
        (&["enhance", "in.mid", "--bars", "40-41"], "no notes in these bars"),
        (&["enhance", "in.mid", "--add", "-1"], "from 0 to 1000"),
        (&["enhance", "in.mid", "--risk", "3"], "from 0 to 2"),
        (&["enhance", "in.mid", "--genre", "klezmer"], "available"),
        (&["infill", "in.mid", "--bars", "4-3"], "such as 5-8"),
        (&["infill", "in.mid", "--bars", "1-1000"], "too many"),
        (&["infill", "in.mid", "--bars", "20", "--keep", "rhythm"], "no notes in these bars"),
        (&["infill", "in.mid"], "--bars"),
        (&["generate", "--bars", "0"], "from 1 to 128"),
        (&["generate", "--bars", "1000"], "from 1 to 128"),
        (&["generate", "--meter", "5/4"], "5/4"),
        (&["interpolate", "in.mid", "in.mid", "--steps", "0"], "from 1 to 64"),
        (&["interpolate", "in.mid", "waltz.mid"], "three quarters"),
        (&["interpolate", "in.mid", "missing.mid"], "missing.mid"),
    ] {
        let output = run(folder.path(), arguments)?;
        let text = String::from_utf8(output.stderr)?;
        assert!(!output.status.success() && text.contains(cause), "{arguments:?}: {text}");
        assert_eq!(text.trim_end().lines().count(), 1, "{text}");
        assert!(!folder.path().join("out.mid").exists(), "{arguments:?}");
    }
    Ok(())
}
