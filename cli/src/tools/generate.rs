//! `continuo generate`.

use super::{
    file::{ToolFile, report},
    melody::{known_genre, load},
};
use crate::{
    failure::Failure,
    progress::Progress,
    shared_options::{ModelOptions, ReportOptions, seed, temperature},
};
use clap::Args;
use continuo_engine::{
    melodies::{GenerateRequest, MOST_GENERATED, PhraseError, generate},
    network::PhraseSpace,
};
use continuo_music::{
    key::Key,
    meter::{Meter, MeterChange, MeterMap},
    song::{KeySignature, MeterEvent, Track},
    tempo::TempoMap,
    time::Tick,
};
use serde_json::json;
use std::{path::PathBuf, time::Instant};

/// Beats a minute that a melody may have.
const TEMPOS: std::ops::RangeInclusive<f64> = 20.0..=400.0;

#[derive(Args, Debug)]
pub struct GenerateArguments {
    /// The MIDI file to write.
    #[arg(short, long)]
    pub output: PathBuf,
    /// How many bars to write, 1 to 128.
    #[arg(long, default_value_t = 16, value_parser = bars, allow_hyphen_values = true)]
    pub bars: u32,
    /// The genre, by its id; if not given, any.
    #[arg(long)]
    pub genre: Option<String>,
    /// The key, such as "Bb major", "F# minor", C or Am.
    #[arg(long, value_name = "KEY", default_value = "C")]
    pub key: Key,
    /// The meter: 4/4, 2/4, 3/4, 6/8 or 12/8.
    #[arg(long, default_value = "4/4", value_parser = meter)]
    pub meter: Meter,
    /// Beats (quarters) a minute, 20 to 400.
    #[arg(long, value_name = "BPM", default_value_t = 110.0, value_parser = tempo, allow_hyphen_values = true)]
    pub tempo: f64,
    /// Chooses among the melodies, 0 to 9999.
    #[arg(long, default_value_t = 1, value_parser = seed, allow_hyphen_values = true)]
    pub seed: u32,
    /// How boldly notes are chosen, 0 (the likeliest) to 2.
    #[arg(long, default_value_t = 0.8, value_parser = temperature, allow_hyphen_values = true)]
    pub temperature: f32,
    #[command(flatten)]
    pub model: ModelOptions,
    #[command(flatten)]
    pub report: ReportOptions,
}

fn bars(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(bars) if (1..=MOST_GENERATED).contains(&bars) => Ok(bars),
        _ => Err(format!("give a whole number of bars from 1 to {MOST_GENERATED}")),
    }
}

fn meter(text: &str) -> Result<Meter, String> {
    let numbers =
        text.split_once('/').and_then(|(beats, value)| Some((beats.trim().parse().ok()?, value.trim().parse().ok()?)));
    let meter = numbers.and_then(|(numerator, denominator)| Meter::new(numerator, denominator));
    meter.ok_or_else(|| "give a meter such as 4/4 or 3/4".to_owned())
}

fn tempo(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(tempo) if TEMPOS.contains(&tempo) => Ok(tempo),
        _ => Err(format!("give a number of beats a minute from {} to {}", TEMPOS.start(), TEMPOS.end())),
    }
}

pub fn run(arguments: &GenerateArguments) -> Result<String, Failure> {
    let mut file = ToolFile::new(&arguments.output)?;
    let space = load(&arguments.model, PhraseSpace::load)?;
    let genre = known_genre(space.file().genres(), arguments.genre.as_deref())?;
    let request = GenerateRequest {
        bars: arguments.bars,
        meter: arguments.meter,
        key: arguments.key,
        genre: genre.as_deref(),
        temperature: arguments.temperature,
        seed: arguments.seed,
    };
    let began = Instant::now();
    let mut progress = Progress::new("phrases");
    let found = generate(&space, &request, |done, all| progress.show(done, all)).map_err(|error| match error {
        PhraseError::Inference(_) => Failure::model(&error),
        _ => Failure::input(&error),
    })?;
    drop(progress);
    let milliseconds = began.elapsed().as_secs_f64() * 1000.0;
    let count = found.notes.len();
    let meter = arguments.meter;
    let song = &mut file.song;
    song.tempos = TempoMap::constant(arguments.tempo);
    song.meters = MeterMap::from_changes([MeterChange { tick: 0, meter }]);
    song.meter_events = vec![MeterEvent::new(0, meter)];
    let key = arguments.key;
    song.keys = vec![KeySignature { tick: 0, fifths: key.signature(), minor: key.is_minor() }];
    song.end = Tick::from(arguments.bars) * meter.bar_ticks();
    song.tracks.push(Track { name: Some("Melody".to_owned()), notes: found.notes.clone(), ..Track::default() });
    file.save()?;
    let mut warnings = file.warnings();
    if count == 0 {
        warnings.push("the melody is silent; try another --seed".to_owned());
    }
    if arguments.report.json {
        let described = |note: &continuo_music::note::Note| json!({"start": note.start, "pitch": note.pitch, "length": note.length, "velocity": note.velocity});
        return Ok(json!({
            "output": file.output(),
            "bars": arguments.bars,
            "key": arguments.key.name(),
            "genre": genre,
            "form": found.form,
            "notes": found.notes.iter().map(described).collect::<Vec<_>>(),
            "ends_on_tonic": found.ends_on_tonic,
            "seed": arguments.seed,
            "temperature": arguments.temperature,
            "network": space.file().name(),
            "backend": space.backend().name,
            "milliseconds": milliseconds,
            "warnings": warnings,
        })
        .to_string());
    }
    let lines = [
        format!("{} bars in {}: {count} notes", arguments.bars, arguments.key.name()),
        format!("phrases of four bars: {}", found.form),
    ];
    Ok(report(&file.output(), &lines, &warnings))
}
