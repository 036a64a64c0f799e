//! What one track contains, before it is split by channel.

use super::pairing::Pairing;
use crate::{
    song::{ChannelEvent, Side, Text},
    time::Tick,
};
use midly::MidiMessage;

/// What one track contains, before it is split by channel.
#[derive(Default)]
pub(super) struct Contents {
    /// As the file has it, without an empty one.
    pub name: Option<Vec<u8>>,
    /// The name of its instrument, likewise.
    pub instrument: Option<Vec<u8>>,
    pub lyrics: Vec<Text>,
    pub texts: Vec<Text>,
    /// By channel.
    pub events: [Vec<ChannelEvent>; 16],
    pub pairing: Pairing,
    /// Where the latest note began, by channel.
    last_beginnings: [Option<Tick>; 16],
}

impl Contents {
    pub fn message(&mut self, tick: Tick, channel: u8, message: MidiMessage) {
        let index = usize::from(channel & 15);
        match message {
            MidiMessage::NoteOn { key, vel } if vel > 0 => {
                self.last_beginnings[index] = Some(tick);
                self.pairing.on(tick, channel, key.as_int(), vel.as_int());
            }
            MidiMessage::NoteOn { key, .. } | MidiMessage::NoteOff { key, .. } => {
                let here = self.events[index].iter_mut().rev();
                for event in here.take_while(|event| event.tick == tick && event.side == Side::Between) {
                    event.side = Side::BeforeEnds;
                }
                self.pairing.off(tick, channel, key.as_int());
            }
            message => {
                // All sound off, and the channel mode messages, which end all notes.
                if matches!(message, MidiMessage::Controller { controller, .. } if matches!(controller.as_int(), 120 | 123..=127))
                {
                    self.pairing.all_off(tick, channel);
                }
                let began = self.last_beginnings[index] == Some(tick);
                let side = if began { Side::AfterBeginnings } else { Side::Between };
                self.events[index].push(ChannelEvent { tick, message, side });
            }
        }
    }
}
