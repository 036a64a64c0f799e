//! Sound as files: WAV with 16 bits, FLAC with 16 or 24.

mod flac;
mod samples;
mod wav;

pub use samples::AudioFileError;

use crate::stereo::Stereo;
use std::path::Path;

/// The formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AudioFormat {
    /// WAV, 16 bits. Wider samples get a header that some readers refuse.
    Wav,
    /// FLAC, 24 bits.
    Flac,
    /// FLAC, 16 bits, for small files.
    SmallFlac,
}

impl AudioFormat {
    /// The format that a file's name asks for.
    ///
    /// # Errors
    /// It has no ending, or another.
    pub fn of(path: &Path) -> Result<Self, AudioFileError> {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
        match ending.as_deref() {
            Some("wav" | "wave") => Ok(Self::Wav),
            Some("flac") => Ok(Self::Flac),
            _ => Err(AudioFileError::UnknownEnding(path.display().to_string())),
        }
    }

    /// The ending of files.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Wav => "wav",
            Self::Flac | Self::SmallFlac => "flac",
        }
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// The sound is longer than the format can hold.
    pub fn encode(self, sound: &Stereo) -> Result<Vec<u8>, AudioFileError> {
        match self {
            Self::Wav => wav::encode(sound),
            Self::Flac => flac::encode(sound, 24),
            Self::SmallFlac => flac::encode(sound, 16),
        }
    }
}

#[cfg(test)]
mod tests;
