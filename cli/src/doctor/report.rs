//! The report: text for people, JSON for programs.

use super::{
    plugins::{self, Examined, InstalledCopy},
    problem::Problem,
    setup::{Cache, Data, Setup, State},
};
use continuo_engine::{
    arranging::Arranger,
    network::{BUILT_IN, BackendInfo, ModelSource, pinned},
};
use serde_json::{Value, json};
use std::{env, fmt::Write, path::PathBuf};

/// What the doctor found.
pub struct Report {
    /// This program's file.
    pub program: Result<PathBuf, String>,
    /// The system's name and version.
    pub system: String,
    /// The environment variables that Continuo reads, with their values.
    pub variables: Vec<(String, String)>,
    pub setup: Setup,
    pub folders: Vec<Examined>,
}

impl Report {
    fn problems(&self) -> Vec<Problem> {
        let mut problems = self.setup.problems();
        problems.extend(plugins::problems(&self.folders));
        problems
    }

    /// Where the program lies, or why that is unknown.
    fn program(&self) -> String {
        self.program.as_ref().map_or_else(|error| format!("unknown ({error})"), |path| path.display().to_string())
    }

    pub fn json(&self) -> String {
        let arranger = self.setup.arranger.as_ref();
        let model = arranger.map(|arranger| {
            let card = arranger.card();
            json!({
                "name": format!("{} {}", card.name, card.version),
                "contract": card.contract,
                "checksum": card.checksum,
                "source": source(self.setup.source.as_ref()),
                "conductor": self.setup.conductor(),
                "harmonizer": self.setup.harmonizer(),
            })
        });
        let libraries = self.setup.libraries.iter().map(|(path, hash)| {
            json!({"path": path.display().to_string(), "sha256": hash.as_ref().ok(), "fault": hash.as_ref().err()})
        });
        let backend = arranger.ok().map(Arranger::backend);
        let folders = self.folders.iter().map(|examined| {
            let copies = examined.copies.as_ref().and_then(|copies| copies.as_ref().ok()).into_iter().flatten();
            json!({
                "format": examined.folder.format.name(),
                "path": examined.folder.path.display().to_string(),
                "exists": examined.copies.is_some(),
                "continuo": copies.map(copy_as_json).collect::<Vec<_>>(),
            })
        });
        let problems = self.problems();
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "build": build(),
            "program": self.program(),
            "system": self.system,
            "processor": env::consts::ARCH,
            "variables": self.variables.iter().map(|(name, value)| (name.clone(), json!(value))).collect::<serde_json::Map<_, _>>(),
            "runtime": {
                "backend": backend.map(|backend| backend.name),
                "version": backend.map(|backend| backend.version),
                "library": backend.and_then(library),
                "fallback_reason": backend.and_then(|backend| backend.fallback_reason.as_ref()),
                "expected": pinned::for_this_system().map(|library| json!({
                    "file": library.file, "version": pinned::VERSION, "sha256": library.sha256
                })),
                "found": libraries.collect::<Vec<_>>(),
            },
            "model": model.as_ref().ok(),
            "model_fault": model.as_ref().err(),
            "data": self.setup.data.as_ref().map(data_as_json),
            "cache": self.setup.cache.as_ref().map(cache_as_json),
            "plugin_folders": folders.collect::<Vec<_>>(),
            "problems": problems.iter().map(|problem| json!({"what": problem.what, "remedy": problem.remedy})).collect::<Vec<_>>(),
        })
        .to_string()
    }

    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut row = |head: &str, line: &str| {
            // Writing to a `String` cannot fail.
            let _ = writeln!(text, "{head:<9} {line}");
        };
        row("continuo", &format!("{}, {} build, {}", env!("CARGO_PKG_VERSION"), build(), self.program()));
        row("system", &format!("{}, {}", self.system, env::consts::ARCH));
        for (index, (name, value)) in self.variables.iter().enumerate() {
            row(if index == 0 { "variables" } else { "" }, &format!("{name}={value}"));
        }
        match &self.setup.arranger {
            Err(fault) => row("model", &format!("none: {fault}")),
            Ok(arranger) => {
                let (card, backend) = (arranger.card(), arranger.backend());
                let from = source(self.setup.source.as_ref());
                row("model", &format!("{} {}, contract {}, {from}", card.name, card.version, card.contract));
                row("", &format!("checksum {}", card.checksum));
                row("takes", self.setup.conductor().unwrap_or("no conductor: one take of each phrase is drawn"));
                row("chords", self.setup.harmonizer().unwrap_or("no harmonizer: the generator chooses all chords"));
                row("runtime", &format!("{} {}", backend.name, backend.version));
            }
        }
        for (path, hash) in &self.setup.libraries {
            let verdict = match (hash, pinned::for_this_system()) {
                (Ok(hash), Some(library)) if hash == library.sha256 => format!("SHA-256 {hash}, as expected"),
                (Ok(hash), _) => format!("SHA-256 {hash}, not the expected one"),
                (Err(error), _) => error.clone(),
            };
            row("library", &path.display().to_string());
            row("", &verdict);
        }
        match &self.setup.data {
            None => row("data", "none"),
            Some(data) => row("data", &data_as_text(data)),
        }
        match &self.setup.cache {
            None => row("cache", "none"),
            Some(cache) => row("cache", &cache_as_text(cache)),
        }
        for examined in &self.folders {
            let place = examined.folder.path.display();
            let lines = match &examined.copies {
                None => vec![format!("{place}: no such folder")],
                Some(Err(reason)) => vec![format!("{place}: cannot be read ({reason})")],
                Some(Ok(copies)) if copies.is_empty() => vec![format!("{place}: no Continuo")],
                Some(Ok(copies)) => copies.iter().map(copy_as_text).collect(),
            };
            for line in lines {
                row(examined.folder.format.name(), &line);
            }
        }
        let problems = self.problems();
        text.push('\n');
        if problems.is_empty() {
            text.push_str("Nothing is wrong.");
        }
        for (number, problem) in (1..).zip(&problems) {
            let _ = writeln!(text, "{number}. {}\n   To do: {}", sentence(&problem.what), sentence(&problem.remedy));
        }
        text
    }
}

