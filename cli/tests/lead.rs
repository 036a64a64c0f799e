//! Runs the built `continuo arrange` with Lead.

use continuo_music::{
    lead::{LEAD_CHANNEL, LEAD_NAME},
    midi_file::{self, OutputFile, OutputTrack},
    note::Note,
    song::Track,
    time::Tick,
};
use serde_json::Value;
use std::{error::Error, fs, process::Command};

const BAR: Tick = 3840;

#[test]
fn lead_is_written_as_a_track_and_plays_where_its_mode_says() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    // Eight bars of C major; the last beat of each bar is silent.
    let notes = (0_i64..24).zip([60, 64, 67, 65, 64, 62].into_iter().cycle());
    let notes: Vec<Note> = notes
        .map(|(index, pitch)| Note { start: index / 3 * BAR + index % 3 * 960, pitch, length: 960, velocity: 90 })
        .collect();
    let track = OutputTrack { track: Track { notes: notes.clone(), ..Track::default() }, ..OutputTrack::default() };
    fs::write(folder.path().join("in.mid"), OutputFile { tracks: vec![track], ..OutputFile::default() }.to_bytes())?;
    let arranged = |mode: &str| -> Result<(Value, Vec<Note>), Box<dyn Error>> {
        let output = Command::new(env!("CARGO_BIN_EXE_continuo"))
            .current_dir(folder.path())
            .env("CONTINUO_DATA", folder.path().join("data"))
            .env_remove("CONTINUO_MODEL")
            .args(["arrange", "in.mid", "-o", "out.mid", "--backend", "tract", "--takes", "1", "--json"])
            .args(["--lead", mode, "--trade-bars", "2"])
            .output()?;
        let song = midi_file::read(&fs::read(folder.path().join("out.mid"))?)?;
        let track = song.tracks.iter().find(|track| track.name.as_deref() == Some(LEAD_NAME));
        assert!(track.is_none_or(|track| track.channel == LEAD_CHANNEL));
        Ok((serde_json::from_slice(&output.stdout)?, track.map(|track| track.notes.clone()).unwrap_or_default()))
    };
    let (report, none) = arranged("off")?;
    assert_eq!((&report["lead"], none), (&Value::Null, vec![]));
    let (report, trade) = arranged("trade")?;
    assert_eq!(report["lead"]["trade_bars"], 2, "{report}");
    assert_eq!(report["lead"]["notes"].as_u64(), Some(trade.len() as u64));
    assert!(trade.len() > 4 && trade.iter().all(|note| note.start / BAR % 4 >= 2), "{trade:?}");
    let (_, fill) = arranged("fill")?;
    let over = |note: &&Note| notes.iter().any(|other| other.start < note.end() && note.start < other.end());
    assert!(fill.len() > 2 && fill.iter().find(over).is_none(), "{fill:?}");
    let (_, again) = arranged("fill")?;
    assert_eq!(fill, again, "the same seed gives the same notes");
    let (_, solo) = arranged("solo")?;
    let bars: Vec<Tick> = solo.iter().map(|note| note.start / BAR).collect();
    assert!((0..8).filter(|bar| bars.contains(bar)).count() >= 6, "{bars:?}");
    Ok(())
}
