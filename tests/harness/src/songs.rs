//! Music for tests.

use crate::tune::{MelodyNote, Tune};
use continuo_music::{
    meter::Meter,
    midi_file::{OutputFile, OutputTrack},
    note::Note,
    song::{MeterEvent, Song, Track},
    time::quarters_from_ticks,
};
use std::path::{Path, PathBuf};

/// The first half of the *Ode to Joy* (Beethoven, 1824), eight bars in C at 120 beats a minute.
pub fn ode() -> Tune {
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
    Tune { melody, tempos: vec![(0.0, 120.0)], meters: vec![(0.0, (4, 4))], length: 32.0 }
}

/// How long a phrase is by default, in bars; a pass is a whole number of them.
const PHRASE_BARS: u8 = 4;

/// A track of a file as a host plays it; `None` if it has no notes.
pub fn of_file(file: &Song, track: usize) -> Option<Tune> {
    let notes = &file.tracks.get(track)?.notes;
    let last = notes.iter().map(Note::end).max()?;
    let end = file.meters.phrases_until(last, PHRASE_BARS).last()?.end;
    let note = |note: &Note| MelodyNote {
        start: quarters_from_ticks(note.start),
        length: quarters_from_ticks(note.length),
        pitch: note.pitch,
        velocity: note.velocity,
    };
    let tempos = file.tempos.changes().iter();
    let meters = file.meters.changes().iter();
    Some(Tune {
        melody: notes.iter().map(note).collect(),
        tempos: tempos.map(|change| (quarters_from_ticks(change.tick), change.quarters_per_minute())).collect(),
        meters: meters
            .map(|change| {
                let meter = (u16::from(change.meter.numerator), u16::from(change.meter.denominator));
                (quarters_from_ticks(change.tick), meter)
            })
            .collect(),
        length: quarters_from_ticks(end),
    })
}

/// One of the tunes in `tests/tunes`, by the name of its file without the ending.
pub fn tune_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("tunes").join(name).with_extension("mid")
}

/// A song as a MIDI file: eight bars of a melody over a bass.
pub fn band() -> Vec<u8> {
    let track = |name: &str, channel: u8, step: i64, pitch: u8| {
        let note = |start: i64| Note { start, pitch, length: step, velocity: 80 };
        let notes = (0..8 * 3840 / step).map(|index| note(index * step)).collect();
        let track = Track { name: Some(name.to_owned()), channel, notes, ..Track::default() };
        OutputTrack { track, ..OutputTrack::default() }
    };
    let tracks = vec![track("Lead", 0, 960, 72), track("Bass", 1, 3840, 40)];
    OutputFile { meters: vec![MeterEvent::new(0, Meter::COMMON)], tracks, end: 8 * 3840, ..OutputFile::default() }
        .to_bytes()
}

/// The melody of a tune as the engine has it, in ticks.
pub fn melody_in_ticks(tune: &Tune) -> Vec<Note> {
    let ticks = |quarters: f64| (quarters * 960.0).round() as i64;
    let note = |note: &MelodyNote| Note {
        start: ticks(note.start),
        pitch: note.pitch,
        length: ticks(note.length),
        velocity: note.velocity,
    };
    tune.melody.iter().map(note).collect()
}
