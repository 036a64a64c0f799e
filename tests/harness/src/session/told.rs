//! What a plugin that was built with its feature `probe` tells of its window.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

/// Where a control is, in pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its name, as a screen reader would say it.
    pub name: String,
    /// From the screen's left edge.
    pub x: i32,
    /// From the screen's upper edge.
    pub y: i32,
    /// Its width.
    pub width: i32,
    /// Its height.
    pub height: i32,
}

impl Place {
    /// Where its middle is.
    pub fn middle(&self) -> (i32, i32) {
        (self.x + self.width / 2, self.y + self.height / 2)
    }
}

/// The files that the window writes.
pub struct Told {
    file: PathBuf,
}

impl Told {
    /// The files of a window that is not open yet, for which `CONTINUO_PROBE` names this one. What another window wrote
    /// there before is forgotten: it would be taken for this one's.
    pub fn in_file(file: &Path) -> Self {
        let told = Self { file: file.to_path_buf() };
        for old in [file, &told.frames_file()] {
            let _ = fs::remove_file(old);
        }
        told
    }

    fn frames_file(&self) -> PathBuf {
        self.file.with_extension("frames")
    }

    /// Where each control is.
    pub fn controls(&self) -> Vec<Place> {
        self.last().1
    }

    /// Whether the frame that was drawn last is the one to stay, and where each control is in it.
    pub fn last(&self) -> (bool, Vec<Place>) {
        let text = fs::read_to_string(&self.file).unwrap_or_default();
        let places = text.lines().filter_map(|line| {
            let words: Vec<&str> = line.split('\t').collect();
            let [name, _, _, x, y, width, height] = words[..] else { return None };
            let number = |word: &str| word.parse().ok();
            let name = name.to_owned();
            Some(Place { name, x: number(x)?, y: number(y)?, width: number(width)?, height: number(height)? })
        });
        (text.starts_with("still\n"), places.collect())
    }

    /// The frames that were drawn.
    pub fn frames(&self) -> u64 {
        self.frame_numbers().map_or(0, |numbers| numbers.0)
    }

    /// How long the last frames took until they could be drawn, the median.
    pub fn frame_time(&self) -> Option<Duration> {
        self.frame_numbers().map(|numbers| numbers.1)
    }

    fn frame_numbers(&self) -> Option<(u64, Duration)> {
        let text = fs::read_to_string(self.frames_file()).ok()?;
        let (frames, microseconds) = text.split_once(' ')?;
        Some((frames.parse().ok()?, Duration::from_micros(microseconds.parse().ok()?)))
    }
}
