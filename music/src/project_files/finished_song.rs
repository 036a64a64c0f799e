//! What a project file says of a song.

use super::clips::{Clip, clips};
use crate::{
    chord::Chord,
    key::Key,
    meter::{MeterChange, MeterMap, PhraseSpan},
    midi_file::{OutputFile, OutputTrack},
    note::Note,
    part::{MELODY_COLOUR, Part},
    sections::Section,
    song::{ChannelEvent, Text},
    swing::{Swing, SwingMap},
    tempo::TempoChange,
    time::{TICKS_PER_QUARTER, Tick},
};
use std::ops::Range;

/// A finished song, as every project format writes it. All positions are at or after 0; texts have no control characters.
#[derive(Clone, Debug, PartialEq)]
pub struct FinishedSong {
    /// Its name; empty if it has none.
    pub title: String,
    /// Its tempos in order; never empty, the first at tick 0.
    pub tempos: Vec<Tempo>,
    /// Its meters in order; never empty, the first at tick 0. Bars are counted from each.
    pub meters: Vec<MeterChange>,
    /// Its sections, in order.
    pub sections: Vec<Section>,
    /// Its markers that name neither a section nor a chord, in order.
    pub markers: Vec<NamedMarker>,
    /// Its chords, in order, without stretches of no chord.
    pub chords: Vec<NamedChord>,
    /// Its key signatures in order; empty if no key is known.
    pub keys: Vec<SongKey>,
    /// How it swings; `None` if it is straight.
    pub swing: Option<Swing>,
    /// The melody and the parts.
    pub tracks: Vec<ProjectTrack>,
    /// What the tracks sound like, where that is known; from the song's beginning on.
    pub stems: Vec<Stem>,
    /// Where it ends: at or after the end of every note and clip.
    pub end: Tick,
}

/// The sound of a track as a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Stem {
    /// The track's name.
    pub name: String,
    /// The file's path: inside a project that holds its files, such as `audio/Bass.wav`, and otherwise as seen from the
    /// project's folder, or from the root.
    pub path: String,
    /// What the file holds, for projects that hold their files; stereo.
    pub bytes: Vec<u8>,
    /// How long it is, in seconds.
    pub seconds: f64,
    /// Samples a second.
    pub sample_rate: u32,
}

/// A position where a tempo begins; it holds until the next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tempo {
    /// Its position.
    pub tick: Tick,
    /// Quarter notes in a minute, more than 0.
    pub quarters_per_minute: f64,
}

/// A position where a key begins; it holds until the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SongKey {
    /// Its position.
    pub tick: Tick,
    /// The key.
    pub key: Key,
}

/// A name at a position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedMarker {
    /// Its position.
    pub tick: Tick,
    /// Its name.
    pub name: String,
}

/// A chord with its symbol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedChord {
    /// From its first tick to the first after it.
    pub span: Range<Tick>,
    /// The chord.
    pub chord: Chord,
    /// Its symbol, such as `Am7`, spelled in the song's key.
    pub symbol: String,
}

/// A track with its clips.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectTrack {
    /// Its name.
    pub name: String,
    /// Its colour as red, green and blue.
    pub colour: [u8; 3],
    /// Zero-based MIDI channel, 0 to 15.
    pub channel: u8,
    /// The General MIDI program that suits it (zero-based), if one is known.
    pub program: Option<u8>,
    /// Its channel volume (controller 7), 0 to 127, if one is set.
    pub volume: Option<u8>,
    /// Its lyrics, in order: syllables as the MIDI file has them.
    pub lyrics: Vec<NamedMarker>,
    /// Its notes and controllers in stretches, in order and without overlaps; no note reaches beyond its clip.
    pub clips: Vec<Clip>,
}

