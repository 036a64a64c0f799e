//! A tune that the tests of several tools use.

use super::passage::KnownMelody;
use continuo_music::{meter::MeterMap, note::Note, time::Tick};

/// *Ode to Joy*, eight bars, moved; played a little late, which revisions must keep.
pub fn ode(by: u8) -> Vec<Note> {
    let half = [64, 64, 65, 67, 67, 65, 64, 62, 60, 60, 62, 64];
    let (open, closed) = ([64, 62, 62], [62, 60, 60]);
    let beats = [1.0; 12].into_iter().chain([1.5, 0.5, 2.0]);
    let mut start = 0;
    let pitches = half.into_iter().chain(open).chain(half).chain(closed);
    pitches
        .zip(beats.clone().chain(beats))
        .map(|(pitch, beats)| {
            let length = (beats * 960.0) as Tick;
            start += length;
            Note { start: start - length + 7, pitch: pitch + by, length: length - 7, velocity: 80 }
        })
        .collect()
}

/// A melody of which only notes and meters are known.
pub fn known<'a>(notes: &'a [Note], meters: &'a MeterMap) -> KnownMelody<'a> {
    KnownMelody { notes, meters, key: None, chords: &[], genre: Some("folk") }
}
