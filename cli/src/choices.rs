//! Turns the names on the command line into the engine's settings.

use crate::failure::Failure;
use continuo_engine::{
    network::ModelCard,
    storage::DataFolder,
    styles::{OwnStyle, Shelf, StyleFolder},
};
use continuo_music::{
    part::{Part, PartMap},
    settings::{Settings, Shape},
};
use serde_json::{Value, json};
use std::{fmt::Display, path::PathBuf};

/// The user's own styles that a model understands.
pub fn shelf(card: &ModelCard) -> Shelf {
    let listing = DataFolder::of_user().map(|data| StyleFolder::of(&data).list()).unwrap_or_default();
    let understood = |style: &OwnStyle| style.style_space == card.style_space;
    Shelf::new(&[], &listing.styles.into_iter().filter(understood).collect::<Vec<_>>())
}

/// The slot of the genre with this id or name; without a name, of the model's default genre.
pub fn genre(card: &ModelCard, shelf: &Shelf, name: Option<&str>) -> Result<u8, Failure> {
    let slot = match name {
        None => u8::try_from(card.default_genre).ok(),
        Some(name) => {
            let models = card.genre_index(name.trim()).and_then(|index| u8::try_from(index).ok());
            models.or_else(|| shelf.slot(name))
        }
    };
    slot.ok_or_else(|| {
        let models = card.genres.iter().map(|genre| genre.id.as_str());
        let own = shelf.styles().iter().map(|style| style.genre.name.as_str());
        let known = models.chain(own).collect::<Vec<_>>().join(", ");
        Failure::input(&format!("there is no genre \"{}\"; available: {known}", name.unwrap_or_default()))
    })
}

/// The genre's name, or both names of a mix.
pub fn mix(card: &ModelCard, shelf: &Shelf, settings: &Settings) -> String {
    let Shape { genre, blend, .. } = settings.shape;
    let genre = &shelf.genre(card, genre).name;
    let Some(blend) = blend else { return genre.clone() };
    format!("{genre} with {:.0} % {}", blend.amount * 100.0, shelf.genre(card, blend.genre).name)
}

/// The parts to write: the requested ones, or all that the genre plays.
pub fn parts(genre: &str, parts: PartMap<bool>, names: Option<&[String]>) -> Result<PartMap<bool>, Failure> {
    let Some(names) = names else { return Ok(parts) };
    let mut chosen = PartMap::<bool>::default();
    let (mut unknown, mut unplayed) = (Vec::new(), Vec::new());
    for name in names.iter().map(|name| name.trim()).filter(|name| !name.is_empty()) {
        match Part::from_id(name) {
            Some(part) if parts[part] => chosen[part] = true,
            Some(_) => unplayed.push(name),
            None => unknown.push(name),
        }
    }
    if !unknown.is_empty() {
        let known = Part::ALL.map(Part::id).join(", ");
        return Err(Failure::input(&format!("there is no part \"{}\"; available: {known}", unknown.join("\", \""))));
    }
    let played = || ids(parts).join(", ");
    if !unplayed.is_empty() {
        let unplayed = unplayed.join(", ");
        return Err(Failure::input(&format!("the genre {genre} has no {unplayed}; it has {}", played())));
    }
    if ids(chosen).is_empty() {
        return Err(Failure::input(&format!("--parts names no part; the genre {genre} has {}", played())));
    }
    Ok(chosen)
}

/// The ids of the parts that are on.
pub fn ids(parts: PartMap<bool>) -> Vec<&'static str> {
    parts.iter().filter(|(_, on)| **on).map(|(part, _)| part.id()).collect()
}

/// Files that were not used, or not as a whole, each with the reason, as JSON.
pub fn refused(files: &[(PathBuf, impl Display)]) -> Vec<Value> {
    files
        .iter()
        .map(|(path, reason)| json!({"file": path.display().to_string(), "reason": reason.to_string()}))
        .collect()
}
