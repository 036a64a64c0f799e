//! Reads MIDI files of type 0 and 1.

use super::{
    bytes::{self, Division, TrackChunk, broken},
    container::midi_within,
    contents::Contents,
    error::{Fault, MidiFileError},
    found::{Break, Found},
    limits::{MAX_EVENTS, MAX_FILE_BYTES, MAX_SONG_QUARTERS},
    pairing::TrackEnd,
};
use crate::{
    song::{Song, Warning},
    time::{TICKS_PER_QUARTER, Tick},
};
use midly::{EventIter, MetaMessage, TrackEventKind};
use std::{fs::File, io::Read, path::Path};

/// Reads the MIDI file at `path`.
///
/// # Errors
/// If the file cannot be opened, is too large, or [`read`] refuses its bytes.
pub fn read_file(path: &Path) -> Result<Song, MidiFileError> {
    let mut file = Vec::new();
    // Not the length that the file system reports: a pipe has none.
    File::open(path)?.take(MAX_FILE_BYTES + 1).read_to_end(&mut file)?;
    read(&file)
}

/// Reads the bytes of a MIDI file. Positions are scaled to 960 ticks a quarter note, each one independently, so that
/// rounding errors do not add up.
///
/// A damaged file is read as far as it goes, and a warning says where a track breaks off.
///
/// # Errors
/// If no note can be read from damaged bytes (the error has the place of the first damage), or the file is of type 2 or
/// larger than [`MAX_FILE_BYTES`].
pub fn read(file: &[u8]) -> Result<Song, MidiFileError> {
    if file.len() as u64 > MAX_FILE_BYTES {
        return Err(MidiFileError::TooLarge);
    }
    let place = midi_within(file)?;
    let in_riff = file.starts_with(b"RIFF");
    let file = &file[..place.end];
    let layout = bytes::layout(file, place.start)?;
    let (found, extra_bytes) = (Found::default(), layout.extra_bytes);
    let mut reader = Reader { file, division: layout.division, found, extra_bytes, first_fault: None };
    for (index, track) in layout.tracks.iter().enumerate() {
        reader.track(index, track, layout.format)?;
    }
    let Reader { found, extra_bytes, first_fault, .. } = reader;
    let fault = first_fault.or_else(|| layout.tracks.is_empty().then_some((layout.end, Fault::NoTracks)));
    if let Some((offset, fault)) = fault.filter(|_| !found.has_notes()) {
        return Err(broken(offset, fault));
    }
    let mut song = found.into_song(layout.division);
    let missing = usize::from(layout.announced_tracks).saturating_sub(layout.tracks.len());
    song.warnings.extend((missing > 0).then_some(Warning::MissingTracks(missing)));
    // A RIFF file's header stands before the MIDI file, and a byte of padding may end it.
    let extra_bytes = if in_riff { extra_bytes.saturating_sub(1) } else { extra_bytes + place.start };
    song.warnings.extend((extra_bytes > 0).then_some(Warning::ExtraBytes(extra_bytes)));
    Ok(song)
}

struct Reader<'a> {
    file: &'a [u8],
    division: Division,
    found: Found,
    extra_bytes: usize,
    /// The first damage, and its place in the file.
    first_fault: Option<(usize, Fault)>,
}

