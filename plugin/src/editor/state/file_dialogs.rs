//! The dialogs that ask for a path: what they are for and what was typed.

use crate::editor::platform::system_dialog::{PathKind, SystemDialog};
use continuo_engine::score::Extent;
use continuo_music::{part::Part, time::Tick};
use std::path::PathBuf;

/// What of the song goes into the timeline, by dragging or as a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Piece {
    /// The melody and all parts.
    Everything,
    /// The chosen phrase.
    #[default]
    Phrase,
    /// The section that the chosen phrase is in.
    Section,
    /// A part.
    Part(Part),
}

impl Piece {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        [Self::Everything, Self::Section, Self::Phrase].into_iter().chain(Part::ALL.into_iter().map(Self::Part))
    }

    /// Its name in lower case, as in `Drag phrase`.
    pub fn name(self) -> String {
        match self {
            Self::Everything => "everything".to_owned(),
            Self::Phrase => "phrase".to_owned(),
            Self::Section => "section".to_owned(),
            Self::Part(part) => part.name().to_lowercase(),
        }
    }

    /// What it is of the score; `chosen` is a tick of the chosen phrase.
    pub const fn extent(self, chosen: Tick) -> Extent {
        match self {
            Self::Everything => Extent::Score,
            Self::Phrase => Extent::Phrase(chosen),
            Self::Section => Extent::Section(chosen),
            Self::Part(part) => Extent::Part(part),
        }
    }
}

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
    /// To play notes as this file does.
    Groove,
    /// To play with a SoundFont.
    SoundFont,
    /// To save the melody with its chords as written notes.
    LeadSheet,
}

impl PathPurpose {
    /// The dialog's title, and the word on the button that confirms it.
    pub fn title_and_button(self) -> (&'static str, &'static str) {
        match self {
            Self::Save(Extent::Score) => ("Save the song: the ending of its name chooses the format", "Save"),
            Self::Save(Extent::Part(_)) => ("Save a part", "Save"),
            Self::Save(Extent::Phrase(_)) => ("Save the phrase", "Save"),
            Self::Save(Extent::Section(_)) => ("Save the section", "Save"),
            Self::TakeFolder => ("Choose a folder for takes", "Use folder"),
            Self::ArrangeMelody => ("Arrange a melody from a MIDI file", "Open"),
            Self::Groove => ("Choose a MIDI file whose groove other notes take over", "Use it"),
            Self::SoundFont => ("Choose a SoundFont (.sf2) for the sounds", "Use it"),
            Self::LeadSheet => ("Save the melody with its chords as written notes", "Save"),
            Self::MakeStyle => ("Make a style from a MIDI file or a folder of MIDI files", "Make style"),
        }
    }

    /// The kind of path.
    pub fn kind(self) -> PathKind {
        match self {
            Self::Save(_) | Self::LeadSheet => PathKind::NewFile,
            Self::SoundFont => PathKind::SoundFont,
            Self::TakeFolder => PathKind::Folder,
            Self::ArrangeMelody | Self::MakeStyle | Self::Groove => PathKind::ExistingFile,
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
    /// What is dragged into the timeline.
    pub piece: Piece,
    /// The file that was saved or dragged out last.
    pub saved: Option<PathBuf>,
}
