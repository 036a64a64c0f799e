//! The player's choices: those that shape phrases, and those that say how they are played.

use crate::{
    key::Key,
    lead::LeadSettings,
    part::{PART_COUNT, Part, PartMap},
    part_settings::within,
    swing::{MOST_SWING, STRAIGHT},
};
use serde::{Deserialize, Serialize};

pub use crate::part_settings::PartSettings;

/// How many takes of a phrase are drawn by default: more cost time and gain little.
pub const USUAL_TAKES: u8 = 4;

/// The largest number of takes that are drawn of one phrase.
pub const MOST_TAKES: u8 = 8;

/// How freely phrases that come back are varied by default, about as much as songs do.
pub const USUAL_VARIATION: f32 = 0.25;

/// The intensity that changes nothing: the song as the band plays it by itself.
pub const USUAL_INTENSITY: f32 = 0.5;

/// How often sections end in a drum fill by default, about as often as in songs.
pub const USUAL_FILLS: f32 = 0.5;

/// The largest seed that a player can choose: small enough to type and remember, and so that a host's 32-bit fraction
/// represents each seed exactly.
pub const LARGEST_SEED: u32 = 9999;

/// When a phrase is generated and when it sounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// The first pass plays a prediction; each phrase is generated again once its melody was heard, kept, and played
    /// from the next pass on.
    #[default]
    Arrange,
    /// Always a prediction from what was heard so far; chords that the player holds make the rest of a phrase anew.
    Live,
    /// Each phrase is accompanied during the next one.
    Answer,
}

/// The choices that shape a phrase when it is generated: part of the player's [`Settings`], and of the recipe that is
/// saved with each phrase.
///
/// Shapes that mean the same are equal: a mix of 0 or 1, or of a genre with itself, is stored as one genre.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shape {
    /// A slot: the model's genres from 0, the user's own styles from 16. An empty slot means the default genre.
    pub genre: u8,
    /// Another genre that is mixed in. Shapes saved before mixes existed have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blend: Option<Blend>,
    /// 0 (the style's centre, always the same) to 2; 1 is the model's natural variety.
    pub temperature: f32,
    /// Chooses among the possible accompaniments; a player chooses from 0 to [`LARGEST_SEED`].
    pub seed: u32,
    /// How many takes of a phrase are drawn for the model's conductor to choose from, 1 to [`MOST_TAKES`]. Without a
    /// conductor the first take is played.
    #[serde(default = "one_take", skip_serializing_if = "is_one_take")]
    pub takes: u8,
    /// How freely the band plays from phrase to phrase, 0 to 1. At 0 a phrase whose melody comes back has the accompaniment
    /// of before, and the groove is the song's; at 1 each phrase is drawn by itself. Shapes saved before this existed
    /// have 1.
    #[serde(default = "free", skip_serializing_if = "is_free")]
    pub variation: f32,
    /// How much the parts follow the melody's loudness, 0 to 1. Shapes saved before this existed have 0.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub dynamics: f32,
    /// By how much the band swings, in percent, from [`STRAIGHT`] to [`MOST_SWING`]; `None` as the melody does. Where it is
    /// straight, the network's notes stay as they are. Shapes saved before this existed are straight.
    #[serde(default = "straight", skip_serializing_if = "is_straight")]
    pub swing: Option<u8>,
    /// How full the band plays, 0 to 1: how many parts, notes and drum voices, and how loud. 0.5 changes nothing, and shapes
    /// saved before this existed have it.
    #[serde(default = "usual_intensity", skip_serializing_if = "is_usual_intensity")]
    pub intensity: f32,
    /// How often and how long the drums fill the ends of sections, 0 to 1. Shapes saved before this existed have 0.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub fills: f32,
    /// The key; `None` to find it in the melody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
    /// How densely each part plays: 0 (sparse) to 1 (dense); 0.5 keeps the model's density.
    pub density: PartMap<f32>,
    /// The parts that the player plays: the others are made around them. Shapes saved before this existed have none.
    #[serde(default, skip_serializing_if = "is_none_own")]
    pub own: PartMap<bool>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_none_own(own: &PartMap<bool>) -> bool {
    own.0.iter().all(|own| !own)
}

const fn one_take() -> u8 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_one_take(takes: &u8) -> bool {
    *takes == 1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(dynamics: &f32) -> bool {
    *dynamics <= 0.0
}

#[expect(clippy::unnecessary_wraps, reason = "serde wants the field's type")]
const fn straight() -> Option<u8> {
    Some(STRAIGHT)
}

#[expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_straight(swing: &Option<u8>) -> bool {
    matches!(swing, Some(STRAIGHT))
}