/// As the beginning of a sentence, and ended.
fn sentence(text: &str) -> String {
    let text = text.trim_end_matches('.');
    // Paths stay as they are.
    let is_word = text.split_whitespace().next().is_some_and(|word| word.chars().all(char::is_alphabetic));
    let mut letters = text.chars();
    match letters.next().filter(|_| is_word) {
        Some(first) => format!("{}{}.", first.to_uppercase(), letters.as_str()),
        None => format!("{text}."),
    }
}

const fn build() -> &'static str {
    if cfg!(debug_assertions) { "development" } else { "release" }
}

fn source(source: Option<&ModelSource>) -> String {
    match source {
        Some(ModelSource::File(path)) => path.display().to_string(),
        Some(ModelSource::Embedded) => BUILT_IN.to_owned(),
        None => "unknown".to_owned(),
    }
}

fn library(backend: &BackendInfo) -> Option<String> {
    backend.library.as_ref().map(|path| path.display().to_string())
}

fn cache_as_json(cache: &Cache) -> Value {
    json!({
        "path": cache.folder.path().display().to_string(),
        "writable": cache.state.is_writable(),
        "bytes_of_networks": cache.folder.size_of_networks(),
    })
}

fn cache_as_text(cache: &Cache) -> String {
    let (place, megabytes) = (cache.folder.path().display(), cache.folder.size_of_networks().div_ceil(1_000_000));
    let networks = format!("networks for ONNX Runtime, {megabytes} MB; may be deleted");
    match &cache.state {
        State::Missing => format!("{place}: not made yet"),
        State::Writable => format!("{place}: {networks}"),
        State::Unwritable(reason) => format!("{place}: {networks}; cannot be written ({reason})"),
    }
}

fn data_as_json(data: &Data) -> Value {
    json!({
        "path": data.folder.path().display().to_string(),
        "exists": data.state != State::Missing,
        "writable": data.state.is_writable(),
        "styles": data.styles.styles.len(),
        "models": data.models.iter().map(|model| model.name.as_str()).collect::<Vec<_>>(),
        "presets": data.presets,
    })
}

fn data_as_text(data: &Data) -> String {
    let place = data.folder.path().display();
    let counts =
        format!("own genres {}, models {}, presets {}", data.styles.styles.len(), data.models.len(), data.presets);
    match &data.state {
        State::Missing => format!("{place}: not made yet"),
        State::Writable => format!("{place}: {counts}"),
        State::Unwritable(reason) => format!("{place}: {counts}; cannot be written ({reason})"),
    }
}

fn copy_as_json(copy: &InstalledCopy) -> Value {
    json!({
        "path": copy.path.display().to_string(),
        "version": copy.version,
        "library": copy.library.as_ref().ok().map(|path| path.display().to_string()),
        "library_fault": copy.library.as_ref().err().map(ToString::to_string),
        "problems": copy.problems.iter().map(|problem| problem.what.as_str()).collect::<Vec<_>>(),
    })
}

fn copy_as_text(copy: &InstalledCopy) -> String {
    let version = copy.version.as_deref().unwrap_or("unknown");
    let runtime = if copy.library.is_ok() { "ONNX Runtime" } else { "built-in runtime" };
    let loads = if copy.problems.is_empty() { "" } else { "; see below" };
    format!("{}: version {version}, {runtime}{loads}", copy.path.display())
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn sentences_begin_and_end_but_paths_stay() {
        assert_eq!(sentence("install it again"), "Install it again.");
        assert_eq!(sentence("/usr/lib is gone."), "/usr/lib is gone.");
        assert_eq!(sentence("continuo.clap is gone"), "continuo.clap is gone.");
    }
}
