//! Options that several commands have.

use clap::{Args, ValueEnum};
use continuo_engine::{
    network::{BackendChoice, ModelSource, UnknownModel},
    storage::DataFolder,
};
use continuo_music::settings::LARGEST_SEED;

/// Where the melody's beats and bars are.
#[derive(Args, Debug)]
pub struct TimingOptions {
    /// How many beats of the melody come before the first full bar, such as 1 or 0.5; 0: none; if not given, found
    /// where the time signatures or accents show it.
    #[arg(long, value_name = "BEATS", value_parser = pickup, allow_hyphen_values = true)]
    pub pickup: Option<f64>,
    /// Find the beats of a melody that was recorded without the click, and write a tempo map that follows them.
    #[arg(long)]
    pub follow_performance: bool,
}

/// The model and its runtime.
#[derive(Args, Debug)]
pub struct ModelOptions {
    /// The model, by the name of its folder, or built-in; if not given, the one chosen with `continuo model`.
    #[arg(long)]
    model: Option<String>,
    /// The runtime for the model; if not given, chosen automatically.
    #[arg(long)]
    backend: Option<Runtime>,
}

impl ModelOptions {
    /// Where the model comes from.
    pub fn source(&self) -> Result<ModelSource, UnknownModel> {
        match &self.model {
            None => Ok(ModelSource::from_environment()),
            Some(name) => ModelSource::named(DataFolder::of_user().as_ref(), name),
        }
    }

    /// The chosen runtime.
    pub const fn runtime(&self) -> BackendChoice {
        match self.backend {
            None => BackendChoice::Auto,
            Some(Runtime::OnnxRuntime) => BackendChoice::OnnxRuntime,
            Some(Runtime::Tract) => BackendChoice::Tract,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "lowercase")]
pub enum Runtime {
    OnnxRuntime,
    Tract,
}

/// How the result is reported.
#[derive(Args, Debug)]
pub struct ReportOptions {
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// A whole number of percent, with or without its sign.
pub fn percent(text: &str) -> Result<u8, String> {
    match text.trim_end_matches('%').trim_end().parse() {
        Ok(percent) if percent <= 100 => Ok(percent),
        _ => Err("give a whole number of percent from 0 to 100".to_owned()),
    }
}

/// Whether it is shorter than a bar is checked once the song is read.
fn pickup(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(beats) if (0.0..64.0).contains(&beats) => Ok(beats),
        _ => Err("give a number of beats, such as 1 or 0.5".to_owned()),
    }
}

/// How boldly notes are chosen.
pub fn temperature(text: &str) -> Result<f32, String> {
    match text.parse() {
        Ok(temperature) if (0.0..=2.0).contains(&temperature) => Ok(temperature),
        _ => Err("give a number from 0 to 2".to_owned()),
    }
}

/// What chooses among the possible results.
pub fn seed(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(seed) if seed <= LARGEST_SEED => Ok(seed),
        _ => Err(format!("give a whole number from 0 to {LARGEST_SEED}")),
    }
}

/// Whether the song has this track is checked once the song is read.
pub fn track(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| "give the number of a track, counted from 1".to_owned())
}
