//! A clip that loops while the song position runs on, as clip launchers play it.

use continuo_harness::{HostEvent, NoteEventKind, Transport};
use rand::Rng;

/// The pitches of clips; musicians play others.
const PITCHES: std::ops::Range<u8> = 48..60;

/// A clip with a note on each of its beats.
pub struct Clip {
    /// Where it was launched, in quarter notes.
    from: f64,
    notes: Vec<u8>,
    /// The note that sounds.
    held: Option<u8>,
}

impl Clip {
    /// A clip of one, two, four or eight bars that is launched here.
    pub fn launched(from: f64, random: &mut impl Rng) -> Self {
        let beats = [4, 8, 16, 32][random.random_range(0..4)];
        Self { from, notes: (0..beats).map(|_| random.random_range(PITCHES)).collect(), held: None }
    }

    /// Adds what it plays in a block.
    pub fn play(&mut self, frames: u32, rate: f64, transport: &Transport, events: &mut Vec<HostEvent>) {
        if !transport.playing {
            self.end(events);
            return;
        }
        let beats = f64::from(frames) / rate * transport.tempo / 60.0;
        let at = transport.position - self.from;
        let mut beat = at.ceil();
        while beat < at + beats {
            let time = (((beat - at) / beats * f64::from(frames)) as u32).min(frames - 1);
            if let Some(before) = self.held.take() {
                events.push(HostEvent::melody(time, NoteEventKind::Off, before));
            }
            let pitch = self.notes[(beat as i64).rem_euclid(self.notes.len() as i64) as usize];
            events.push(HostEvent::melody(time, NoteEventKind::On(90), pitch));
            self.held = Some(pitch);
            beat += 1.0;
        }
    }

    /// Its note was ended by a controller.
    pub fn forget(&mut self) {
        self.held = None;
    }

    /// Ends its note.
    pub fn end(&mut self, events: &mut Vec<HostEvent>) {
        let held = self.held.take();
        events.extend(held.map(|pitch| HostEvent::melody(0, NoteEventKind::Off, pitch)));
    }
}
