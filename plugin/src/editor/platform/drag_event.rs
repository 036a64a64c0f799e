//! What happens while files are dragged into the window or out of it.

use std::path::PathBuf;

/// An event of drag and drop.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "no other platform sends it yet"))]
pub enum DragEvent {
    /// Files are over the window, at pixels from its corner; `None` when they have left it.
    Over(Option<(i32, i32)>),
    /// Files were dropped.
    Dropped {
        /// The files.
        files: Vec<PathBuf>,
        /// Pixels from the window's corner.
        at: (i32, i32),
    },
    /// A drag out of the window has ended.
    DraggedOut {
        /// Whether another window accepted the file.
        accepted: bool,
    },
}