const fn usual_intensity() -> f32 {
    USUAL_INTENSITY
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_usual_intensity(intensity: &f32) -> bool {
    intensity.to_bits() == USUAL_INTENSITY.to_bits()
}

const fn free() -> f32 {
    1.0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_free(variation: &f32) -> bool {
    *variation >= 1.0
}

/// How much of another genre is mixed in: a straight line in style space.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Blend {
    /// The slot of the genre that is mixed in.
    pub genre: u8,
    /// How much of it, in steps of 0.01; more than 0, less than 1.
    pub amount: f32,
}

impl Shape {
    /// The same shape with a mix of two genres: an `amount` of 0 is `genre` alone, 1 is `genre_b` alone.
    #[must_use]
    pub fn mixed(self, genre: u8, genre_b: u8, amount: f32) -> Self {
        // In hundredths, so that a host's rounding of an automated value does not change the mix.
        let amount = (within(amount, 0.0, 1.0, 0.0) * 100.0).round() / 100.0;
        let (genre, blend) = if amount <= 0.0 || genre == genre_b {
            (genre, None)
        } else if amount >= 1.0 {
            (genre_b, None)
        } else {
            (genre, Some(Blend { genre: genre_b, amount }))
        };
        Self { genre, blend, ..self }
    }

    /// The same shape with every number in its range, whatever a host or a file supplied.
    #[must_use]
    pub fn within_ranges(mut self) -> Self {
        if let Some(Blend { genre, amount }) = self.blend {
            self = self.mixed(self.genre, genre, amount);
        }
        self.temperature = within(self.temperature, 0.0, 2.0, 1.0);
        self.takes = self.takes.clamp(1, MOST_TAKES);
        // In hundredths, so that a host's rounding of an automated value makes no other phrase.
        self.variation = (within(self.variation, 0.0, 1.0, USUAL_VARIATION) * 100.0).round() / 100.0;
        self.dynamics = (within(self.dynamics, 0.0, 1.0, 1.0) * 100.0).round() / 100.0;
        self.swing = self.swing.map(|percent| percent.clamp(STRAIGHT, MOST_SWING));
        self.intensity = (within(self.intensity, 0.0, 1.0, USUAL_INTENSITY) * 100.0).round() / 100.0;
        self.fills = (within(self.fills, 0.0, 1.0, USUAL_FILLS) * 100.0).round() / 100.0;
        for density in &mut self.density.0 {
            *density = within(*density, 0.0, 1.0, 0.5);
        }
        self
    }

    /// Whether every number is finite. A number in a file may be too large for its type and become infinite, which JSON
    /// cannot express: what is saved with it could not be read again.
    pub fn is_finite(&self) -> bool {
        let amount = self.blend.map_or(0.0, |blend| blend.amount);
        self.density.0.iter().all(|density| density.is_finite())
            && self.temperature.is_finite()
            && self.variation.is_finite()
            && self.dynamics.is_finite()
            && self.intensity.is_finite()
            && self.fills.is_finite()
            && amount.is_finite()
    }
}

impl Default for Shape {
    fn default() -> Self {
        Self {
            genre: 0,
            blend: None,
            temperature: 1.0,
            seed: 1,
            takes: USUAL_TAKES,
            variation: USUAL_VARIATION,
            dynamics: 1.0,
            swing: None,
            intensity: USUAL_INTENSITY,
            fills: USUAL_FILLS,
            key: None,
            density: PartMap([0.5; PART_COUNT]),
            own: PartMap::default(),
        }
    }
}

/// Which melody plays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum MelodySource {
    /// What comes in: the score learns it, and does not play it.
    #[default]
    Input,
    /// The score's, in bars in which it has one; what comes in is silent there.
    Score,
    /// The score's, and what comes in over it.
    Both,
}

impl MelodySource {
    /// Whether the score's melody plays. In bars in which it has one, it stays whatever comes in.
    pub const fn plays_score(self) -> bool {
        !matches!(self, Self::Input)
    }
}

