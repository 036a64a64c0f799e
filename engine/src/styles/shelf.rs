//! The user's own styles as one instance sees them: those of its project, and those in the user's folder.

use super::own::{OwnStyle, free_slot};
use crate::network::model::{Genre, ModelCard};
use continuo_music::{
    settings::{Settings, Shape},
    stable_hash::StableHash,
};

/// Own styles, each in a slot of its own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shelf {
    /// By slot.
    styles: Vec<OwnStyle>,
}

impl Shelf {
    /// Puts the project's styles in the project's slots, then the folder's styles in theirs. If the project uses a slot
    /// for another style, the folder's style moves to a free slot. A style that both have appears once, as in the
    /// project.
    pub fn new(project: &[OwnStyle], folder: &[OwnStyle]) -> Self {
        let mut styles: Vec<OwnStyle> = project.to_vec();
        let new = || folder.iter().filter(|style| project.iter().all(|own| own.genre.name != style.genre.name));
        let has = |styles: &[OwnStyle], slot: u8| styles.iter().any(|style| style.slot == slot);
        styles.extend(new().filter(|style| !has(project, style.slot)).cloned());
        for style in new().filter(|style| has(project, style.slot)) {
            if let Some(slot) = free_slot(&styles) {
                styles.push(OwnStyle { slot, ..style.clone() });
            }
        }
        styles.sort_by_key(|style| style.slot);
        Self { styles }
    }

    /// The styles, by slot.
    pub fn styles(&self) -> &[OwnStyle] {
        &self.styles
    }

    /// The style in a slot.
    pub fn get(&self, slot: u8) -> Option<&OwnStyle> {
        self.styles.iter().find(|style| style.slot == slot)
    }

    /// The slot of the style with this name, ignoring case.
    pub fn slot(&self, name: &str) -> Option<u8> {
        let style = self.styles.iter().find(|style| style.genre.name.eq_ignore_ascii_case(name.trim()))?;
        Some(style.slot)
    }

    /// The genre in a slot: an own style that the model understands, or a genre of the model; the model's default genre
    /// if the slot is empty.
    pub fn genre<'a>(&'a self, card: &'a ModelCard, slot: u8) -> &'a Genre {
        let own = self
            .get(slot)
            .filter(|style| style.style_space == card.style_space && style.genre.style.len() == card.style_size);
        own.map_or_else(|| card.genre(slot), |style| &style.genre)
    }

    /// The own styles that the settings choose, by slot.
    pub fn chosen(&self, settings: &Settings) -> impl Iterator<Item = &OwnStyle> {
        let Shape { genre, blend, .. } = settings.shape.within_ranges();
        let second = blend.map(|blend| blend.genre);
        self.styles.iter().filter(move |style| style.slot == genre || Some(style.slot) == second)
    }

    /// A number that changes when the own styles that the settings choose change; `None` if they choose none. Stable
    /// between versions, since it is saved.
    pub fn fingerprint(&self, settings: &Settings) -> Option<u64> {
        let mut hash = StableHash::default();
        let mut any = false;
        for style in self.chosen(settings) {
            any = true;
            hash.add(i64::from(style.slot));
            for number in &style.genre.style {
                hash.add(i64::from(number.to_bits()));
            }
            for (_, &plays) in style.genre.parts.iter() {
                hash.add(i64::from(plays));
            }
        }
        any.then_some(hash.value())
    }
}

#[cfg(test)]
mod tests {
    use super::{super::own::tests::style, *};

    fn places(shelf: &Shelf) -> Vec<(&str, u8, f32)> {
        shelf.styles().iter().map(|style| (style.genre.name.as_str(), style.slot, style.genre.style[0])).collect()
    }

    #[test]
    fn a_project_keeps_its_slots_and_other_styles_move() {
        let project = [style("coulton", 16, 0.1), style("gone", 18, 0.2)];
        let folder = [style("other", 16, 0.3), style("coulton", 17, 0.4), style("late", 19, 0.5)];
        let shelf = Shelf::new(&project, &folder);
        assert_eq!(places(&shelf), [("coulton", 16, 0.1), ("other", 17, 0.3), ("gone", 18, 0.2), ("late", 19, 0.5)]);
        assert_eq!(shelf.slot(" OTHER "), Some(17));
        assert_eq!(Shelf::new(&[], &folder).slot("other"), Some(16));
    }

    #[test]
    fn the_fingerprint_is_that_of_the_chosen_styles() {
        let shelf = Shelf::new(&[], &[style("a", 16, 0.1), style("b", 17, 0.2)]);
        let of = |shelf: &Shelf, genre, genre_b, blend| {
            shelf.fingerprint(&Settings { shape: Shape::default().mixed(genre, genre_b, blend), ..Settings::default() })
        };
        assert_eq!(of(&shelf, 0, 16, 0.0), None);
        assert!(of(&shelf, 0, 16, 0.5).is_some());
        assert_eq!(of(&shelf, 16, 17, 0.0), of(&shelf, 17, 16, 1.0));
        let changed = Shelf::new(&[], &[style("a", 16, 0.1), style("b", 17, 0.25)]);
        assert_eq!(of(&shelf, 16, 17, 0.0), of(&changed, 16, 17, 0.0));
        assert_ne!(of(&shelf, 16, 17, 0.5), of(&changed, 16, 17, 0.5));
    }
}
