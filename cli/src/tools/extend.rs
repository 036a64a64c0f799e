//! `continuo extend`.

use super::{
    file::{ToolFile, report},
    melody::{ChosenMelody, MelodyOptions, known_genre},
};
use crate::{chart_file, failure::Failure, performance::Timing, progress::Progress, shared_options::temperature};
use clap::Args;
use continuo_engine::{
    melodies::{ExtendError, ExtendRequest, Extension, MOST_BARS, extend, next_bar},
    network::{MelodyEngine, MelodyNetwork},
};
use continuo_music::{
    chord::{Chart, ChordSpan},
    meter::MeterMap,
    note::Note,
    song::Track,
    time::Tick,
};
use serde_json::json;
use std::{path::PathBuf, time::Instant};

#[derive(Args, Debug)]
pub struct ExtendArguments {
    /// The MIDI file with the melody (type 0 or 1).
    pub input: PathBuf,
    /// The MIDI file to write.
    #[arg(short, long)]
    pub output: PathBuf,
    /// How many bars to write, 1 to 128.
    #[arg(long, default_value_t = 8, value_parser = bars, allow_hyphen_values = true)]
    pub bars: u32,
    /// How boldly notes are chosen, 0 (the likeliest) to 2.
    #[arg(long, default_value_t = 1.0, value_parser = temperature, allow_hyphen_values = true)]
    pub temperature: f32,
    /// The chords of the new bars: bars between |, chords in a bar evenly spread, such as "C | Am F | G7 | C"; a chart of
    /// fewer bars is repeated. If not given, those that the file itself names; "none" for none.
    #[arg(long, value_name = "CHART", conflicts_with = "chord_chart")]
    pub chords: Option<String>,
    /// A text file with such a chart, in lines, with sections and repeats.
    #[arg(long, value_name = "FILE")]
    pub chord_chart: Option<PathBuf>,
    /// What writes: both networks together, the transformer, or the lstm, which is smaller and faster; if not given, what is
    /// chosen with `continuo model` or in the plugin's window, or else both.
    #[arg(long, value_parser = engine)]
    pub engine: Option<MelodyEngine>,
    /// Leave the end open instead of coming home to the tonic in the last bar.
    #[arg(long)]
    pub open: bool,
    #[command(flatten)]
    pub melody: MelodyOptions,
}

fn bars(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(bars) if (1..=MOST_BARS).contains(&bars) => Ok(bars),
        _ => Err(format!("give a whole number of bars from 1 to {MOST_BARS}")),
    }
}

/// What goes on with melodies.
pub fn engine(text: &str) -> Result<MelodyEngine, String> {
    let known = MelodyEngine::ALL.map(MelodyEngine::id).join(", ");
    MelodyEngine::from_id(text).ok_or_else(|| format!("give one of {known}"))
}

pub fn run(arguments: &ExtendArguments) -> Result<String, Failure> {
    let options = &arguments.melody;
    let mut file = ToolFile::open(&arguments.input, &arguments.output)?;
    let chosen = ChosenMelody::find(&mut file, options.track, &options.timing)?;
    let (melody, timing) = (&chosen.notes, &chosen.timing);
    let source = options.model.source().map_err(|error| Failure::input(&error))?;
    let engine = arguments.engine.unwrap_or_else(MelodyEngine::of_user);
    let network =
        MelodyNetwork::load(&source, engine, options.model.runtime()).map_err(|error| Failure::input(&error))?;
    let genre = known_genre(network.genres(), options.genre.as_deref())?;
    let first = next_bar(melody, &file.song.meters);
    let (chords, mut notes) = given_chords(arguments, &file.song.chords, &file.song.meters, first)?;
    let request = ExtendRequest {
        melody,
        meters: &file.song.meters,
        first_full_bar: timing.first_full_bar(&file.song.meters),
        bars: arguments.bars,
        key: options.key,
        chords: &chords,
        genre: genre.as_deref(),
        temperature: arguments.temperature,
        seed: options.seed,
        open: arguments.open,
    };
    let began = Instant::now();
    let mut progress = Progress::new("bars");
    let found = extend(&network, &request, |done, all| progress.show(done, all)).map_err(|error| match error {
        ExtendError::Inference(_) => Failure::model(&error),
        _ => file.fault(&error),
    })?;
    drop(progress);
    let milliseconds = began.elapsed().as_secs_f64() * 1000.0;
    let song = &mut file.song;
    if let Some(track) = song.tracks.get_mut(chosen.track) {
        track.notes.extend(&found.notes);
        track.notes.sort_unstable();
    }
    song.end = song.end.max(found.span.end);
    if arguments.chords.is_some() || arguments.chord_chart.is_some() {
        song.chords.clone_from(&chords);
    }
    file.save()?;
    notes.extend(engine.remark(&source));
    notes.extend(file.warnings());
    notes.extend(timing.warning());
    let told = Told { arguments, file: &file, track: chosen.track, network: &network, found: &found, timing };
    Ok(if options.report.json { told.json(&notes, milliseconds) } else { told.text(&notes) })
}