impl FinishedSong {
    /// The description of a file's song. Its clips begin and end with its sections, or, in a song without sections, with
    /// its `phrases`; where a note sounds across such a border, the clip goes on. `key` is the song's where the file has
    /// no key signature, or only the C major that many programs write into every file. `swing` is the song's; if it is
    /// `None`, what the tracks play says whether they swing.
    pub fn new(
        file: &OutputFile,
        meters: &MeterMap,
        phrases: &[PhraseSpan],
        key: Option<Key>,
        swing: Option<Swing>,
    ) -> Self {
        let keys = keys(file, key);
        let last = file.tracks.iter().map(|track| end_of(&track.track.notes, &track.track.events)).max().unwrap_or(0);
        let last_bar = meters.bar_start((last - 1).max(0));
        let end = file.end.max(last_bar + meters.at(last_bar).meter.bar_ticks());
        let spans = borders(&file.sections, phrases, meters, end);
        let mut markers: Vec<_> = file.markers.iter().filter(|marker| !is_chord(file, marker)).map(named).collect();
        markers.retain(|marker| !marker.name.is_empty());
        markers.sort_by_key(|marker| marker.tick);
        Self {
            title: file.title.as_deref().map(plain).unwrap_or_default(),
            tempos: file.tempos.changes().iter().map(|change| Tempo::of(*change)).collect(),
            meters: from_start(meters),
            sections: file.sections.iter().filter(|section| section.span.start >= 0).cloned().collect(),
            markers,
            chords: chords(file, &keys),
            keys,
            swing: swing.or_else(|| swing_of(file, meters, end)),
            tracks: file.tracks.iter().map(|track| ProjectTrack::of(track, &spans)).collect(),
            stems: Vec::new(),
            end,
        }
    }

    /// The song for a player who reads: only the melody, with the chord symbols and sections. The first track if none is
    /// named for the melody.
    #[must_use]
    pub fn lead_sheet(mut self) -> Self {
        let melody = self.tracks.iter().position(|track| track.name == "Melody").unwrap_or(0);
        self.tracks = self.tracks.into_iter().skip(melody).take(1).collect();
        self
    }

    /// Seconds from its beginning to a position, with its tempos.
    pub fn seconds(&self, tick: Tick) -> f64 {
        let ends = self.tempos.iter().skip(1).map(|tempo| tempo.tick).chain([Tick::MAX]);
        let stretches = self.tempos.iter().zip(ends).take_while(|(tempo, _)| tempo.tick < tick);
        let lasts = stretches.map(|(from, end)| {
            (tick.min(end) - from.tick) as f64 / TICKS_PER_QUARTER as f64 * 60.0 / from.quarters_per_minute
        });
        // A sum of nothing would be -0.
        lasts.fold(0.0, |sum, seconds| sum + seconds)
    }

    /// The first position at or after so many seconds from its beginning, with its tempos; the inverse of
    /// [`FinishedSong::seconds`].
    pub fn tick_at(&self, seconds: f64) -> Tick {
        let Some(tempo) = self.tempos.iter().rfind(|tempo| self.seconds(tempo.tick) <= seconds) else { return 0 };
        let rest = (seconds - self.seconds(tempo.tick)) * tempo.quarters_per_minute / 60.0;
        tempo.tick + (rest * TICKS_PER_QUARTER as f64).ceil() as Tick
    }

    /// The colour of the track with a name, in which its sound is shown, too.
    pub fn colour_of(&self, name: &str) -> [u8; 3] {
        self.tracks.iter().find(|track| track.name == name).map_or(MELODY_COLOUR, |track| track.colour)
    }

    /// The key at a position.
    pub fn key_at(&self, tick: Tick) -> Option<Key> {
        key_at(&self.keys, tick)
    }
}

impl Tempo {
    /// The tempo of a change in a MIDI file, which rounds to microseconds: of the tempos that it can mean, the one with
    /// the fewest decimals, up to three.
    fn of(change: TempoChange) -> Self {
        let exact = change.quarters_per_minute();
        let microseconds = |tempo: f64| 60_000_000.0 / tempo;
        let means = |tempo: &f64| (microseconds(*tempo) - f64::from(change.microseconds)).abs() < 1.0;
        let short = [1.0, 10.0, 100.0, 1000.0].into_iter().map(|unit| (exact * unit).round() / unit).find(means);
        Self { tick: change.tick, quarters_per_minute: short.unwrap_or(exact) }
    }
}

impl ProjectTrack {
    fn of(track: &OutputTrack, spans: &[(Range<Tick>, String)]) -> Self {
        let OutputTrack { track, program, volume } = track;
        let name = track.name.as_deref().map(plain).unwrap_or_default();
        let part = Part::ALL.into_iter().find(|part| part.name() == name);
        let own = track.program();
        Self {
            colour: part.map_or(MELODY_COLOUR, Part::colour),
            channel: track.channel & 15,
            program: program.or(own).map(|program| program.min(127)),
            volume: *volume,
            lyrics: track.lyrics.iter().map(|text| NamedMarker { tick: text.tick, name: decoded(text) }).collect(),
            clips: clips(&track.notes, &track.events, spans),
            name,
        }
    }
}

/// The first tick after all notes and controllers.
fn end_of(notes: &[Note], events: &[ChannelEvent]) -> Tick {
    let events = events.iter().map(|event| event.tick + 1);
    notes.iter().map(Note::end).chain(events).max().unwrap_or(0)
}

