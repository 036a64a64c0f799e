//! `continuo drumify`.

use super::file::{ToolFile, report};
use crate::{
    failure::Failure,
    performance::Timing,
    progress::Progress,
    shared_options::{ModelOptions, ReportOptions, TimingOptions, seed, temperature},
};
use clap::{Args, ValueEnum};
use continuo_engine::{
    drumming::{DrumifyError, DrumifyRequest, Rhythm, drumify},
    network::DrummerNetwork,
};
use continuo_music::song::{NamedTrack, Track, TrackError};
use serde_json::json;
use std::{convert::Infallible, path::PathBuf};

/// The zero-based channel of percussion.
const DRUM_CHANNEL: u8 = 9;

#[derive(Args, Debug)]
pub struct DrumifyArguments {
    /// The MIDI file with the rhythm (type 0 or 1).
    pub input: PathBuf,
    /// The MIDI file to write.
    #[arg(short, long)]
    pub output: PathBuf,
    /// The track to drum to: its number (counted from 1 over the tracks that have notes), name, or channel such as ch2; if
    /// not given, a track named bass, else the first.
    #[arg(long, value_parser = named_track)]
    pub track: Option<NamedTrack>,
    /// What the track is: taps, where the drums play with each note; or a bass line, which kick and snare play with, and
    /// cymbals beside it. If not given, low notes are a bass line.
    #[arg(long, value_enum)]
    pub rhythm: Option<WantedRhythm>,
    /// How boldly strokes are chosen, 0 to 2.
    #[arg(long, default_value_t = 1.0, value_parser = temperature, allow_hyphen_values = true)]
    pub temperature: f32,
    #[command(flatten)]
    pub drummer: DrummerOptions,
}

/// Which drummer plays, what is known of the file, and how the result is reported.
#[derive(Args, Debug)]
pub struct DrummerOptions {
    /// The genre, by its id.
    #[arg(long)]
    pub genre: Option<String>,
    /// Chooses among the results, 0 to 9999.
    #[arg(long, default_value_t = 1, value_parser = seed, allow_hyphen_values = true)]
    pub seed: u32,
    #[command(flatten)]
    pub timing: TimingOptions,
    #[command(flatten)]
    pub model: ModelOptions,
    #[command(flatten)]
    pub report: ReportOptions,
}

/// What a track is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum WantedRhythm {
    Taps,
    Bass,
}

fn named_track(text: &str) -> Result<NamedTrack, Infallible> {
    text.parse()
}

pub fn run(arguments: &DrumifyArguments) -> Result<String, Failure> {
    let options = &arguments.drummer;
    let mut file = ToolFile::open(&arguments.input, &arguments.output)?;
    if file.song.tracks.is_empty() {
        return Err(file.fault(&TrackError::NoNotes));
    }
    let named = arguments.track.as_ref().map(|named| named.find(&file.song.tracks)).transpose();
    let is_bass = |track: &Track| track.label().to_lowercase().contains("bass");
    let bass = file.song.tracks.iter().position(is_bass).unwrap_or(0);
    let index = named.map_err(|error| file.fault(&error))?.unwrap_or(bass);
    let timing = Timing::settle(&mut file.song, index, &options.timing).map_err(|error| file.fault(&error))?;
    let Some(track) = file.song.tracks.get(index) else { return Err(file.fault(&TrackError::NoNotes)) };
    let rhythm = track.notes.clone();
    let kind = match arguments.rhythm {
        Some(WantedRhythm::Taps) => Rhythm::Tapped,
        Some(WantedRhythm::Bass) => Rhythm::Bass,
        // Drums that are tapped on pads lie low, too.
        None if track.channel == DRUM_CHANNEL => Rhythm::Tapped,
        None => Rhythm::of(&rhythm),
    };
    let label = track.label();
    let network = network(&options.model)?;
    let genre = genre(&network, options.genre.as_deref())?;
    let request = DrumifyRequest {
        rhythm: &rhythm,
        kind,
        meters: &file.song.meters,
        genre: genre.as_deref(),
        temperature: arguments.temperature,
        seed: options.seed,
    };
    let mut progress = Progress::new("steps");
    let notes = drumify(&network, &request, |done, all| progress.show(done, all)).map_err(|error| match error {
        DrumifyError::Inference(_) => Failure::model(&error),
        _ => file.fault(&error),
    })?;
    drop(progress);
    let count = notes.len();
    let end = notes.iter().map(continuo_music::note::Note::end).max().unwrap_or(0);
    let drums = Track { name: Some("Drums".to_owned()), channel: DRUM_CHANNEL, notes, ..Track::default() };
    if count > 0 {
        file.song.tracks.push(drums);
        file.song.end = file.song.end.max(end);
    }
    file.save()?;
    let mut warnings = file.warnings();
    warnings.extend(timing.warning());
    if count == 0 {
        warnings.push("nothing suits this rhythm; no drums were added".to_owned());
    }
    let what = if kind == Rhythm::Bass { "bass" } else { "taps" };
    if options.report.json {
        return Ok(json!({
            "output": file.output(),
            "track": index + 1,
            "name": label,
            "rhythm": what,
            "strokes": count,
            "genre": genre,
            "seed": options.seed,
            "network": network.file().name(),
            "backend": network.backend().name,
            "pickup": timing.pickup_json(&file.song.meters),
            "followed": timing.followed_json(),
            "warnings": warnings,
        })
        .to_string());
    }
    let number = index + 1;
    let mut lines = vec![format!("drums for track {number} ({label}), played as {what}: {count} strokes")];
    lines.extend(timing.lines(&file.song.meters));
    Ok(report(&file.output(), &lines, &warnings))
}

/// The drummer network.
pub(super) fn network(model: &ModelOptions) -> Result<DrummerNetwork, Failure> {
    let source = model.source().map_err(|error| Failure::input(&error))?;
    DrummerNetwork::load(&source, model.runtime()).map_err(|error| Failure::input(&error))
}

/// The genre's id, if drummers of it were heard.
pub(super) fn genre(network: &DrummerNetwork, name: Option<&str>) -> Result<Option<String>, Failure> {
    let Some(name) = name else { return Ok(None) };
    let known = || network.file().genres().iter().filter(|genre| genre.feel.is_some()).map(|genre| genre.id.as_str());
    let found = known().find(|genre| genre.eq_ignore_ascii_case(name.trim()));
    found.map(|id| Some(id.to_owned())).ok_or_else(|| {
        let known = known().collect::<Vec<_>>().join(", ");
        Failure::input(&format_args!("there are no drummers of the genre \"{name}\"; available: {known}"))
    })
}
