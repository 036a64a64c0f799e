//! The style of a phrase: the point of a genre in style space, or a point on the straight line between two genres.

use super::shelf::Shelf;
use crate::network::model::{Genre, ModelCard};
use continuo_music::{
    part::{Part, PartMap},
    settings::{Settings, Shape},
};

/// A point in style space, with the parts and programs of its music.
#[derive(Clone, Debug, PartialEq)]
pub struct Style {
    /// A vector as long as the model's style vectors.
    pub vector: Vec<f32>,
    /// The parts that play: those of both genres of a mix.
    pub parts: PartMap<bool>,
    /// Zero-based General MIDI programs, each from the genre with more weight among those that play the part.
    pub programs: PartMap<u8>,
}

impl Style {
    /// The style that the settings choose among the model's genres and the user's own.
    pub fn chosen(card: &ModelCard, shelf: &Shelf, settings: &Settings) -> Self {
        let Shape { genre, blend, .. } = settings.shape.within_ranges();
        let genre = shelf.genre(card, genre);
        match blend {
            Some(blend) => Self::mix(genre, shelf.genre(card, blend.genre), blend.amount),
            None => Self { vector: genre.style.clone(), parts: genre.parts, programs: genre.programs },
        }
    }

    /// `(1 − amount) · one + amount · other`.
    fn mix(one: &Genre, other: &Genre, amount: f32) -> Self {
        let vector = one.style.iter().zip(&other.style).map(|(one, other)| one + (other - one) * amount).collect();
        Self {
            vector,
            parts: PartMap::from_fn(|part| one.parts[part] || other.parts[part]),
            programs: PartMap::from_fn(|part| {
                let from_other = other.parts[part] && (amount > 0.5 || !one.parts[part]);
                if from_other { other.programs[part] } else { one.programs[part] }
            }),
        }
    }

    /// The programs of bass, chords, strings and counter.
    pub fn pitched_programs(&self) -> [u8; 4] {
        Part::PITCHED.map(|part| self.programs[part])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::model::{ModelError, ModelSource};

    #[test]
    fn a_mix_lies_on_the_straight_line_and_plays_the_parts_of_both() -> Result<(), ModelError> {
        let mut card = ModelSource::Embedded.card()?;
        card.genres[0].parts = PartMap([true, true, false, true, false]);
        card.genres[1].parts = PartMap([false, true, true, false, false]);
        card.genres[0].programs = PartMap([0, 10, 0, 12, 13]);
        card.genres[1].programs = PartMap([0, 20, 21, 0, 23]);
        let style = |blend| {
            let settings = Settings { shape: Shape::default().mixed(0, 1, blend), ..Settings::default() };
            Style::chosen(&card, &Shelf::default(), &settings)
        };
        assert_eq!(style(0.0).vector, card.genres[0].style);
        assert_eq!(style(1.0).vector, card.genres[1].style);
        assert_eq!(style(1.0).parts, card.genres[1].parts);
        let quarter = style(0.25);
        for (found, (one, other)) in quarter.vector.iter().zip(card.genres[0].style.iter().zip(&card.genres[1].style)) {
            assert!((found - (0.75 * one + 0.25 * other)).abs() < 1e-6);
        }
        assert_eq!(quarter.parts, PartMap([true, true, true, true, false]));
        assert_eq!(quarter.pitched_programs()[..3], [10, 21, 12]);
        assert_eq!(style(0.75).pitched_programs()[..3], [20, 21, 12]);
        Ok(())
    }
}
