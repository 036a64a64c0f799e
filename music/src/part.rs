//! The generated voices.

use crate::note::Note;
use serde::{Deserialize, Serialize};
use std::ops::{Index, IndexMut};

/// Number of generated parts.
pub const PART_COUNT: usize = 5;

/// One generated voice. The order is the networks' order and never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// Drum kit, on General MIDI keys.
    Drums,
    /// Bass line.
    Bass,
    /// Chords: piano, guitar, organ.
    Chords,
    /// Sustained strings.
    Strings,
    /// Counter-melody.
    Counter,
}

impl Part {
    /// All parts, in the networks' order.
    pub const ALL: [Self; PART_COUNT] = [Self::Drums, Self::Bass, Self::Chords, Self::Strings, Self::Counter];
    /// The parts that have pitches, in the networks' order.
    pub const PITCHED: [Self; PART_COUNT - 1] = [Self::Bass, Self::Chords, Self::Strings, Self::Counter];

    /// Index in [`Part::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The name shown to people, also the MIDI track's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Drums => "Drums",
            Self::Bass => "Bass",
            Self::Chords => "Chords",
            Self::Strings => "Strings",
            Self::Counter => "Counter",
        }
    }

    /// The stable identifier in parameters, command lines and model metadata.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Drums => "drums",
            Self::Bass => "bass",
            Self::Chords => "chords",
            Self::Strings => "strings",
            Self::Counter => "counter",
        }
    }

    /// The part with this [`Part::id`], ignoring case.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.id().eq_ignore_ascii_case(id))
    }

    /// The colour of the part's notes on a dark ground, as red, green and blue: from Okabe and Ito's palette (2008), which
    /// colour-blind people can tell apart, lightened for the dark ground.
    pub const fn colour(self) -> [u8; 3] {
        match self {
            Self::Drums => [0xff, 0x8a, 0x5c],
            Self::Bass => [0x56, 0xb4, 0xe9],
            Self::Chords => [0x6e, 0xe0, 0x8a],
            Self::Strings => [0xd3, 0x8f, 0xc0],
            Self::Counter => [0xf0, 0xb4, 0x29],
        }
    }

    /// The channel volume (controller 7) that sets the part behind a melody at 100, General MIDI's value where none is
    /// sent. A player's loudness changes by 40 times the decimal logarithm of the volume, in decibels.
    pub const fn channel_volume(self) -> u8 {
        match self {
            Self::Drums | Self::Bass => 100,
            Self::Chords => 88,
            Self::Strings => 80,
            Self::Counter => 92,
        }
    }

    /// The default MIDI channel, zero-based: as people count, bass to counter on 2 to 5 and drums on 10.
    pub const fn default_channel(self) -> u8 {
        match self {
            Self::Drums => PAD_CHANNEL,
            Self::Bass => 1,
            Self::Chords => 2,
            Self::Strings => 3,
            Self::Counter => 4,
        }
    }
}

/// Zero-based MIDI channel of the melody.
pub const MELODY_CHANNEL: u8 = 0;

/// Zero-based MIDI channel of drum pads: General MIDI reserves channel 10 for percussion.
pub const PAD_CHANNEL: u8 = 9;

/// The colour of the melody's notes, as [`Part::colour`].
pub const MELODY_COLOUR: [u8; 3] = [0xfd, 0xf6, 0xe3];

/// One `T` for each part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PartMap<T>(pub [T; PART_COUNT]);

/// The notes of every part.
pub type PartNotes = PartMap<Vec<Note>>;

impl<T> PartMap<T> {
    /// Calls `make` for each part.
    pub fn from_fn(mut make: impl FnMut(Part) -> T) -> Self {
        Self(Part::ALL.map(&mut make))
    }

    /// The parts with their values, in the networks' order.
    pub fn iter(&self) -> impl Iterator<Item = (Part, &T)> {
        Part::ALL.into_iter().zip(self.0.iter())
    }
}

impl<T> Index<Part> for PartMap<T> {
    type Output = T;
    fn index(&self, part: Part) -> &T {
        &self.0[part.index()]
    }
}

impl<T> IndexMut<Part> for PartMap<T> {
    fn index_mut(&mut self, part: Part) -> &mut T {
        &mut self.0[part.index()]
    }
}
