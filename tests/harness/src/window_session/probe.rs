//! What a plugin that was built with its feature `probe` reports of its window.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

/// A control and its place, in pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Control {
    /// Its name, as a screen reader would say it.
    pub name: String,
    /// Pixels from the screen's left edge.
    pub x: i32,
    /// Pixels from the screen's upper edge.
    pub y: i32,
    /// Its width.
    pub width: i32,
    /// Its height.
    pub height: i32,
}

impl Control {
    /// Its middle.
    pub fn middle(&self) -> (i32, i32) {
        (self.x + self.width / 2, self.y + self.height / 2)
    }
}

/// The files that the window writes.
pub struct ProbeFiles {
    file: PathBuf,
}

impl ProbeFiles {
    /// The files of a window that is not open yet and for which `CONTINUO_PROBE` names `file`. Removes what another window
    /// wrote there: it would be taken for this one's.
    pub fn new(file: &Path) -> Self {
        let files = Self { file: file.to_path_buf() };
        for old in [file, &files.frames_file()] {
            let _ = fs::remove_file(old);
        }
        files
    }

    fn frames_file(&self) -> PathBuf {
        self.file.with_extension("frames")
    }

    /// A control by its name, once it stays where it is.
    pub fn control(&self, name: &str) -> Option<Control> {
        let (still, controls) = self.last();
        controls.into_iter().find(|control| still && control.name == name)
    }

    /// The controls.
    pub fn controls(&self) -> Vec<Control> {
        self.last().1
    }

    /// Whether the last frame stays as it is, and the controls in it.
    fn last(&self) -> (bool, Vec<Control>) {
        let text = fs::read_to_string(&self.file).unwrap_or_default();
        let controls = text.lines().filter_map(|line| {
            let words: Vec<&str> = line.split('\t').collect();
            let [name, _, _, x, y, width, height] = words[..] else { return None };
            let number = |word: &str| word.parse().ok();
            let name = name.to_owned();
            Some(Control { name, x: number(x)?, y: number(y)?, width: number(width)?, height: number(height)? })
        });
        (text.starts_with("still\n"), controls.collect())
    }

    /// How many frames the window has drawn.
    pub fn frames(&self) -> u64 {
        self.frame_numbers().map_or(0, |numbers| numbers.0)
    }

    /// The median time that the window needed for its last frames before it drew them.
    pub fn frame_time(&self) -> Option<Duration> {
        self.frame_numbers().map(|numbers| numbers.1)
    }

    fn frame_numbers(&self) -> Option<(u64, Duration)> {
        let text = fs::read_to_string(self.frames_file()).ok()?;
        let (frames, microseconds) = text.split_once(' ')?;
        Some((frames.parse().ok()?, Duration::from_micros(microseconds.parse().ok()?)))
    }
}