/// The stretches from 0 to `end` that clips may begin and end with, each with its name.
fn borders(sections: &[Section], phrases: &[PhraseSpan], meters: &MeterMap, end: Tick) -> Vec<(Range<Tick>, String)> {
    let mut places: Vec<Tick> = if sections.is_empty() {
        phrases.iter().map(|phrase| phrase.start).collect()
    } else {
        sections.iter().flat_map(|section| [section.span.start, section.span.end]).collect()
    };
    places.extend([0, end]);
    places.retain(|place| (0..=end).contains(place));
    places.sort_unstable();
    places.dedup();
    let name = |span: &Range<Tick>| {
        let section = sections.iter().find(|section| section.span.contains(&span.start));
        section.map_or_else(
            || {
                let (first, last) = (meters.bar_number(span.start), meters.bar_number(span.end - 1));
                if first == last { format!("bar {first}") } else { format!("bars {first}-{last}") }
            },
            |section| section.name().to_owned(),
        )
    };
    let spans = places.windows(2).map(|pair| pair[0]..pair[1]);
    spans.map(|span| (span.clone(), name(&span))).collect()
}

/// The meters from tick 0 on.
fn from_start(meters: &MeterMap) -> Vec<MeterChange> {
    let first = MeterChange { tick: 0, meter: meters.at(0).meter };
    [first].into_iter().chain(meters.changes().iter().filter(|change| change.tick > 0).copied()).collect()
}

/// The key signatures, or the song's key if they say nothing.
fn keys(file: &OutputFile, key: Option<Key>) -> Vec<SongKey> {
    let mut keys: Vec<SongKey> = file
        .keys
        .iter()
        .map(|sign| SongKey { tick: sign.tick.max(0), key: Key::from_signature(sign.fifths, sign.minor) })
        .collect();
    keys.sort_by_key(|sign| sign.tick);
    match (keys.as_slice(), key) {
        ([] | [SongKey { tick: 0, key: C_MAJOR }], Some(key)) => vec![SongKey { tick: 0, key }],
        _ => keys,
    }
}

const C_MAJOR: Key = Key::major(0);

/// The key in force at a position.
fn key_at(keys: &[SongKey], tick: Tick) -> Option<Key> {
    keys[..keys.partition_point(|key| key.tick <= tick)].last().map(|key| key.key)
}

/// The chords that sound, with symbols in the key at their place.
fn chords(file: &OutputFile, keys: &[SongKey]) -> Vec<NamedChord> {
    let sounding = file.chords.iter().filter(|chord| !chord.chord.is_none());
    let named = sounding.map(|chord| NamedChord {
        span: chord.span.start.max(0)..chord.span.end,
        chord: chord.chord,
        symbol: chord.chord.spelled(key_at(keys, chord.span.start.max(0))),
    });
    named.filter(|chord| !chord.span.is_empty()).collect()
}

/// The swing that most of the notes show.
fn swing_of(file: &OutputFile, meters: &MeterMap, end: Tick) -> Option<Swing> {
    let found = file.tracks.iter().map(|track| {
        let mut notes = track.track.notes.clone();
        notes.sort_unstable();
        (SwingMap::of(&notes, &[0..end], meters).song(), notes.len())
    });
    let found: Vec<_> = found.collect();
    let count = |swing| found.iter().filter(|(other, _)| *other == swing).map(|(_, count)| count).sum::<usize>();
    found.iter().filter_map(|(swing, _)| *swing).max_by_key(|swing| count(Some(*swing)))
}

/// Whether a marker names one of the file's chords, which has a place of its own.
fn is_chord(file: &OutputFile, marker: &Text) -> bool {
    let named = String::from_utf8_lossy(&marker.bytes).parse::<Chord>().ok();
    named.is_some_and(|chord| {
        chord.is_none() || file.chords.iter().any(|span| span.chord == chord && span.span.start == marker.tick)
    })
}

/// A marker with its text, which is Latin-1 if it is not UTF-8, as in MIDI files.
fn named(marker: &Text) -> NamedMarker {
    NamedMarker { tick: marker.tick.max(0), name: plain(&decoded(marker)) }
}

fn decoded(text: &Text) -> String {
    match std::str::from_utf8(&text.bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => text.bytes.iter().map(|&byte| char::from(byte)).collect(),
    }
}

/// Text in one line, without what neither XML nor lines of text can hold.
fn plain(text: &str) -> String {
    let is_foreign = |letter: char| letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}');
    text.replace(is_foreign, " ").trim().to_owned()
}
