//! The desktop's own file dialog: on Linux a program of its own, so that no toolkit is loaded into the host's process; on
//! Windows and macOS the system's.

#[cfg(any(windows, target_os = "macos"))]
mod panels;
#[cfg(not(any(windows, target_os = "macos")))]
mod programs;

#[cfg(any(windows, target_os = "macos"))]
pub use panels::SystemDialog;
#[cfg(not(any(windows, target_os = "macos")))]
pub use programs::SystemDialog;

use std::path::PathBuf;

/// The kind of path to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathKind {
    /// A file to write.
    NewFile,
    /// A MIDI file to read.
    ExistingFile,
    /// A SoundFont to read.
    SoundFont,
    /// A folder.
    Folder,
}

/// The state of a dialog.
pub enum Answer {
    /// It is still open.
    Waiting,
    /// It was closed without a choice.
    Cancelled,
    /// The user chose this path.
    Chosen(PathBuf),
}