/// All of the player's choices for the audio thread and the composer. Small and `Copy`, so that they cross threads by
/// value.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the player's")]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Arrange, Live or Answer.
    pub mode: Mode,
    /// What shapes a phrase when it is generated.
    pub shape: Shape,
    /// Bars in a phrase: 1, 2 or 4.
    pub phrase_bars: u8,
    /// Whether each pass over a phrase plays a new take.
    pub vary: bool,
    /// Whether the band plays on under bars whose melody the host plays no more.
    pub keep_song: bool,
    /// Whether the melody is passed through to the output.
    pub thru: bool,
    /// Which melody plays.
    pub melody_source: MelodySource,
    /// Whether a phrase begins with the General MIDI programs of its style, where they change.
    pub program_changes: bool,
    /// The split key: what the player plays below this MIDI pitch on the melody's channels is the bass. `None` without a
    /// split.
    pub split: Option<u8>,
    /// How each part is played.
    pub parts: PartMap<PartSettings>,
    /// What Lead does.
    pub lead: LeadSettings,
}

impl Settings {
    /// The same settings with every number in its range, whatever a host supplied.
    #[must_use]
    pub fn within_ranges(mut self) -> Self {
        self.shape = self.shape.within_ranges();
        self.phrase_bars = if matches!(self.phrase_bars, 1 | 2 | 4) { self.phrase_bars } else { 4 };
        for part in &mut self.parts.0 {
            *part = part.within_ranges();
        }
        self.lead = self.lead.within_ranges();
        self.split = self.split.map(|key| key.min(127));
        for part in Part::ALL {
            self.shape.own[part] |= self.is_played(part);
        }
        self
    }

    /// Whether the player plays this part: on a channel of its own, or as the bass below the split key.
    pub fn is_played(&self, part: Part) -> bool {
        self.parts[part].source.is_some() || (part == Part::Bass && self.split.is_some())
    }

    /// The part that the player plays with a key on a channel, both zero-based; `None` for the melody.
    pub fn played_part(&self, channel: u8, pitch: u8) -> Option<Part> {
        let on_channel = Part::ALL.into_iter().find(|&part| self.parts[part].source == Some(channel & 15));
        on_channel.or_else(|| self.split.filter(|&key| pitch < key).map(|_| Part::Bass))
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            mode: Mode::Arrange,
            shape: Shape::default(),
            phrase_bars: 4,
            vary: false,
            keep_song: false,
            thru: true,
            melody_source: MelodySource::Input,
            program_changes: false,
            split: None,
            parts: PartMap::from_fn(PartSettings::of),
            lead: LeadSettings::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mixes_that_mean_the_same_are_equal() {
        let mixed = |genre, genre_b, amount| {
            let Shape { genre, blend, .. } = Shape::default().mixed(genre, genre_b, amount);
            (genre, blend)
        };
        assert_eq!(mixed(2, 5, 0.0), (2, None));
        assert_eq!(mixed(2, 7, 0.004), (2, None));
        assert_eq!(mixed(2, 2, 0.7), (2, None));
        assert_eq!(mixed(2, 5, 0.999), (5, None));
        assert_eq!(mixed(2, 5, 0.249_999), (2, Some(Blend { genre: 5, amount: 0.25 })));
        assert_eq!(mixed(2, 5, 0.250_001), mixed(2, 5, 0.25));
        assert_eq!(mixed(2, 5, f32::NAN), (2, None));
    }

    #[test]
    fn numbers_out_of_range_are_clamped() {
        let wild = Shape {
            blend: Some(Blend { genre: 3, amount: 7.0 }),
            temperature: f32::INFINITY,
            takes: 0,
            variation: f32::NAN,
            dynamics: f32::INFINITY,
            intensity: f32::NAN,
            fills: f32::NEG_INFINITY,
            density: PartMap([f32::NAN, -1.0, 2.0, 0.25, 0.5]),
            ..Shape::default()
        };
        let tame = Shape { genre: 3, takes: 1, density: PartMap([0.5, 0.0, 1.0, 0.25, 0.5]), ..Shape::default() };
        assert_eq!(wild.within_ranges(), tame);
    }

    #[test]
    fn a_key_belongs_to_the_part_of_its_channel_or_to_the_bass_below_the_split() {
        let mut settings = Settings { split: Some(48), ..Settings::default() };
        settings.parts[Part::Drums].source = Some(9);
        assert_eq!(settings.played_part(9, 36), Some(Part::Drums));
        assert_eq!((settings.played_part(0, 47), settings.played_part(0, 48)), (Some(Part::Bass), None));
        let own = settings.within_ranges().shape.own;
        assert_eq!(own, PartMap::from_fn(|part| matches!(part, Part::Drums | Part::Bass)));
        assert_eq!(Settings::default().within_ranges().shape.own, PartMap::default());
    }
}
