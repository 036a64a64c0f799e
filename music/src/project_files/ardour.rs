//! Writes sessions of Ardour 7: a folder with a session file and a MIDI file for each track.
//!
//! Format: what Ardour 7.3 saves and reads; it has no schema. Positions are in ticks of which a quarter note has 1920, in
//! the tempo map also in superclocks. Ardour merges the tracks of one MIDI file into one region, so each track has a file of
//! its own, and its clips are regions of that file. The chord symbols are markers, since no region can be empty.

mod tempo_map;

use super::{
    clips::Clip,
    error::ProjectFileError,
    finished_song::{FinishedSong, ProjectTrack},
};
use crate::{
    midi_file::{MidiType, OutputFile, OutputTrack},
    song::Track,
    time::Tick,
};
use quick_xml::{
    Writer,
    events::{BytesDecl, Event},
};
use std::{io, path::PathBuf};

/// Ardour's ticks in one of ours.
const FINER: Tick = 2;
/// The version of the format: 7.2.
const VERSION: &str = "7002";

type Xml = Writer<Vec<u8>>;

/// A file of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionFile {
    /// Its path in the session's folder.
    pub path: PathBuf,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The files of Ardour's session `name`, which belong into a folder of any name. The same song gives the same bytes.
///
/// # Errors
/// If the session file could not be written.
pub fn ardour_session(song: &FinishedSong, name: &str) -> Result<Vec<SessionFile>, ProjectFileError> {
    let mut ids = Ids(0);
    let tracks: Vec<Named> = named(song, &mut ids);
    let folder = PathBuf::from("interchange").join(name).join("midifiles");
    let midi = tracks.iter().map(|track| SessionFile { path: folder.join(&track.file), bytes: track.midi(song) });
    let mut files: Vec<SessionFile> = midi.collect();
    let bytes = session(song, name, &tracks, &mut ids)?;
    files.push(SessionFile { path: format!("{name}.ardour").into(), bytes });
    Ok(files)
}

/// The numbers that Ardour tells its objects apart by.
struct Ids(u32);

impl Ids {
    fn next(&mut self) -> String {
        self.0 += 1;
        self.0.to_string()
    }
}

/// A track with the names and numbers that it has in the session.
struct Named<'a> {
    track: &'a ProjectTrack,
    name: String,
    file: String,
    route: String,
    source: String,
    playlist: String,
}

fn named<'a>(song: &'a FinishedSong, ids: &mut Ids) -> Vec<Named<'a>> {
    let mut names: Vec<String> = Vec::new();
    for track in &song.tracks {
        // Names of ports and of files must not hold these.
        let plain = track.name.replace(|letter: char| ":/\\?*\"<>|".contains(letter), "-");
        let plain = if plain.is_empty() { "Track".to_owned() } else { plain };
        let taken = |name: &String| names.contains(name) || name == "Master";
        let numbered = (2..).map(|number| format!("{plain} {number}"));
        names.extend([plain.clone()].into_iter().chain(numbered).find(|name| !taken(name)));
    }
    let tracks = song.tracks.iter().zip(names);
    tracks
        .map(|(track, name)| Named {
            track,
            file: format!("{name}.mid"),
            name,
            route: ids.next(),
            source: ids.next(),
            playlist: ids.next(),
        })
        .collect()
}

