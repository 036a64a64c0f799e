//! For tests with the real window: writes where each control is, as a screen reader would be told.
//!
//! Only with the feature `probe`, and only where `CONTINUO_PROBE` names a file. The first line says whether another frame
//! follows at once, as while a dialog is laid out for the first time; then what was told of places is not to be relied on.
//! Then a line a control: its name, its state, and its rectangle in pixels, separated by tabs. A second file, which ends in `.frames`, counts the frames and
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

    fn stop_the_watch(&mut self) {
        if let Some(begun) = self.begun.take() {
            if self.times.len() == TIMED {
                self.times.pop_front();
            }
            self.times.push_back(begun.elapsed().as_micros());
        }
    }

    fn count_frame(&mut self) {
        self.frames += 1;
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
        self.stop_the_watch();
        self.write_controls(context, output);
        // Last: who sees that a frame was drawn finds its controls.
        self.count_frame();
    }
}

impl Probe {
    fn write_controls(&mut self, context: &Context, output: &FullOutput) {
        let Some(update) = &output.platform_output.accesskit_update else { return };
        let pixels = f64::from(context.pixels_per_point());
        let moving = output.viewport_output.values().any(|viewport| viewport.repaint_delay.is_zero());
        let mut lines = if moving { "moving\n".to_owned() } else { "still\n".to_owned() };
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
