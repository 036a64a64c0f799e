//! From the words on the command line to the engine's settings.

use crate::{Failure, arguments::Runtime};
use continuo_engine::{
    generator::BackendChoice,
    model::{Genre, ModelCard},
    part::{Part, PartMap},
};

/// The index of the genre with this id or name; the model's default genre for none.
pub fn genre(card: &ModelCard, name: Option<&str>) -> Result<u8, Failure> {
    let index = match name {
        None => Some(card.default_genre),
        Some(name) => card.genre_index(name.trim()),
    };
    index.and_then(|index| u8::try_from(index).ok()).ok_or_else(|| {
        let known = card.genres.iter().map(|genre| genre.id.as_str()).collect::<Vec<_>>().join(", ");
        Failure::input(&format!("there is no genre \"{}\"; there are {known}", name.unwrap_or_default()))
    })
}

/// The parts to write: those asked for, of those that the genre plays.
pub fn parts(genre: &Genre, names: Option<&[String]>) -> Result<PartMap<bool>, Failure> {
    let Some(names) = names else { return Ok(genre.parts) };
    let mut chosen = PartMap::<bool>::default();
    let (mut unknown, mut unplayed) = (Vec::new(), Vec::new());
    for name in names.iter().map(|name| name.trim()).filter(|name| !name.is_empty()) {
        match Part::from_id(name) {
            Some(part) if genre.parts[part] => chosen[part] = true,
            Some(_) => unplayed.push(name),
            None => unknown.push(name),
        }
    }
    if !unknown.is_empty() {
        let known = Part::ALL.map(Part::id).join(", ");
        return Err(Failure::input(&format!("there is no part \"{}\"; there are {known}", unknown.join("\", \""))));
    }
    let played = || ids(genre.parts).join(", ");
    if !unplayed.is_empty() {
        let unplayed = unplayed.join(", ");
        return Err(Failure::input(&format!("the genre {} has no {unplayed}; it has {}", genre.name, played())));
    }
    if ids(chosen).is_empty() {
        return Err(Failure::input(&format!("--parts names no part; the genre {} has {}", genre.name, played())));
    }
    Ok(chosen)
}

/// The ids of the parts that are on.
pub fn ids(parts: PartMap<bool>) -> Vec<&'static str> {
    parts.iter().filter(|(_, on)| **on).map(|(part, _)| part.id()).collect()
}

/// The engine's choice of a runtime.
pub const fn backend(runtime: Option<Runtime>) -> BackendChoice {
    match runtime {
        None => BackendChoice::Auto,
        Some(Runtime::OnnxRuntime) => BackendChoice::OnnxRuntime,
        Some(Runtime::Tract) => BackendChoice::Tract,
    }
}