impl Named<'_> {
    /// All its notes and controllers, from the song's beginning on.
    fn midi(&self, song: &FinishedSong) -> Vec<u8> {
        let clips = || self.track.clips.iter();
        let track = Track {
            channel: self.track.channel,
            notes: clips().flat_map(|clip| clip.notes.iter().copied()).collect(),
            events: clips().flat_map(|clip| clip.events.iter().copied()).collect(),
            ..Track::default()
        };
        let track = OutputTrack { track, program: self.track.program, volume: self.track.volume };
        let file = OutputFile { tracks: vec![track], end: song.end, ..OutputFile::default() };
        file.to_bytes_of(MidiType::OneTrack)
    }

    /// A stretch of its file at the place where it sounds.
    fn region(&self, xml: &mut Xml, ids: &mut Ids, is_whole: bool, clip: &Clip) -> io::Result<()> {
        let (start, length) = (clip.span.start * FINER, (clip.span.end - clip.span.start) * FINER);
        let (at, long, id) = (format!("b{start}"), format!("b{length}@b{start}"), ids.next());
        let attributes = [
            ("name", clip.name.as_str()),
            ("muted", "0"),
            ("opaque", "1"),
            ("locked", "0"),
            ("automatic", "0"),
            ("whole-file", if is_whole { "1" } else { "0" }),
            ("import", "0"),
            ("external", "0"),
            ("hidden", "0"),
            ("position-locked", "0"),
            ("start", &at),
            ("length", &long),
            ("sync-position", "b0"),
            ("ancestral-start", "b0"),
            // Any other length here makes Ardour refuse the session.
            ("ancestral-length", "b0@b0"),
            ("stretch", "1"),
            ("shift", "1"),
            ("layering-index", "0"),
            ("type", "midi"),
            ("first-edit", "nothing"),
            ("id", &id),
            ("source-0", &self.source),
            ("master-source-0", &self.source),
        ];
        empty(xml, "Region", &attributes)
    }

    fn route(&self, xml: &mut Xml, ids: &mut Ids, order: usize) -> io::Result<()> {
        let attributes = [
            ("version", VERSION),
            ("id", &self.route),
            ("name", &self.name),
            ("default-type", "midi"),
            ("strict-io", "1"),
            ("active", "1"),
            ("midi-playlist", &self.playlist),
            ("playback-channel-mode", "AllChannels"),
            ("capture-channel-mode", "AllChannels"),
            ("playback-channel-mask", "0xffff"),
            ("capture-channel-mask", "0xffff"),
            ("note-mode", "Sustained"),
            ("input-active", "1"),
            ("restore-pgm", "1"),
        ];
        let [red, green, blue] = self.track.colour;
        let colour = u32::from_be_bytes([red, green, blue, 0xff]).to_string();
        element(xml, "Route", &attributes, |xml| {
            let attributes = [("order", &*order.to_string()), ("flags", "MidiTrack,OrderSet"), ("color", &colour)];
            empty(xml, "PresentationInfo", &attributes)?;
            for (direction, port) in [("Input", "midi_in"), ("Output", "midi_out")] {
                let id = ids.next();
                let attributes =
                    [("name", &*self.name), ("id", &id), ("direction", direction), ("default-type", "midi")];
                element(xml, "IO", &attributes, |xml| {
                    empty(xml, "Port", &[("type", "midi"), ("name", &format!("{}/{port} 1", self.name))])
                })?;
            }
            amplifier(xml, ids)
        })
    }
}

