//! Runs the built `continuo arrange` with chord charts.

use continuo_music::{
    midi_file::{OutputFile, OutputTrack},
    note::Note,
    song::Track,
};
use serde_json::Value;
use std::{error::Error, fs, process::Command};

#[test]
fn a_charts_chords_and_key_hold_unless_the_player_names_another() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    // Four bars of C major.
    let notes = (0_i64..16).zip([60, 64, 67, 64].into_iter().cycle());
    let notes = notes.map(|(beat, pitch)| Note { start: beat * 960, pitch, length: 900, velocity: 90 }).collect();
    let track = OutputTrack { track: Track { notes, ..Track::default() }, ..OutputTrack::default() };
    fs::write(folder.path().join("in.mid"), OutputFile { tracks: vec![track], ..OutputFile::default() }.to_bytes())?;
    fs::write(folder.path().join("chart.txt"), "Key: F\nC | F | G | C\n")?;
    let report = |arguments: &[&str]| -> Result<Value, Box<dyn Error>> {
        let output = Command::new(env!("CARGO_BIN_EXE_continuo"))
            .current_dir(folder.path())
            .env("CONTINUO_DATA", folder.path().join("data"))
            .env_remove("CONTINUO_MODEL")
            .args(["arrange", "in.mid", "-o", "out.mid", "--backend", "tract", "--json"])
            .args(arguments)
            .output()?;
        Ok(serde_json::from_slice(&output.stdout)?)
    };
    let given = |report: &Value| -> Vec<bool> {
        let chords = report["chords"].as_array().into_iter().flatten();
        chords.filter_map(|chord| chord["given"].as_bool()).collect()
    };
    let own = report(&[])?;
    assert_eq!(own["key"], "C major");
    assert!(!given(&own).is_empty() && given(&own).iter().all(|given| !given), "{own}");
    let charted = report(&["--chord-chart", "chart.txt"])?;
    assert_eq!(charted["key"], "F major");
    assert!(given(&charted).len() >= 4 && given(&charted).iter().all(|&given| given), "{charted}");
    let chosen = report(&["--chord-chart", "chart.txt", "--key", "G"])?;
    assert_eq!(chosen["key"], "G major");
    Ok(())
}
