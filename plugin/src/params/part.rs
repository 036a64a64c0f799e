//! The parameters of one part.

use crate::params::{
    number::finite,
    sound::{SoundParams, kit_program},
    source,
};
use continuo_music::{
    part::Part,
    settings::{PartSettings, Shape},
};
use nice_plug::prelude::*;
use std::sync::Arc;

/// The settings of one part. Each name includes the part's, because many hosts list parameters without groups.
#[derive(Params)]
pub struct PartParams {
    /// Whether it sounds. Its notes are always generated, so that it can come in at once.
    #[id = "on"]
    pub on: BoolParam,

    /// While any part plays solo, only parts with solo are audible.
    #[id = "solo"]
    pub solo: BoolParam,
    /// Keeps its notes while the other parts are generated again around it.
    #[id = "lock"]
    pub lock: BoolParam,

    /// Fewer or more notes than the model would choose by itself.
    #[id = "density"]
    pub density: FloatParam,

    /// Makes room for another voice, or suits an instrument's range. A drum's pitch says what is struck, so the drums'
    /// is hidden and does nothing; it stays for the projects that have it.
    #[id = "octave"]
    pub octave: IntParam,

    /// Balances the parts where the instruments' own volume is out of reach.
    #[id = "velocity"]
    pub velocity: FloatParam,

    /// Counted from 1, as in hosts and instruments.
    #[id = "channel"]
    pub channel: IntParam,

    /// Who plays it: 0 for Continuo, then the input channel on which the player does.
    #[id = "source"]
    pub source: IntParam,

    /// How it is heard from the plugin's own sounds.
    #[nested]
    pub sound: SoundParams,
}

/// How densely someone plays.
pub fn density(who: &str, default: f32) -> FloatParam {
    factor(format!("{who} Density"), default, 1.0)
}

/// How loud someone plays.
pub fn velocity(who: &str, defaults: &PartSettings) -> FloatParam {
    factor(format!("{who} Velocity"), defaults.velocity, 2.0)
}

fn factor(name: String, default: f32, max: f32) -> FloatParam {
    FloatParam::new(name, default, FloatRange::Linear { min: 0.0, max })
        .with_unit(" %")
        .with_value_to_string(formatters::v2s_f32_percentage(0))
        .with_string_to_value(finite(formatters::s2v_f32_percentage()))
}

/// In which octave someone plays.
pub fn octave(who: &str, defaults: &PartSettings) -> IntParam {
    IntParam::new(format!("{who} Octave"), i32::from(defaults.octave), IntRange::Linear { min: -2, max: 2 })
        .with_value_to_string(Arc::new(|octaves| format!("{octaves:+}")))
}

/// The MIDI channel of someone's notes, counted from 1.
pub fn channel(who: &str, defaults: &PartSettings) -> IntParam {
    IntParam::new(format!("{who} Channel"), i32::from(defaults.channel) + 1, IntRange::Linear { min: 1, max: 16 })
}

impl PartParams {
    /// The parameters of a part at their defaults.
    pub fn new(part: Part) -> Self {
        let defaults = PartSettings::of(part);
        let name = |what: &str| format!("{} {what}", part.name());
        let octave = octave(part.name(), &defaults);
        Self {
            on: BoolParam::new(name("On"), defaults.on),
            solo: BoolParam::new(name("Solo"), false),
            lock: BoolParam::new(name("Lock"), defaults.lock),
            density: density(part.name(), Shape::default().density[part]),
            octave: if part == Part::Drums { octave.hide() } else { octave },
            velocity: velocity(part.name(), &defaults),
            channel: channel(part.name(), &defaults),
            source: source::parameter(name("Source")),
            sound: match part {
                Part::Drums => SoundParams::drums(part.name()),
                _ => SoundParams::pitched(part.name()),
            },
        }
    }

    /// The same, with the parameters of its sound hidden from hosts.
    #[must_use]
    pub fn without_sound(self) -> Self {
        Self { sound: self.sound.hidden(), ..self }
    }

    /// The zero-based program that it is heard with, if the genre's is `genres`.
    pub fn program(&self, genres: u8) -> u8 {
        self.sound.chosen(genres)
    }

    /// The program of the drum kit.
    pub fn kit(&self) -> u8 {
        kit_program(self.sound.program.value())
    }

    /// The current values.
    pub fn settings(&self) -> PartSettings {
        PartSettings {
            on: self.on.value(),
            lock: self.lock.value(),
            octave: self.octave.value() as i8,
            velocity: self.velocity.value(),
            channel: (self.channel.value() - 1).clamp(0, 15) as u8,
            source: source::channel(self.source.value()),
        }
    }
}
