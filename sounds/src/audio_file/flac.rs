//! FLAC files.

use super::samples::{AudioFileError, interleaved};
use crate::stereo::Stereo;
use flacenc::{bitsink::ByteSink, component::BitRepr, config::Encoder, error::Verify, source::MemSource};

pub fn encode(sound: &Stereo, bits: usize) -> Result<Vec<u8>, AudioFileError> {
    let failed = |error: &dyn std::fmt::Display| AudioFileError::Encoding(error.to_string());
    let samples: Vec<i32> = interleaved(sound, bits as u32).collect();
    let mut settings = Encoder::default();
    // One thread: the command uses one core.
    settings.multithread = false;
    let settings = settings.into_verified().map_err(|(_, error)| failed(&error))?;
    let source = MemSource::from_samples(&samples, 2, bits, sound.sample_rate as usize);
    let stream = flacenc::encode_with_fixed_block_size(&settings, source, settings.block_size)
        .map_err(|error| failed(&error))?;
    let mut sink = ByteSink::new();
    stream.write(&mut sink).map_err(|error| failed(&error))?;
    Ok(sink.into_inner())
}
