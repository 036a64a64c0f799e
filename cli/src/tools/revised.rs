//! The reviser at a melody of a file, and the report of what it changed.

use super::{
    file::{ToolFile, report},
    melody::{ChosenMelody, MelodyOptions, known_genre, load},
};
use crate::failure::Failure;
use continuo_engine::{
    melodies::{Change, KnownMelody, ReviseError},
    network::Reviser,
};
use continuo_music::{key::Key, note::Note, song::Track, time::Tick};
use serde_json::{Value, json};
use std::ops::Range;

/// The reviser, and what is known of the melody.
pub struct Revising<'a> {
    options: &'a MelodyOptions,
    pub network: Reviser,
    genre: Option<String>,
}

impl<'a> Revising<'a> {
    /// Loads the network.
    ///
    /// # Errors
    /// If it cannot be loaded, or does not know the genre.
    pub fn load(options: &'a MelodyOptions) -> Result<Self, Failure> {
        let network = load(&options.model, Reviser::load)?;
        let genre = known_genre(network.file().genres(), options.genre.as_deref())?;
        Ok(Self { options, network, genre })
    }

    /// What is known of a melody.
    pub fn known<'b>(&'b self, chosen: &'b ChosenMelody, file: &'b ToolFile<'_>) -> KnownMelody<'b> {
        chosen.known(file, self.options.key, self.genre.as_deref())
    }

    /// The failure for what went wrong.
    pub fn failure(file: &ToolFile<'_>, error: &ReviseError) -> Failure {
        match error {
            ReviseError::Inference(_) => Failure::model(error),
            _ => file.fault(error),
        }
    }
}

/// A revised melody of a file.
pub struct Revised {
    /// All notes of the melody.
    pub notes: Vec<Note>,
    pub changes: Vec<Change>,
    pub key: Key,
    pub network: String,
    pub backend: &'static str,
    /// What the command adds to the report for programs.
    pub more: Value,
    /// What was done, for people.
    pub line: String,
}

impl Revised {
    /// Puts the notes in the place of the melody's.
    pub fn put(&self, chosen: &ChosenMelody, file: &mut ToolFile<'_>) {
        if let Some(track) = file.song.tracks.get_mut(chosen.track) {
            // What the line has as it was stays in the track as it is: there it may overlap or belong to a chord.
            let (old, notes) = (&chosen.notes, &self.notes);
            let is_gone = |note: &Note| {
                let here = |other: &&Note| (other.start, other.pitch) == (note.start, note.pitch);
                old.iter().find(here).is_some_and(|line| !notes.contains(line))
            };
            track.notes.retain(|note| !is_gone(note));
            track.notes.extend(notes.iter().filter(|note| !old.contains(note)));
            track.notes.sort_unstable();
        }
        let end = self.notes.iter().map(Note::end).max().unwrap_or(0);
        file.song.end = file.song.end.max(end);
    }

    fn json(&self, file: &ToolFile<'_>) -> Value {
        let change = |change: &Change| {
            let what = match (change.was, change.is) {
                (None, _) => "added",
                (_, None) => "removed",
                _ => "replaced",
            };
            let bar = file.song.meters.bar_number(change.start);
            json!({"what": what, "start": change.start, "bar": bar, "was": change.was, "is": change.is})
        };
        let mut told = json!({
            "key": self.key.name(),
            "changes": self.changes.iter().map(change).collect::<Vec<_>>(),
            "network": self.network,
            "backend": self.backend,
        });
        extend(&mut told, self.more.clone());
        told
    }

    /// How much changed, in words.
    fn counted(&self) -> String {
        let count = |is: fn(&&Change) -> bool| self.changes.iter().filter(is).count();
        let added = count(|change| change.was.is_none());
        let removed = count(|change| change.is.is_none());
        let replaced = self.changes.len() - added - removed;
        format!("key: {}; {added} notes added, {removed} removed, {replaced} with another pitch", self.key.name())
    }
}

/// What is reported of bars that were written anew in a file.
pub struct Told<'a> {
    pub options: &'a MelodyOptions,
    pub chosen: &'a ChosenMelody,
    pub span: Range<Tick>,
    /// The melody, if it was revised.
    pub melody: Option<&'a Revised>,
    /// What else there is to tell: for programs, and a line each for people.
    pub more: Value,
    pub lines: Vec<String>,
    pub warnings: Vec<String>,
}

impl Told<'_> {
    /// Writes the file, and returns the report.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn save(self, file: &ToolFile<'_>) -> Result<String, Failure> {
        file.save()?;
        let mut warnings = file.warnings();
        warnings.extend(self.chosen.timing.warning());
        warnings.extend(self.warnings);
        let meters = &file.song.meters;
        let [first, last] = [meters.bar_number(self.span.start), meters.bar_number(self.span.end - 1)];
        let label = file.song.tracks.get(self.chosen.track).map(Track::label).unwrap_or_default();
        let number = self.chosen.track + 1;
        if self.options.report.json {
            let mut told = json!({
                "output": file.output(),
                "track": number,
                "name": label,
                "bars": [first, last],
                "seed": self.options.seed,
                "pickup": self.chosen.timing.pickup_json(meters),
                "followed": self.chosen.timing.followed_json(),
                "warnings": warnings,
            });
            if let Some(melody) = self.melody {
                extend(&mut told, melody.json(file));
            }
            extend(&mut told, self.more);
            return Ok(told.to_string());
        }
        let melody = self.melody.map(|melody| {
            [format!("track {number} ({label}), bars {first} to {last}: {}", melody.line), melody.counted()]
        });
        let mut lines: Vec<String> = melody.into_iter().flatten().chain(self.lines).collect();
        lines.extend(self.chosen.timing.lines(meters));
        Ok(report(&file.output(), &lines, &warnings))
    }
}

/// Adds the fields of one object to another.
fn extend(told: &mut Value, more: Value) {
    if let (Some(told), Value::Object(more)) = (told.as_object_mut(), more) {
        told.extend(more);
    }
}
