//! The parameters of Lead.

use crate::params::{
    part::{channel, density, octave, velocity},
    sound::SoundParams,
};
use continuo_music::{
    lead::{LEAD_NAME, LeadMode, LeadSettings},
    settings::PartSettings,
};
use nice_plug::prelude::*;

/// When Lead plays: `continuo_music::lead::LeadMode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum LeadModeChoice {
    /// Never.
    #[id = "off"]
    #[name = "Off"]
    Off,
    /// Where the melody rests.
    #[id = "fill"]
    #[name = "Fill"]
    Fill,
    /// In turns with the melody.
    #[id = "trade"]
    #[name = "Trade"]
    Trade,
    /// Always.
    #[id = "solo"]
    #[name = "Solo"]
    Solo,
}

/// The bars of a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum TradeBars {
    /// Two.
    #[id = "2"]
    #[name = "2 bars"]
    Two,
    /// Four.
    #[id = "4"]
    #[name = "4 bars"]
    Four,
    /// Eight.
    #[id = "8"]
    #[name = "8 bars"]
    Eight,
}

/// The settings of Lead. Each name includes it, because many hosts list parameters without groups.
#[derive(Params)]
pub struct LeadParams {
    /// When it plays. Projects from before it existed have it off.
    #[id = "mode"]
    pub mode: EnumParam<LeadModeChoice>,

    /// How many bars the player has, and then Lead, where they play in turns.
    #[id = "trade_bars"]
    pub trade_bars: EnumParam<TradeBars>,

    /// Whether it sounds.
    #[id = "on"]
    pub on: BoolParam,

    /// While it or any part plays solo, only those with solo are audible.
    #[id = "solo"]
    pub solo: BoolParam,

    /// Keeps its notes where it has played.
    #[id = "lock"]
    pub lock: BoolParam,

    /// Fewer or more notes than the network would choose by itself.
    #[id = "density"]
    pub density: FloatParam,

    /// Suits an instrument's range.
    #[id = "octave"]
    pub octave: IntParam,

    /// Balances it with the others.
    #[id = "velocity"]
    pub velocity: FloatParam,

    /// Counted from 1, as in hosts and instruments.
    #[id = "channel"]
    pub channel: IntParam,

    /// How it is heard from the plugin's own sounds.
    #[nested]
    pub sound: SoundParams,
}

impl Default for LeadParams {
    fn default() -> Self {
        let defaults = LeadSettings::default();
        let name = |what: &str| format!("{LEAD_NAME} {what}");
        Self {
            mode: EnumParam::new(name("Mode"), LeadModeChoice::Off),
            trade_bars: EnumParam::new(name("Trade Bars"), TradeBars::Four),
            on: BoolParam::new(name("On"), defaults.play.on),
            solo: BoolParam::new(name("Solo"), false),
            lock: BoolParam::new(name("Lock"), defaults.play.lock),
            density: density(LEAD_NAME, defaults.density),
            octave: octave(LEAD_NAME, &defaults.play),
            velocity: velocity(LEAD_NAME, &defaults.play),
            channel: channel(LEAD_NAME, &defaults.play),
            sound: SoundParams::pitched(LEAD_NAME),
        }
    }
}

impl LeadParams {
    /// The same, with the parameters of its sound hidden from hosts.
    #[must_use]
    pub fn without_sound(self) -> Self {
        Self { sound: self.sound.hidden(), ..self }
    }

    /// The zero-based program that it is heard with, if the genre's is `genres`.
    pub fn program(&self, genres: u8) -> u8 {
        self.sound.chosen(genres)
    }

    /// The current values.
    pub fn settings(&self) -> LeadSettings {
        LeadSettings {
            mode: match self.mode.value() {
                LeadModeChoice::Off => LeadMode::Off,
                LeadModeChoice::Fill => LeadMode::Fill,
                LeadModeChoice::Trade => LeadMode::Trade,
                LeadModeChoice::Solo => LeadMode::Solo,
            },
            trade_bars: match self.trade_bars.value() {
                TradeBars::Two => 2,
                TradeBars::Four => 4,
                TradeBars::Eight => 8,
            },
            density: self.density.value(),
            play: PartSettings {
                on: self.on.value(),
                lock: self.lock.value(),
                octave: self.octave.value() as i8,
                velocity: self.velocity.value(),
                channel: (self.channel.value() - 1).clamp(0, 15) as u8,
                source: None,
            },
        }
    }
}