impl Reader<'_> {
    fn track(&mut self, index: usize, track: &TrackChunk, format: u16) -> Result<(), MidiFileError> {
        let chunk = &self.file[track.place.clone()];
        let announced_end = track.announced_end.saturating_sub(track.place.start);
        let mut contents = Contents::default();
        let (mut at, mut file_ticks, mut now, mut closed) = (0, 0_u64, 0, false);
        let (mut running, mut last_status) = (None, None);
        let mut damage = None;
        while !closed && at < chunk.len() {
            // Bytes after a chunk are events only if the track ends properly with them.
            if at == announced_end && !bytes::ends_properly(chunk, at, running) {
                break;
            }
            // Meta and system events end running status, but some programs write, and most readers accept, files as if
            // they did not.
            last_status = running.or(last_status);
            if running.is_none() && last_status.is_some() && bytes::lacks_status(chunk, at) {
                running = last_status;
                self.found.ended_statuses += 1;
            }
            let frame = match bytes::frame(chunk, at, running) {
                Ok(frame) => frame,
                Err((within, fault)) => {
                    damage = Some((within, fault));
                    break;
                }
            };
            let ticks = file_ticks + frame.delta as u64;
            let Some(tick) = scale(ticks, self.division).filter(|&tick| tick <= MAX_SONG_QUARTERS * TICKS_PER_QUARTER)
            else {
                damage = Some((at, Fault::TooLong));
                break;
            };
            (file_ticks, now) = (ticks, tick);
            let mut events = EventIter::new(&chunk[at..frame.end]);
            *events.running_status_mut() = running;
            match events.next() {
                Some(Ok(event)) => match event.kind {
                    TrackEventKind::Midi { channel, message } => contents.message(now, channel.as_int(), message),
                    TrackEventKind::Meta(MetaMessage::EndOfTrack) => closed = true,
                    TrackEventKind::Meta(meta) => self.found.meta(index, now, meta, &mut contents),
                    TrackEventKind::SysEx(data) => self.found.system_exclusive(now, data),
                    TrackEventKind::Escape(_) => {}
                },
                // `midly` refuses these. Its silence about other events means that they lack data.
                _ if (0xf1..0xff).contains(&frame.status) => self.found.system_messages += 1,
                _ => self.found.unusable_events += 1,
            }
            running = match frame.status {
                0xf8..=0xfe => running,
                0xf0..=0xf7 | 0xff => None,
                status => Some(status),
            };
            self.found.events += 1;
            if self.found.events > MAX_EVENTS {
                return Err(broken(track.place.start + at, Fault::TooManyEvents));
            }
            at = frame.end;
        }
        let damage = damage.map(|(within, fault)| (track.place.start + within, fault));
        let how = if closed {
            self.found.wrong_lengths += usize::from(track.fault.is_some());
            TrackEnd::Closed
        } else {
            let end = Ending { index, tick: now, offset: track.place.start + at, as_announced: at == announced_end };
            self.unfinished(track, &end, damage)
        };
        let name = contents.name.clone();
        self.found.split(index, contents, now, how);
        if format == 0 {
            self.found.name_song(name);
        }
        Ok(())
    }
}

/// Where the reading of a track ended before its end event.
struct Ending {
    /// The track's index in the file.
    index: usize,
    tick: Tick,
    offset: usize,
    /// Whether this is where the chunk's header says that it ends.
    as_announced: bool,
}

impl Reader<'_> {
    /// Notes why a track has no end event.
    fn unfinished(&mut self, track: &TrackChunk, end: &Ending, damage: Option<(usize, Fault)>) -> TrackEnd {
        let cut = track.fault.clone().filter(|(_, fault)| matches!(fault, Fault::TruncatedChunk { .. }));
        if let Some((offset, fault)) = cut.clone().or_else(|| damage.clone()) {
            self.first_fault.get_or_insert((offset, fault.clone()));
            let offset = damage.map_or(end.offset, |(offset, _)| offset);
            self.found.breaks.push(Break { track: end.index, tick: end.tick, offset, fault });
            return TrackEnd::Broken;
        }
        self.found.open_tracks += 1;
        match (&track.fault, end.as_announced) {
            (None, _) => {}
            (Some(_), true) => self.extra_bytes += track.place.end - end.offset,
            (Some(_), false) => self.found.wrong_lengths += 1,
        }
        TrackEnd::Open
    }
}

/// Converts a position from the file's ticks to ours, rounded to the nearest.
fn scale(ticks: u64, division: Division) -> Option<Tick> {
    let (factor, divisor) = match division {
        Division::PerQuarter(per_quarter) => (TICKS_PER_QUARTER as u64, u64::from(per_quarter)),
        // At 120 beats a minute a second holds two quarter notes.
        Division::PerFrame { ticks, frames, seconds } => {
            (2 * TICKS_PER_QUARTER as u64 * u64::from(seconds), u64::from(ticks) * u64::from(frames))
        }
    };
    let doubled = ticks.checked_mul(2 * factor)?.checked_add(divisor)?;
    Tick::try_from(doubled / (2 * divisor)).ok()
}

#[cfg(test)]
mod tests;
