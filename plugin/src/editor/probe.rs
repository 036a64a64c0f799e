//! For tests with the real window: writes where each control is, as a screen reader would be told.
//!
//! Only with the feature `probe`, and only where `CONTINUO_PROBE` names a file. One line a control: its name, its
//! state, and its rectangle in pixels, separated by tabs. A second file, which ends in `.frames`, counts the frames.

use egui::{Context, FullOutput, Plugin};
use std::{fmt::Write, fs, path::PathBuf};

/// Writes the file whenever something in it changed.
pub struct Probe {
    file: PathBuf,
    written: String,
    frames: u64,
}

impl Probe {
    /// The probe that the environment asks for.
    pub fn from_environment() -> Option<Self> {
        Some(Self { file: std::env::var_os("CONTINUO_PROBE")?.into(), written: String::new(), frames: 0 })
    }
}

impl Plugin for Probe {
    fn debug_name(&self) -> &'static str {
        "probe"
    }

    fn setup(&mut self, context: &Context) {
        context.enable_accesskit();
    }

    fn output_hook(&mut self, context: &Context, output: &mut FullOutput) {
        self.frames += 1;
        let _ = fs::write(self.file.with_extension("frames"), self.frames.to_string());
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
