//! What the player chooses: the parameters that shape phrases and their playing.

use crate::part::{Part, PartMap};
use serde::{Deserialize, Serialize};

/// How many takes are drawn of a phrase where nobody chooses another number: more cost time, and gain little.
pub const USUAL_TAKES: u8 = 4;

/// The largest number of takes that are drawn of one phrase.
pub const MOST_TAKES: u8 = 8;

/// The largest seed that a player can choose: few enough to be typed and remembered, and each one a step that a host's
/// 32-bit fraction still hits exactly.
pub const LARGEST_SEED: u32 = 9999;

/// When a phrase is generated and when it sounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// The first pass plays a prediction; each phrase that was heard is generated again, kept, and played from the
    /// next pass on.
    #[default]
    Arrange,
    /// Always the prediction from what was heard so far.
    Live,
    /// The phrase just heard is accompanied in the next one.
    Answer,
}

/// Everything the audio thread tells the composer about the player's choices. Small and `Copy`, so that it crosses
/// threads by value.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Arrange, Live or Answer.
    pub mode: Mode,
    /// A slot: from 0 on the model's genres, from 16 on the user's own styles. One that nothing is in counts as the
    /// default genre.
    pub genre: u8,
    /// Another genre, to be mixed in; counted as `genre` is.
    pub genre_b: u8,
    /// How much of `genre_b`: 0 (only `genre`) to 1 (only `genre_b`), a straight line in style space. Applied when a
    /// phrase is generated, in hundredths.
    pub blend: f32,
    /// 0 (the style's centre, always the same) to 2; 1 is the model's natural variety.
    pub temperature: f32,
    /// Chooses among the possible accompaniments; from 0 to [`LARGEST_SEED`] where a player does.
    pub seed: u32,
    /// How many takes of a phrase are drawn for the model's conductor to choose from, 1 to 8. A model without a
    /// conductor plays the first.
    pub takes: u8,
    /// 1, 2 or 4.
    pub phrase_bars: u8,
    /// Each pass over a phrase is a new take.
    pub vary: bool,
    /// The melody is passed through to the output.
    pub thru: bool,
    /// A phrase begins with the General MIDI programs that suit its style, where they change.
    pub program_changes: bool,
    /// Choices for each part.
    pub parts: PartMap<PartSettings>,
}

/// What the player chooses for one part.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PartSettings {
    /// The part sounds. Applied while playing.
    pub on: bool,
    /// The part's notes are kept when a phrase is generated again.
    pub lock: bool,
    /// 0 (sparse) to 1 (dense), 0.5 as the model has it. Applied when a phrase is generated.
    pub density: f32,
    /// Octaves up or down, -2 to 2; no effect on drums. Applied while playing.
    pub octave: i8,
    /// Factor on the velocities, 0 to 2. Applied while playing.
    pub velocity: f32,
    /// Zero-based MIDI channel. Applied while playing.
    pub channel: u8,
}

impl PartSettings {
    /// The settings a part starts with.
    pub const fn of(part: Part) -> Self {
        Self { on: true, lock: false, density: 0.5, octave: 0, velocity: 1.0, channel: part.default_channel() }
    }
}

/// Some of another genre.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Blend {
    /// Index of the genre that is mixed in.
    pub genre: u8,
    /// How much of it; more than 0, less than 1.
    pub amount: f32,
}

impl Settings {
    /// The genre, and what is mixed in. The same for all settings that mean the same: a mix of nothing, of everything
    /// or of a genre with itself is one genre.
    pub fn genres(&self) -> (u8, Option<Blend>) {
        let Self { genre, genre_b, blend, .. } = self.within_ranges();
        if blend <= 0.0 || genre == genre_b {
            (genre, None)
        } else if blend >= 1.0 {
            (genre_b, None)
        } else {
            (genre, Some(Blend { genre: genre_b, amount: blend }))
        }
    }

    /// These settings, but a phrase that is made with them is shaped as with `other`.
    #[must_use]
    pub fn shaped_as(mut self, other: &Self) -> Self {
        let Self { genre, genre_b, blend, temperature, seed, takes, .. } = *other;
        (self.genre, self.genre_b, self.blend) = (genre, genre_b, blend);
        (self.temperature, self.seed, self.takes) = (temperature, seed, takes);
        for (part, settings) in Part::ALL.into_iter().map(|part| (part, other.parts[part])) {
            self.parts[part].density = settings.density;
        }
        self
    }

    /// The same with every number inside its range, whatever a host or a file made of it.
    #[must_use]
    pub fn within_ranges(mut self) -> Self {
        let number =
            |value: f32, low, high, fallback| if value.is_finite() { value.clamp(low, high) } else { fallback };
        self.temperature = number(self.temperature, 0.0, 2.0, 1.0);
        // In hundredths, so that a host's rounding of an automated value is no other mix.
        self.blend = (number(self.blend, 0.0, 1.0, 0.0) * 100.0).round() / 100.0;
        self.takes = self.takes.clamp(1, MOST_TAKES);
        self.phrase_bars = if matches!(self.phrase_bars, 1 | 2 | 4) { self.phrase_bars } else { 4 };
        for part in &mut self.parts.0 {
            part.density = number(part.density, 0.0, 1.0, 0.5);
            part.velocity = number(part.velocity, 0.0, 2.0, 1.0);
            part.octave = part.octave.clamp(-2, 2);
            part.channel = part.channel.min(15);
        }
        self
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            mode: Mode::Arrange,
            genre: 0,
            genre_b: 1,
            blend: 0.0,
            temperature: 1.0,
            seed: 1,
            takes: USUAL_TAKES,
            phrase_bars: 4,
            vary: false,
            thru: true,
            program_changes: false,
            parts: PartMap::from_fn(PartSettings::of),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_mean_the_same_mix_have_the_same_genres() {
        let genres = |genre, genre_b, blend| Settings { genre, genre_b, blend, ..Settings::default() }.genres();
        assert_eq!(genres(2, 5, 0.0), (2, None));
        assert_eq!(genres(2, 7, 0.004), (2, None));
        assert_eq!(genres(2, 2, 0.7), (2, None));
        assert_eq!(genres(2, 5, 0.999), (5, None));
        assert_eq!(genres(2, 5, 0.249_999), (2, Some(Blend { genre: 5, amount: 0.25 })));
        assert_eq!(genres(2, 5, 0.250_001), genres(2, 5, 0.25));
        assert_eq!(genres(2, 5, f32::NAN), (2, None));
    }
}
