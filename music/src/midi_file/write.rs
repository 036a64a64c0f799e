//! Writes MIDI files of type 1 or 0 at 960 ticks a quarter note.

use super::{chords::symbol, sections};
use crate::{
    chord::{Chord, ChordSpan},
    key::Key,
    note::Note,
    part::{MELODY_CHANNEL, Part, PartMap, PartNotes},
    sections::{Section, Sections},
    song::{KeySignature, MeterEvent, Side, Song, Text, Track},
    tempo::TempoMap,
    time::{TICKS_PER_QUARTER, Tick},
};
use midly::{Format, Header, MetaMessage, MidiMessage, Smf, Timing, TrackEvent, TrackEventKind};

/// The largest step between two events in the format.
const MAX_DELTA: Tick = (1 << 28) - 1;
/// The controller of a channel's volume.
const CHANNEL_VOLUME: u8 = 7;

/// A song to write. Positions before 0 are written at 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutputFile {
    /// The song's name.
    pub title: Option<String>,
    /// The song's name in another encoding than UTF-8; written instead of `title`.
    pub title_bytes: Option<Vec<u8>>,
    /// Its tempos.
    pub tempos: TempoMap,
    /// Its time signatures.
    pub meters: Vec<MeterEvent>,
    /// Its key signatures.
    pub keys: Vec<KeySignature>,
    /// Its markers.
    pub markers: Vec<Text>,
    /// Its sections in order, which are written as further markers: the name where each begins, `-` where none follows.
    pub sections: Vec<Section>,
    /// Its chords, which are written as further markers: the symbol where each begins, `N.C.` where none follows. Where a
    /// marker names the same chord, there is no second one.
    pub chords: Vec<ChordSpan>,
    /// Its tracks.
    pub tracks: Vec<OutputTrack>,
    /// Where all tracks end, unless their notes end later.
    pub end: Tick,
}

/// A track to write.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutputTrack {
    /// Its contents; all its events are written on its `channel`.
    pub track: Track,
    /// The initial General MIDI program (zero-based); `None` leaves it to the player.
    pub program: Option<u8>,
    /// The initial channel volume (controller 7), 0 to 127; `None` leaves it to the player.
    pub volume: Option<u8>,
}

/// The type of a MIDI file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MidiType {
    /// Type 0: everything in one track, with the channels to tell its instruments apart. Tracks have no names.
    OneTrack,
    /// Type 1: a track for what applies to the whole song, and one for each instrument.
    #[default]
    TrackPerInstrument,
}

impl OutputFile {
    /// A song with its parts: first the track `melody` (an index into its tracks), unchanged except that it is named
    /// Melody, is on the melody's channel and has the lyrics of [`Song::lyrics_for`]; then one track for each part in
    /// `tracks`, either with its notes or with the song's own track, unchanged except for its name and its channel. The
    /// song ends with its last bar.
    ///
    /// If there is no track `melody`, the file has no melody.
    pub fn arranged(song: &Song, melody: usize, parts: &PartNotes, tracks: &PartMap<Option<PartTrack>>) -> Self {
        let lyrics = song.lyrics_for(melody).to_vec();
        let melody = song.tracks.get(melody).map(|track| {
            let name = Some("Melody".to_owned());
            let mut track = Track { name, channel: MELODY_CHANNEL, lyrics, ..track.clone() };
            track.events.splice(0..0, track.setup_events());
            OutputTrack { track, program: None, volume: None }
        });
        let part_tracks = Part::ALL.into_iter().filter_map(|part| {
            let PartTrack { channel, program, kept } = tracks[part]?;
            let name = Some(part.name().to_owned());
            if let Some(kept) = kept.and_then(|kept| song.tracks.get(kept)) {
                let mut track = Track { name, channel, ..kept.clone() };
                track.events.splice(0..0, kept.setup_events());
                let program = program.filter(|_| kept.program().is_none());
                return Some(OutputTrack { track, program, volume: None });
            }
            let track = Track { name, channel, notes: parts[part].clone(), ..Track::default() };
            Some(OutputTrack { track, program, volume: Some(part.channel_volume()) })
        });
        let tracks: Vec<_> = melody.into_iter().chain(part_tracks).collect();
        let last = tracks.iter().flat_map(|track| &track.track.notes).map(Note::end).max().unwrap_or(0);
        let last_bar = song.meters.bar_start((last - 1).max(0));
        let end = last_bar + song.meters.at(last_bar).meter.bar_ticks();
        Self::with_tracks(song, tracks, end)
    }

