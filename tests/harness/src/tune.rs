//! A melody with its tempo and meter, as a host plays it to the plugin.

use crate::{
    event::{NoteEvent, NoteEventKind, SongEvent},
    transport::Transport,
};
use std::time::Duration;

/// A note of the melody that the host plays to the plugin. Positions are in quarter notes from the tune's start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MelodyNote {
    /// Where it starts.
    pub start: f64,
    /// How long it sounds.
    pub length: f64,
    /// MIDI pitch, 0 to 127.
    pub pitch: u8,
    /// MIDI velocity, 1 to 127.
    pub velocity: u8,
}

/// A melody with its tempo and meter.
#[derive(Clone, Debug, PartialEq)]
pub struct Tune {
    /// The melody, on MIDI channel 1.
    pub melody: Vec<MelodyNote>,
    /// Position in quarter notes, quarter notes a minute; sorted, the first at 0.
    pub tempos: Vec<(f64, f64)>,
    /// Position in quarter notes, meter; sorted, the first at 0.
    pub meters: Vec<(f64, (u16, u16))>,
    /// Where a pass ends, in quarter notes.
    pub length: f64,
}

impl Tune {
    /// The sample at which a position in quarter notes lies, as an exact number.
    pub fn sample_at(&self, position: f64, sample_rate: f64) -> f64 {
        let mut sample = 0.0;
        for (index, &(from, tempo)) in self.tempos.iter().enumerate() {
            if from > position {
                break;
            }
            let to = self.tempos.get(index + 1).map_or(position, |next| next.0.min(position));
            sample += (to - from) * 60.0 / tempo * sample_rate;
        }
        sample
    }

    /// The position in quarter notes of a sample.
    pub fn position_at(&self, sample: f64, sample_rate: f64) -> f64 {
        let later = self.tempos.iter().rev().find(|change| self.sample_at(change.0, sample_rate) <= sample);
        let (from, tempo) = later.copied().unwrap_or((0.0, 120.0));
        from + (sample - self.sample_at(from, sample_rate)) * tempo / 60.0 / sample_rate
    }

    /// The tempo at a position, in quarter notes a minute.
    pub fn tempo_at(&self, position: f64) -> f64 {
        value_at(&self.tempos, position).unwrap_or(Transport::STOPPED.tempo)
    }

    /// The meter at a position.
    pub fn meter_at(&self, position: f64) -> (u16, u16) {
        value_at(&self.meters, position).unwrap_or(Transport::STOPPED.meter)
    }

    /// From where the bars at a position are counted: where its meter begins.
    pub fn bars_from(&self, position: f64) -> f64 {
        let begins: Vec<(f64, f64)> = self.meters.iter().map(|change| (change.0, change.0)).collect();
        value_at(&begins, position).unwrap_or(0.0)
    }

    /// How long a pass takes.
    pub fn duration(&self) -> Duration {
        Duration::from_secs_f64(self.sample_at(self.length, 1.0))
    }

    /// The melody as note events at absolute samples, sorted, ends before beginnings.
    pub fn events(&self, sample_rate: f64) -> Vec<SongEvent> {
        let event = |position: f64, kind, pitch| SongEvent {
            // Rounded up, so that no note slips into the tick before.
            sample: self.sample_at(position, sample_rate).ceil() as u64,
            event: NoteEvent::melody(0, kind, pitch),
        };
        let mut events: Vec<SongEvent> = Vec::new();
        for note in &self.melody {
            events.push(event(note.start, NoteEventKind::On(note.velocity), note.pitch));
            events.push(event(note.start + note.length, NoteEventKind::Off, note.pitch));
        }
        events.sort_unstable();
        events
    }
}

/// The value of the last change at or before a position. Positions of blocks are rounded, so a hair more counts too.
fn value_at<T: Copy>(changes: &[(f64, T)], position: f64) -> Option<T> {
    const HAIR: f64 = 1e-9;
    let before = changes.iter().rev().find(|change| change.0 <= position + HAIR);
    before.or(changes.first()).map(|change| change.1)
}
