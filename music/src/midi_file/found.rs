//! What all tracks of a file together contain, and the song that they make.

use super::{
    bytes::Division,
    chords::{self, FoundChords},
    conductor::{self, InTrack},
    contents::Contents,
    error::Fault,
    karaoke::{TrackTexts, karaoke},
    pairing::TrackEnd,
    sections,
    text::text,
};
use crate::{
    meter::Meter,
    note::Note,
    song::{
        KeySignature, MeterEvent, Setup, Song, Text, Track, Warning,
        channels::{FileTrack, SetupEvent, settle},
        drums::kit_message,
    },
    tempo::TempoChange,
    time::Tick,
};
use midly::MetaMessage;

/// Further time signatures are skipped: this is a change every few bars for hours.
const MAX_METERS: usize = 10_000;

/// Where a track breaks off.
pub(super) struct Break {
    /// The track's index in the file.
    pub track: usize,
    pub tick: Tick,
    pub offset: usize,
    pub fault: Fault,
}

/// What all tracks together contain.
#[derive(Default)]
pub(super) struct Found {
    pub events: usize,
    pub breaks: Vec<Break>,
    pub open_tracks: usize,
    pub ended_statuses: usize,
    pub wrong_lengths: usize,
    pub unusable_events: usize,
    pub system_messages: usize,
    tracks: Vec<FileTrack>,
    /// Events on channels without notes in their track.
    setup: Vec<SetupEvent>,
    /// Which channels GS and XG messages make drum kits.
    kits: [bool; 16],
    title: Option<Vec<u8>>,
    tempos: Vec<InTrack<TempoChange>>,
    meters: Vec<InTrack<MeterEvent>>,
    keys: Vec<KeySignature>,
    markers: Vec<Text>,
    lyrics: Vec<Text>,
    texts: Vec<TrackTexts>,
    chords: FoundChords,
    end: Tick,
    endless_notes: usize,
    stray_offs: usize,
    unusable_meters: usize,
    unusable_keys: usize,
    zero_tempos: usize,
}

impl Found {
    pub fn has_notes(&self) -> bool {
        !self.tracks.is_empty()
    }

    /// Adds a meta event of the track with this index.
    pub fn meta(&mut self, track: usize, tick: Tick, meta: MetaMessage<'_>, contents: &mut Contents) {
        match meta {
            MetaMessage::TrackName(name) if contents.name.is_none() => {
                contents.name = Some(name.to_vec()).filter(|name| !text(name).is_empty());
            }
            MetaMessage::InstrumentName(name) if contents.instrument.is_none() => {
                contents.instrument = Some(name.to_vec()).filter(|name| !text(name).is_empty());
            }
            MetaMessage::Text(bytes) => contents.texts.push(Text { tick, bytes: bytes.to_vec() }),
            MetaMessage::Lyric(bytes) => contents.lyrics.push(Text { tick, bytes: bytes.to_vec() }),
            // Some programs name sections in cue points.
            MetaMessage::CuePoint(bytes) if sections::is_sign(bytes) => {
                self.markers.push(Text { tick, bytes: bytes.to_vec() });
            }
            MetaMessage::Marker(bytes) => self.markers.push(Text { tick, bytes: bytes.to_vec() }),
            MetaMessage::Tempo(microseconds) if microseconds.as_int() == 0 => self.zero_tempos += 1,
            MetaMessage::Tempo(microseconds) => {
                self.tempos.push((track, TempoChange { tick, microseconds: microseconds.as_int() }));
            }
            MetaMessage::TimeSignature(numerator, power, clocks_per_click, thirty_seconds) => {
                let denominator = 1_i64.checked_shl(power.into()).unwrap_or(0);
                match Meter::new(numerator.into(), denominator) {
                    Some(meter) if self.meters.len() < MAX_METERS => {
                        self.meters.push((track, MeterEvent { tick, meter, clocks_per_click, thirty_seconds }));
                    }
                    _ => self.unusable_meters += 1,
                }
            }
            MetaMessage::KeySignature(fifths, minor) if (-7..=7).contains(&fifths) => {
                self.keys.push(KeySignature { tick, fifths, minor });
            }
            MetaMessage::KeySignature(..) => self.unusable_keys += 1,
            MetaMessage::SequencerSpecific(data) => self.chords.add_event(tick, chords::in_meta_event(data)),
            // Tempos and time signatures that lack some of their bytes.
            MetaMessage::Unknown(0x51 | 0x58, _) => self.unusable_events += 1,
            _ => {}
        }
    }

    /// Adds what a system exclusive message says. These messages are for one device and mean nothing in the song that is
    /// written, except which channels are drum kits and what the chords are.
    pub fn system_exclusive(&mut self, tick: Tick, data: &[u8]) {
        self.chords.add_event(tick, chords::in_system_exclusive(data));
        if let Some((channel, is_kit)) = kit_message(data) {
            self.kits[usize::from(channel & 15)] = is_kit;
        }
    }

