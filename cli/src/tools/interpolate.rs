//! `continuo interpolate`.

use super::{
    file::{ToolFile, is_same, report},
    melody::{ChosenMelody, known_genre, load},
};
use crate::{
    failure::Failure,
    progress::Progress,
    shared_options::{ModelOptions, ReportOptions, TimingOptions, seed, temperature},
};
use clap::Args;
use continuo_engine::{
    melodies::{InterpolateRequest, Interpolation, MOST_MORPHED, MOST_STEPS, PhraseError, Station, interpolate},
    network::PhraseSpace,
};
use continuo_music::{
    key::Key,
    meter::{MeterChange, MeterMap},
    song::{KeySignature, MeterEvent, Song, Text, Track},
    tempo::TempoMap,
    time::Tick,
};
use serde_json::json;
use std::{path::PathBuf, time::Instant};

#[derive(Args, Debug)]
pub struct InterpolateArguments {
    /// The MIDI file with the melody where the way begins (type 0 or 1); up to 16 bars of it count.
    pub from: PathBuf,
    /// The MIDI file with the melody where it ends; a shorter melody is repeated.
    pub to: PathBuf,
    /// The MIDI file to write: the first melody, the steps and the second one after the other, in the first one's key, meter
    /// and tempo.
    #[arg(short, long)]
    pub output: PathBuf,
    /// How many melodies lie between the two, 1 to 64.
    #[arg(long, default_value_t = 3, value_parser = steps, allow_hyphen_values = true)]
    pub steps: u32,
    /// The genre, by its id; if not given, any.
    #[arg(long)]
    pub genre: Option<String>,
    /// Chooses among the ways, 0 to 9999.
    #[arg(long, default_value_t = 1, value_parser = seed, allow_hyphen_values = true)]
    pub seed: u32,
    /// How boldly notes are chosen, 0 (the likeliest) to 2.
    #[arg(long, default_value_t = 0.3, value_parser = temperature, allow_hyphen_values = true)]
    pub temperature: f32,
    #[command(flatten)]
    pub timing: TimingOptions,
    #[command(flatten)]
    pub model: ModelOptions,
    #[command(flatten)]
    pub report: ReportOptions,
}

fn steps(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(steps) if (1..=MOST_STEPS).contains(&steps) => Ok(steps),
        _ => Err(format!("give a whole number of steps from 1 to {MOST_STEPS}")),
    }
}

pub fn run(arguments: &InterpolateArguments) -> Result<String, Failure> {
    let mut from = ToolFile::open(&arguments.from, &arguments.output)?;
    let mut to = ToolFile::open(&arguments.to, &arguments.output)?;
    let first = ChosenMelody::find(&mut from, None, &arguments.timing)?;
    let last = ChosenMelody::find(&mut to, None, &arguments.timing)?;
    let space = load(&arguments.model, PhraseSpace::load)?;
    let genre = known_genre(space.file().genres(), arguments.genre.as_deref())?;
    let request = InterpolateRequest {
        from: first.known(&from, None, genre.as_deref()),
        to: last.known(&to, None, genre.as_deref()),
        first_full_bars: [first.timing.first_full_bar(&from.song.meters), last.timing.first_full_bar(&to.song.meters)],
        steps: arguments.steps,
        temperature: arguments.temperature,
        seed: arguments.seed,
    };
    let began = Instant::now();
    let mut progress = Progress::new("steps");
    let found = interpolate(&space, &request, |done, all| progress.show(done, all)).map_err(|error| match error {
        PhraseError::Inference(_) => Failure::model(&error),
        _ => Failure::input(&error),
    })?;
    drop(progress);
    let milliseconds = began.elapsed().as_secs_f64() * 1000.0;
    let mut warnings = from.warnings();
    if !is_same(&arguments.from, &arguments.to) {
        warnings.extend(to.warnings());
    }
    warnings.extend(first.timing.warning());
    let longest = [&first, &last].into_iter().zip([&from, &to]).map(|(melody, file)| {
        let span = melody.span(&file.song.meters);
        file.song.meters.bar_number(span.end - 1) - file.song.meters.bar_number(span.start) + 1
    });
    if longest.max().unwrap_or(0) > MOST_MORPHED as i64 {
        warnings.push(format!("only the first {MOST_MORPHED} bars of a melody count"));
    }
    from.song = song_of(&from.song, &first, &found);
    from.save()?;
    if arguments.report.json {
        let station = |station: &Station| {
            let [first, last] = station.distances;
            json!({"start": station.start, "from_first": first, "from_last": last})
        };
        return Ok(json!({
            "output": from.output(),
            "bars": found.bars,
            "melodies": found.stations.iter().map(station).collect::<Vec<_>>(),
            "keys": found.keys.map(Key::name),
            "notes": found.notes.len(),
            "seed": arguments.seed,
            "temperature": arguments.temperature,
            "network": space.file().name(),
            "backend": space.backend().name,
            "milliseconds": milliseconds,
            "warnings": warnings,
        })
        .to_string());
    }
    let [here, there] = found.keys.map(Key::name);
    let moved = if here == there { String::new() } else { format!(" (the second melody was in {there})") };
    let mut lines = vec![
        format!(
            "{} melodies of {} bars, one after the other: {} notes",
            found.stations.len(),
            found.bars,
            found.notes.len()
        ),
        format!("key: {here}{moved}"),
    ];
    lines.extend(first.timing.lines(&from.song.meters));
    Ok(report(&from.output(), &lines, &warnings))
}

/// The way as a song in the first melody's meter and tempo, with its sound.
fn song_of(first: &Song, melody: &ChosenMelody, found: &Interpolation) -> Song {
    let place = melody.notes.first().map_or(0, |note| note.start);
    let meter = first.meters.at(place).meter;
    let [key, _] = found.keys;
    let tempo = first.tempos.at(place).quarters_per_minute();
    let mut track = Track { notes: found.notes.clone(), ..Track::default() };
    if let Some(sounding) = first.tracks.get(melody.track) {
        (track.name, track.channel) = (sounding.name.clone(), sounding.channel);
        track.setup.program = sounding.program();
    }
    let length = (found.stations.get(1).map_or(0, |station| station.start)).max(meter.bar_ticks());
    let markers = found
        .stations
        .iter()
        .enumerate()
        .map(|(number, station)| Text { tick: station.start, bytes: number.to_string().into_bytes() })
        .collect();
    Song {
        title: first.title.clone(),
        tempos: TempoMap::constant(tempo),
        meters: MeterMap::from_changes([MeterChange { tick: 0, meter }]),
        meter_events: vec![MeterEvent::new(0, meter)],
        keys: vec![KeySignature { tick: 0, fifths: key.signature(), minor: key.is_minor() }],
        markers,
        end: found.stations.len() as Tick * length,
        tracks: vec![track],
        ..Song::default()
    }
}
