//! The dialogs that ask for a path: what they are for and what was typed.

use crate::editor::platform::system_dialog::{PathKind, SystemDialog};
use continuo_engine::score::Extent;
use std::path::PathBuf;

/// What a path is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathPurpose {
    /// To save an extent of the score.
    Save(Extent),
    /// To write takes to a folder.
    TakeFolder,
    /// To arrange a melody.
    ArrangeMelody,
    /// To make a style.
    MakeStyle,
}

impl PathPurpose {
    /// The dialog's title, and the word on the button that confirms it.
    pub fn title_and_button(self) -> (&'static str, &'static str) {
        match self {
            Self::Save(Extent::Score) => ("Save the score", "Save"),
            Self::Save(Extent::Part(_)) => ("Save a part", "Save"),
            Self::Save(Extent::Phrase(_)) => ("Save the phrase", "Save"),
            Self::TakeFolder => ("Choose a folder for takes", "Use folder"),
            Self::ArrangeMelody => ("Arrange a melody from a MIDI file", "Open"),
            Self::MakeStyle => ("Make a style from a MIDI file or a folder of MIDI files", "Make style"),
        }
    }

    /// The kind of path.
    pub fn kind(self) -> PathKind {
        match self {
            Self::Save(_) => PathKind::NewFile,
            Self::TakeFolder => PathKind::Folder,
            Self::ArrangeMelody | Self::MakeStyle => PathKind::ExistingFile,
        }
    }
}

/// The open dialog in which a path is typed.
pub struct PathDialog {
    /// What the path is for.
    pub purpose: PathPurpose,
    /// What was typed.
    pub path: String,
    /// The error below the field.
    pub error: Option<String>,
    /// An existing file of which the player was warned: saving once more replaces it.
    pub replaces: Option<PathBuf>,
    /// Whether the field was given the keyboard's focus.
    pub focused: bool,
}

/// The dialogs, and the file that was saved last.
#[derive(Default)]
pub struct FileDialogs {
    /// The window's own dialog, while it is open.
    pub open: Option<PathDialog>,
    /// The system's file dialog, while it is open.
    pub system: Option<SystemDialog>,
    /// The file that was saved or dragged out last.
    pub saved: Option<PathBuf>,
}
