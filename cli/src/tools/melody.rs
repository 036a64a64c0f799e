//! What the tools that work on a melody share: which track, which key and genre, which bars.

use super::file::ToolFile;
use crate::{
    failure::Failure,
    performance::Timing,
    shared_options::{ModelOptions, ReportOptions, TimingOptions, seed, track},
};
use clap::Args;
use continuo_engine::{
    melodies::{Change, KnownMelody},
    network::{BackendInfo, CellNetworkError, Reviser},
};
use continuo_music::{
    key::Key,
    meter::MeterMap,
    note::Note,
    song::{Track, TrackError, melody_line},
    time::Tick,
};
use serde_json::{Value, json};
use std::ops::Range;

/// Which melody, and what is known of it.
#[derive(Args, Debug)]
pub struct MelodyOptions {
    /// Chooses among the results, 0 to 9999.
    #[arg(long, default_value_t = 1, value_parser = seed, allow_hyphen_values = true)]
    pub seed: u32,
    /// The genre, by its id; if not given, as the melody suggests.
    #[arg(long)]
    pub genre: Option<String>,
    /// The key, such as "Bb major", "F# minor", C or Am; if not given, found in the melody.
    #[arg(long, value_name = "KEY")]
    pub key: Option<Key>,
    /// The track of the melody, counted from 1 over the tracks that have notes; if not given, chosen automatically.
    #[arg(long, value_parser = track, allow_hyphen_values = true)]
    pub track: Option<usize>,
    #[command(flatten)]
    pub timing: TimingOptions,
    #[command(flatten)]
    pub model: ModelOptions,
    #[command(flatten)]
    pub report: ReportOptions,
}

/// The melody of a file.
pub struct ChosenMelody {
    pub track: usize,
    pub notes: Vec<Note>,
    pub timing: Timing,
}

impl ChosenMelody {
    /// Finds the melody, and its beats and bars.
    pub fn find(file: &mut ToolFile<'_>, track: Option<usize>, timing: &TimingOptions) -> Result<Self, Failure> {
        let choice = file.song.melody_choice(track).map_err(|error| match error {
            TrackError::OnlyDrums => file.fault(&format_args!("{error}; choose a track with --track")),
            _ => file.fault(&error),
        })?;
        let timing = Timing::settle(&mut file.song, choice.track, timing).map_err(|error| file.fault(&error))?;
        let Some(track) = file.song.tracks.get(choice.track) else { return Err(file.fault(&TrackError::NoNotes)) };
        Ok(Self { track: choice.track, notes: melody_line(&track.notes), timing })
    }

    /// What is known of it.
    pub fn known<'a>(&'a self, file: &'a ToolFile<'_>, key: Option<Key>, genre: Option<&'a str>) -> KnownMelody<'a> {
        KnownMelody { notes: &self.notes, meters: &file.song.meters, key, chords: &file.song.chords, genre }
    }

    /// The bars from its first note's to its last note's.
    pub fn span(&self, meters: &MeterMap) -> Range<Tick> {
        let first = self.notes.first().map_or(0, |note| note.start);
        meters.bar_start(first)..continuo_engine::melodies::next_bar(&self.notes, meters)
    }
}

/// Bars by their numbers, such as 5-8 or 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bars {
    first: u32,
    last: u32,
}

/// The largest number of a bar.
const LAST_BAR: u32 = 99_999;

/// Whether the song has these bars is checked once it is read.
pub fn bars(text: &str) -> Result<Bars, String> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (first.trim().parse(), last.trim().parse()) {
        (Ok(first), Ok(last)) if first >= 1 && first <= last && last <= LAST_BAR => Ok(Bars { first, last }),
        _ => Err("give the numbers of the first and the last bar, such as 5-8, or of one bar".to_owned()),
    }
}

impl Bars {
    /// Where they lie in a song.
    pub fn span(self, meters: &MeterMap) -> Range<Tick> {
        let mut bar = meters.phrase_at(0, 1);
        let mut start = bar.start;
        for number in 1..=self.last {
            if number == self.first {
                start = bar.start;
            }
            if number < self.last {
                bar = meters.phrase_at(bar.end, 1);
            }
        }
        start..bar.end
    }
}

