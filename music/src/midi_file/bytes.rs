//! Checks the structure of a MIDI file's bytes before they are decoded: chunks, and events within a track.

use super::error::{Fault, MidiFileError};
use std::ops::Range;

/// How a file counts time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Division {
    /// Ticks in a quarter note.
    PerQuarter(u16),
    /// Ticks in a frame, and the frame rate as a fraction: `frames` in `seconds`.
    PerFrame { ticks: u8, frames: u32, seconds: u32 },
}

/// A file's header and the places of its tracks.
#[derive(Debug)]
pub(super) struct Layout {
    pub format: u16,
    pub announced_tracks: u16,
    pub division: Division,
    pub tracks: Vec<Range<usize>>,
    pub extra_bytes: usize,
}

pub(super) fn broken(offset: usize, fault: Fault) -> MidiFileError {
    MidiFileError::Broken { offset, fault }
}

fn number(bytes: &[u8], at: usize, size: usize) -> Option<usize> {
    Some(bytes.get(at..at.checked_add(size)?)?.iter().fold(0, |number, &byte| number << 8 | usize::from(byte)))
}

/// Finds the header and the track chunks. Unknown chunks are skipped, as the format requires.
pub(super) fn layout(file: &[u8]) -> Result<Layout, MidiFileError> {
    // In a RIFF wrapper (.rmi) the MIDI file begins after 20 bytes.
    let start = if file.starts_with(b"RIFF") && file.get(8..16) == Some(b"RMIDdata") { 20 } else { 0 };
    if file.get(start..start + 4) != Some(b"MThd") {
        return Err(broken(start, Fault::NotMidi));
    }
    let header = chunk(file, start)?;
    if header.len() < 6 {
        return Err(broken(start + 4, Fault::ShortHeader(header.len())));
    }
    let word = |index: usize| number(file, header.start + 2 * index, 2).unwrap_or(0) as u16;
    let mut layout = Layout {
        format: word(0),
        announced_tracks: word(1),
        division: division(word(2)).ok_or_else(|| broken(header.start + 4, Fault::InvalidDivision(word(2))))?,
        tracks: Vec::new(),
        extra_bytes: 0,
    };
    match layout.format {
        0 | 1 => {}
        2 => return Err(MidiFileError::SeparatePatterns),
        other => return Err(broken(header.start, Fault::UnknownFormat(other))),
    }
    let mut at = header.end;
    while at < file.len() {
        let is_track = file[at..].starts_with(b"MTrk");
        // Anything but a track after the last announced track is padding, which some programs append.
        if !is_track && layout.tracks.len() >= usize::from(layout.announced_tracks) {
            layout.extra_bytes = file.len() - at;
            break;
        }
        let body = chunk(file, at)?;
        if is_track {
            layout.tracks.push(body.clone());
        }
        at = body.end;
    }
    if layout.tracks.is_empty() {
        return Err(broken(at, Fault::NoTracks));
    }
    Ok(layout)
}

/// The body of the chunk whose header is at `at`.
fn chunk(file: &[u8], at: usize) -> Result<Range<usize>, MidiFileError> {
    let left = file.len().saturating_sub(at + 8);
    let Some(length) = number(file, at + 4, 4) else {
        return Err(broken(at, Fault::TruncatedChunk { expected: 8, found: file.len() - at }));
    };
    if length > left {
        return Err(broken(at, Fault::TruncatedChunk { expected: length, found: left }));
    }
    Ok(at + 8..at + 8 + length)
}

fn division(word: u16) -> Option<Division> {
    let [high, low] = word.to_be_bytes();
    if high < 0x80 {
        return (word > 0).then_some(Division::PerQuarter(word));
    }
    let (frames, seconds) = match (high as i8).unsigned_abs() {
        24 => (24, 1),
        25 => (25, 1),
        29 => (30_000, 1001),
        30 => (30, 1),
        _ => return None,
    };
    (low > 0).then_some(Division::PerFrame { ticks: low, frames, seconds })
}

/// Checks the event that starts at `at` within `track`, as `midly` will read it with this running status. Returns
/// where the event ends; an error has its place within `track`.
pub(super) fn check_event(track: &[u8], at: usize, running: Option<u8>) -> Result<usize, (usize, Fault)> {
    let (_, at) = variable_length(track, at)?;
    let first = *track.get(at).ok_or((at, Fault::TruncatedEvent))?;
    let (status, data) = if first < 0x80 { (running.ok_or((at, Fault::NoStatus))?, at) } else { (first, at + 1) };
    let slice_end = |at: usize| {
        let (length, start) = variable_length(track, at)?;
        let end = start + length;
        if end > track.len() { Err((at, Fault::TruncatedEvent)) } else { Ok(end) }
    };
    match status {
        0xff => slice_end(data + 1),
        0xf0 | 0xf7 => slice_end(data),
        0x80..=0xef => {
            let length = if (0xc0..=0xdf).contains(&status) { 1 } else { 2 };
            for position in data..data + length {
                match track.get(position) {
                    None => return Err((position, Fault::TruncatedEvent)),
                    Some(&byte) if byte > 0x7f => return Err((position, Fault::InvalidData(byte))),
                    Some(_) => {}
                }
            }
            Ok(data + length)
        }
        _ => Err((at, Fault::InvalidStatus(status))),
    }
}

/// Whether the event that starts at `at` within `track` has no status byte.
pub(super) fn lacks_status(track: &[u8], at: usize) -> bool {
    variable_length(track, at).is_ok_and(|(_, at)| track.get(at).is_some_and(|&first| first < 0x80))
}

/// A variable-length number and where it ends.
fn variable_length(track: &[u8], at: usize) -> Result<(usize, usize), (usize, Fault)> {
    let mut number = 0;
    for (index, position) in (at..at + 4).enumerate() {
        let byte = *track.get(position).ok_or((position, Fault::TruncatedEvent))?;
        number = number << 7 | usize::from(byte & 0x7f);
        if byte < 0x80 {
            return Ok((number, at + index + 1));
        }
    }
    Err((at, Fault::LongNumber))
}
