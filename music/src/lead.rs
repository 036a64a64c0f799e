//! Lead: a sixth voice beside the five parts, which improvises a melody.

use crate::{
    note::Note,
    part_settings::{PartSettings, within},
};
use serde::{Deserialize, Serialize};

/// The name shown to people, also the MIDI track's name.
pub const LEAD_NAME: &str = "Lead";
/// The identifier in parameters and command lines.
pub const LEAD_ID: &str = "lead";
/// The default MIDI channel, zero-based: as people count, 6.
pub const LEAD_CHANNEL: u8 = 5;
/// The colour of its notes, as [`Part::colour`](crate::part::Part::colour): the palette's last hue, lightened.
pub const LEAD_COLOUR: [u8; 3] = [0xb9, 0xa5, 0xff];
/// The channel volume (controller 7) that sets it beside the melody, as
/// [`Part::channel_volume`](crate::part::Part::channel_volume).
pub const LEAD_VOLUME: u8 = 96;

/// When Lead plays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LeadMode {
    /// Never.
    #[default]
    Off,
    /// Where the melody rests.
    Fill,
    /// In turns with the melody: some bars the player, as many Lead.
    Trade,
    /// Always.
    Solo,
}

impl LeadMode {
    /// All of them, in the order in which people choose.
    pub const ALL: [Self; 4] = [Self::Off, Self::Fill, Self::Trade, Self::Solo];

    /// The identifier on command lines and in files.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Fill => "fill",
            Self::Trade => "trade",
            Self::Solo => "solo",
        }
    }

    /// The mode with this [`LeadMode::id`], ignoring case.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.id().eq_ignore_ascii_case(id))
    }
}

/// What the player chooses for Lead.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LeadSettings {
    /// When it plays.
    pub mode: LeadMode,
    /// The bars of a turn of [`LeadMode::Trade`]: 2, 4 or 8.
    pub trade_bars: u8,
    /// How densely it plays: 0 (sparse) to 1 (dense); 0.5 as the network does.
    pub density: f32,
    /// How it sounds, and whether its notes stay. The player never plays it, so it has no source.
    pub play: PartSettings,
}

impl Default for LeadSettings {
    fn default() -> Self {
        let play =
            PartSettings { on: true, lock: false, octave: 0, velocity: 1.0, channel: LEAD_CHANNEL, source: None };
        Self { mode: LeadMode::Off, trade_bars: 4, density: 0.5, play }
    }
}

impl LeadSettings {
    /// The same settings with every number in its range, whatever a host supplied.
    #[must_use]
    pub fn within_ranges(self) -> Self {
        let trade_bars = if matches!(self.trade_bars, 2 | 4 | 8) { self.trade_bars } else { 4 };
        let play = PartSettings { source: None, ..self.play.within_ranges() };
        Self { trade_bars, density: within(self.density, 0.0, 1.0, 0.5), play, ..self }
    }

    /// Whether it plays at all, heard or not.
    pub const fn plays(&self) -> bool {
        !matches!(self.mode, LeadMode::Off)
    }

    /// Whether it is heard.
    pub const fn sounds(&self) -> bool {
        self.plays() && self.play.on
    }

    /// A note as it sounds: in the chosen octave, with the chosen velocity.
    #[must_use]
    pub fn sounding(&self, note: Note) -> Note {
        self.play.voiced(self.play.octave, note)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_out_of_range_are_clamped_and_lead_is_off_by_default() {
        let play = PartSettings {
            octave: 9,
            velocity: f32::NAN,
            channel: 99,
            source: Some(3),
            ..LeadSettings::default().play
        };
        let wild = LeadSettings { mode: LeadMode::Trade, trade_bars: 3, density: f32::INFINITY, play };
        let tame = wild.within_ranges();
        assert_eq!((tame.trade_bars, tame.density.to_bits()), (4, 0.5_f32.to_bits()));
        assert_eq!((tame.play.octave, tame.play.channel, tame.play.source), (2, 15, None));
        assert!(!LeadSettings::default().plays() && tame.plays());
    }

    #[test]
    fn modes_are_named_by_their_identifiers() {
        for mode in LeadMode::ALL {
            assert_eq!(LeadMode::from_id(&mode.id().to_uppercase()), Some(mode));
        }
        assert_eq!(LeadMode::from_id("duet"), None);
    }
}
