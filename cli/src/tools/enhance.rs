//! `continuo enhance`.

use super::{
    file::ToolFile,
    melody::{Bars, ChosenMelody, MelodyOptions, bars},
    revised::{Revised, Revising, Told},
};
use crate::{failure::Failure, progress::Progress, shared_options::temperature};
use clap::Args;
use continuo_engine::{
    melodies::{EnhanceRequest, MOST_CHANGES, enhance},
    network::{MelodyEngine, MelodyNetwork},
};
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
    let revising = Revising::load(options)?;
    let source = options.model.source().map_err(|error| Failure::input(&error))?;
    // It judges what the reviser proposes. Both networks together restore a point more, and take three times as long.
    let judge = MelodyNetwork::load(&source, MelodyEngine::Lstm, options.model.runtime());
    let alone =
        judge.as_ref().err().map(|error| format!("{error}; the reviser decides alone, and restores fewer notes"));
    let meters = &file.song.meters;
    let span = arguments.bars.map_or_else(|| chosen.span(meters), |bars| bars.span(meters));
    let request = EnhanceRequest {
        melody: revising.known(&chosen, &file),
        span: span.clone(),
        add: arguments.add,
        remove: arguments.remove,
        iterations: arguments.iterations,
        risk: arguments.risk,
        seed: options.seed,
    };
    let began = Instant::now();
    let mut progress = Progress::new("iterations");
    let found = enhance(&revising.network, judge.as_ref().ok(), &request, |done, all| progress.show(done, all))
        .map_err(|error| Revising::failure(&file, &error))?;
    drop(progress);
    let more = json!({
        "iterations": found.iterations,
        "risk": arguments.risk,
        "log_likelihood": {"before": found.likelihood[0], "after": found.likelihood[1]},
        "milliseconds": began.elapsed().as_secs_f64() * 1000.0,
    });
    let revised = Revised {
        notes: found.notes,
        changes: found.changes,
        key: found.key,
        network: revising.network.file().name().to_owned(),
        backend: revising.network.backend().name,
        more,
        line: format!("changed {} times", found.iterations),
    };
    revised.put(&chosen, &mut file);
    let melody = Some(&revised);
    Told {
        options,
        chosen: &chosen,
        span,
        melody,
        more: json!({}),
        lines: vec![],
        warnings: alone.into_iter().collect(),
    }
    .save(&file)
}
