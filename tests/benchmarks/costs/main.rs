//! How cost grows with takes, bars and the size of files: lines of `docs/costs.csv`, see `cargo xtask costs`.

mod loading;
mod phrases;

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    phrases::by_takes()?;
    phrases::by_bars()?;
    loading::by_size()
}

/// Prints a point of a chart: what was varied, and what was measured.
fn print(chart: &str, at: f64, value: f64) {
    println!("\"{chart}\",{at:.3},{value:.3}");
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}
