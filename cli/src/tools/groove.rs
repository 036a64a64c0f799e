//! `continuo groove`.

use super::{
    drumify::{DrummerOptions, genre, network},
    file::{ChosenTracks, ToolFile, report},
};
use crate::{
    failure::Failure,
    performance::Timing,
    progress::Progress,
    shared_options::{percent, temperature},
};
use clap::Args;
use continuo_engine::{
    drumming::{DrumifyError, GrooveRequest, groove},
    network::DrummerNetwork,
};
use continuo_music::{
    groove_template::GrooveTemplate, meter::MeterMap, midi_file, note::Note, song::TrackError, time::Tick,
};
use serde_json::{Value, json};
use std::{fmt::Display, path::PathBuf};

#[derive(Args, Debug)]
pub struct GrooveArguments {
    /// The MIDI file (type 0 or 1).
    pub input: PathBuf,
    /// The MIDI file to write.
    #[arg(short, long)]
    pub output: PathBuf,
    /// How much of the drummer there is, 0 to 100 percent.
    #[arg(long, value_name = "PERCENT", default_value_t = 100, value_parser = percent, allow_hyphen_values = true)]
    pub amount: u8,
    /// Play like this MIDI file instead of a drummer: a groove template. Of a file with drums, the drums.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["genre", "temperature", "seed"])]
    pub template: Option<PathBuf>,
    /// How much the drummer strays, 0 (not at all) to 2.
    #[arg(long, default_value_t = 1.0, value_parser = temperature, allow_hyphen_values = true)]
    pub temperature: f32,
    #[command(flatten)]
    pub tracks: ChosenTracks,
    #[command(flatten)]
    pub drummer: DrummerOptions,
}

/// What was done to a track.
struct Done {
    index: usize,
    drums: bool,
    /// Ticks and velocities, over all notes.
    moved: Tick,
    changed: u64,
    joined: usize,
}

/// Who plays.
enum Player {
    Drummer { network: Box<DrummerNetwork>, genre: Option<String> },
    Template { path: PathBuf, template: GrooveTemplate },
}

impl Player {
    fn choose(arguments: &GrooveArguments) -> Result<Self, Failure> {
        let options = &arguments.drummer;
        let Some(path) = arguments.template.clone() else {
            let network = network(&options.model)?;
            let genre = genre(&network, options.genre.as_deref())?;
            return Ok(Self::Drummer { network: Box::new(network), genre });
        };
        let fault = |error: &dyn Display| Failure::input(&format_args!("{}: {error}", path.display()));
        let song = midi_file::read_file(&path).map_err(|error| fault(&error))?;
        let template = GrooveTemplate::of_song(&song).ok_or_else(|| fault(&"it has no notes to play like"))?;
        Ok(Self::Template { path, template })
    }

    fn play(
        &self,
        notes: &[Note],
        drums: bool,
        meters: &MeterMap,
        arguments: &GrooveArguments,
    ) -> Result<Vec<Note>, DrumifyError> {
        let amount = f32::from(arguments.amount) / 100.0;
        match self {
            Self::Template { template, .. } => Ok(template.applied(notes, drums, meters, amount)),
            Self::Drummer { network, genre } => {
                let (genre, temperature, seed) = (genre.as_deref(), arguments.temperature, arguments.drummer.seed);
                groove(network, &GrooveRequest { notes, drums, meters, genre, amount, temperature, seed }, |_, _| {})
            }
        }
    }

    fn json(&self, seed: u32) -> Value {
        match self {
            Self::Template { path, template } => json!({ "template": path, "bars": template.bars() }),
            Self::Drummer { network, genre } => json!({
                "genre": genre,
                "seed": seed,
                "network": network.file().name(),
                "backend": network.backend().name,
            }),
        }
    }
}

pub fn run(arguments: &GrooveArguments) -> Result<String, Failure> {
    let options = &arguments.drummer;
    let mut file = ToolFile::open(&arguments.input, &arguments.output)?;
    if file.song.tracks.is_empty() {
        return Err(file.fault(&TrackError::NoNotes));
    }
    let chosen = arguments.tracks.find(&file.song.tracks).map_err(|error| file.fault(&error))?;
    let leading = file.song.melody_track(None).ok().or(chosen.first().copied()).unwrap_or(0);
    let timing = Timing::settle(&mut file.song, leading, &options.timing).map_err(|error| file.fault(&error))?;
    let musician = Player::choose(arguments)?;
    let mut progress = Progress::new("tracks");
    let mut done = Vec::new();
    for (count, &index) in chosen.iter().enumerate() {
        let Some(track) = file.song.tracks.get(index) else { continue };
        let before = track.notes.clone();
        let drums = track.is_drums();
        let played = musician.play(&before, drums, &file.song.meters, arguments).map_err(|error| match error {
            DrumifyError::Inference(_) => Failure::model(&error),
            _ => file.fault(&error),
        })?;
        let pairs = || before.iter().zip(&played);
        let moved = pairs().map(|(old, new)| (new.start - old.start).abs()).sum();
        let changed = pairs().map(|(old, new)| u64::from(new.velocity.abs_diff(old.velocity))).sum();
        if index == leading {
            file.song.move_lyrics(&before, &played);
        }
        let Some(track) = file.song.tracks.get_mut(index) else { continue };
        let joined;
        (*track, joined) = track.with_moved_notes(&played);
        done.push(Done { index, drums, moved, changed, joined });
        progress.show(count + 1, chosen.len());
    }
    drop(progress);
    file.save()?;
    let mut warnings = file.warnings();
    warnings.extend(timing.warning());
    let told: Vec<(String, &Done, f64)> = done
        .iter()
        .filter_map(|done| {
            let track = file.song.tracks.get(done.index)?;
            Some((track.label(), done, track.notes.len().max(1) as f64))
        })
        .collect();
    for (label, done, _) in told.iter().filter(|(_, done, _)| done.joined > 0) {
        warnings
            .push(format!("{} notes of {label} came to lie on others of the same pitch and were joined", done.joined));
    }
    if options.report.json {
        let track = |(label, done, count): &(String, &Done, f64)| {
            json!({
                "track": done.index + 1,
                "name": label,
                "drums": done.drums,
                "notes": *count as usize,
                "mean_quarters": done.moved as f64 / count / 960.0,
                "mean_velocity": done.changed as f64 / count,
                "joined": done.joined,
            })
        };
        return Ok(json!({
            "output": file.output(),
            "amount": f64::from(arguments.amount) / 100.0,
            "tracks": told.iter().map(track).collect::<Vec<_>>(),
            "player": musician.json(options.seed),
            "pickup": timing.pickup_json(&file.song.meters),
            "followed": timing.followed_json(),
            "warnings": warnings,
        })
        .to_string());
    }
    let line = |(label, done, count): &(String, &Done, f64)| {
        let (quarters, velocity) = (done.moved as f64 / count / 960.0, done.changed as f64 / count);
        let number = done.index + 1;
        format!("track {number} ({label}): moved by {quarters:.3} quarters and {velocity:.0} of loudness in the mean")
    };
    let mut lines: Vec<String> = told.iter().map(line).collect();
    lines.extend(timing.lines(&file.song.meters));
    Ok(report(&file.output(), &lines, &warnings))
}
