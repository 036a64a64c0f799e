//! What the tools that work on a melody share: which track, which key and genre, which bars.

use super::file::ToolFile;
use crate::{
    failure::Failure,
    performance::Timing,
    shared_options::{ModelOptions, ReportOptions, TimingOptions, seed, track},
};
use clap::Args;
use continuo_engine::{melodies::KnownMelody, network::CellNetworkError};
use continuo_music::{
    key::Key,
    meter::MeterMap,
    note::Note,
    song::{TrackError, melody_line},
    time::Tick,
};
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
        Self::find_without(file, &[], track, timing)
    }

    /// As [`ChosenMelody::find`]; `taken` are the indices of tracks that are something else.
    pub fn find_without(
        file: &mut ToolFile<'_>,
        taken: &[usize],
        track: Option<usize>,
        timing: &TimingOptions,
    ) -> Result<Self, Failure> {
        let choice = file.song.melody_choice_without(taken, track).map_err(|error| match error {
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
