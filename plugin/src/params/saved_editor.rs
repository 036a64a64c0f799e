//! What the window saves with the project.

use nice_plug::editor::dpi::{LogicalSize, NativeSize};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// The smallest window in which everything fits, in points.
pub const SMALLEST: (f64, f64) = (1040.0, 736.0);
/// The size of a new window, in points.
const DEFAULT: (f64, f64) = (1140.0, 836.0);

/// What the window saves with the project. The names of the fields are those in saved projects.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SavedEditor {
    /// The width in points, before `scale` and the system's scale.
    pub width: f64,
    /// The height in points, likewise.
    pub height: f64,
    /// The scale of the window's content, on top of the system's.
    pub scale: f32,
    /// The folder to which each take is written.
    pub takes_folder: Option<PathBuf>,
}

impl Default for SavedEditor {
    fn default() -> Self {
        Self { width: DEFAULT.0, height: DEFAULT.1, scale: 1.0, takes_folder: None }
    }
}

impl SavedEditor {
    /// The size in points, limited to what a screen can show: a project file may contain any numbers.
    pub fn size(&self) -> LogicalSize<f64> {
        let within = |value: f64, smallest: f64, default: f64| {
            if value.is_finite() { value.clamp(smallest, 8000.0) } else { default }
        };
        LogicalSize::new(within(self.width, SMALLEST.0, DEFAULT.0), within(self.height, SMALLEST.1, DEFAULT.1))
    }

    /// The scaled size in the system's own unit, for as long as the system's scale is unknown.
    pub fn native_size(&self) -> NativeSize<u32> {
        let (size, scale) = (self.size(), f64::from(self.scale()));
        let size = LogicalSize::new(size.width * scale, size.height * scale);
        NativeSize::from_logical_or_physical(size, size.to_physical(1.0))
    }

    /// The scale, within reason.
    pub fn scale(&self) -> f32 {
        if self.scale.is_finite() { self.scale.clamp(0.5, 3.0) } else { 1.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn saved_sizes_fit_on_a_screen() {
        let odd = SavedEditor { width: f64::NAN, height: 1e12, scale: -1.0, takes_folder: None };
        let size = odd.size();
        assert!((800.0..=8000.0).contains(&size.width) && (600.0..=8000.0).contains(&size.height));
        assert!((0.5..=3.0).contains(&odd.scale()));
    }
}
