//! Where the keys of a General MIDI kit are written: on the lines and with the heads that drummers read, after Norman
//! Weinberg's *Guide to Standardized Drumset Notation* (1998). Hands have stems up, feet have stems down.

use crate::{
    part::{PAD_CHANNEL, Part},
    project_files::finished_song::ProjectTrack,
};

/// Whether a track's notes are strokes of a kit.
pub fn is_drums(track: &ProjectTrack) -> bool {
    track.channel == PAD_CHANNEL || track.name == Part::Drums.name()
}

/// How a stroke is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stroke {
    /// The instrument's name.
    pub name: &'static str,
    /// The place on the staff, as in treble clef.
    pub letter: char,
    pub octave: i64,
    /// The head, by the format's name.
    pub head: &'static str,
    /// Whether a foot plays it.
    pub is_foot: bool,
}

/// The id of an instrument of a kit.
pub fn instrument(part: usize, key: u8) -> String {
    format!("P{part}-I{}", u16::from(key) + 1)
}

/// How a key is written; keys that no kit has are diamonds in the middle.
pub const fn stroke(key: u8) -> Stroke {
    let (name, letter, octave, head) = match key {
        35 => ("Acoustic Bass Drum", 'F', 4, "normal"),
        36 => ("Bass Drum", 'F', 4, "normal"),
        37 => ("Side Stick", 'C', 5, "x"),
        38 => ("Snare", 'C', 5, "normal"),
        39 => ("Hand Clap", 'C', 5, "triangle"),
        40 => ("Electric Snare", 'C', 5, "normal"),
        41 => ("Low Floor Tom", 'G', 4, "normal"),
        42 => ("Closed Hi-Hat", 'G', 5, "x"),
        43 => ("High Floor Tom", 'A', 4, "normal"),
        44 => ("Pedal Hi-Hat", 'D', 4, "x"),
        45 => ("Low Tom", 'B', 4, "normal"),
        46 => ("Open Hi-Hat", 'G', 5, "circle-x"),
        47 => ("Low-Mid Tom", 'D', 5, "normal"),
        48 => ("High-Mid Tom", 'D', 5, "normal"),
        49 => ("Crash Cymbal", 'A', 5, "x"),
        50 => ("High Tom", 'E', 5, "normal"),
        51 => ("Ride Cymbal", 'F', 5, "x"),
        52 => ("China Cymbal", 'B', 5, "circle-x"),
        53 => ("Ride Bell", 'F', 5, "diamond"),
        54 => ("Tambourine", 'D', 5, "x"),
        55 => ("Splash Cymbal", 'B', 5, "x"),
        56 => ("Cowbell", 'E', 5, "triangle"),
        57 => ("Crash Cymbal 2", 'A', 5, "x"),
        58 => ("Vibraslap", 'D', 5, "diamond"),
        59 => ("Ride Cymbal 2", 'F', 5, "x"),
        60 => ("High Bongo", 'E', 5, "diamond"),
        61 => ("Low Bongo", 'D', 5, "diamond"),
        62 => ("Muted Conga", 'B', 4, "x"),
        63 => ("Open Conga", 'B', 4, "diamond"),
        64 => ("Low Conga", 'G', 4, "diamond"),
        65 => ("High Timbale", 'E', 5, "slash"),
        66 => ("Low Timbale", 'D', 5, "slash"),
        67 => ("High Agogo", 'E', 5, "triangle"),
        68 => ("Low Agogo", 'D', 5, "triangle"),
        69 => ("Cabasa", 'E', 5, "x"),
        70 => ("Shaker", 'E', 5, "x"),
        75 => ("Claves", 'C', 5, "diamond"),
        80 => ("Muted Triangle", 'B', 5, "triangle"),
        81 => ("Open Triangle", 'B', 5, "triangle"),
        82 => ("Shaker 2", 'E', 5, "x"),
        _ => ("Percussion", 'C', 5, "diamond"),
    };
    Stroke { name, letter, octave, head, is_foot: matches!(key, 35 | 36 | 44) }
}
