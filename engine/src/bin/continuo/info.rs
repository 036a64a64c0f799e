//! `continuo info`.

use crate::{Failure, arguments::InfoArguments, choices};
use continuo_engine::{arranger::Arranger, model::ModelSource, part::Part};
use serde_json::json;
use std::fmt::Write;

pub fn run(arguments: &InfoArguments) -> Result<String, Failure> {
    let arranger = Arranger::load(&ModelSource::from_environment(), choices::backend(arguments.backend))
        .map_err(|error| Failure::input(&error))?;
    let (card, backend) = (arranger.card(), arranger.backend());
    let model = format!("{} {}", card.name, card.version);
    if arguments.json {
        let genres: Vec<_> = card
            .genres
            .iter()
            .map(|genre| json!({"id": genre.id, "name": genre.name, "parts": choices::ids(genre.parts)}))
            .collect();
        return Ok(json!({
            "model": model,
            "licence": card.licence,
            "checksum": card.checksum,
            "genres": genres,
            "default_genre": card.genre(u8::MAX).id,
            "parts": Part::ALL.map(Part::id),
            "backend": backend.name,
            "backend_version": backend.version,
            "library": backend.library,
            "fallback_reason": backend.fallback_reason,
        })
        .to_string());
    }
    let mut text = format!("model    {model} ({})\ngenres   ", card.licence);
    for (index, genre) in card.genres.iter().enumerate() {
        let gap = if index == 0 { "" } else { "\n         " };
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{gap}{} ({}): {}", genre.id, genre.name, choices::ids(genre.parts).join(", "));
    }
    let _ = write!(text, "\nparts    {}", Part::ALL.map(Part::id).join(", "));
    let _ = write!(text, "\nbackend  {} {}", backend.name, backend.version);
    let library = backend.library.as_ref().map_or("none: built in".to_owned(), |path| path.display().to_string());
    let _ = write!(text, "\nlibrary  {library}");
    if let Some(reason) = &backend.fallback_reason {
        let _ = write!(text, "\n         {reason}");
    }
    Ok(text)
}
