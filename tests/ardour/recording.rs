//! What Ardour recorded on a MIDI track.

use midly::{MidiMessage, Smf, Timing, TrackEventKind};
use roxmltree::{Document, Node};
use std::{collections::BTreeMap, fs, path::Path};

/// Ardour counts 1920 ticks to a quarter note.
const TICKS: f64 = 1920.0;
/// How far a recorded place may be from the true one, in quarter notes: the plugin plays a note at the first sample at or
/// after its place, and Ardour rounds that sample to a tick.
pub const ROUNDING: f64 = 2.0 / TICKS;

/// A recorded note. Places are in quarter notes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Played {
    pub start: f64,
    pub end: f64,
    pub channel: u8,
    pub pitch: u8,
    pub velocity: u8,
}

/// Everything that was recorded on a track.
#[derive(Debug)]
pub struct Recording {
    /// The notes of each region, in the order in which they were recorded.
    pub regions: Vec<Vec<Played>>,
}

impl Recording {
    /// Reads a track's regions and their files.
    pub fn read(session: &str, folder: &Path, track: &str) -> Self {
        let document = Document::parse(session).expect("the session is XML");
        let playlist = document
            .descendants()
            .find(|node| node.has_tag_name("Playlist") && node.attribute("name") == Some(track))
            .unwrap_or_else(|| panic!("there is no track {track}"));
        let sources: BTreeMap<&str, &str> = document
            .descendants()
            .filter(|node| node.has_tag_name("Source"))
            .filter_map(|node| node.attribute("id").zip(node.attribute("name")))
            .collect();
        let clock = Clock::of(&document);
        let mut regions: Vec<(u32, Vec<Played>)> = playlist
            .children()
            .filter(|node| node.has_tag_name("Region"))
            .map(|region| {
                let source = sources[region.attribute("source-0").expect("a region has a source")];
                let file = folder.join("interchange/arrangement/midifiles").join(source);
                let bytes = fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
                let id = region.attribute("id").and_then(|id| id.parse().ok()).unwrap_or_default();
                (id, notes(&bytes, region, &clock))
            })
            .collect();
        regions.sort_by_key(|region| region.0);
        Self { regions: regions.into_iter().map(|region| region.1).collect() }
    }

    /// The notes of the last region.
    pub fn last(&self) -> &[Played] {
        self.regions.last().map_or(&[], Vec::as_slice)
    }
}

/// How a session counts its places: in beats (`b1920`), or in parts of a second (`a282240000`) where Ardour rendered
/// something between two samples.
struct Clock {
    /// Parts of a second in a quarter note; `None` if the tempo changes, so that seconds do not convert to beats.
    parts_per_quarter: Option<f64>,
}

impl Clock {
    fn of(session: &Document<'_>) -> Self {
        let number = |node: Node<'_, '_>, name: &str| node.attribute(name)?.parse::<f64>().ok();
        let map = session.descendants().find(|node| node.has_tag_name("TempoMap")).expect("a session has tempos");
        let mut tempos = map.descendants().filter(|node| node.has_tag_name("Tempo"));
        let (first, second) = (tempos.next().expect("a session has a tempo"), tempos.next());
        let constant = second.is_none() && first.attribute("type") == Some("Tempo::Constant");
        let parts_per_quarter = || {
            let notes_a_minute = number(first, "npm")?;
            let quarters_a_minute = notes_a_minute * 4.0 / number(first, "note-type")?;
            Some(number(map, "superclocks-per-second")? * 60.0 / quarters_a_minute)
        };
        Self { parts_per_quarter: constant.then(parts_per_quarter).flatten() }
    }

    /// A place in quarter notes.
    fn quarters(&self, text: &str) -> f64 {
        let (unit, number) = text.split_at(1);
        let number: f64 = number.parse().unwrap_or_else(|_| panic!("{text} is not a place"));
        match (unit, self.parts_per_quarter) {
            ("b", _) => number / TICKS,
            ("a", Some(parts)) => number / parts,
            _ => panic!("{text} cannot be counted in beats"),
        }
    }
}

/// The notes of a region from its start on, each with its end.
fn notes(file: &[u8], region: Node<'_, '_>, clock: &Clock) -> Vec<Played> {
    let attribute = |name: &str| region.attribute(name).unwrap_or_else(|| panic!("a region has no {name}"));
    // Ardour 7.3 computes a region's length as if its first tempo stayed: where the tempo rises, the region shows less than
    // was recorded. So its length is ignored; the file holds everything.
    let (_, position) = attribute("length").split_once('@').expect("a length has a place");
    let (start, position) = (clock.quarters(attribute("start")), clock.quarters(position));
    let song = Smf::parse(file).expect("Ardour writes MIDI files");
    let Timing::Metrical(division) = song.header.timing else { panic!("Ardour counts quarters") };
    let division = f64::from(division.as_int());
    let mut sounding: BTreeMap<(u8, u8), Played> = BTreeMap::new();
    let mut played = Vec::new();
    for track in &song.tracks {
        let mut ticks = 0_u32;
        for event in track {
            ticks += event.delta.as_int();
            let at = f64::from(ticks) / division;
            let TrackEventKind::Midi { channel, message } = event.kind else { continue };
            let (key, velocity) = match message {
                MidiMessage::NoteOn { key, vel } => (key, vel.as_int()),
                MidiMessage::NoteOff { key, .. } => (key, 0),
                _ => continue,
            };
            let (channel, pitch) = (channel.as_int(), key.as_int());
            if velocity > 0 {
                let note = Played { start: at, end: f64::NAN, channel, pitch, velocity };
                let before = sounding.insert((channel, pitch), note);
                assert!(before.is_none(), "a note begins twice in Ardour's recording: {note:?}");
            } else {
                let note = sounding.remove(&(channel, pitch));
                let note = note.unwrap_or_else(|| panic!("a note ends that did not begin: {channel} {pitch} at {at}"));
                played.push(Played { end: at, ..note });
            }
        }
    }
    assert!(sounding.is_empty(), "notes without an end in Ardour's recording: {sounding:?}");
    played.retain(|note| note.start >= start - ROUNDING);
    for note in &mut played {
        note.start += position - start;
        note.end += position - start;
    }
    sort(&mut played);
    played
}

/// Sorts by channel, pitch and start.
pub fn sort(notes: &mut [Played]) {
    notes.sort_by(|one, other| {
        (one.channel, one.pitch).cmp(&(other.channel, other.pitch)).then(one.start.total_cmp(&other.start))
    });
}

/// Checks that both are the same notes, apart from rounding.
pub fn assert_same(found: &[Played], expected: &[Played], what: &str) {
    let same = |found: &Played, expected: &Played| {
        (found.channel, found.pitch, found.velocity) == (expected.channel, expected.pitch, expected.velocity)
            && (found.start - expected.start).abs() <= ROUNDING
            && (found.end - expected.end).abs() <= ROUNDING
    };
    let different = found.iter().zip(expected).find(|(found, expected)| !same(found, expected));
    assert!(different.is_none(), "{what}: {different:?} (found, expected)");
    assert_eq!(found.len(), expected.len(), "{what}: the number of notes");
}
