//! Reports to tests with the real window where its controls are, as it does to a screen reader.
//!
//! Works only with the feature `probe`, and only if `CONTINUO_PROBE` names a file. The first line is `moving` if
//! another frame follows at once, as when a dialog is laid out for the first time: positions are then unreliable.
//! Otherwise it is `still`. Each further line is a control: its name, its state, whether it is enabled, and its
//! rectangle in pixels, separated by tabs. A second file, with the extension `.frames`, contains the number of frames
//! and the median time, in microseconds, that the last ones took until they could be drawn.

use egui::{Context, FullOutput, Plugin, RawInput};
use std::{collections::VecDeque, fmt::Write, fs, path::PathBuf, time::Instant};

/// The number of frames in the median.
const TIMED: usize = 201;

/// Writes the file whenever its content changes.
pub struct ControlReport {
    file: PathBuf,
    written: String,
    frames: u64,
    begun: Option<Instant>,
    /// The times of the last frames, in microseconds.
    times: VecDeque<u128>,
}

impl ControlReport {
    /// The report that the environment asks for.
    pub fn from_environment() -> Option<Self> {
        let file = std::env::var_os("CONTINUO_PROBE")?.into();
        Some(Self { file, written: String::new(), frames: 0, begun: None, times: VecDeque::with_capacity(TIMED) })
    }

    fn note_frame_time(&mut self) {
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

impl Plugin for ControlReport {
    fn debug_name(&self) -> &'static str {
        "control report"
    }

    fn setup(&mut self, context: &Context) {
        context.enable_accesskit();
    }

    fn input_hook(&mut self, _context: &Context, _input: &mut RawInput) {
        self.begun = Some(Instant::now());
    }

    fn output_hook(&mut self, context: &Context, output: &mut FullOutput) {
        self.note_frame_time();
        self.write_controls(context, output);
        // Last: a test that sees a new frame counted also finds its controls.
        self.count_frame();
    }
}

impl ControlReport {
    fn write_controls(&mut self, context: &Context, output: &FullOutput) {
        let Some(update) = &output.platform_output.accesskit_update else { return };
        let pixels = f64::from(context.pixels_per_point());
        let moving = output.viewport_output.values().any(|viewport| viewport.repaint_delay.is_zero());
        let mut lines = if moving { "moving\n".to_owned() } else { "still\n".to_owned() };
        for (_, node) in &update.nodes {
            // The value of plain text is the text itself.
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
            // If this fails, the test that waits for the file reports it.
            if fs::write(&new, &lines).and_then(|()| fs::rename(&new, &self.file)).is_ok() {
                self.written = lines;
            }
        }
    }
}
