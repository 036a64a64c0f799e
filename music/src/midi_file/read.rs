//! Reads MIDI files of type 0 and 1.

use super::{
    bytes::{self, Division, broken},
    error::{Fault, MidiFileError},
    limits::{MAX_EVENTS, MAX_FILE_BYTES, MAX_SONG_QUARTERS},
    pairing::Pairing,
};
use crate::{
    meter::{Meter, MeterChange, MeterMap},
    song::{
        ChannelEvent, KeySignature, MeterEvent, Setup, Side, Song, Text, Track, Warning,
        channels::{FileTrack, SetupEvent, settle},
        drums::kit_message,
    },
    tempo::{TempoChange, TempoMap},
    time::{TICKS_PER_QUARTER, Tick},
};
use midly::{EventIter, MetaMessage, MidiMessage, TrackEventKind};
use std::{fs::File, io::Read, path::Path};

/// Further time signatures are skipped: this is a change every few bars for hours.
const MAX_METERS: usize = 10_000;

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
/// # Errors
/// If the bytes are broken (the error has the place), or the file is of type 2 or larger than [`MAX_FILE_BYTES`].
pub fn read(file: &[u8]) -> Result<Song, MidiFileError> {
    if file.len() as u64 > MAX_FILE_BYTES {
        return Err(MidiFileError::TooLarge);
    }
    let layout = bytes::layout(file)?;
    let mut reader = Reader { file, division: layout.division, found: Found::default() };
    for (index, track) in layout.tracks.iter().enumerate() {
        reader.track(index, track.clone())?;
    }
    let mut song = reader.found.into_song(layout.division, layout.format);
    let missing = usize::from(layout.announced_tracks).saturating_sub(layout.tracks.len());
    song.warnings.extend((missing > 0).then_some(Warning::MissingTracks(missing)));
    song.warnings.extend((layout.extra_bytes > 0).then_some(Warning::ExtraBytes(layout.extra_bytes)));
    Ok(song)
}

/// What all tracks together contain.
#[derive(Default)]
struct Found {
    tracks: Vec<FileTrack>,
    setup: Vec<SetupEvent>,
    /// Which channels GS and XG messages make drum kits.
    kits: [bool; 16],
    title: Option<String>,
    tempos: Vec<TempoChange>,
    meters: Vec<MeterEvent>,
    keys: Vec<KeySignature>,
    markers: Vec<Text>,
    lyrics: Vec<Text>,
    events: usize,
    end: Tick,
    endless_notes: usize,
    stray_offs: usize,
    open_tracks: usize,
    ended_statuses: usize,
    unusable_meters: usize,
    zero_tempos: usize,
}

struct Reader<'a> {
    file: &'a [u8],
    division: Division,
    found: Found,
}

/// What one track contains, before it is split by channel.
#[derive(Default)]
struct Contents {
    name: Option<String>,
    instrument: Option<String>,
    lyrics: Vec<Text>,
    /// By channel.
    events: [Vec<ChannelEvent>; 16],
    /// Where the latest note began, by channel.
    last_beginnings: [Option<Tick>; 16],
    pairing: Pairing,
}

impl Reader<'_> {
    fn track(&mut self, index: usize, place: std::ops::Range<usize>) -> Result<(), MidiFileError> {
        let chunk = &self.file[place.clone()];
        let mut events = EventIter::new(chunk);
        let mut contents = Contents::default();
        let (mut file_ticks, mut now, mut closed) = (0_u64, 0, false);
        let mut last_status = None;
        while !closed && !events.unread().is_empty() {
            let at = chunk.len() - events.unread().len();
            // Meta and system events end running status, but some programs write, and most readers accept, files as if
            // they did not.
            last_status = events.running_status().or(last_status);
            if events.running_status().is_none() && last_status.is_some() && bytes::lacks_status(chunk, at) {
                *events.running_status_mut() = last_status;
                self.found.ended_statuses += 1;
            }
            bytes::check_event(chunk, at, events.running_status())
                .map_err(|(at, fault)| broken(place.start + at, fault))?;
            // midly silently stops at what it cannot read; after the check it can read everything.
            let Some(Ok(event)) = events.next() else {
                return Err(broken(place.start + at, Fault::TruncatedEvent));
            };
            file_ticks += u64::from(event.delta.as_int());
            now = scale(file_ticks, self.division)
                .filter(|&tick| tick <= MAX_SONG_QUARTERS * TICKS_PER_QUARTER)
                .ok_or_else(|| broken(place.start + at, Fault::TooLong))?;
            match event.kind {
                TrackEventKind::Midi { channel, message } => contents.message(now, channel.as_int(), message),
                TrackEventKind::Meta(MetaMessage::EndOfTrack) => closed = true,
                TrackEventKind::Meta(meta) => self.found.meta(now, meta, &mut contents),
                // System exclusive data are for one device and mean nothing in the song that is written, except which
                // channels are drum kits.
                TrackEventKind::SysEx(data) => {
                    if let Some((channel, is_kit)) = kit_message(data) {
                        self.found.kits[usize::from(channel & 15)] = is_kit;
                    }
                }
                TrackEventKind::Escape(_) => {}
            }
            self.found.events += 1;
            if self.found.events > MAX_EVENTS {
                return Err(broken(place.start + at, Fault::TooManyEvents));
            }
        }
        self.found.open_tracks += usize::from(!closed);
        self.found.end = self.found.end.max(now);
        self.found.stray_offs += contents.pairing.stray_offs;
        self.found.split(index, contents, now);
        Ok(())
    }
}

