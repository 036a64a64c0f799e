//! `continuo style`.

use crate::{arguments::StyleArguments, choices, failure::Failure, progress::Progress};
use continuo_engine::{
    network::StyleEncoder,
    storage::DataFolder,
    styles::{Listing, OwnStyle, ReadStyleError, StyleFolder, read_style},
};
use serde_json::json;
use std::fmt::Write;

pub fn run(arguments: &StyleArguments) -> Result<String, Failure> {
    let data = DataFolder::of_user()
        .ok_or_else(|| Failure::input(&"this system has no folder for your data; set CONTINUO_DATA to one"))?;
    let folder = StyleFolder::of(&data);
    if let Some(name) = &arguments.remove {
        folder.remove(name).map_err(|error| Failure::input(&error))?;
        return Ok(if arguments.report.json {
            json!({"removed": name.trim()}).to_string()
        } else {
            format!("removed {name}")
        });
    }
    if arguments.list {
        return Ok(list(&folder.list(), arguments.report.json));
    }
    let source = arguments.model.source().map_err(|error| Failure::input(&error))?;
    let encoder = StyleEncoder::load(&source, arguments.model.runtime()).map_err(|error| Failure::input(&error))?;
    let mut progress = Progress::new("files");
    let mut reading = read_style(&encoder, &arguments.files, |done, all| {
        progress.show(done, all);
        true
    })
    .map_err(|error| match error {
        ReadStyleError::Encoder(_) => Failure::model(&error),
        _ => Failure::input(&error),
    })?;
    drop(progress);
    let refused = std::mem::take(&mut reading.refused);
    let damaged = std::mem::take(&mut reading.damaged);
    let windows = reading.windows;
    let style = reading.into_style(arguments.name.as_deref().unwrap_or_default());
    let style = folder.keep(&encoder.card().genres, style).map_err(|error| Failure::input(&error))?;
    if arguments.report.json {
        let mut report = described(&style);
        report["windows"] = json!(windows);
        report["refused"] = json!(choices::refused(&refused));
        report["damaged"] = json!(choices::refused(&damaged));
        return Ok(report.to_string());
    }
    let mut text = format!("{} (slot {}), read from ", style.genre.name, style.slot + 1);
    // Writing to a `String` cannot fail.
    let _ = match &style.sources[..] {
        [file] => write!(text, "{file}"),
        files => write!(text, "{} files", files.len()),
    };
    let _ = write!(text, ": {windows} windows of four bars\n  parts: {}", choices::ids(style.genre.parts).join(", "));
    for (path, damage) in damaged {
        let _ = write!(text, "\n  note: {}: {damage}", path.display());
    }
    for (path, fault) in refused {
        let _ = write!(text, "\n  not used: {}: {fault}", path.display());
    }
    Ok(text)
}

fn described(style: &OwnStyle) -> serde_json::Value {
    json!({
        "name": style.genre.name,
        "slot": style.slot,
        "style_space": style.style_space,
        "parts": choices::ids(style.genre.parts),
        "sources": style.sources,
    })
}

fn list(listing: &Listing, as_json: bool) -> String {
    if as_json {
        let styles: Vec<_> = listing.styles.iter().map(described).collect();
        return json!({"styles": styles, "refused": choices::refused(&listing.refused)}).to_string();
    }
    let mut text = String::new();
    for style in &listing.styles {
        let (name, parts) = (&style.genre.name, choices::ids(style.genre.parts).join(", "));
        let _ = writeln!(text, "{name} (slot {}): {parts}; from {}", style.slot + 1, style.sources.join(", "));
    }
    if listing.styles.is_empty() {
        text.push_str("you have no styles of your own; `continuo style FILE.mid --name NAME` makes one\n");
    }
    for (path, error) in &listing.refused {
        let _ = writeln!(text, "not used: {}: {error}", path.display());
    }
    text
}
