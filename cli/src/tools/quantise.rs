//! `continuo quantise`.

use super::file::{ChosenTracks, ToolFile, report};
use crate::{
    failure::Failure,
    performance::Timing,
    shared_options::{ReportOptions, TimingOptions, percent},
};
use clap::Args;
use continuo_music::{
    meter::Meter,
    note::Note,
    quantise::{Grid, GridSwing, Quantiser},
    swing::{Level, MOST_SWING, STRAIGHT, Swing, SwingMap},
    time::{TICKS_PER_QUARTER, Tick},
};
use serde_json::json;
use std::path::PathBuf;

#[derive(Args, Debug)]
pub struct QuantiseArguments {
    /// The MIDI file (type 0 or 1).
    pub input: PathBuf,
    /// The MIDI file to write.
    #[arg(short, long)]
    pub output: PathBuf,
    /// The distance between the grid's lines: 1/4, 1/8, 1/16, 1/32, or 1/8t and 1/16t for triplets.
    #[arg(long, default_value_t = Grid::SIXTEENTHS)]
    pub grid: Grid,
    /// How far notes move towards the lines, 0 to 100 percent.
    #[arg(long, value_name = "PERCENT", default_value_t = 100, value_parser = percent, allow_hyphen_values = true)]
    pub strength: u8,
    /// By how much the lines swing, 50 (straight) to 75 percent; keep: as the notes do.
    #[arg(long, value_name = "PERCENT", default_value = "keep", value_parser = WantedSwing::parse, allow_hyphen_values = true)]
    pub swing: WantedSwing,
    /// Move the notes' ends to the lines, too.
    #[arg(long)]
    pub ends: bool,
    #[command(flatten)]
    pub tracks: ChosenTracks,
    #[command(flatten)]
    pub timing: TimingOptions,
    #[command(flatten)]
    pub report: ReportOptions,
}

/// How the lines are to swing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WantedSwing {
    /// As the notes do.
    Keep,
    /// By so many percent.
    Percent(u8),
}

impl WantedSwing {
    fn parse(text: &str) -> Result<Self, String> {
        if text.trim().eq_ignore_ascii_case("keep") {
            return Ok(Self::Keep);
        }
        match text.trim_end_matches('%').trim_end().parse() {
            Ok(percent) if (STRAIGHT..=MOST_SWING).contains(&percent) => Ok(Self::Percent(percent)),
            _ => Err("give keep, or a whole number from 50 to 75".to_owned()),
        }
    }
}

/// What was done to a track.
struct Done {
    index: usize,
    moved: usize,
    /// Ticks, over the notes that moved.
    distance: Tick,
    joined: usize,
    swing: Option<Swing>,
}

pub fn run(arguments: &QuantiseArguments) -> Result<String, Failure> {
    let mut file = ToolFile::open(&arguments.input, &arguments.output)?;
    let chosen = arguments.tracks.find(&file.song.tracks).map_err(|error| file.fault(&error))?;
    // Where the beats are is read from the melody or, without one, from what is quantised.
    let leading = file.song.melody_track(None).ok().or(chosen.first().copied()).unwrap_or(0);
    if file.song.tracks.is_empty() {
        return Err(file.fault(&continuo_music::song::TrackError::NoNotes));
    }
    let timing = Timing::settle(&mut file.song, leading, &arguments.timing).map_err(|error| file.fault(&error))?;
    let meters = file.song.meters.clone();
    let mut all: Vec<Note> = chosen.iter().flat_map(|&track| &file.song.tracks[track].notes).copied().collect();
    all.sort_unstable();
    let together = SwingMap::of(&all, &[Tick::MIN..Tick::MAX], &meters);
    let mut done = Vec::new();
    for &index in &chosen {
        let notes = &file.song.tracks[index].notes;
        let own = SwingMap::of(notes, &[Tick::MIN..Tick::MAX], &meters);
        // A track that says nothing by itself swings with the others.
        let played = if own.song().is_some() { &own } else { &together };
        let fixed = |percent| Swing::new(level(arguments.grid, played, meters.at(0).meter), percent);
        let swing = match arguments.swing {
            WantedSwing::Keep => GridSwing::AsPlayed(played),
            WantedSwing::Percent(percent) => fixed(percent).map_or(GridSwing::Straight, GridSwing::Fixed),
        };
        let strength = f32::from(arguments.strength) / 100.0;
        let quantiser = Quantiser { meters: &meters, grid: arguments.grid, strength, swing, ends: arguments.ends };
        let moved = quantiser.moved(notes);
        let distances: Vec<Tick> = notes
            .iter()
            .zip(&moved)
            .map(|(old, new)| (old.start - new.start).abs())
            .filter(|&ticks| ticks > 0)
            .collect();
        let kept = match arguments.swing {
            WantedSwing::Keep => played.song(),
            WantedSwing::Percent(percent) => fixed(percent),
        };
        if index == leading {
            let before = notes.clone();
            file.song.move_lyrics(&before, &moved);
        }
        let (track, joined) = file.song.tracks[index].with_moved_notes(&moved);
        let swing = kept.filter(|_| !arguments.grid.is_triplet());
        done.push(Done { index, moved: distances.len(), distance: distances.iter().sum(), joined, swing });
        file.song.tracks[index] = track;
    }
    file.save()?;
    let mut warnings = file.warnings();
    warnings.extend(timing.warning());
    for done in done.iter().filter(|done| done.joined > 0) {
        let label = file.song.tracks[done.index].label();
        warnings
            .push(format!("{} notes of {label} came to lie on others of the same pitch and were joined", done.joined));
    }
    if arguments.report.json {
        let track = |done: &Done| {
            let track = &file.song.tracks[done.index];
            json!({
                "track": done.index + 1,
                "name": track.label(),
                "notes": track.notes.len(),
                "moved": done.moved,
                "mean_quarters": done.mean_ticks() / TICKS_PER_QUARTER as f64,
                "joined": done.joined,
                "swing": done.swing,
            })
        };
        return Ok(json!({
            "output": file.output(),
            "grid": arguments.grid.to_string(),
            "strength": f64::from(arguments.strength) / 100.0,
            "tracks": done.iter().map(track).collect::<Vec<_>>(),
            "pickup": timing.pickup_json(&meters),
            "followed": timing.followed_json(),
            "warnings": warnings,
        })
        .to_string());
    }
    let mut lines: Vec<String> = done.iter().map(|done| done.line(&file)).collect();
    lines.extend(timing.lines(&meters));
    Ok(report(&file.output(), &lines, &warnings))
}

/// Which notes swing: as they were played, else those that the grid divides.
fn level(grid: Grid, played: &SwingMap, meter: Meter) -> Level {
    let found = played.song().map(|swing| swing.level);
    let usual = if grid.ticks() < Level::Sixteenths.pair() { Level::Sixteenths } else { Level::Eighths };
    found.unwrap_or(if meter.denominator <= 4 { usual } else { Level::Sixteenths })
}

impl Done {
    fn mean_ticks(&self) -> f64 {
        self.distance as f64 / self.moved.max(1) as f64
    }

    fn line(&self, file: &ToolFile<'_>) -> String {
        let track = &file.song.tracks[self.index];
        let mean = self.mean_ticks() / TICKS_PER_QUARTER as f64;
        let swing = self.swing.map(|swing| format!(", swing: {swing}")).unwrap_or_default();
        let moved = match self.moved {
            0 => "none moved".to_owned(),
            count => format!("{count} moved by {mean:.3} quarters in the mean"),
        };
        format!("track {} ({}): {} notes, {moved}{swing}", self.index + 1, track.label(), track.notes.len())
    }
}
