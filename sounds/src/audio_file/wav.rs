//! WAV files.

use super::samples::{AudioFileError, interleaved};
use crate::stereo::Stereo;
use hound::{SampleFormat, WavSpec, WavWriter};
use std::io::Cursor;

const BITS: u16 = 16;

pub fn encode(sound: &Stereo) -> Result<Vec<u8>, AudioFileError> {
    let failed = |error: hound::Error| AudioFileError::Encoding(error.to_string());
    let spec = WavSpec {
        channels: 2,
        sample_rate: sound.sample_rate,
        bits_per_sample: BITS,
        sample_format: SampleFormat::Int,
    };
    let mut bytes = Vec::with_capacity(4 * sound.left.len() + 44);
    let mut writer = WavWriter::new(Cursor::new(&mut bytes), spec).map_err(failed)?;
    for sample in interleaved(sound, u32::from(BITS)) {
        writer.write_sample(sample).map_err(failed)?;
    }
    writer.finalize().map_err(failed)?;
    Ok(bytes)
}
