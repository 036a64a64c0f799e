//! Whether an instrument could play what a plugin plays: each note that begins ends, once, in order.

use crate::event::{NoteEvent, NoteEventKind};
use std::collections::BTreeSet;

/// Follows a plugin's output block by block.
#[derive(Clone, Debug, Default)]
pub struct Balance {
    sounding: BTreeSet<(u8, u8)>,
    begun: u64,
}

impl Balance {
    /// Adds what a plugin played in a block of `frames` samples.
    ///
    /// # Errors
    /// A sentence, when an event is out of order or outside its block, when a note begins that already sounds, or when
    /// a note ends that does not sound.
    pub fn add(&mut self, frames: u32, events: &[NoteEvent]) -> Result<(), String> {
        let mut last = 0;
        for event in events {
            if event.time < last {
                return Err(format!("{event:?} is out of order: it comes after sample {last}"));
            }
            if event.time >= frames.max(1) {
                return Err(format!("{event:?} lies outside its block of {frames}"));
            }
            last = event.time;
            let key = (event.channel, event.pitch);
            if event.channel > 15 || event.pitch > 127 {
                return Err(format!("{event:?} has no valid channel and pitch"));
            }
            match event.kind {
                NoteEventKind::On(_) => {
                    self.begun += 1;
                    if !self.sounding.insert(key) {
                        return Err(format!("{event:?} begins while it already sounds"));
                    }
                }
                NoteEventKind::Off => {
                    if !self.sounding.remove(&key) {
                        return Err(format!("{event:?} ends and did not begin"));
                    }
                }
                NoteEventKind::Program => {}
            }
        }
        Ok(())
    }

    /// Channel and pitch of the notes that sound.
    pub fn sounding(&self) -> impl Iterator<Item = (u8, u8)> {
        self.sounding.iter().copied()
    }

    /// Whether no note sounds.
    pub fn is_silent(&self) -> bool {
        self.sounding.is_empty()
    }

    /// How many notes began so far.
    pub const fn begun(&self) -> u64 {
        self.begun
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(time: u32, kind: NoteEventKind) -> NoteEvent {
        NoteEvent { time, kind, channel: 1, pitch: 60 }
    }

    #[test]
    fn events_that_no_instrument_could_play_are_reported() {
        let on = NoteEventKind::On(90);
        let wrong = [
            vec![event(0, NoteEventKind::Off)],
            vec![event(0, on), event(1, on)],
            vec![event(5, on), event(4, NoteEventKind::Off)],
            vec![event(64, on)],
        ];
        for events in wrong {
            assert!(Balance::default().add(64, &events).is_err(), "{events:?}");
        }
        let mut balance = Balance::default();
        balance.add(64, &[event(0, on), event(9, NoteEventKind::Off), event(9, on)]).unwrap();
        assert_eq!((balance.begun(), balance.sounding().collect::<Vec<_>>()), (2, vec![(1, 60)]));
    }
}
