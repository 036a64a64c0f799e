//! Options that several commands have.

use clap::Args;

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
