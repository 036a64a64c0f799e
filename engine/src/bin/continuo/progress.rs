//! A progress bar for those who wait more than a second before a terminal.

use indicatif::{ProgressBar, ProgressStyle};
use std::{
    io::IsTerminal,
    time::{Duration, Instant},
};

/// Nothing is shown before this.
const PATIENCE: Duration = Duration::from_secs(1);

/// Progress through the phrases of a song.
pub struct Progress {
    began: Instant,
    terminal: bool,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Begins to count the time.
    pub fn new() -> Self {
        Self { began: Instant::now(), terminal: std::io::stderr().is_terminal(), bar: None }
    }

    /// So many phrases are done, of so many.
    pub fn told(&mut self, done: usize, all: usize) {
        if !self.terminal || (self.bar.is_none() && self.began.elapsed() < PATIENCE) {
            return;
        }
        let bar = self.bar.get_or_insert_with(|| {
            let style = ProgressStyle::with_template("{bar:40} {pos} of {len} phrases, {eta} left");
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
