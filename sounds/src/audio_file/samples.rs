//! What the formats share.

use crate::stereo::Stereo;

/// Why sound cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum AudioFileError {
    /// The file's name asks for nothing that is known.
    #[error("{0}: give the sound a name that ends in .wav or .flac")]
    UnknownEnding(String),
    /// The format cannot hold it.
    #[error("the sound cannot be written: {0}")]
    Encoding(String),
}

/// The samples of both sides by turns, as whole numbers of so many bits.
pub fn interleaved(sound: &Stereo, bits: u32) -> impl Iterator<Item = i32> {
    let full = f64::from((1_u32 << (bits - 1)) - 1);
    let whole = move |sample: f32| (f64::from(sample.clamp(-1.0, 1.0)) * full).round() as i32;
    sound.left.iter().zip(&sound.right).flat_map(move |(&left, &right)| [whole(left), whole(right)])
}
