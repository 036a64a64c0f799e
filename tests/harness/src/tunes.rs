//! The tunes that the demo and the tests play: written here in a notation that people can read, and kept as MIDI files in
//! `tests/tunes`.
//!
//! `C#5:1.5` is a note of one and a half quarter notes, `r:1` a rest; `|` only helps the eye, and is checked.

use crate::songs::tune_file;
use anyhow::{Context, Result, bail, ensure};
use midly::{
    Format, Header, MetaMessage, MidiMessage, Smf, Timing, Track, TrackEvent, TrackEventKind,
    num::{u4, u7, u15, u24, u28},
};
use std::fs;

/// Ticks in a quarter note.
const QUARTER: f64 = 960.0;

/// A tune in the notation.
struct WrittenTune {
    /// The file's name without its ending.
    file: &'static str,
    title: &'static str,
    sections: &'static [Section],
}

/// A part of a tune in one meter.
struct Section {
    meter: (u8, u8),
    /// Quarter notes a minute at its start and end; between them the tempo moves beat by beat.
    tempo: (f64, f64),
    notes: &'static str,
}

const ODE_TO_JOY: Section = Section {
    meter: (4, 4),
    tempo: (112.0, 112.0),
    notes: "F#4:1 F#4:1 G4:1 A4:1 | A4:1 G4:1 F#4:1 E4:1 | D4:1 D4:1 E4:1 F#4:1 | F#4:1.5 E4:0.5 E4:2 |
            F#4:1 F#4:1 G4:1 A4:1 | A4:1 G4:1 F#4:1 E4:1 | D4:1 D4:1 E4:1 F#4:1 | E4:1.5 D4:0.5 D4:2 |
            E4:1 E4:1 F#4:1 D4:1 | E4:1 F#4:0.5 G4:0.5 F#4:1 D4:1 | E4:1 F#4:0.5 G4:0.5 F#4:1 E4:1 | D4:1 E4:1 A3:2 |
            F#4:1 F#4:1 G4:1 A4:1 | A4:1 G4:1 F#4:1 E4:1 | D4:1 D4:1 E4:1 F#4:1 | E4:1.5 D4:0.5 D4:2",
};

const GREENSLEEVES: Section = Section {
    meter: (6, 8),
    tempo: (84.0, 84.0),
    notes: "r:2.5 A4:0.5 |
            C5:1 D5:0.5 E5:0.75 F5:0.25 E5:0.5 | D5:1 B4:0.5 G4:0.75 A4:0.25 B4:0.5 |
            C5:1 A4:0.5 A4:0.75 G#4:0.25 A4:0.5 | B4:1 G#4:0.5 E4:1 A4:0.5 |
            C5:1 D5:0.5 E5:0.75 F5:0.25 E5:0.5 | D5:1 B4:0.5 G4:0.75 A4:0.25 B4:0.5 |
            C5:0.75 B4:0.25 A4:0.5 G#4:0.75 F#4:0.25 G#4:0.5 | A4:3 |
            G5:1.5 G5:0.75 F#5:0.25 E5:0.5 | D5:1 B4:0.5 G4:0.75 A4:0.25 B4:0.5 |
            C5:1 A4:0.5 A4:0.75 G#4:0.25 A4:0.5 | B4:1 G#4:0.5 E4:1.5 |
            G5:1.5 G5:0.75 F#5:0.25 E5:0.5 | D5:1 B4:0.5 G4:0.75 A4:0.25 B4:0.5 |
            C5:0.75 B4:0.25 A4:0.5 G#4:0.75 F#4:0.25 G#4:0.5 | A4:3",
};

const SCARBOROUGH_FAIR: Section = Section {
    meter: (3, 4),
    tempo: (116.0, 116.0),
    notes: "D4:2 D4:1 | A4:2 A4:1 | E4:1.5 F4:0.5 E4:1 | D4:3 |
            r:1 A4:1 C5:1 | D5:2 C5:1 | A4:1 B4:1 G4:1 | A4:3 |
            r:2 D5:1 | D5:2 D5:1 | C5:2 A4:1 | A4:1 G4:1 F4:1 | E4:1 C4:2 |
            D4:2 A4:1 | G4:2 F4:1 | E4:1 D4:1 C4:1 | D4:3",
};