/// The song's chords with those that are given from tick `first` on, and what should be known of them.
fn given_chords(
    arguments: &ExtendArguments,
    in_file: &[ChordSpan],
    meters: &MeterMap,
    first: Tick,
) -> Result<(Vec<ChordSpan>, Vec<String>), Failure> {
    let (text, named) = match (&arguments.chords, &arguments.chord_chart) {
        (Some(text), _) if text.trim().eq_ignore_ascii_case("none") => return Ok((Vec::new(), Vec::new())),
        (Some(text), _) => (text.clone(), "--chords".to_owned()),
        (None, Some(path)) => (chart_file::read(path)?, path.display().to_string()),
        (None, None) => return Ok((in_file.to_vec(), Vec::new())),
    };
    let chart: Chart = text.parse().map_err(|error| Failure::input(&format_args!("{named}: {error}")))?;
    let bars = chart.bar_count();
    if bars == 0 {
        let problem = "names no chord; write chords between bar lines, such as \"C | Am F\", or \"none\" for none";
        return Err(Failure::input(&format_args!("{named}: the chart {problem}")));
    }
    let wanted = arguments.bars as usize;
    let notes = match bars.cmp(&wanted) {
        std::cmp::Ordering::Less => vec![format!("the chart has {bars} bars and is repeated")],
        std::cmp::Ordering::Equal => Vec::new(),
        std::cmp::Ordering::Greater => vec![format!("the chart has {bars} bars: the chords of the last are not used")],
    };
    let bar = meters.at(first).meter.bar_ticks();
    let end = first + bar * Tick::from(arguments.bars);
    // What the file names ends where the chart begins.
    let mut spans: Vec<ChordSpan> = in_file
        .iter()
        .filter(|span| span.span.start < first)
        .map(|span| ChordSpan { span: span.span.start..span.span.end.min(first), chord: span.chord })
        .collect();
    let mut from = first;
    while from < end {
        let placed = chart.placed(meters, from).into_iter().filter(|span| span.span.start < end);
        spans.extend(placed.map(|span| ChordSpan { span: span.span.start..span.span.end.min(end), chord: span.chord }));
        from += bar * bars as Tick;
    }
    Ok((spans, notes))
}

/// What was done.
struct Told<'a> {
    arguments: &'a ExtendArguments,
    file: &'a ToolFile<'a>,
    track: usize,
    network: &'a MelodyNetwork,
    found: &'a Extension,
    timing: &'a Timing,
}

impl Told<'_> {
    /// The numbers of the first and the last new bar.
    fn bars(&self) -> [i64; 2] {
        let (meters, span) = (&self.file.song.meters, &self.found.span);
        [meters.bar_number(span.start), meters.bar_number(span.end - 1)]
    }

    fn label(&self) -> String {
        self.file.song.tracks.get(self.track).map(Track::label).unwrap_or_default()
    }

    fn json(&self, warnings: &[String], milliseconds: f64) -> String {
        let (found, meters) = (self.found, &self.file.song.meters);
        let described = |note: &Note| json!({"start": note.start, "pitch": note.pitch, "length": note.length, "velocity": note.velocity});
        json!({
            "output": self.file.output(),
            "track": self.track + 1,
            "name": self.label(),
            "key": found.key.name(),
            "bars": self.bars(),
            "notes": found.notes.iter().map(described).collect::<Vec<_>>(),
            "ends_on_tonic": found.ends_on_tonic,
            "seed": self.arguments.melody.seed,
            "temperature": self.arguments.temperature,
            "network": self.network.name(),
            "backend": self.network.backend().name,
            "events": found.events,
            "milliseconds": milliseconds,
            "pickup": self.timing.pickup_json(meters),
            "followed": self.timing.followed_json(),
            "warnings": warnings,
        })
        .to_string()
    }

    fn text(&self, warnings: &[String]) -> String {
        let found = self.found;
        let home = match (self.arguments.open, found.ends_on_tonic) {
            (true, _) => "the end is open",
            (false, true) => "it ends on the tonic",
            (false, false) => "it does not end on the tonic",
        };
        let ([first, last], count, number) = (self.bars(), found.notes.len(), self.track + 1);
        let mut lines = vec![
            format!("track {number} ({}) goes on in bars {first} to {last}: {count} notes", self.label()),
            format!("key: {}; {home}", found.key.name()),
        ];
        lines.extend(self.timing.lines(&self.file.song.meters));
        report(&self.file.output(), &lines, warnings)
    }
}