    /// What applies to the whole song, with these tracks.
    fn with_tracks(song: &Song, tracks: Vec<OutputTrack>, end: Tick) -> Self {
        Self {
            title: song.title.clone(),
            title_bytes: song.title_bytes.clone(),
            tempos: song.tempos.clone(),
            meters: song.meter_events.clone(),
            keys: song.keys.clone(),
            markers: song.markers.clone(),
            sections: Vec::new(),
            chords: song.chords.clone(),
            tracks,
            end,
        }
    }

    /// The song as it was read, with all its tracks; lyrics that belong to no single track have a track of their own.
    pub fn of_song(song: &Song) -> Self {
        let rewritten = |track: &Track| {
            let mut written = track.clone();
            written.events.splice(0..0, track.setup_events());
            OutputTrack { track: written, program: None, volume: None }
        };
        let words = (!song.lyrics.is_empty()).then(|| {
            let track = Track { name: Some("Words".to_owned()), lyrics: song.lyrics.clone(), ..Track::default() };
            OutputTrack { track, program: None, volume: None }
        });
        Self::with_tracks(song, song.tracks.iter().map(rewritten).chain(words).collect(), song.end)
    }

    /// Writes these sections in place of those that its markers name.
    pub fn replace_sections(&mut self, sections: &Sections) {
        self.markers.retain(|marker| !sections::is_sign(&marker.bytes));
        self.sections = sections.all().to_vec();
    }

    /// The bytes of the file, of type 1.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.to_bytes_of(MidiType::TrackPerInstrument)
    }

    /// The bytes of the file, of either type.
    pub fn to_bytes_of(&self, midi_type: MidiType) -> Vec<u8> {
        let last = self.tracks.iter().flat_map(|track| &track.track.notes).map(Note::end).max().unwrap_or(0);
        let end = self.end.max(last);
        let timing = Timing::Metrical((TICKS_PER_QUARTER as u16).into());
        let (markers, symbols) = (self.all_markers(end), self.chord_symbols());
        let mut conductor = self.conductor_track(&markers, &symbols);
        let tracks = self.tracks.iter().map(OutputTrack::events);
        let smf = match midi_type {
            MidiType::TrackPerInstrument => {
                let tracks = [conductor].into_iter().chain(tracks).map(|events| in_sequence(events, end)).collect();
                Smf { header: Header::new(Format::Parallel, timing), tracks }
            }
            MidiType::OneTrack => {
                conductor.extend(tracks.flatten().filter(|event| !event.is_name()));
                Smf { header: Header::new(Format::SingleTrack, timing), tracks: vec![in_sequence(conductor, end)] }
            }
        };
        let mut bytes = Vec::new();
        // Writing into memory fails only for more than 65,535 tracks or 4 GB, which the reader refuses.
        match smf.write(&mut bytes) {
            Ok(()) => bytes,
            Err(_) => Vec::new(),
        }
    }

    /// The events that apply to the whole song.
    fn conductor_track<'a>(&'a self, markers: &'a [Text], symbols: &'a [(Tick, String)]) -> Vec<Placed<'a>> {
        let mut events = Vec::new();
        let mut place = |tick, meta| events.push(Placed { tick, order: 1, kind: TrackEventKind::Meta(meta) });
        if let Some(title) = self.title_bytes.as_deref().or(self.title.as_deref().map(str::as_bytes)) {
            place(0, MetaMessage::TrackName(title));
        }
        for meter in &self.meters {
            let power = meter.meter.denominator.trailing_zeros() as u8;
            let (clocks, notated) = (meter.clocks_per_click, meter.thirty_seconds);
            place(meter.tick, MetaMessage::TimeSignature(meter.meter.numerator, power, clocks, notated));
        }
        for key in &self.keys {
            place(key.tick, MetaMessage::KeySignature(key.fifths, key.minor));
        }
        for tempo in self.tempos.changes() {
            place(tempo.tick, MetaMessage::Tempo(tempo.microseconds.into()));
        }
        for marker in markers {
            place(marker.tick, MetaMessage::Marker(&marker.bytes));
        }
        for (tick, symbol) in symbols {
            place(*tick, MetaMessage::Marker(symbol.as_bytes()));
        }
        events
    }

    /// The markers, and those of the sections.
    fn all_markers(&self, end: Tick) -> Vec<Text> {
        self.markers.iter().cloned().chain(sections::markers(&self.sections, end)).collect()
    }

    /// The symbols of the chords that no marker names, with the names of notes of the key signature.
    fn chord_symbols(&self) -> Vec<(Tick, String)> {
        let mut changes: Vec<(Tick, Chord)> = Vec::with_capacity(self.chords.len());
        for (index, ChordSpan { span, chord }) in self.chords.iter().enumerate() {
            changes.push((span.start, *chord));
            if self.chords.get(index + 1).is_some_and(|next| next.span.start > span.end) {
                changes.push((span.end, Chord::NONE));
            }
        }
        let mut named = self.markers.iter().map(|marker| (marker.tick, symbol(&marker.bytes))).collect::<Vec<_>>();
        named.sort_by_key(|(tick, _)| *tick);
        changes.retain(|(tick, chord)| {
            let here = named[named.partition_point(|(place, _)| place < tick)..].iter();
            !here.take_while(|(place, _)| place == tick).any(|(_, named)| *named == Some(*chord))
        });
        let key = |tick: Tick| {
            let before = self.keys.iter().filter(|key| key.tick <= tick).max_by_key(|key| key.tick);
            before.map(|key| Key::from_signature(key.fifths, key.minor))
        };
        changes.into_iter().map(|(tick, chord)| (tick, chord.spelled_in_ascii(key(tick)))).collect()
    }
}

