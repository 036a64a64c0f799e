//! `continuo info`.

use crate::{arguments::InfoArguments, choices, failure::Failure, model};
use continuo_engine::{
    arranging::Arranger,
    network::{Conductor, Harmonizer, Helper, InstalledModel, Role, installed_models},
    storage::{DataFolder, Preferences},
    styles::{Listing, Shelf, StyleFolder},
};
use continuo_music::part::Part;
use serde_json::json;
use std::fmt::Write;

/// What the command reports.
struct Facts {
    arranger: Arranger,
    shelf: Shelf,
    /// Whether there is a style encoder, or why it is refused.
    encoder: Result<bool, String>,
    styles: Listing,
    models: Vec<InstalledModel>,
    /// Why the user's preferences are ignored.
    preferences_fault: Option<String>,
}

pub fn run(arguments: &InfoArguments) -> Result<String, Failure> {
    let source = arguments.model.source().map_err(|error| Failure::input(&error))?;
    let arranger = Arranger::load(&source, arguments.model.runtime()).map_err(|error| Failure::input(&error))?;
    let data = DataFolder::of_user();
    let encoder = Helper::load(&source, Role::StyleEncoder, arranger.card());
    let facts = Facts {
        shelf: choices::shelf(arranger.card()),
        encoder: encoder.map(|encoder| encoder.is_some()).map_err(|error| error.to_string()),
        styles: data.as_ref().map(|data| StyleFolder::of(data).list()).unwrap_or_default(),
        models: data.as_ref().map(installed_models).unwrap_or_default(),
        preferences_fault: data.and_then(|data| Preferences::read(&data).err()).map(|error| error.to_string()),
        arranger,
    };
    Ok(if arguments.report.json { facts.json() } else { facts.text() })
}

impl Facts {
    fn json(&self) -> String {
        let (card, backend) = (self.arranger.card(), self.arranger.backend());
        let of_model = card.genres.iter().zip(0_u32..).map(|(genre, slot)| (genre, slot, false));
        let own = self.shelf.styles().iter().map(|style| (&style.genre, u32::from(style.slot), true));
        let genres: Vec<_> = of_model
            .chain(own)
            .map(|(genre, slot, own)| {
                json!({"id": genre.id, "name": genre.name, "parts": choices::ids(genre.parts), "slot": slot, "own": own})
            })
            .collect();
        json!({
            "model": format!("{} {}", card.name, card.version),
            "contract": card.contract,
            "licence": card.licence,
            "checksum": card.checksum,
            "style_space": card.style_space,
            "genres": genres,
            "default_genre": card.genre(u8::MAX).id,
            "parts": Part::ALL.map(Part::id),
            "conductor": self.arranger.conductor().map(Conductor::name),
            "conductor_fault": self.arranger.conductor_fault(),
            "harmonizer": self.arranger.harmonizer().map(Harmonizer::name),
            "harmonizer_fault": self.arranger.harmonizer_fault(),
            "style_encoder": self.encoder.as_ref().ok(),
            "style_encoder_fault": self.encoder.as_ref().err(),
            "refused_styles": choices::refused(&self.styles.refused),
            "models": self.models.iter().map(model::described).collect::<Vec<_>>(),
            "preferences_fault": self.preferences_fault,
            "backend": backend.name,
            "backend_version": backend.version,
            "library": backend.library.as_ref().map(|path| path.display().to_string()),
            "fallback_reason": backend.fallback_reason,
        })
        .to_string()
    }

    fn text(&self) -> String {
        let (card, backend) = (self.arranger.card(), self.arranger.backend());
        let mut text = format!("model    {} {} ({})", card.name, card.version, card.licence);
        let mut row = |head: &str, line: &str| {
            // Writing to a `String` cannot fail.
            let _ = write!(text, "\n{head:<8} {line}");
        };
        for (index, genre) in card.genres.iter().enumerate() {
            let head = if index == 0 { "genres" } else { "" };
            row(head, &format!("{} ({}): {}", genre.id, genre.name, choices::ids(genre.parts).join(", ")));
        }
        for (index, style) in self.shelf.styles().iter().enumerate() {
            let head = if index == 0 { "own" } else { "" };
            row(head, &format!("{}: {}", style.genre.name, choices::ids(style.genre.parts).join(", ")));
        }
        for (path, error) in &self.styles.refused {
            row("", &format!("not used: {}: {error}", path.display()));
        }
        let (all, usable) = (self.styles.styles.len(), self.shelf.styles().len());
        if all > usable {
            row("", &format!("{} styles are for other models", all - usable));
        }
        row("parts", &Part::ALL.map(Part::id).join(", "));
        let conductor = match (self.arranger.conductor(), self.arranger.conductor_fault()) {
            (Some(conductor), _) => conductor.name(),
            (None, Some(fault)) => fault,
            (None, None) => "no conductor: one take of each phrase is drawn",
        };
        row("takes", conductor);
        let harmonizer = match (self.arranger.harmonizer(), self.arranger.harmonizer_fault()) {
            (Some(harmonizer), _) => harmonizer.name(),
            (None, Some(fault)) => fault,
            (None, None) => "no harmonizer: the generator chooses all chords",
        };
        row("chords", harmonizer);
        row(
            "styles",
            match &self.encoder {
                Ok(true) => "can be read from MIDI files",
                Ok(false) => "cannot be read: the model has no style encoder",
                Err(fault) => fault,
            },
        );
        for (index, installed) in self.models.iter().enumerate() {
            row(if index == 0 { "models" } else { "" }, &model::line(installed));
        }
        if let Some(fault) = &self.preferences_fault {
            row("", fault);
        }
        row("backend", &format!("{} {}", backend.name, backend.version));
        let library = backend.library.as_ref().map_or("none (built in)".to_owned(), |path| path.display().to_string());
        row("library", &library);
        if let Some(reason) = &backend.fallback_reason {
            row("", reason);
        }
        text
    }
}
