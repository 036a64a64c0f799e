//! `continuo infill`.

use super::{
    file::ToolFile,
    melody::{Bars, ChosenMelody, MelodyOptions, Revised, bars, known_genre, reviser},
};
use crate::{failure::Failure, progress::Progress, shared_options::temperature};
use clap::{Args, ValueEnum};
use continuo_engine::melodies::{InfillRequest, Keep, ReviseError, infill};
use serde_json::json;
use std::{path::PathBuf, time::Instant};

#[derive(Args, Debug)]
pub struct InfillArguments {
    /// The MIDI file with the melody (type 0 or 1).
    pub input: PathBuf,
    /// The MIDI file to write.
    #[arg(short, long)]
    pub output: PathBuf,
    /// The bars to write again, such as 5-8, at most 128.
    #[arg(long, value_parser = bars)]
    pub bars: Bars,
    /// What stays of them: rhythm (new notes in the same rhythm) or pitches (the same notes in a new rhythm); if not given,
    /// nothing.
    #[arg(long, value_enum)]
    pub keep: Option<Kept>,
    /// How boldly notes are chosen, 0 (the likeliest) to 2.
    #[arg(long, default_value_t = 1.0, value_parser = temperature, allow_hyphen_values = true)]
    pub temperature: f32,
    #[command(flatten)]
    pub melody: MelodyOptions,
}

/// What stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kept {
    Rhythm,
    Pitches,
}

pub fn run(arguments: &InfillArguments) -> Result<String, Failure> {
    let options = &arguments.melody;
    let mut file = ToolFile::open(&arguments.input, &arguments.output)?;
    let chosen = ChosenMelody::find(&mut file, options.track, &options.timing)?;
    let network = reviser(&options.model)?;
    let genre = known_genre(network.file().genres(), options.genre.as_deref())?;
    let span = arguments.bars.span(&file.song.meters);
    let keep = match arguments.keep {
        None => Keep::Nothing,
        Some(Kept::Rhythm) => Keep::Rhythm,
        Some(Kept::Pitches) => Keep::Pitches,
    };
    let melody = chosen.known(&file, options.key, genre.as_deref());
    let request =
        InfillRequest { melody, span: span.clone(), keep, temperature: arguments.temperature, seed: options.seed };
    let began = Instant::now();
    let mut progress = Progress::new("steps");
    let found = infill(&network, &request, |done, all| progress.show(done, all)).map_err(|error| match error {
        ReviseError::Inference(_) => Failure::model(&error),
        _ => file.fault(&error),
    })?;
    drop(progress);
    let (kept, line) = match keep {
        Keep::Nothing => (None, "written again"),
        Keep::Rhythm => (Some("rhythm"), "the same rhythm with new notes"),
        Keep::Pitches => (Some("pitches"), "the same notes in a new rhythm"),
    };
    let milliseconds = began.elapsed().as_secs_f64() * 1000.0;
    let more = json!({"keep": kept, "temperature": arguments.temperature, "milliseconds": milliseconds});
    let (changes, key) = (found.changes.as_slice(), found.key);
    let (name, backend) = (network.file().name(), network.backend());
    let told = Revised { options, chosen: &chosen, span, key, changes, network: name, backend };
    told.save(file, &found.notes, more, line)
}
