//! Notes from note-ons and note-offs.

use crate::{note::Note, time::Tick};
use std::collections::VecDeque;

/// Pairs the note-ons and note-offs of one track, by channel. Of two notes on one key, the one that began first ends
/// first, so that overlapping notes are written as they were read.
#[derive(Default)]
pub(super) struct Pairing {
    /// Indices into `notes` of the sounding notes, by channel and pitch. Empty until the first note: a file may have
    /// thousands of tracks without notes.
    sounding: Vec<VecDeque<u32>>,
    notes: Vec<(u8, Note)>,
    pub stray_offs: usize,
}

impl Pairing {
    fn key(channel: u8, pitch: u8) -> usize {
        usize::from(channel & 15) * 128 + usize::from(pitch & 127)
    }

    pub fn on(&mut self, tick: Tick, channel: u8, pitch: u8, velocity: u8) {
        if self.sounding.is_empty() {
            self.sounding.resize(16 * 128, VecDeque::new());
        }
        self.sounding[Self::key(channel, pitch)].push_back(self.notes.len() as u32);
        self.notes.push((channel, Note { start: tick, pitch, length: 0, velocity }));
    }

    pub fn off(&mut self, tick: Tick, channel: u8, pitch: u8) {
        match self.sounding.get_mut(Self::key(channel, pitch)).and_then(VecDeque::pop_front) {
            Some(index) => {
                let note = &mut self.notes[index as usize].1;
                note.length = (tick - note.start).max(1);
            }
            None => self.stray_offs += 1,
        }
    }

    /// The notes of each channel, sorted, and how many of them ended only with the track.
    pub fn finish(mut self, end: Tick) -> (Vec<(u8, Vec<Note>)>, usize) {
        let mut endless = 0;
        for (_, note) in self.notes.iter_mut().filter(|(_, note)| note.length == 0) {
            note.length = (end - note.start).max(1);
            endless += 1;
        }
        let mut channels: Vec<(u8, Vec<Note>)> = Vec::new();
        for (channel, note) in self.notes {
            match channels.iter_mut().find(|(known, _)| *known == channel) {
                Some((_, notes)) => notes.push(note),
                None => channels.push((channel, vec![note])),
            }
        }
        for (_, notes) in &mut channels {
            notes.sort_by_key(|note| (note.start, note.pitch));
            // A note that ends where it begins, and begins again there, becomes one note. Written with a length, the
            // first one's end would end the second.
            notes.dedup_by(|later, earlier| {
                let again = (later.start, later.pitch) == (earlier.start, earlier.pitch) && earlier.length <= 1;
                if again {
                    *earlier = *later;
                }
                again
            });
        }
        channels.sort_by_key(|(channel, _)| *channel);
        (channels, endless)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(start: Tick, pitch: u8, length: Tick) -> Note {
        Note { start, pitch, length, velocity: 80 }
    }

    #[test]
    fn overlapping_notes_on_one_key_end_in_their_order() {
        let mut pairing = Pairing::default();
        pairing.on(0, 0, 60, 80);
        pairing.on(100, 0, 60, 80);
        pairing.off(100, 0, 60);
        pairing.off(300, 0, 60);
        let (channels, endless) = pairing.finish(1000);
        assert_eq!(channels, [(0, vec![note(0, 60, 100), note(100, 60, 200)])]);
        assert_eq!(endless, 0);
    }

    #[test]
    fn a_note_of_no_length_that_begins_again_at_once_sounds_once() {
        let mut pairing = Pairing::default();
        pairing.on(100, 0, 60, 70);
        pairing.off(100, 0, 60);
        pairing.on(100, 0, 60, 80);
        pairing.off(500, 0, 60);
        assert_eq!(pairing.finish(1000), (vec![(0, vec![note(100, 60, 400)])], 0));
    }

    #[test]
    fn endless_notes_end_with_the_track_and_stray_offs_are_counted() {
        let mut pairing = Pairing::default();
        pairing.off(0, 3, 60);
        pairing.on(100, 3, 60, 80);
        pairing.off(150, 2, 60);
        assert_eq!(pairing.stray_offs, 2);
        let (channels, endless) = pairing.finish(960);
        assert_eq!(channels, [(3, vec![note(100, 60, 860)])]);
        assert_eq!(endless, 1);
    }
}