const FIVE_STEPS: Section = Section {
    meter: (5, 4),
    tempo: (138.0, 138.0),
    notes: "C5:1 D5:0.5 D#5:0.5 G5:1 F5:1 D#5:1 | D5:1.5 C5:0.5 A#4:1 C5:2 |
            D#5:1 F5:0.5 G5:0.5 A#5:1 G5:1 F5:1 | G5:3 r:2 |
            G#5:1 G5:0.5 F5:0.5 D#5:1 F5:1 D5:1 | D#5:1.5 D5:0.5 C5:1 A#4:2 |
            C5:1 D5:0.5 D#5:0.5 F5:1 D5:1 B4:1 | C5:3 r:2",
};

const TUNES: &[WrittenTune] = &[
    WrittenTune { file: "ode_to_joy", title: "Ode to Joy", sections: &[ODE_TO_JOY] },
    WrittenTune { file: "greensleeves", title: "Greensleeves", sections: &[GREENSLEEVES] },
    WrittenTune { file: "scarborough_fair", title: "Scarborough Fair", sections: &[SCARBOROUGH_FAIR] },
    WrittenTune { file: "five_steps", title: "Five Steps", sections: &[FIVE_STEPS] },
    WrittenTune {
        file: "meter_changes",
        title: "There and Back",
        sections: &[
            Section {
                meter: (4, 4),
                tempo: (104.0, 104.0),
                notes: "G4:1 C5:1 E5:1 D5:1 | C5:1.5 B4:0.5 A4:2 | F4:1 A4:1 D5:1 C5:1 | B4:1.5 A4:0.5 G4:2",
            },
            Section {
                meter: (3, 4),
                tempo: (132.0, 132.0),
                notes: "E5:1 D5:1 C5:1 | B4:2 A4:1 | G4:1 A4:1 B4:1 | C5:3 | A4:1 B4:1 C5:1 | D5:2 C5:1",
            },
            Section {
                meter: (4, 4),
                tempo: (120.0, 84.0),
                notes: "E5:1 E5:1 D5:1 C5:1 | A4:1 D5:1 C5:1 B4:1 | C5:1 G4:1 A4:1 B4:1 | C5:4",
            },
        ],
    },
];

/// Writes all tunes; returns how many.
///
/// # Errors
/// When a file cannot be written.
pub fn write() -> Result<usize> {
    for tune in TUNES {
        let file = tune_file(tune.file);
        fs::write(&file, tune.bytes()?).with_context(|| format!("{} could not be written", file.display()))?;
    }
    Ok(TUNES.len())
}

impl WrittenTune {
    /// The tune as a MIDI file of type 1.
    fn bytes(&self) -> Result<Vec<u8>> {
        let mut time = vec![];
        let mut melody: Vec<(u32, TrackEventKind<'static>)> = vec![];
        let mut at = 0.0;
        for section in self.sections {
            section.write_time(at, &mut time);
            at = section.write_notes(at, &mut melody).with_context(|| self.title)?;
        }
        let end = (at * QUARTER) as u32;
        let tracks = vec![track(self.title, time, end), track("Melody", melody, end)];
        let header = Header::new(Format::Parallel, Timing::Metrical(u15::new(QUARTER as u16)));
        let mut bytes = vec![];
        Smf { header, tracks }.write_std(&mut bytes)?;
        Ok(bytes)
    }
}

impl Section {
    fn bar(&self) -> f64 {
        4.0 * f64::from(self.meter.0) / f64::from(self.meter.1)
    }

    /// The section's length in quarter notes.
    fn length(&self) -> f64 {
        let lengths = self.notes.split_whitespace().filter_map(|word| word.split_once(':')?.1.parse::<f64>().ok());
        lengths.sum()
    }

