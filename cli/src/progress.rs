//! A progress bar on a terminal, for work that takes more than a second.

use indicatif::{ProgressBar, ProgressStyle};
use std::{
    io::IsTerminal,
    time::{Duration, Instant},
};

/// How long to wait before showing the bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// Progress through the phrases of a song, or through files.
pub struct Progress {
    /// What is counted.
    items: &'static str,
    began: Instant,
    terminal: bool,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Starts the clock. `items` is what is counted, in the plural, as in "3 of 7 phrases".
    pub fn new(items: &'static str) -> Self {
        Self { items, began: Instant::now(), terminal: std::io::stderr().is_terminal(), bar: None }
    }

    /// Shows that `done` of `all` items are finished.
    pub fn show(&mut self, done: usize, all: usize) {
        if !self.terminal || (self.bar.is_none() && self.began.elapsed() < PATIENCE) {
            return;
        }
        let bar = self.bar.get_or_insert_with(|| {
            let template = format!("{{bar:40}} {{pos}} of {{len}} {}, {{eta}} left", self.items);
            let style = ProgressStyle::with_template(&template);
            ProgressBar::new(all as u64).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        bar.set_position(done as u64);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
