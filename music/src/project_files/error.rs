//! Why a project file could not be made.

use std::io;

/// Why a project file could not be made. Nothing was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProjectFileError {
    /// The document could not be written.
    #[error("the project could not be written as XML: {0}; save the song as MIDI instead")]
    Document(#[from] io::Error),
    /// The documents could not be packed.
    #[error("the project could not be packed: {0}; save the song as MIDI instead")]
    Container(#[from] zip::result::ZipError),
}
