//! For tests with the real window: writes where each control is, as a screen reader would be told.
//!
//! Only with the feature `probe`, and only where `CONTINUO_PROBE` names a file. One line a control: its name, its
//! state, and its rectangle in pixels, separated by tabs. A second file, which ends in `.frames`, counts the frames and
//! tells how many microseconds the last of them took until they could be drawn (the median).

use egui::{Context, FullOutput, Plugin, RawInput};
use std::{collections::VecDeque, fmt::Write, fs, path::PathBuf, time::Instant};

/// Of how many frames the median is told.
const TIMED: usize = 201;

/// Writes the file whenever something in it changed.
pub struct Probe {
    file: PathBuf,
    written: String,
    frames: u64,
    begun: Option<Instant>,
    /// Of the last frames, in microseconds.
    times: VecDeque<u128>,
}

impl Probe {
    /// The probe that the environment asks for.
    pub fn from_environment() -> Option<Self> {
        let file = std::env::var_os("CONTINUO_PROBE")?.into();
        Some(Self { file, written: String::new(), frames: 0, begun: None, times: VecDeque::with_capacity(TIMED) })
    }

    fn count_frame(&mut self) {
        self.frames += 1;
        if let Some(begun) = self.begun.take() {
            if self.times.len() == TIMED {
                self.times.pop_front();
            }
            self.times.push_back(begun.elapsed().as_micros());
        }
        let mut sorted: Vec<u128> = self.times.iter().copied().collect();
        sorted.sort_unstable();
        let median = sorted.get(sorted.len() / 2).copied().unwrap_or_default();
        let _ = fs::write(self.file.with_extension("frames"), format!("{} {median}", self.frames));
    }
}

impl Plugin for Probe {
    fn debug_name(&self) -> &'static str {
        "probe"
    }

    fn setup(&mut self, context: &Context) {
        context.enable_accesskit();
    }

    fn input_hook(&mut self, _context: &Context, _input: &mut RawInput) {
        self.begun = Some(Instant::now());
    }

    fn output_hook(&mut self, context: &Context, output: &mut FullOutput) {
        self.count_frame();
        let Some(update) = &output.platform_output.accesskit_update else { return };
        let pixels = f64::from(context.pixels_per_point());
        let mut lines = String::new();
        for (_, node) in &update.nodes {
            // Plain text has its words as its value.
            let (label, value) = (node.label(), node.value());
            let (Some(name), Some(place)) = (label.or(value), node.bounds()) else { continue };
            let state = value.map(str::to_owned).or_else(|| node.toggled().map(|on| format!("{on:?}")));
            let state = state.unwrap_or_default().replace(['\t', '\n'], " ");
            let name = name.replace(['\t', '\n'], " ");
            let (x, y) = (place.x0 * pixels, place.y0 * pixels);
            let (width, height) = ((place.x1 - place.x0) * pixels, (place.y1 - place.y0) * pixels);
            let enabled = if node.is_disabled() { "disabled" } else { "enabled" };
            // Writing to a `String` cannot fail.
            let _ = writeln!(lines, "{name}\t{state}\t{enabled}\t{x:.0}\t{y:.0}\t{width:.0}\t{height:.0}");
        }
        if lines != self.written {
            let new = self.file.with_extension("new");
            // A test that waits for the file says what is missing.
            if fs::write(&new, &lines).and_then(|()| fs::rename(&new, &self.file)).is_ok() {
                self.written = lines;
            }
        }
    }
}