/// How one part is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartTrack {
    /// Zero-based MIDI channel.
    pub channel: u8,
    /// Zero-based General MIDI program; `None` writes no program change. A kept track has its own program, if it has one.
    pub program: Option<u8>,
    /// The index of the song's track that is this part and is written as it is; `None` for the part's notes.
    pub kept: Option<usize>,
}

impl OutputTrack {
    fn events(&self) -> Vec<Placed<'_>> {
        let channel = self.track.channel & 15;
        let message = |tick, order, message| Placed {
            tick,
            order,
            kind: TrackEventKind::Midi { channel: channel.into(), message },
        };
        let mut events = Vec::with_capacity(2 * self.track.notes.len() + 4);
        if let Some(name) = &self.track.name {
            let kind = TrackEventKind::Meta(MetaMessage::TrackName(name.as_bytes()));
            events.push(Placed { tick: 0, order: 0, kind });
        }
        if let Some(program) = self.program {
            events.push(message(0, 1, MidiMessage::ProgramChange { program: program.min(127).into() }));
        }
        if let Some(volume) = self.volume {
            let (controller, value) = (CHANNEL_VOLUME.into(), volume.min(127).into());
            events.push(message(0, 1, MidiMessage::Controller { controller, value }));
        }
        for lyric in &self.track.lyrics {
            let kind = TrackEventKind::Meta(MetaMessage::Lyric(&lyric.bytes));
            events.push(Placed { tick: lyric.tick, order: 4, kind });
        }
        events.extend(self.track.events.iter().map(|event| {
            let order = match event.side {
                Side::BeforeEnds => 2,
                Side::Between => 4,
                Side::AfterBeginnings => 6,
            };
            message(event.tick, order, event.message)
        }));
        for note in &self.track.notes {
            let key = note.pitch.min(127).into();
            let start = note.start.max(0);
            let vel = note.velocity.clamp(1, 127).into();
            events.push(message(start, 5, MidiMessage::NoteOn { key, vel }));
            events.push(message(note.end().max(start + 1), 3, MidiMessage::NoteOff { key, vel: 64.into() }));
        }
        events
    }
}

/// An event at its position. The order at one position: names, programs and volumes, note-offs, note-ons, with controllers on their
/// [`Side`].
struct Placed<'a> {
    tick: Tick,
    order: u8,
    kind: TrackEventKind<'a>,
}

impl Placed<'_> {
    /// Whether it is the name of an instrument's track.
    const fn is_name(&self) -> bool {
        matches!(self.kind, TrackEventKind::Meta(MetaMessage::TrackName(_)))
    }
}

fn in_sequence(mut events: Vec<Placed<'_>>, end: Tick) -> Vec<TrackEvent<'_>> {
    // The sort is stable: events of the same order keep their sequence.
    events.sort_by_key(|event| (event.tick.max(0), event.order));
    events.push(Placed { tick: end, order: u8::MAX, kind: TrackEventKind::Meta(MetaMessage::EndOfTrack) });
    let mut now = 0;
    let mut track = Vec::with_capacity(events.len());
    for event in events {
        let mut delta = (event.tick - now).max(0);
        now += delta;
        while delta > MAX_DELTA {
            let filler = TrackEventKind::Meta(MetaMessage::Text(b""));
            track.push(TrackEvent { delta: (MAX_DELTA as u32).into(), kind: filler });
            delta -= MAX_DELTA;
        }
        track.push(TrackEvent { delta: (delta as u32).into(), kind: event.kind });
    }
    track
}

#[cfg(test)]
mod tests;
