//! A track of a song: its notes on one channel, and what goes with them.

use crate::{note::Note, time::Tick};
use midly::MidiMessage;

/// Text at a position: a marker or a syllable of the lyrics, in the file's own encoding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Its position.
    pub tick: Tick,
    /// The text.
    pub bytes: Vec<u8>,
}

/// A channel message other than a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChannelEvent {
    /// Its position.
    pub tick: Tick,
    /// A controller, program change, pitch bend or pressure.
    pub message: MidiMessage,
    /// Its order among the notes at the same position.
    pub side: Side,
}

/// Whether a message comes before, between or after the ends and beginnings of notes at the same position on its
/// channel: a pedal pressed before a note ends sustains it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// Before notes end.
    BeforeEnds,
    /// After notes have ended and before others begin.
    #[default]
    Between,
    /// After notes have begun.
    AfterBeginnings,
}

/// The notes that one track of the file has on one channel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Track {
    /// The track's name.
    pub name: Option<String>,
    /// Zero-based MIDI channel.
    pub channel: u8,
    /// Its notes, sorted by start; never empty in a [`Song`](super::Song).
    pub notes: Vec<Note>,
    /// Its other channel messages, in order.
    pub events: Vec<ChannelEvent>,
    /// Its lyrics, in order.
    pub lyrics: Vec<Text>,
    /// What the file says about the track outside its own channel messages.
    pub setup: Setup,
}

/// What a file says about a track outside the track's own channel messages: in a track without notes, or in a system
/// exclusive message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setup {
    /// The instrument's name, if the track has one besides its own name.
    pub instrument: Option<String>,
    /// The zero-based General MIDI program that another track sets on the track's channel before its first note.
    pub program: Option<u8>,
    /// The bank (controllers 0 and 32) that another track sets on the track's channel before its first note.
    pub bank: Option<(u8, u8)>,
    /// Whether a GS or XG message makes the track's channel a drum kit.
    pub drum_kit: bool,
    /// How many notes the file's track has on other channels that were not read as the same instrument, drums aside; 0
    /// in a file with all channels in one track.
    pub notes_on_other_channels: usize,
}

impl Track {
    /// The zero-based General MIDI program of its first note: its own one, else the one that another track sets on its
    /// channel, else its own first one after that note.
    pub fn program(&self) -> Option<u8> {
        let first_note = self.notes.first().map_or(0, |note| note.start);
        let own = |event: &ChannelEvent| match event.message {
            MidiMessage::ProgramChange { program } => Some(program.as_int()),
            _ => None,
        };
        let before = self.events.iter().take_while(|event| event.tick <= first_note).filter_map(own).last();
        before.or(self.setup.program).or_else(|| self.events.iter().find_map(own))
    }

    /// The bank of its first notes (controllers 0 and 32), 0 where the file has none.
    pub fn bank(&self) -> (u8, u8) {
        let (other_high, other_low) = self.setup.bank.unwrap_or_default();
        (self.first_value(0).unwrap_or(other_high), self.first_value(32).unwrap_or(other_low))
    }

    /// The messages that set the bank and the program of its [`Setup`], if it has none of its own before its first note.
    pub fn setup_events(&self) -> Vec<ChannelEvent> {
        let first_note = self.notes.first().map_or(0, |note| note.start);
        let has = |wanted: fn(&MidiMessage) -> bool| {
            self.events.iter().any(|event| event.tick <= first_note && wanted(&event.message))
        };
        if has(|message| matches!(message, MidiMessage::ProgramChange { .. })) {
            return Vec::new();
        }
        let Some(program) = self.setup.program else { return Vec::new() };
        let bank = self.setup.bank.into_iter().flat_map(|(high, low)| [(0, high), (32, low)]);
        let bank =
            bank.map(|(number, value)| MidiMessage::Controller { controller: number.into(), value: value.into() });
        let program = MidiMessage::ProgramChange { program: program.into() };
        bank.chain([program]).map(|message| ChannelEvent { tick: 0, message, side: Side::Between }).collect()
    }

    /// The value that its first message of a controller sets.
    fn first_value(&self, number: u8) -> Option<u8> {
        self.events.iter().find_map(|event| match event.message {
            MidiMessage::Controller { controller, value } if controller == number => Some(value.as_int()),
            _ => None,
        })
    }

    /// Its name, or its channel if it has no name, to show to people.
    pub fn label(&self) -> String {
        self.name.clone().unwrap_or_else(|| format!("channel {}", self.channel + 1))
    }
}