    /// Adds a [`Track`] for each channel that has notes. Lyrics of a track with no or several channels are the song's.
    pub fn split(&mut self, index: usize, mut contents: Contents, end: Tick, how: TrackEnd) {
        let paired = std::mem::take(&mut contents.pairing).finish(end, how);
        self.end = self.end.max(end);
        self.endless_notes += paired.endless;
        self.stray_offs += paired.stray_offs;
        let name = contents.name.as_deref().map(text);
        let instrument = contents.instrument.as_deref().map(text);
        if paired.channels.is_empty() && index == 0 {
            self.title = contents.name;
        }
        self.chords.add_track(name.as_deref(), &contents.texts, &contents.lyrics);
        if paired.channels.len() != 1 {
            self.lyrics.append(&mut contents.lyrics);
        }
        self.texts.push(TrackTexts { name: name.clone(), texts: contents.texts });
        for (channel, notes) in paired.channels {
            let track = Track {
                name: name.clone(),
                channel,
                notes,
                events: std::mem::take(&mut contents.events[usize::from(channel & 15)]),
                lyrics: std::mem::take(&mut contents.lyrics),
                setup: Setup { instrument: instrument.clone(), ..Setup::default() },
            };
            self.tracks.push(FileTrack { chunk: index, track });
        }
        // What is left is on channels without notes here.
        for (channel, events) in (0..).zip(contents.events) {
            self.setup.extend(events.into_iter().map(|event| SetupEvent { chunk: index, channel, event }));
        }
    }

    /// The name of the first track, which is the song's in a file of type 0.
    pub fn name_song(&mut self, name: Option<Vec<u8>>) {
        self.title = self.title.take().or(name);
        for FileTrack { track, .. } in &mut self.tracks {
            track.name = None;
        }
    }

    /// Karaoke words are the song's lyrics if it has no other ones.
    fn add_karaoke(&mut self) {
        let karaoke = karaoke(std::mem::take(&mut self.texts));
        if self.lyrics.is_empty() && self.tracks.iter().all(|found| found.track.lyrics.is_empty()) {
            self.lyrics = karaoke.words;
        }
        // The first track of such a file has the name of the format.
        let unnamed = self.title.as_deref().is_none_or(|title| text(title).eq_ignore_ascii_case("soft karaoke"));
        if unnamed && karaoke.title.is_some() {
            self.title = karaoke.title;
        }
    }

    pub fn into_song(mut self, division: Division) -> Song {
        self.add_karaoke();
        let counts_seconds = matches!(division, Division::PerFrame { .. });
        if counts_seconds {
            self.tempos.clear();
        }
        self.keys.sort_by_key(|key| key.tick);
        self.markers.sort_by_key(|marker| marker.tick);
        self.lyrics.sort_by_key(|lyric| lyric.tick);
        let (tempos, other_tempos) = conductor::tempos(std::mem::take(&mut self.tempos));
        let (meter_events, meters, other_meters) = conductor::meters(std::mem::take(&mut self.meters));
        let counted = [
            (self.endless_notes, Warning::EndlessNotes as fn(usize) -> Warning),
            (self.stray_offs, Warning::StrayNoteOffs),
            (self.open_tracks, Warning::OpenTracks),
            (self.ended_statuses, Warning::EndedStatuses),
            (self.unusable_meters, Warning::UnusableMeters),
            (self.zero_tempos, Warning::ZeroTempos),
            (self.unusable_keys, Warning::UnusableKeys),
            (self.unusable_events, Warning::UnusableEvents),
            (self.system_messages, Warning::SystemMessages),
            (other_tempos, Warning::OtherTempos),
            (other_meters, Warning::OtherMeters),
            (self.wrong_lengths, Warning::WrongLengths),
        ];
        let breaks = self.breaks.iter().map(|Break { track, tick, offset, fault }| Warning::Broken {
            track: track + 1,
            bar: meters.bar_number(*tick),
            byte: *offset,
            reason: fault.to_string(),
        });
        let mut warnings: Vec<_> = breaks.collect();
        warnings.extend(counted.into_iter().filter(|(count, _)| *count > 0).map(|(count, warning)| warning(count)));
        warnings.extend(counts_seconds.then_some(Warning::CountsSeconds));
        let (tracks, joined) = settle(self.tracks, &self.setup, self.kits);
        warnings.extend(joined);
        let last_note = tracks.iter().flat_map(|track| &track.notes).map(Note::end).max();
        let title = self.title.as_deref().map(text).filter(|title| !title.is_empty());
        let title_bytes = self.title.filter(|bytes| title.as_ref().is_some_and(|title| title.as_bytes() != bytes));
        let end = self.end.max(last_note.unwrap_or(0));
        let chords = self.chords.spans(&self.markers, end);
        Song {
            title,
            title_bytes,
            tempos,
            meters,
            meter_events,
            keys: self.keys,
            markers: self.markers,
            lyrics: self.lyrics,
            tracks,
            chords,
            end,
            warnings,
        }
    }
}
