//! Four bars of a drummer in the file's metadata: how far each stroke was from what the network expects of the drummer.

use crate::network::contract::{DRUM_FEEL, DRUM_VOICES, STEPS};
use serde::Deserialize;

/// A character for each number from 0 to 63.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// Strokes are noted six a character.
const BITS: usize = 6;
/// No deviation is this number; so many numbers are one mean absolute deviation.
const MIDDLE: f32 = 32.0;
const PER_DEVIATION: f32 = 8.0;

/// How a drummer strayed in four bars.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "Text")]
pub struct DrumPerformance {
    /// How the drummer played in the mean, as [`DrumGenre::feel`](super::DrumGenre::feel).
    pub feel: [f32; DRUM_FEEL],
    /// For each step the voices that were played, a bit each.
    strokes: [u16; STEPS],
    /// For each stroke, in order, how much louder and later it was, in mean absolute deviations.
    deviations: Vec<(f32, f32)>,
}

/// As the metadata has it.
#[derive(Deserialize)]
struct Text {
    feel: [f32; DRUM_FEEL],
    strokes: String,
    loudness: String,
    timing: String,
}

/// Why a performance cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum PerformanceError {
    #[error("a performance has a character that is no number")]
    Character,
    #[error("a performance has no strokes for four bars")]
    Strokes,
    #[error("a performance has not one loudness and one timing for each stroke")]
    Deviations,
}

impl TryFrom<Text> for DrumPerformance {
    type Error = PerformanceError;

    fn try_from(text: Text) -> Result<Self, PerformanceError> {
        let marks = numbers(&text.strokes)?;
        if marks.len() * BITS != STEPS * DRUM_VOICES {
            return Err(PerformanceError::Strokes);
        }
        let strokes: [u16; STEPS] = std::array::from_fn(|step| {
            let is_played = |&voice: &usize| {
                let cell = step * DRUM_VOICES + voice;
                marks.get(cell / BITS).is_some_and(|mark| mark >> (BITS - 1 - cell % BITS) & 1 == 1)
            };
            (0..DRUM_VOICES).filter(is_played).fold(0, |bits, voice| bits | 1 << voice)
        });
        let (loud, late) = (numbers(&text.loudness)?, numbers(&text.timing)?);
        let count: u32 = strokes.iter().map(|voices| voices.count_ones()).sum();
        if loud.len() != late.len() || loud.len() != count as usize {
            return Err(PerformanceError::Deviations);
        }
        let deviation = |number: u8| (f32::from(number) - MIDDLE) / PER_DEVIATION;
        let deviations = loud.into_iter().zip(late).map(|(loud, late)| (deviation(loud), deviation(late))).collect();
        Ok(Self { feel: text.feel, strokes, deviations })
    }
}

impl DrumPerformance {
    /// For each step the voices that were played, a bit each, the first voice's the lowest.
    pub const fn strokes(&self) -> &[u16; STEPS] {
        &self.strokes
    }

    /// The strokes' steps and voices, and how much louder and later they were, in mean absolute deviations.
    pub fn deviations(&self) -> impl Iterator<Item = (usize, usize, (f32, f32))> {
        let places = (0..STEPS).flat_map(|step| (0..DRUM_VOICES).map(move |voice| (step, voice)));
        let played = places.filter(|&(step, voice)| self.strokes[step] >> voice & 1 == 1);
        played.zip(&self.deviations).map(|((step, voice), &deviation)| (step, voice, deviation))
    }
}

/// The number of each character.
fn numbers(text: &str) -> Result<Vec<u8>, PerformanceError> {
    let number = |character: u8| ALPHABET.iter().position(|&known| known == character);
    text.bytes().map(|byte| number(byte).map(|number| number as u8).ok_or(PerformanceError::Character)).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A performance of these strokes, each with its number of loudness and of timing.
    pub(crate) fn performance(strokes: &[(usize, usize, u8, u8)]) -> DrumPerformance {
        serde_json::from_value(text(strokes)).expect("a valid performance")
    }

    fn text(strokes: &[(usize, usize, u8, u8)]) -> serde_json::Value {
        let letter = |number: u8| char::from(ALPHABET[usize::from(number)]);
        let mut marks = [0; STEPS * DRUM_VOICES / BITS];
        for &(step, voice, ..) in strokes {
            let cell = step * DRUM_VOICES + voice;
            marks[cell / BITS] |= 1 << (BITS - 1 - cell % BITS);
        }
        serde_json::json!({
            "feel": [0.5, 0.2, 0.0, 0.3, 1.0],
            "strokes": marks.map(letter).iter().collect::<String>(),
            "loudness": strokes.iter().map(|stroke| letter(stroke.2)).collect::<String>(),
            "timing": strokes.iter().map(|stroke| letter(stroke.3)).collect::<String>(),
        })
    }

    #[test]
    fn a_performance_is_read_stroke_by_stroke() {
        let found = performance(&[(0, 0, 40, 32), (0, 11, 0, 63), (63, 3, 32, 24)]);
        assert_eq!((found.strokes()[0], found.strokes()[63]), (0x801, 8));
        let deviations: Vec<_> = found.deviations().collect();
        assert_eq!(deviations, [(0, 0, (1.0, 0.0)), (0, 11, (-4.0, 3.875)), (63, 3, (0.0, -1.0))]);
    }

    #[test]
    fn a_performance_that_is_not_whole_is_an_error_that_says_why() {
        let error = |key: &str, value: &str| {
            let mut text = text(&[(0, 0, 40, 32)]);
            text[key] = value.into();
            serde_json::from_value::<DrumPerformance>(text).expect_err("it is not whole").to_string()
        };
        assert_eq!(error("strokes", "AAAA"), PerformanceError::Strokes.to_string());
        assert_eq!(error("loudness", "AB"), PerformanceError::Deviations.to_string());
        assert_eq!(error("timing", ""), PerformanceError::Deviations.to_string());
        assert_eq!(error("timing", "?"), PerformanceError::Character.to_string());
    }
}
