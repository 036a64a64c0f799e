//! Checks the structure of a MIDI file's bytes before they are decoded: chunks, and events within a track.

use super::error::{Fault, MidiFileError};
use std::ops::Range;

const END_OF_TRACK: [u8; 3] = [0xff, 0x2f, 0];

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
    pub tracks: Vec<TrackChunk>,
    /// Bytes outside of chunks.
    pub extra_bytes: usize,
    /// Where the last chunk ends.
    pub end: usize,
}

/// Where a track's events are.
#[derive(Debug)]
pub(super) struct TrackChunk {
    /// Up to the chunk's end, or up to the next track if its length is wrong.
    pub place: Range<usize>,
    /// Where the chunk should end, as its header says.
    pub announced_end: usize,
    /// What is wrong with its length, and where.
    pub fault: Option<(usize, Fault)>,
}

pub(super) fn broken(offset: usize, fault: Fault) -> MidiFileError {
    MidiFileError::Broken { offset, fault }
}

fn number(bytes: &[u8], at: usize, size: usize) -> Option<usize> {
    Some(bytes.get(at..at.checked_add(size)?)?.iter().fold(0, |number, &byte| number << 8 | usize::from(byte)))
}

/// Finds the header and the track chunks of the MIDI file that begins at `start` and ends with `file`. Unknown chunks
/// are skipped, as the format requires. A chunk whose length is wrong is read up to the next track.
pub(super) fn layout(file: &[u8], start: usize) -> Result<Layout, MidiFileError> {
    let header = chunk(file, start).map_err(|(at, fault)| broken(at, fault))?;
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
        end: header.end,
    };
    match layout.format {
        0 | 1 => {}
        2 => return Err(MidiFileError::SeparatePatterns),
        other => return Err(broken(header.start, Fault::UnknownFormat(other))),
    }
    while layout.end < file.len() {
        let at = layout.end;
        let enough = layout.tracks.len() >= usize::from(layout.announced_tracks);
        if file[at..].starts_with(b"MTrk") {
            let track = track_chunk(file, at);
            layout.end = track.place.end;
            layout.tracks.push(track);
        } else if let Some(body) =
            chunk(file, at).ok().filter(|body| !enough && is_named(file, at) && follows(file, body))
        {
            layout.end = body.end;
        } else {
            // Padding after the last track, which some programs append, or bytes between two chunks.
            let next = next_track(file, at).filter(|_| !enough).unwrap_or(file.len());
            layout.extra_bytes += next - at;
            layout.end = next;
        }
    }
    Ok(layout)
}

/// The track whose chunk header is at `at`.
fn track_chunk(file: &[u8], at: usize) -> TrackChunk {
    let start = (at + 8).min(file.len());
    let (announced_end, fault) = match chunk(file, at) {
        Ok(place) if follows(file, &place) || file[place.clone()].ends_with(&END_OF_TRACK) => {
            return TrackChunk { announced_end: place.end, place, fault: None };
        }
        Ok(place) => (place.end, (at, Fault::WrongLength(place.len()))),
        Err(fault) => (file.len(), fault),
    };
    let place = start..next_track(file, start).unwrap_or(file.len());
    TrackChunk { place, announced_end, fault: Some(fault) }
}

/// Whether the file ends after a chunk, or another chunk follows.
fn follows(file: &[u8], chunk: &Range<usize>) -> bool {
    chunk.end == file.len() || is_named(file, chunk.end)
}

/// Whether a chunk's name may be at `at`: four letters or digits.
fn is_named(file: &[u8], at: usize) -> bool {
    file.get(at..at + 4).is_some_and(|name| name.iter().all(u8::is_ascii_alphanumeric))
}

fn next_track(file: &[u8], at: usize) -> Option<usize> {
    Some(at + file[at..].windows(4).position(|name| name == b"MTrk")?)
}

/// The body of the chunk whose header is at `at`.
fn chunk(file: &[u8], at: usize) -> Result<Range<usize>, (usize, Fault)> {
    let left = file.len().saturating_sub(at + 8);
    let Some(length) = number(file, at + 4, 4) else {
        return Err((at, Fault::TruncatedChunk { expected: 8, found: file.len() - at }));
    };
    if length > left {
        return Err((at, Fault::TruncatedChunk { expected: length, found: left }));
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

/// Where an event is within its track, and when it happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    /// Ticks since the event before.
    pub delta: usize,
    /// Where the event ends.
    pub end: usize,
    /// Its status byte, or the running status.
    pub status: u8,
}

/// The frame of the event that starts at `at` within `track`, as `midly` will read it with this running status. An
/// error has its place within `track`.
pub(super) fn frame(track: &[u8], at: usize, running: Option<u8>) -> Result<Frame, (usize, Fault)> {
    let (delta, at) = variable_length(track, at)?;
    let first = *track.get(at).ok_or((at, Fault::TruncatedEvent))?;
    let (status, data) = if first < 0x80 { (running.ok_or((at, Fault::NoStatus))?, at) } else { (first, at + 1) };
    let slice_end = |at: usize| {
        let (length, start) = variable_length(track, at)?;
        let end = start + length;
        if end > track.len() { Err((at, Fault::TruncatedEvent)) } else { Ok(end) }
    };
    let length = match status {
        0xff => return Ok(Frame { delta, end: slice_end(data + 1)?, status }),
        0xf0 | 0xf7 => return Ok(Frame { delta, end: slice_end(data)?, status }),
        0xc0..=0xdf | 0xf1 | 0xf3 => 1,
        0x80..=0xef | 0xf2 => 2,
        // Messages between devices do not belong in files, but players pass over them.
        0xf6 | 0xf8 | 0xfa..=0xfc | 0xfe => 0,
        _ => return Err((at, Fault::InvalidStatus(status))),
    };
    for position in data..data + length {
        match track.get(position) {
            None => return Err((position, Fault::TruncatedEvent)),
            Some(&byte) if byte > 0x7f => return Err((position, Fault::InvalidData(byte))),
            Some(_) => {}
        }
    }
    Ok(Frame { delta, end: data + length, status })
}

/// Whether the events from `at` on are whole and end with the track's end event at its last byte.
pub(super) fn ends_properly(track: &[u8], mut at: usize, mut running: Option<u8>) -> bool {
    while let Ok(Frame { end, status, .. }) = frame(track, at, running) {
        if track[at..end].ends_with(&END_OF_TRACK) && status == 0xff {
            return end == track.len();
        }
        running = Some(status).filter(|status| *status < 0xf0).or(running);
        at = end;
    }
    false
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
