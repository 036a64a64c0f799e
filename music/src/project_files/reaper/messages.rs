//! A clip's notes and controllers as MIDI messages.

use super::super::clips::Clip;
use crate::{song::Side, time::Tick};
use midly::MidiMessage;

/// The velocity of all note-offs.
const RELEASE: u8 = 64;

/// The messages of a clip with their song positions, in order: at one position note-offs come before note-ons, and other
/// messages on their [`Side`].
pub(super) fn messages(clip: &Clip, channel: u8) -> Vec<(Tick, [u8; 3])> {
    let mut placed: Vec<(Tick, u8, [u8; 3])> = Vec::with_capacity(2 * clip.notes.len() + clip.events.len());
    for event in &clip.events {
        let order = match event.side {
            Side::BeforeEnds => 0,
            Side::Between => 2,
            Side::AfterBeginnings => 4,
        };
        if let Some(bytes) = bytes(event.message, channel) {
            placed.push((event.tick, order, bytes));
        }
    }
    for note in &clip.notes {
        placed.push((note.start, 3, [0x90 | channel, note.pitch, note.velocity]));
        placed.push((note.end(), 1, [0x80 | channel, note.pitch, RELEASE]));
    }
    // The sort is stable: messages of one order keep their sequence.
    placed.sort_by_key(|(tick, order, _)| (*tick, *order));
    placed.into_iter().map(|(tick, _, bytes)| (tick, bytes)).collect()
}

/// The bytes of a message other than a note; one with a single value has 0 as its third byte.
fn bytes(message: MidiMessage, channel: u8) -> Option<[u8; 3]> {
    Some(match message {
        MidiMessage::Controller { controller, value } => [0xb0 | channel, controller.as_int(), value.as_int()],
        MidiMessage::ProgramChange { program } => [0xc0 | channel, program.as_int(), 0],
        MidiMessage::ChannelAftertouch { vel } => [0xd0 | channel, vel.as_int(), 0],
        MidiMessage::Aftertouch { key, vel } => [0xa0 | channel, key.as_int(), vel.as_int()],
        MidiMessage::PitchBend { bend } => {
            let value = bend.0.as_int();
            [0xe0 | channel, (value & 0x7f) as u8, (value >> 7) as u8]
        }
        MidiMessage::NoteOn { .. } | MidiMessage::NoteOff { .. } => return None,
    })
}
