//! Runs the built `continuo extend`.

use super::files::{Outcome, run_on, tune, written};
use continuo_music::midi_file::OutputFile;
use serde_json::Value;
use std::{error::Error, fs, path::Path, process::Output};

fn extend(folder: &Path, input: &OutputFile, more: &[&str]) -> Result<Output, Box<dyn Error>> {
    run_on(folder, "extend", input, &[&["--backend", "tract"], more].concat())
}

#[test]
fn the_melody_goes_on_and_everything_else_stays() -> Outcome {
    let folder = tempfile::tempdir()?;
    let output = extend(folder.path(), &tune(), &["--bars", "4", "--json"])?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout)?;
    assert_eq!((&report["key"], &report["bars"]), (&"D major".into(), &serde_json::json!([9, 12])));
    let song = written(folder.path())?;
    let before = tune();
    let melody = &song.tracks[0].notes;
    assert_eq!(melody[..32], before.tracks[0].track.notes[..]);
    assert_eq!(song.tracks[1].notes, before.tracks[1].track.notes);
    let new = &melody[32..];
    assert_eq!(new.len(), report["notes"].as_array().map_or(0, Vec::len));
    assert!(new.len() >= 4 && new.iter().all(|note| note.start >= 8 * 3840 && note.end() <= 12 * 3840));
    assert!(report["ends_on_tonic"] == true && new.last().is_some_and(|last| last.pitch % 12 == 2));
    // The program says how long it took; here without optimisation, so only that it did.
    assert!(report["milliseconds"].as_f64().is_some_and(|time| time > 0.0));
    Ok(())
}

#[test]
fn each_network_alone_writes_something_else_than_both_and_is_named() -> Outcome {
    let folder = tempfile::tempdir()?;
    let report = |more: &[&str]| -> Result<Value, Box<dyn Error>> {
        // The melody repeats itself, and so does what goes on with it unless it is bold.
        let bold = ["--bars", "8", "--temperature", "1.5", "--json"];
        let output = extend(folder.path(), &tune(), &[&bold, more].concat())?;
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(serde_json::from_slice(&output.stdout)?)
    };
    let (larger, smaller) = (report(&["--engine", "transformer"])?, report(&["--engine", "LSTM"])?);
    let both = report(&["--engine", "both"])?;
    let name = |report: &Value| report["network"].as_str().unwrap_or_default().to_owned();
    assert!(name(&larger).starts_with("melody ") && name(&smaller).starts_with("melody-lstm "));
    assert_eq!(name(&both), format!("{} + {}", name(&larger), name(&smaller)));
    assert!(
        larger["notes"] != smaller["notes"] && both["notes"] != larger["notes"] && both["notes"] != smaller["notes"]
    );
    assert_eq!(report(&[])?["notes"], both["notes"], "both are the default");
    // Of a model that has one of them, that one writes, and the report says so.
    let models = concat!(env!("CARGO_MANIFEST_DIR"), "/../models");
    let own = folder.path().join("data/models/own");
    fs::create_dir_all(&own)?;
    for file in ["continuo.onnx", "encoder.onnx", "melody-lstm.onnx"] {
        fs::copy(Path::new(models).join(file), own.join(file))?;
    }
    let alone = report(&["--model", "own"])?;
    assert_eq!((&alone["notes"], name(&alone)), (&smaller["notes"], name(&smaller)));
    assert!(alone["warnings"].to_string().contains("no melody.onnx"), "{}", alone["warnings"]);
    Ok(())
}

#[test]
fn given_chords_are_repeated_written_and_followed() -> Outcome {
    let folder = tempfile::tempdir()?;
    // The melody repeats itself, and so does what goes on with it unless it is bold.
    let bold = ["--bars", "4", "--temperature", "1.5", "--json"];
    let output = extend(folder.path(), &tune(), &[&bold[..], &["--chords", "G | A7"]].concat())?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout)?;
    assert!(report["warnings"].to_string().contains("is repeated"), "{report}");
    let song = written(folder.path())?;
    let symbols: Vec<String> = song.chords.iter().map(|span| span.chord.to_string()).collect();
    assert_eq!(symbols[..4], ["G", "A7", "G", "A7"], "{symbols:?}");
    let plain = extend(folder.path(), &tune(), &bold)?;
    let plain: Value = serde_json::from_slice(&plain.stdout)?;
    assert_ne!(plain["notes"], report["notes"]);
    Ok(())
}

#[test]
fn wrong_input_is_reported_in_a_sentence_and_nothing_is_lost() -> Outcome {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("out.mid"), "the old file")?;
    let mut one = tune();
    one.tracks.truncate(1);
    one.tracks[0].track.notes.truncate(1);
    for (input, more, expected) in [
        (&OutputFile::default(), [].as_slice(), "in.mid"),
        (&one, &[], "1 note"),
        (&tune(), &["--bars", "0"], "1 to 128"),
        (&tune(), &["--bars", "1000"], "1 to 128"),
        (&tune(), &["--genre", "polka"], "folk"),
        (&tune(), &["--chords", "C | Hm7"], "--chords"),
        (&tune(), &["--chords", ""], "names no chord"),
        (&tune(), &["--track", "7"], "in.mid"),
    ] {
        let output = extend(folder.path(), input, more)?;
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && text.contains(expected), "{more:?}: {text}");
        assert_eq!(text.trim().lines().count(), 1, "{text}");
        assert_eq!(fs::read_to_string(folder.path().join("out.mid"))?, "the old file", "{more:?}");
    }
    Ok(())
}