impl Contents {
    fn message(&mut self, tick: Tick, channel: u8, message: MidiMessage) {
        let index = usize::from(channel & 15);
        match message {
            MidiMessage::NoteOn { key, vel } if vel > 0 => {
                self.last_beginnings[index] = Some(tick);
                self.pairing.on(tick, channel, key.as_int(), vel.as_int());
            }
            MidiMessage::NoteOn { key, .. } | MidiMessage::NoteOff { key, .. } => {
                let here = self.events[index].iter_mut().rev();
                for event in here.take_while(|event| event.tick == tick && event.side == Side::Between) {
                    event.side = Side::BeforeEnds;
                }
                self.pairing.off(tick, channel, key.as_int());
            }
            message => {
                let began = self.last_beginnings[index] == Some(tick);
                let side = if began { Side::AfterBeginnings } else { Side::Between };
                self.events[index].push(ChannelEvent { tick, message, side });
            }
        }
    }
}

impl Found {
    fn meta(&mut self, tick: Tick, meta: MetaMessage<'_>, contents: &mut Contents) {
        match meta {
            MetaMessage::TrackName(name) if contents.name.is_none() => {
                contents.name = Some(text(name)).filter(|name| !name.is_empty());
            }
            MetaMessage::InstrumentName(name) if contents.instrument.is_none() => {
                contents.instrument = Some(text(name)).filter(|name| !name.is_empty());
            }
            MetaMessage::Lyric(bytes) => contents.lyrics.push(Text { tick, bytes: bytes.to_vec() }),
            MetaMessage::Marker(bytes) => self.markers.push(Text { tick, bytes: bytes.to_vec() }),
            MetaMessage::Tempo(microseconds) if microseconds.as_int() == 0 => self.zero_tempos += 1,
            MetaMessage::Tempo(microseconds) => {
                self.tempos.push(TempoChange { tick, microseconds: microseconds.as_int() });
            }
            MetaMessage::TimeSignature(numerator, power, clocks_per_click, thirty_seconds) => {
                let denominator = 1_i64.checked_shl(power.into()).unwrap_or(0);
                match Meter::new(numerator.into(), denominator) {
                    Some(meter) if self.meters.len() < MAX_METERS => {
                        self.meters.push(MeterEvent { tick, meter, clocks_per_click, thirty_seconds });
                    }
                    _ => self.unusable_meters += 1,
                }
            }
            MetaMessage::KeySignature(fifths, minor) if (-7..=7).contains(&fifths) => {
                self.keys.push(KeySignature { tick, fifths, minor });
            }
            _ => {}
        }
    }

    /// Adds a [`Track`] for each channel that has notes. Lyrics of a track with no or several channels are the song's.
    fn split(&mut self, index: usize, mut contents: Contents, end: Tick) {
        let (channels, endless) = contents.pairing.finish(end);
        self.endless_notes += endless;
        if channels.is_empty() && index == 0 {
            self.title.clone_from(&contents.name);
        }
        if channels.len() != 1 {
            self.lyrics.append(&mut contents.lyrics);
        }
        for (channel, notes) in channels {
            let track = Track {
                name: contents.name.clone(),
                channel,
                notes,
                events: std::mem::take(&mut contents.events[usize::from(channel & 15)]),
                lyrics: std::mem::take(&mut contents.lyrics),
                setup: Setup { instrument: contents.instrument.clone(), ..Setup::default() },
            };
            self.tracks.push(FileTrack { chunk: index, track });
        }
        // What is left is on channels without notes here.
        for (channel, events) in (0..).zip(contents.events) {
            self.setup.extend(events.into_iter().map(|event| SetupEvent { chunk: index, channel, event }));
        }
    }

    fn into_song(mut self, division: Division, format: u16) -> Song {
        let counts_seconds = matches!(division, Division::PerFrame { .. });
        if counts_seconds {
            self.tempos.clear();
        }
        self.meters.sort_by_key(|event| event.tick);
        self.keys.sort_by_key(|key| key.tick);
        self.markers.sort_by_key(|marker| marker.tick);
        self.lyrics.sort_by_key(|lyric| lyric.tick);
        let changes = self.meters.iter().map(|event| MeterChange { tick: event.tick, meter: event.meter });
        let meters = MeterMap::from_changes(changes);
        // In type 0 the name of the only track is the song's.
        if format == 0 {
            let name = self.tracks.first_mut().and_then(|first| first.track.name.take());
            self.title = self.title.or(name);
            for FileTrack { track, .. } in &mut self.tracks {
                track.name = None;
            }
        }
        let counted = [
            (self.endless_notes, Warning::EndlessNotes as fn(usize) -> Warning),
            (self.stray_offs, Warning::StrayNoteOffs),
            (self.open_tracks, Warning::OpenTracks),
            (self.ended_statuses, Warning::EndedStatuses),
            (self.unusable_meters, Warning::UnusableMeters),
            (self.zero_tempos, Warning::ZeroTempos),
        ];
        let mut warnings: Vec<_> =
            counted.into_iter().filter(|(count, _)| *count > 0).map(|(count, warning)| warning(count)).collect();
        warnings.extend(counts_seconds.then_some(Warning::CountsSeconds));
        let (tracks, joined) = settle(self.tracks, &self.setup, self.kits);
        warnings.extend(joined);
        let last_note = tracks.iter().flat_map(|track| &track.notes).map(crate::note::Note::end).max();
        Song {
            title: self.title,
            tempos: TempoMap::from_changes(self.tempos),
            meters,
            meter_events: self.meters,
            keys: self.keys,
            markers: self.markers,
            lyrics: self.lyrics,
            tracks,
            end: self.end.max(last_note.unwrap_or(0)),
            warnings,
        }
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

/// Text from a file: UTF-8 if it is valid, else Latin-1, which older programs write.
fn text(bytes: &[u8]) -> String {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
    };
    text.replace(char::is_control, " ").trim().to_owned()
}

#[cfg(test)]
mod tests;
