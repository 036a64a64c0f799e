//! What the tests of all tools share: files, and the program.

use continuo_music::{
    meter::Meter,
    midi_file::{OutputFile, OutputTrack, read},
    note::Note,
    song::{MeterEvent, Song, Track},
    time::Tick,
};
use std::{
    error::Error,
    fs,
    path::Path,
    process::{Command, Output},
};

pub type Outcome = Result<(), Box<dyn Error>>;

pub fn track(name: &str, channel: u8, notes: Vec<Note>) -> OutputTrack {
    let track = Track { name: Some(name.to_owned()), channel, notes, ..Track::default() };
    OutputTrack { track, ..OutputTrack::default() }
}

/// A file of so many bars of 4/4.
pub fn file(tracks: Vec<OutputTrack>, bars: Tick) -> OutputFile {
    OutputFile { meters: vec![MeterEvent::new(0, Meter::COMMON)], tracks, end: bars * 3840, ..OutputFile::default() }
}

/// Eight bars of a tune in D major over a bass.
pub fn tune() -> OutputFile {
    let degrees = [62, 66, 69, 66, 67, 64, 66, 62, 61, 64, 69, 67, 66, 64, 62, 62];
    let melody =
        (0..32).map(|i: Tick| Note { start: 960 * i, pitch: degrees[i as usize % 16], length: 960, velocity: 88 });
    let bass = (0..8).map(|i| Note { start: 3840 * i, pitch: 38, length: 3840, velocity: 70 });
    file(vec![track("Melody", 0, melody.collect()), track("Bass", 1, bass.collect())], 8)
}

/// Runs the program in a folder; it is to write `out.mid`.
pub fn run(folder: &Path, arguments: &[&str]) -> Result<Output, Box<dyn Error>> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_continuo"));
    // Whoever runs the tests may have chosen other networks.
    command.env("CONTINUO_DATA", folder.join("data"));
    Ok(command.current_dir(folder).args(arguments).args(["-o", "out.mid"]).output()?)
}

/// Runs a command on a file.
pub fn run_on(folder: &Path, command: &str, input: &OutputFile, more: &[&str]) -> Result<Output, Box<dyn Error>> {
    fs::write(folder.join("in.mid"), input.to_bytes())?;
    run(folder, &[&[command, "in.mid"], more].concat())
}

/// What a command made of a file.
pub fn made(folder: &Path, command: &str, input: &OutputFile, more: &[&str]) -> Result<Song, Box<dyn Error>> {
    let output = run_on(folder, command, input, more)?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    written(folder)
}

/// The file that was written.
pub fn written(folder: &Path) -> Result<Song, Box<dyn Error>> {
    Ok(read(&fs::read(folder.join("out.mid"))?)?)
}
