//! Where the MIDI file lies within the bytes: at their start, within a RIFF file (`.rmi`), or behind bytes that a
//! program or a download left before it.

use super::{
    bytes::broken,
    error::{Fault, MidiFileError},
};
use std::ops::Range;

/// Bytes before a MIDI file are searched for its beginning up to here: more than any known header, such as the 128
/// bytes of `MacBinary`.
const FURTHEST_START: usize = 4096;

/// The place of the MIDI file within `file`. What a RIFF file holds beside it (`LIST`, `DISP`, padding) lies outside.
pub(super) fn midi_within(file: &[u8]) -> Result<Range<usize>, MidiFileError> {
    if file.starts_with(b"RIFF") && file.get(8..12) == Some(b"RMID") {
        return data_chunk(file).ok_or_else(|| broken(0, Fault::NotMidi));
    }
    let begins = |at: &usize| file[*at..].starts_with(b"MThd");
    // A header of six bytes too, unless the file begins with it: a text may hold these four letters.
    let later = |at: &usize| file[*at..].starts_with(b"MThd\0\0\0\x06");
    let start = Some(0).filter(begins).or_else(|| (1..file.len().min(FURTHEST_START)).find(later));
    start.map(|start| start..file.len()).ok_or_else(|| broken(0, Fault::NotMidi))
}

/// The body of the chunk `data` of a RIFF file, wherever it is among the others. A size beyond the file's end, as in a
/// file that was cut, ends with the file.
fn data_chunk(file: &[u8]) -> Option<Range<usize>> {
    let mut at = 12;
    loop {
        let size: [u8; 4] = file.get(at + 4..at + 8)?.try_into().ok()?;
        let (start, size) = (at + 8, u32::from_le_bytes(size) as usize);
        let end = start.saturating_add(size).min(file.len());
        if file[at..].starts_with(b"data") && file[start..].starts_with(b"MThd") {
            // Some programs write a size of 0 or of the file without its header.
            let end = if size < 14 { file.len() } else { end };
            return Some(start..end);
        }
        // A chunk of odd size is followed by a byte of padding, which some programs leave out.
        let padded = end + size % 2;
        let named = |at: usize| file.get(at..at + 4).is_some_and(|name| name.iter().all(u8::is_ascii_graphic));
        at = if !named(padded) && named(end) { end } else { padded };
    }
}
