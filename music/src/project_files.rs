//! A finished song as a project of a DAW, with its tempos, meters, sections, chords and coloured tracks with their notes,
//! or as a score for players who read.
//!
//! Each writer writes from one description, [`FinishedSong`]. No instruments are loaded: the tracks are left open for the
//! player's own.

mod ardour;
mod clips;
mod dawproject;
mod error;
mod finished_song;
mod format;
mod musicxml;
mod reaper;

pub use ardour::{SessionFile, ardour_session};
pub use clips::Clip;
pub use error::ProjectFileError;
pub use finished_song::{FinishedSong, NamedChord, NamedMarker, ProjectTrack, SongKey, Stem, Tempo};
pub use format::ProjectFormat;

#[cfg(test)]
mod tests;
