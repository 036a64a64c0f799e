//! The parameters of the sounds: how loud, where, and with what instrument the melody and each part are heard.

use crate::params::number::finite;
use continuo_sounds::programs;
use nice_plug::prelude::*;
use std::sync::Arc;

/// The lowest level, which is silence, in decibels.
const SILENT: f32 = -40.0;
/// The highest level in decibels.
const LOUDEST: f32 = 6.0;
/// The name of the value at which the genre chooses.
const BY_GENRE: &str = "By Genre";
/// The drum kits of the built-in sounds, with their programs.
const KITS: [(&str, u8); 3] = [("Standard", 0), ("Electronic", 25), ("Brush", 40)];

/// How one of the band sounds.
#[derive(Params)]
pub struct SoundParams {
    /// How loud it is.
    #[id = "level"]
    pub level: FloatParam,

    /// Where it is, from left (-1) to right (1).
    #[id = "pan"]
    pub pan: FloatParam,

    /// Its instrument: 0 for the genre's, then General MIDI's programs, or the drums' kits.
    #[id = "program"]
    pub program: IntParam,
}

impl SoundParams {
    /// The sound of a pitched part or the melody.
    pub fn pitched(who: &str) -> Self {
        Self { level: level(format!("{who} Level")), pan: pan(format!("{who} Pan")), program: program(who) }
    }

    /// The sound of the drums.
    pub fn drums(who: &str) -> Self {
        Self { level: level(format!("{who} Level")), pan: pan(format!("{who} Pan")), program: kit(who) }
    }

    /// The same, hidden from hosts.
    #[must_use]
    pub fn hidden(self) -> Self {
        Self { level: self.level.hide(), pan: self.pan.hide(), program: self.program.hide() }
    }

    /// The zero-based program that is chosen, if the genre's is `genres`.
    pub fn chosen(&self, genres: u8) -> u8 {
        u8::try_from(self.program.value() - 1).map_or(genres, |program| program.min(127))
    }

    /// The level as a factor.
    pub fn factor(&self) -> f32 {
        factor(self.level.value())
    }
}

/// The program of a drum kit's value.
pub fn kit_program(value: i32) -> u8 {
    let chosen = usize::try_from(value - 1).ok().and_then(|index| KITS.get(index));
    chosen.map_or(0, |(_, program)| *program)
}

/// The factor of a level in decibels.
pub fn factor(decibels: f32) -> f32 {
    if decibels <= SILENT { 0.0 } else { 10_f32.powf(decibels / 20.0) }
}

/// A level in decibels; its lowest value is silence.
pub fn level(name: String) -> FloatParam {
    FloatParam::new(name, 0.0, FloatRange::Linear { min: SILENT, max: LOUDEST })
        .with_step_size(0.1)
        .with_unit(" dB")
        .with_value_to_string(Arc::new(
            |decibels| {
                if decibels <= SILENT { "off".to_owned() } else { format!("{decibels:.1}") }
            },
        ))
        .with_string_to_value(finite(Arc::new(|text| {
            let text = text.trim().trim_end_matches("dB").trim();
            if text.eq_ignore_ascii_case("off") { Some(SILENT) } else { text.parse().ok() }
        })))
}

fn pan(name: String) -> FloatParam {
    FloatParam::new(name, 0.0, FloatRange::Linear { min: -1.0, max: 1.0 })
        .with_step_size(0.01)
        .with_value_to_string(formatters::v2s_f32_panning())
        .with_string_to_value(finite(formatters::s2v_f32_panning()))
}

fn program(who: &str) -> IntParam {
    IntParam::new(format!("{who} Program"), 0, IntRange::Linear { min: 0, max: 128 })
        .with_value_to_string(Arc::new(|value| {
            u8::try_from(value - 1).map_or_else(|_| BY_GENRE.to_owned(), |program| programs::name(program).to_owned())
        }))
        .with_string_to_value(Arc::new(|text| {
            let by_genre = text.trim().eq_ignore_ascii_case(BY_GENRE);
            if by_genre { Some(0) } else { programs::find(text).map(|program| i32::from(program) + 1) }
        }))
}

fn kit(who: &str) -> IntParam {
    let name = |value: i32| match usize::try_from(value - 1).ok().and_then(|index| KITS.get(index)) {
        Some((name, _)) => (*name).to_owned(),
        None => BY_GENRE.to_owned(),
    };
    let last = KITS.len() as i32;
    IntParam::new(format!("{who} Program"), 0, IntRange::Linear { min: 0, max: last })
        .with_value_to_string(Arc::new(name))
        .with_string_to_value(Arc::new(move |text| {
            (0..=last).find(|&value| name(value).eq_ignore_ascii_case(text.trim()))
        }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_program_and_kit_has_a_name_that_is_understood() {
        let sound = SoundParams::pitched("Bass");
        for value in 0..=128 {
            let text = sound.program.normalized_value_to_string(sound.program.preview_normalized(value), true);
            let found = sound.program.string_to_normalized_value(&text).expect("a value");
            assert_eq!(sound.program.preview_plain(found), value, "{text}");
        }
        let drums = SoundParams::drums("Drums");
        for (value, program) in [(0, 0), (1, 0), (2, 25), (3, 40)] {
            let text = drums.program.normalized_value_to_string(drums.program.preview_normalized(value), true);
            let found = drums.program.string_to_normalized_value(&text).expect("a value");
            assert_eq!((drums.program.preview_plain(found), kit_program(value)), (value, program), "{text}");
        }
    }

    #[test]
    fn the_lowest_level_is_silence_and_none_changes_nothing() {
        let level = level("Level".to_owned());
        let value = |text: &str| level.string_to_normalized_value(text).map(|value| factor(level.preview_plain(value)));
        assert_eq!((value("off"), value("0 dB"), value("loud"), value("nan")), (Some(0.0), Some(1.0), None, None));
        assert!((value("-6").expect("a level") - 0.5).abs() < 0.01);
    }
}
