//! The formats of projects.

use super::{dawproject, error::ProjectFileError, finished_song::FinishedSong, musicxml, reaper};
use std::path::Path;

/// A format that DAWs open as a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProjectFormat {
    /// DAWproject 1.0: Bitwig Studio, Studio One, Cubase and others.
    DawProject,
    /// REAPER's own projects.
    Reaper,
    /// MusicXML 4.0: notation programs, such as MuseScore, Dorico, Finale and Sibelius.
    MusicXml,
    /// The same, compressed.
    CompressedMusicXml,
}

impl ProjectFormat {
    /// All formats.
    pub const ALL: [Self; 4] = [Self::DawProject, Self::Reaper, Self::MusicXml, Self::CompressedMusicXml];

    /// The format that a file's ending names, in capitals or not; `None` for any other ending.
    ///
    /// ```
    /// use continuo_music::project_files::ProjectFormat;
    /// use std::path::Path;
    ///
    /// assert_eq!(ProjectFormat::named_by(Path::new("song.DAWproject")), Some(ProjectFormat::DawProject));
    /// assert_eq!(ProjectFormat::named_by(Path::new("song.mid")), None);
    /// ```
    pub fn named_by(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?;
        Self::ALL.into_iter().find(|format| format.ending().eq_ignore_ascii_case(ending))
    }

    /// The ending of its files' names, without the dot.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::DawProject => "dawproject",
            Self::Reaper => "rpp",
            Self::MusicXml => "musicxml",
            Self::CompressedMusicXml => "mxl",
        }
    }

    /// Whether it holds notes to read rather than to play, of which a lead sheet can be made.
    pub const fn is_notation(self) -> bool {
        matches!(self, Self::MusicXml | Self::CompressedMusicXml)
    }

    /// The bytes of a file in this format.
    ///
    /// # Errors
    /// If the file could not be built in memory.
    pub fn write(self, song: &FinishedSong) -> Result<Vec<u8>, ProjectFileError> {
        match self {
            Self::DawProject => dawproject::write(song),
            Self::Reaper => Ok(reaper::write(song)),
            Self::MusicXml => musicxml::write(song),
            Self::CompressedMusicXml => musicxml::write_compressed(song),
        }
    }
}