fn session(song: &FinishedSong, name: &str, tracks: &[Named], ids: &mut Ids) -> io::Result<Vec<u8>> {
    let mut content = Xml::new_with_indent(Vec::new(), b' ', 2);
    // What is within comes first, since the session says which numbers are free.
    let xml = &mut content;
    empty(xml, "ProgramVersion", &[("created-with", "Continuo"), ("modified-with", "Continuo")])?;
    element(xml, "Config", &[], |xml| {
        empty(xml, "Option", &[("name", "native-file-data-format"), ("value", "FormatFloat")])?;
        empty(xml, "Option", &[("name", "native-file-header-format"), ("value", "WAVE")])
    })?;
    empty(xml, "Metadata", &[])?;
    element(xml, "Sources", &[], |xml| {
        tracks.iter().try_for_each(|track| {
            let attributes = [
                ("name", &*track.file),
                ("type", "midi"),
                ("flags", ""),
                ("natural-position", "b0"),
                ("id", &track.source),
                ("origin", ""),
            ];
            empty(xml, "Source", &attributes)
        })
    })?;
    element(xml, "Regions", &[], |xml| {
        tracks.iter().try_for_each(|track| {
            let name = track.name.clone();
            let whole = Clip { span: 0..song.end, name, notes: Vec::new(), events: Vec::new() };
            track.region(xml, ids, true, &whole)
        })
    })?;
    element(xml, "Locations", &[], |xml| locations(xml, song, ids))?;
    empty(xml, "Bundles", &[])?;
    element(xml, "Routes", &[], |xml| {
        master(xml, ids)?;
        tracks.iter().enumerate().try_for_each(|(index, track)| track.route(xml, ids, index + 1))
    })?;
    element(xml, "Playlists", &[], |xml| {
        tracks.iter().try_for_each(|track| {
            let attributes = [
                ("id", &*track.playlist),
                ("name", &track.name),
                ("type", "midi"),
                ("orig-track-id", &track.route),
                ("pgroup-id", ""),
                ("shared-with-ids", ""),
                ("frozen", "0"),
                ("combine-ops", "0"),
            ];
            element(xml, "Playlist", &attributes, |xml| {
                track.track.clips.iter().try_for_each(|clip| track.region(xml, ids, false, clip))
            })
        })
    })?;
    empty(xml, "UnusedPlaylists", &[])?;
    empty(xml, "RouteGroups", &[])?;
    tempo_map::write(xml, song)?;
    let within = content.into_inner();

    let mut xml = Xml::new_with_indent(Vec::new(), b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let free = ids.next();
    let attributes = [
        ("version", VERSION),
        ("name", name),
        ("sample-rate", "48000"),
        ("session-range-is-free", "0"),
        ("id-counter", &free),
        ("name-counter", "1"),
        ("event-counter", "0"),
        ("vca-counter", "1"),
    ];
    element(&mut xml, "Session", &attributes, |xml| {
        xml.get_mut().push(b'\n');
        xml.get_mut().extend_from_slice(&within);
        Ok(())
    })?;
    let mut bytes = xml.into_inner();
    bytes.push(b'\n');
    Ok(bytes)
}

/// The song's stretch, its sections as ranges, its markers and its chord symbols as marks.
fn locations(xml: &mut Xml, song: &FinishedSong, ids: &mut Ids) -> io::Result<()> {
    let mut location = |name: &str, start: Tick, end: Tick, flags: &str| {
        let (id, start, end) = (ids.next(), format!("b{}", start * FINER), format!("b{}", end * FINER));
        let attributes = [
            ("id", &*id),
            ("name", name),
            ("start", &start),
            ("end", &end),
            ("flags", flags),
            ("locked", "0"),
            ("position-lock-style", "MusicTime"),
        ];
        empty(xml, "Location", &attributes)
    };
    location("session", 0, song.end, "IsSessionRange")?;
    for section in &song.sections {
        location(section.name(), section.span.start, section.span.end, "IsRangeMarker")?;
    }
    for marker in &song.markers {
        location(&marker.name, marker.tick, marker.tick, "IsMark")?;
    }
    song.chords.iter().try_for_each(|chord| location(&chord.symbol, chord.span.start, chord.span.start, "IsMark"))
}

/// The bus that all instruments are heard through.
fn master(xml: &mut Xml, ids: &mut Ids) -> io::Result<()> {
    let id = ids.next();
    let attributes = [
        ("version", VERSION),
        ("id", &*id),
        ("name", "Master"),
        ("default-type", "audio"),
        ("strict-io", "1"),
        ("active", "1"),
    ];
    element(xml, "Route", &attributes, |xml| {
        empty(xml, "PresentationInfo", &[("order", "0"), ("flags", "MasterOut,OrderSet"), ("color", "0")])?;
        for (direction, port) in [("Input", "audio_in"), ("Output", "audio_out")] {
            let id = ids.next();
            let attributes = [("name", "Master"), ("id", &*id), ("direction", direction), ("default-type", "audio")];
            element(xml, "IO", &attributes, |xml| {
                for side in 1..=2 {
                    let name = format!("Master/{port} {side}");
                    let attributes = [("type", "audio"), ("name", &*name)];
                    if direction == "Input" {
                        empty(xml, "Port", &attributes)?;
                    } else {
                        let other = format!("system:playback_{side}");
                        element(xml, "Port", &attributes, |xml| empty(xml, "Connection", &[("other", &other)]))?;
                    }
                }
                Ok(())
            })?;
        }
        amplifier(xml, ids)
    })
}

/// A fader at 0 dB, without which Ardour complains.
fn amplifier(xml: &mut Xml, ids: &mut Ids) -> io::Result<()> {
    let id = ids.next();
    let attributes = [("id", &*id), ("name", "Amp"), ("active", "1"), ("type", "amp")];
    element(xml, "Processor", &attributes, |xml| {
        let id = ids.next();
        empty(xml, "Controllable", &[("name", "gaincontrol"), ("id", &id), ("flags", "GainLike"), ("value", "1")])
    })
}

fn element(
    xml: &mut Xml,
    name: &str,
    attributes: &[(&str, &str)],
    content: impl FnOnce(&mut Xml) -> io::Result<()>,
) -> io::Result<()> {
    xml.create_element(name).with_attributes(attributes.iter().copied()).write_inner_content(content).map(drop)
}

fn empty(xml: &mut Xml, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
    xml.create_element(name).with_attributes(attributes.iter().copied()).write_empty().map(drop)
}