/// The genre's id, if the network knows it.
pub fn known_genre(genres: &[String], name: Option<&str>) -> Result<Option<String>, Failure> {
    let Some(name) = name else { return Ok(None) };
    let found = genres.iter().find(|genre| genre.eq_ignore_ascii_case(name.trim()));
    found.cloned().map(Some).ok_or_else(|| {
        Failure::input(&format_args!("melodies know no genre \"{name}\"; available: {}", genres.join(", ")))
    })
}

/// A network over cells, loaded as the options say.
pub fn load<N>(
    model: &ModelOptions,
    load: impl FnOnce(
        &continuo_engine::network::ModelSource,
        continuo_engine::network::BackendChoice,
    ) -> Result<N, CellNetworkError>,
) -> Result<N, Failure> {
    let source = model.source().map_err(|error| Failure::input(&error))?;
    load(&source, model.runtime()).map_err(|error| Failure::input(&error))
}

/// The reviser.
pub fn reviser(model: &ModelOptions) -> Result<Reviser, Failure> {
    load(model, Reviser::load)
}

/// A revised melody of a file: writes it, and reports what changed.
pub struct Revised<'a> {
    pub options: &'a MelodyOptions,
    pub chosen: &'a ChosenMelody,
    pub span: Range<Tick>,
    pub key: Key,
    pub changes: &'a [Change],
    pub network: &'a str,
    pub backend: &'a BackendInfo,
}

impl Revised<'_> {
    /// Puts the notes in the place of the melody's and writes the file. `more` is added to the report for programs,
    /// `line` is what was done, for people.
    pub fn save(&self, mut file: ToolFile<'_>, notes: &[Note], more: Value, line: &str) -> Result<String, Failure> {
        if let Some(track) = file.song.tracks.get_mut(self.chosen.track) {
            // What the line has as it was stays in the track as it is: there it may overlap or belong to a chord.
            let old = &self.chosen.notes;
            let is_gone = |note: &Note| {
                let here = |other: &&Note| (other.start, other.pitch) == (note.start, note.pitch);
                old.iter().find(here).is_some_and(|line| !notes.contains(line))
            };
            track.notes.retain(|note| !is_gone(note));
            track.notes.extend(notes.iter().filter(|note| !old.contains(note)));
            track.notes.sort_unstable();
        }
        let end = notes.iter().map(Note::end).max().unwrap_or(0);
        file.song.end = file.song.end.max(end);
        file.save()?;
        let mut warnings = file.warnings();
        warnings.extend(self.chosen.timing.warning());
        let meters = &file.song.meters;
        let bars = [meters.bar_number(self.span.start), meters.bar_number(self.span.end - 1)];
        let label = file.song.tracks.get(self.chosen.track).map(Track::label).unwrap_or_default();
        if self.options.report.json {
            let change = |change: &Change| {
                let what = match (change.was, change.is) {
                    (None, _) => "added",
                    (_, None) => "removed",
                    _ => "replaced",
                };
                json!({
                    "what": what,
                    "start": change.start,
                    "bar": meters.bar_number(change.start),
                    "was": change.was,
                    "is": change.is,
                })
            };
            let mut told = json!({
                "output": file.output(),
                "track": self.chosen.track + 1,
                "name": label,
                "key": self.key.name(),
                "bars": bars,
                "changes": self.changes.iter().map(change).collect::<Vec<_>>(),
                "seed": self.options.seed,
                "network": self.network,
                "backend": self.backend.name,
                "pickup": self.chosen.timing.pickup_json(meters),
                "followed": self.chosen.timing.followed_json(),
                "warnings": warnings,
            });
            if let (Some(told), Value::Object(more)) = (told.as_object_mut(), more) {
                told.extend(more);
            }
            return Ok(told.to_string());
        }
        let [first, last] = bars;
        let number = self.chosen.track + 1;
        let mut lines = vec![format!("track {number} ({label}), bars {first} to {last}: {line}")];
        lines.push(format!("key: {}; {}", self.key.name(), counted(self.changes)));
        lines.extend(self.chosen.timing.lines(meters));
        Ok(super::file::report(&file.output(), &lines, &warnings))
    }
}

/// How much changed, in words.
fn counted(changes: &[Change]) -> String {
    let count = |is: fn(&&Change) -> bool| changes.iter().filter(is).count();
    let added = count(|change| change.was.is_none());
    let removed = count(|change| change.is.is_none());
    let replaced = changes.len() - added - removed;
    format!("{added} notes added, {removed} removed, {replaced} with another pitch")
}
