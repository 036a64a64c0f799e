//! The genre parameters: slots whose names come from the model and from the user's own styles.

use continuo_engine::{composer::Shared, styles::SLOTS};
use nice_plug::prelude::*;
use std::sync::Arc;

/// A genre parameter: the model's genres in the first slots, the user's own styles in theirs, numbers in the others.
/// Names are looked up each time, since own styles come and go; hosts ask on their main thread.
pub fn parameter(name: &str, names: &GenreNames, default: usize) -> IntParam {
    let (names, shown) = (names.clone(), names.clone());
    let last = i32::from(SLOTS) - 1;
    IntParam::new(name, (default as i32).min(last), IntRange::Linear { min: 0, max: last })
        .with_value_to_string(Arc::new(move |slot| shown.of(slot)))
        .with_string_to_value(Arc::new(move |text| {
            (0..=last).find(|&slot| names.of(slot).eq_ignore_ascii_case(text.trim()))
        }))
}

/// The names of the genre slots.
#[derive(Clone)]
pub struct GenreNames {
    genres: Arc<[String]>,
    shared: Arc<Shared>,
}

impl GenreNames {
    /// `genres` are the model's, in its order; `shared` holds the user's own styles.
    pub fn new(genres: Vec<String>, shared: Arc<Shared>) -> Self {
        Self { genres: genres.into(), shared }
    }

    /// The name of a slot, if it holds a genre or an own style.
    pub fn known(&self, slot: i32) -> Option<String> {
        let slot = u8::try_from(slot).ok()?;
        let own = self.shared.styles.read_shelf(|shelf| shelf.get(slot).map(|own| own.genre.name.clone()));
        own.or_else(|| self.genres.get(usize::from(slot)).cloned())
    }

    /// The name of a slot, or its number.
    pub fn of(&self, slot: i32) -> String {
        self.known(slot).unwrap_or_else(|| format!("Slot {}", slot + 1))
    }
}
