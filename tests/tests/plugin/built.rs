//! The plugin under test and melodies to play to it.

use continuo_tests::{Format, Host, MelodyNote, Song, open};
use std::{env, path::PathBuf};

/// Both formats.
pub const FORMATS: [Format; 2] = [Format::Clap, Format::Vst3];

/// The plugin's library.
pub fn library() -> PathBuf {
    let program = env::current_exe().expect("a test program has a path");
    let name = format!("{}continuo_plugin{}", env::consts::DLL_PREFIX, env::consts::DLL_SUFFIX);
    program.parent().expect("a program lies in a folder").join(name)
}

/// An instance in a host.
pub fn host(format: Format) -> Box<dyn Host> {
    open(&library(), format).expect("the plugin loads")
}

/// The first half of the *Ode to Joy* (Beethoven, 1824), eight bars in C at 120 beats a minute.
pub fn ode() -> Song {
    const PITCHES: [u8; 30] = [
        64, 64, 65, 67, 67, 65, 64, 62, 60, 60, 62, 64, 64, 62, 62, // first phrase
        64, 64, 65, 67, 67, 65, 64, 62, 60, 60, 62, 64, 62, 60, 60, // second phrase
    ];
    let mut start = 0.0;
    let melody = PITCHES
        .iter()
        .enumerate()
        .map(|(index, &pitch)| {
            let length = match index % 15 {
                12 => 1.5,
                13 => 0.5,
                14 => 2.0,
                _ => 1.0,
            };
            let note = MelodyNote { start, length, pitch, velocity: 90 };
            start += length;
            note
        })
        .collect();
    Song { melody, tempos: vec![(0.0, 120.0)], meters: vec![(0.0, (4, 4))], length: 32.0 }
}