    fn write_time(&self, at: f64, time: &mut Vec<(u32, TrackEventKind<'static>)>) {
        let meta = |quarters: f64, message| ((quarters * QUARTER) as u32, TrackEventKind::Meta(message));
        let clocks = if self.meter.1 == 8 { 36 } else { 24 };
        time.push(meta(at, MetaMessage::TimeSignature(self.meter.0, self.meter.1.ilog2() as u8, clocks, 8)));
        let beats = if (self.tempo.0 - self.tempo.1).abs() < 1e-9 { 1 } else { self.length() as u32 };
        for beat in 0..beats {
            let tempo = self.tempo.0 + (self.tempo.1 - self.tempo.0) * f64::from(beat) / f64::from(beats.max(2) - 1);
            let microseconds = u24::new((60e6 / tempo).round() as u32);
            time.push(meta(at + f64::from(beat), MetaMessage::Tempo(microseconds)));
        }
    }

    /// Writes the notes from a place in quarter notes on; returns where they end.
    fn write_notes(&self, from: f64, melody: &mut Vec<(u32, TrackEventKind<'static>)>) -> Result<f64> {
        let mut at = from;
        for word in self.notes.split_whitespace() {
            if word == "|" {
                ensure!(
                    ((at - from) / self.bar()).fract().abs() < 1e-9,
                    "a bar before quarter {at} has the wrong length"
                );
                continue;
            }
            let (name, length) = word.split_once(':').with_context(|| format!("{word} has no length"))?;
            let length: f64 = length.parse()?;
            if name != "r" {
                let channel = u4::new(0);
                let (key, vel) = (u7::new(pitch(name)?), u7::new(self.velocity(at - from)));
                let message = |on| TrackEventKind::Midi { channel, message: on };
                // A breath between notes: a player releases a key a little early.
                let end = at + length - (length * 0.1).min(0.1);
                melody.push(((at * QUARTER) as u32, message(MidiMessage::NoteOn { key, vel })));
                melody.push(((end * QUARTER) as u32, message(MidiMessage::NoteOff { key, vel: u7::new(64) })));
            }
            at += length;
        }
        Ok(at)
    }

    /// Louder on the bar, softer off the beat, with a slow swell over each four bars.
    fn velocity(&self, at: f64) -> u8 {
        let accent = match at % self.bar() {
            place if place.abs() < 1e-9 => 12.0,
            place if place.fract().abs() < 1e-9 => 4.0,
            _ => -4.0,
        };
        let swell = (at / (4.0 * self.bar()) * std::f64::consts::PI).sin().abs() * 10.0;
        (78.0 + accent + swell).round() as u8
    }
}

/// A MIDI pitch from a name such as `F#4`; middle C is `C4`.
fn pitch(name: &str) -> Result<u8> {
    let (letter, octave) = name.split_at(name.len() - 1);
    let step = match letter {
        "C" => 0,
        "C#" => 1,
        "D" => 2,
        "D#" => 3,
        "E" => 4,
        "F" => 5,
        "F#" => 6,
        "G" => 7,
        "G#" => 8,
        "A" => 9,
        "A#" => 10,
        "B" => 11,
        _ => bail!("{name} is not a pitch"),
    };
    Ok(12 * (octave.parse::<u8>()? + 1) + step)
}

/// A track of events at absolute ticks.
fn track(name: &'static str, mut events: Vec<(u32, TrackEventKind<'static>)>, end: u32) -> Track<'static> {
    events.sort_by_key(|event| {
        (event.0, !matches!(event.1, TrackEventKind::Midi { message: MidiMessage::NoteOff { .. }, .. }))
    });
    events.insert(0, (0, TrackEventKind::Meta(MetaMessage::TrackName(name.as_bytes()))));
    events.push((end, TrackEventKind::Meta(MetaMessage::EndOfTrack)));
    let mut before = 0;
    let delta = |(tick, kind): (u32, TrackEventKind<'static>)| {
        let delta = u28::new(tick - std::mem::replace(&mut before, tick));
        TrackEvent { delta, kind }
    };
    events.into_iter().map(delta).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_hold_the_tunes_in_this_notation() {
        for tune in TUNES {
            let file = tune_file(tune.file);
            let kept = fs::read(&file).unwrap();
            assert_eq!(kept, tune.bytes().unwrap(), "{} differs: run `cargo xtask tunes`", file.display());
        }
    }
}
