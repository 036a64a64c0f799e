//! `continuo enhance`.

use super::{
    file::ToolFile,
    melody::{Bars, ChosenMelody, MelodyOptions, Revised, bars, known_genre, reviser},
};
use crate::{failure::Failure, progress::Progress, shared_options::temperature};
use clap::Args;
use continuo_engine::melodies::{EnhanceRequest, MOST_CHANGES, ReviseError, enhance};
use serde_json::json;
use std::{path::PathBuf, time::Instant};

#[derive(Args, Debug)]
pub struct EnhanceArguments {
    /// The MIDI file with the melody (type 0 or 1).
    pub input: PathBuf,
    /// The MIDI file to write.
    #[arg(short, long)]
    pub output: PathBuf,
    /// The most notes to add, 0 to 1000; a note that gets another pitch counts as one added and one removed.
    #[arg(long, value_name = "NOTES", default_value_t = 8, value_parser = number, allow_hyphen_values = true)]
    pub add: u32,
    /// The most notes to remove, 0 to 1000.
    #[arg(long, value_name = "NOTES", default_value_t = 8, value_parser = number, allow_hyphen_values = true)]
    pub remove: u32,
    /// How often something is changed at most, 0 to 1000; it ends earlier if nothing becomes better.
    #[arg(long, default_value_t = 100, value_parser = number, allow_hyphen_values = true)]
    pub iterations: u32,
    /// The creative risk, 0 (only what is surely better) to 2.
    #[arg(long, default_value_t = 0.5, value_parser = temperature, allow_hyphen_values = true)]
    pub risk: f32,
    /// The bars in which notes may change, such as 5-8; if not given, all.
    #[arg(long, value_parser = bars)]
    pub bars: Option<Bars>,
    #[command(flatten)]
    pub melody: MelodyOptions,
}

fn number(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(number) if number <= MOST_CHANGES => Ok(number),
        _ => Err(format!("give a whole number from 0 to {MOST_CHANGES}")),
    }
}

pub fn run(arguments: &EnhanceArguments) -> Result<String, Failure> {
    let options = &arguments.melody;
    let mut file = ToolFile::open(&arguments.input, &arguments.output)?;
    let chosen = ChosenMelody::find(&mut file, options.track, &options.timing)?;
    let network = reviser(&options.model)?;
    let genre = known_genre(network.file().genres(), options.genre.as_deref())?;
    let meters = &file.song.meters;
    let span = arguments.bars.map_or_else(|| chosen.span(meters), |bars| bars.span(meters));
    let request = EnhanceRequest {
        melody: chosen.known(&file, options.key, genre.as_deref()),
        span: span.clone(),
        add: arguments.add,
        remove: arguments.remove,
        iterations: arguments.iterations,
        risk: arguments.risk,
        seed: options.seed,
    };
    let began = Instant::now();
    let mut progress = Progress::new("iterations");
    let found = enhance(&network, &request, |done, all| progress.show(done, all)).map_err(|error| match error {
        ReviseError::Inference(_) => Failure::model(&error),
        _ => file.fault(&error),
    })?;
    drop(progress);
    let more = json!({
        "iterations": found.iterations,
        "risk": arguments.risk,
        "log_likelihood": {"before": found.likelihood[0], "after": found.likelihood[1]},
        "milliseconds": began.elapsed().as_secs_f64() * 1000.0,
    });
    let (changes, key) = (found.changes.as_slice(), found.key);
    let (name, backend) = (network.file().name(), network.backend());
    let told = Revised { options, chosen: &chosen, span, key, changes, network: name, backend };
    told.save(file, &found.notes, more, &format!("changed {} times", found.iterations))
}
