//! The built-in SoundFont in another player: FluidSynth reads it, and every program and the drums sound there as well.

use std::{fs, path::Path, process::Command};

const RATE: usize = 22_050;

/// A MIDI file of type 0 with notes of a quarter of a second each, one after the other: a channel, a program, a pitch.
fn midi(notes: &[(u8, u8, u8)]) -> Vec<u8> {
    let mut track = Vec::new();
    for &(channel, program, pitch) in notes {
        // All sound off before, so that nothing rings into the next note.
        track.extend([0, 0xb0 | channel, 120, 0, 0, 0xc0 | channel, program]);
        track.extend([0, 0x90 | channel, pitch, 100, 0x83, 0x60, 0x80 | channel, pitch, 64]);
    }
    track.extend([0, 0xff, 0x2f, 0]);
    // 960 ticks a quarter note at 120: 480 ticks are a quarter of a second.
    let head = b"MThd\x00\x00\x00\x06\x00\x00\x00\x01\x03\xc0MTrk";
    [head.as_slice(), &(track.len() as u32).to_be_bytes(), &track].concat()
}

/// The highest magnitude of each note that FluidSynth plays; `None` without FluidSynth.
fn peaks(folder: &Path, notes: &[(u8, u8, u8)]) -> Option<Vec<i32>> {
    let (file, sound) = (folder.join("a.mid"), folder.join("a.wav"));
    fs::write(&file, midi(notes)).expect("a file");
    let font = Path::new(env!("CARGO_MANIFEST_DIR")).join("soundfont/continuo.sf2");
    let output = Command::new("fluidsynth")
        // Otherwise it plays its own SoundFont where it cannot read this one. Reverb would ring on.
        .args(["-q", "-n", "-i", "-R", "0", "-C", "0", "-o", "synth.default-soundfont=", "-r", "22050", "-F"])
        .arg(&sound)
        .args([&font, &file])
        .output()
        .ok()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && !said.contains("rror"), "FluidSynth: {said}");
    let mut reader = hound::WavReader::open(&sound).expect("FluidSynth wrote sound");
    let samples: Vec<i32> = reader.samples::<i16>().map(|sample| i32::from(sample.expect("a sample")).abs()).collect();
    // Both sides, and the middle of each note.
    let note = RATE / 4 * 2;
    let middle = |index: usize| samples.get(index * note + note / 10..(index + 1) * note - note / 10);
    let peak = |index| middle(index).and_then(|part| part.iter().max().copied()).unwrap_or(0);
    Some((0..notes.len()).map(peak).collect())
}

#[test]
fn fluidsynth_plays_every_instrument_of_the_built_in_font() {
    let folder = tempfile::tempdir().expect("a folder");
    let programs: Vec<_> = (0..120).map(|program| (0, program, 60)).collect();
    let drums: Vec<_> = [36, 38, 42, 46, 45, 48, 49, 51, 70, 63, 64].map(|pitch| (9, 0, pitch)).to_vec();
    for notes in [programs, drums] {
        let Some(peaks) = peaks(folder.path(), &notes) else {
            assert!(std::env::var_os("CI").is_none(), "FluidSynth is missing");
            eprintln!("Skipped: FluidSynth is missing.");
            return;
        };
        for (note, peak) in notes.iter().zip(peaks) {
            assert!(peak > 60, "{note:?}: {peak}");
        }
    }
}
