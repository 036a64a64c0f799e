use super::*;
use crate::{
    chord::ChordSpan,
    key::Key,
    meter::{Meter, MeterChange, MeterMap, PhraseSpan},
    midi_file::{MidiType, OutputFile, OutputTrack},
    note::Note,
    part::Part,
    sections::{Section, SectionKind},
    song::{ChannelEvent, KeySignature, MeterEvent, Side, Text, Track},
    tempo::{TempoChange, TempoMap},
    time::Tick,
};
use midly::{MidiMessage, PitchBend};
use proptest::prelude::*;
use roxmltree::Document;
use std::{
    fs,
    io::{Cursor, Read},
    path::PathBuf,
};
use zip::ZipArchive;

const BAR: Tick = 3840;

fn notes(list: &[(Tick, u8, Tick)]) -> Vec<Note> {
    list.iter().map(|&(start, pitch, length)| Note { start, pitch, length, velocity: 20 + pitch }).collect()
}

fn track(name: &str, channel: u8, notes: Vec<Note>, program: Option<u8>) -> OutputTrack {
    let track = Track { name: Some(name.to_owned()), channel, notes, ..Track::default() };
    OutputTrack { track, program, volume: program.map(|program| 60 + program) }
}

/// A song with what a project can hold: two meters, of which the second cuts a bar short, two tempos, sections with a gap,
/// chords, a pedal, a bend, and a note across a section's border.
fn file() -> (OutputFile, MeterMap) {
    let waltz = Meter { numerator: 3, denominator: 4 };
    let meters = MeterMap::from_changes([
        MeterChange { tick: 0, meter: Meter::COMMON },
        MeterChange { tick: 2 * BAR + 1920, meter: waltz },
    ]);
    let message = |tick, message| ChannelEvent { tick, message, side: Side::Between };
    let pedal = |tick, value: u8| message(tick, MidiMessage::Controller { controller: 64.into(), value: value.into() });
    let mut melody = track("Melody", 0, notes(&[(-20, 60, 500), (960, 67, 480), (BAR + 7, 64, 1000)]), None);
    melody.track.events = vec![
        message(0, MidiMessage::ProgramChange { program: 73.into() }),
        pedal(240, 127),
        message(960, MidiMessage::PitchBend { bend: PitchBend(0x3fff.into()) }),
        message(1440, MidiMessage::PitchBend { bend: PitchBend(0x2000.into()) }),
        pedal(BAR + 1200, 0),
    ];
    let chord = |span, symbol: &str| ChordSpan { span, chord: symbol.parse().unwrap() };
    let file = OutputFile {
        title: Some("Tom & Jürgen's <waltz>\u{7}".to_owned()),
        tempos: TempoMap::from_changes([
            TempoChange { tick: 0, microseconds: 618_556 },
            TempoChange { tick: 2 * BAR, microseconds: 480_000 },
        ]),
        meters: meters.changes().iter().map(|change| MeterEvent::new(change.tick, change.meter)).collect(),
        keys: vec![KeySignature { tick: 0, fifths: -3, minor: true }],
        markers: vec![Text { tick: 960, bytes: b"Caf\xe9".to_vec() }, Text { tick: 0, bytes: b"Cm7".to_vec() }],
        sections: vec![
            Section::new(0..BAR, SectionKind::Intro, None),
            Section::new(2 * BAR..2 * BAR + 1920 + 2880, SectionKind::Verse, Some("One & only")),
        ],
        chords: vec![chord(0..BAR, "Cm7"), chord(BAR..2 * BAR, "N.C."), chord(2 * BAR..2 * BAR + 4800, "Eb/G")],
        tracks: vec![
            melody,
            track("Drums", 9, notes(&[(0, 36, 120), (2 * BAR, 38, 120)]), None),
            // From the gap into the verse.
            track("Bass", 1, notes(&[(0, 36, 960), (BAR, 43, 6000)]), Some(32)),
            track("Strings", 3, Vec::new(), Some(48)),
        ],
        end: 2 * BAR + 1920 + 2880,
        ..OutputFile::default()
    };
    (file, meters)
}

fn song() -> FinishedSong {
    let (file, meters) = file();
    FinishedSong::new(&file, &meters, &[], None, None)
}

fn entry(bytes: &[u8], name: &str) -> String {
    let mut text = String::new();
    let mut container = ZipArchive::new(Cursor::new(bytes)).unwrap();
    container.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn golden(name: &str, bytes: &[u8]) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/formats").join(name);
    if std::env::var_os("CONTINUO_GOLDEN").is_some() {
        fs::write(&path, bytes).unwrap();
    }
    fs::read(path).unwrap()
}

#[test]
fn a_dawproject_is_as_the_golden_file() {
    let documents = ["metadata.xml", "project.xml"];
    dawproject_is_golden("song.dawproject", &song(), &documents);
    // With the sound of two of its tracks.
    let mut song = song();
    song.stems = [(0, "Melody.wav"), (2, "Bass.wav")]
        .map(|(track, file)| Stem {
            name: song.tracks[track].name.clone(),
            path: format!("audio/{file}"),
            bytes: tenth_of_a_second(),
            seconds: 0.1,
            sample_rate: 8000,
        })
        .into();
    let sounds = ["audio/Melody.wav", "audio/Bass.wav"];
    dawproject_is_golden("song-with-sound.dawproject", &song, &[sounds, documents].concat());
}

/// A WAV file of a tone in stereo, so that other programs find sound in the golden file.
fn tenth_of_a_second() -> Vec<u8> {
    let samples = (0..800_u16).flat_map(|index| [8192 * (index % 4) as i16 - 12_288; 2]).flat_map(i16::to_le_bytes);
    let mut file = b"RIFF\xa4\x0c\0\0WAVEfmt \x10\0\0\0\x01\0\x02\0".to_vec();
    file.extend([8000_u32, 32_000].into_iter().flat_map(u32::to_le_bytes));
    file.extend(b"\x04\0\x10\0data\x80\x0c\0\0");
    file.extend(samples);
    file
}

fn dawproject_is_golden(file: &str, song: &FinishedSong, entries: &[&str]) {
    let bytes = ProjectFormat::DawProject.write(song).unwrap();
    let golden = golden(file, &bytes);
    let names = |bytes: &[u8]| -> Vec<String> {
        ZipArchive::new(Cursor::new(bytes)).unwrap().file_names().map(|name| name.unwrap().into_owned()).collect()
    };
    let sorted = |mut names: Vec<String>| {
        names.sort();
        names
    };
    let expected: Vec<String> = entries.iter().map(|&name| name.to_owned()).collect();
    assert_eq!(sorted(names(&bytes)), sorted(expected));
    assert_eq!(names(&golden), names(&bytes));
    for name in ["metadata.xml", "project.xml"] {
        let version = format!("version=\"{}\"", env!("CARGO_PKG_VERSION"));
        let text = entry(&bytes, name).replace(&version, "version=\"0.1.0\"");
        // Line by line: a difference names its line.
        for (number, (made, kept)) in text.lines().zip(entry(&golden, name).lines()).enumerate() {
            assert_eq!(made, kept, "{name}, line {}", number + 1);
        }
        assert_eq!(text.lines().count(), entry(&golden, name).lines().count());
    }
}

#[test]
fn a_reaper_project_is_as_the_golden_file() {
    let bytes = ProjectFormat::Reaper.write(&song()).unwrap();
    let golden = String::from_utf8(golden("song.rpp", &bytes)).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    for (number, (made, kept)) in text.lines().zip(golden.lines()).enumerate() {
        assert_eq!(made, kept, "line {}", number + 1);
    }
    assert_eq!(text.lines().count(), golden.lines().count());
}

#[test]
fn an_ardour_session_is_as_the_golden_file_and_its_midi_files_hold_the_notes() {
    let song = song();
    let files = ardour_session(&song, "song").unwrap();
    let (session, midi) = files.split_last().unwrap();
    assert_eq!(session.path.to_str(), Some("song.ardour"));
    let golden = String::from_utf8(golden("song.ardour", &session.bytes)).unwrap();
    let text = String::from_utf8(session.bytes.clone()).unwrap();
    for (number, (made, kept)) in text.lines().zip(golden.lines()).enumerate() {
        assert_eq!(made, kept, "line {}", number + 1);
    }
    assert_eq!(text.lines().count(), golden.lines().count());
    // Every number is used once, and those that Ardour gives next are free.
    let document = Document::parse(&text).unwrap();
    let mut ids: Vec<u32> = document.descendants().filter_map(|node| node.attribute("id")?.parse().ok()).collect();
    ids.sort_unstable();
    assert_eq!(ids, (1..=ids.len() as u32).collect::<Vec<_>>());
    let free: u32 = document.root_element().attribute("id-counter").unwrap().parse().unwrap();
    assert!(ids.iter().all(|id| *id < free));
    for (file, track) in midi.iter().zip(&song.tracks) {
        assert_eq!(file.path, PathBuf::from(format!("interchange/song/midifiles/{}.mid", track.name)));
        let notes: Vec<Note> = track.clips.iter().flat_map(|clip| clip.notes.clone()).collect();
        let read = crate::midi_file::read(&file.bytes).unwrap_or_default();
        let read: Vec<Note> = read.tracks.into_iter().flat_map(|track| track.notes).collect();
        assert_eq!(read, notes, "{}", track.name);
    }
}

#[test]
fn midi_files_of_both_types_are_as_the_golden_files() {
    let (file, _) = file();
    for (name, midi_type) in [("song.mid", MidiType::TrackPerInstrument), ("song-type-0.mid", MidiType::OneTrack)] {
        let bytes = file.to_bytes_of(midi_type);
        assert_eq!(bytes, golden(name, &bytes), "{name}");
    }
}

#[test]
fn in_reaper_names_keep_their_quotation_marks_and_an_empty_song_is_a_project() {
    let meters = MeterMap::new(Meter::COMMON);
    let title = |title: &str| {
        let file = OutputFile { title: Some(title.to_owned()), ..OutputFile::default() };
        let song = FinishedSong::new(&file, &meters, &[], None, None);
        String::from_utf8(ProjectFormat::Reaper.write(&song).unwrap()).unwrap()
    };
    assert!(title("12\" mix").contains("  TITLE '12\" mix'\n"));
    assert!(title("12\" `n' mix").contains("  TITLE `12\" 'n' mix`\n"));
    assert!(title("").ends_with("    PT 0.0000000000 120 1 262148 0 1\n  >\n>\n"));
}

#[test]
fn a_song_without_anything_is_a_project_all_the_same() {
    let meters = MeterMap::new(Meter::COMMON);
    let empty = FinishedSong::new(&OutputFile::default(), &meters, &[], None, None);
    let bytes = ProjectFormat::DawProject.write(&empty).unwrap();
    let text = entry(&bytes, "project.xml");
    let document = Document::parse(&text).unwrap();
    assert!(!document.descendants().any(|node| node.has_tag_name("Markers") || node.has_tag_name("Note")));
    assert!(entry(&bytes, "metadata.xml").contains("<MetaData/>"));
}

#[test]
fn clips_are_sections_and_go_on_where_a_note_sounds_across_the_border() {
    let song = song();
    let clips = |track: usize| -> Vec<_> {
        song.tracks[track].clips.iter().map(|clip| (clip.span.clone(), clip.name.as_str())).collect()
    };
    let end = 2 * BAR + 4800;
    assert_eq!(clips(0), [(0..BAR, "Intro"), (BAR..2 * BAR, "bar 2")]);
    assert_eq!(clips(1), [(0..BAR, "Intro"), (2 * BAR..end, "One & only")]);
    assert_eq!(clips(2), [(0..BAR, "Intro"), (BAR..end, "bar 2")]);
    assert_eq!(clips(3), []);
    assert_eq!(song.tracks[0].clips[0].notes[0], Note { start: 0, pitch: 60, length: 480, velocity: 80 });
}

#[test]
fn without_sections_clips_are_phrases() {
    let (mut file, meters) = file();
    file.sections.clear();
    let phrases = [0, BAR, 2 * BAR].map(|start| PhraseSpan { start, end: start + BAR, meter: Meter::COMMON });
    let song = FinishedSong::new(&file, &meters, &phrases, None, None);
    let names: Vec<_> = song.tracks[1].clips.iter().map(|clip| clip.name.as_str()).collect();
    assert_eq!(names, ["bar 1", "bars 3-4"]);
}

#[test]
fn chords_are_spelled_in_the_key_and_markers_that_repeat_them_are_left_out() {
    let (mut file, meters) = file();
    let song = FinishedSong::new(&file, &meters, &[], None, None);
    let symbols = |song: &FinishedSong| song.chords.iter().map(|chord| chord.symbol.clone()).collect::<Vec<_>>();
    assert_eq!(symbols(&song), ["Cm7", "Eb/G"]);
    assert_eq!(song.markers, [NamedMarker { tick: 960, name: "Café".to_owned() }]);
    file.keys.clear();
    assert_eq!(symbols(&FinishedSong::new(&file, &meters, &[], Some(Key::major(4)), None))[1], "D#/G");
}

#[test]
fn a_tempo_is_what_the_file_means() {
    let song = song();
    let tempos: Vec<_> = song.tempos.iter().map(|tempo| tempo.quarters_per_minute).collect();
    assert_eq!(tempos, [97.0, 125.0]);
}

#[test]
fn parts_have_their_colours_and_programs() {
    let song = song();
    let seen: Vec<_> = song.tracks.iter().map(|track| (track.colour, track.program)).collect();
    let part = |part: Part, program| (part.colour(), program);
    let melody = (crate::part::MELODY_COLOUR, Some(73));
    assert_eq!(seen, [melody, part(Part::Drums, None), part(Part::Bass, Some(32)), part(Part::Strings, Some(48))]);
}

/// The notes of a track in a document, in ticks from the song's beginning.
fn notes_in(document: &Document<'_>, track: &str) -> Vec<(Tick, u8, Tick, u8)> {
    let number = |node: roxmltree::Node<'_, '_>, name| node.attribute(name).unwrap().parse::<f64>().unwrap();
    let lanes = document.descendants().find(|node| node.attribute("track") == Some(track)).unwrap();
    let mut found = Vec::new();
    for clip in lanes.descendants().filter(|node| node.has_tag_name("Clip")) {
        for note in clip.descendants().filter(|node| node.has_tag_name("Note")) {
            assert!(number(note, "time") + number(note, "duration") <= number(clip, "duration") + 1e-9);
            let ticks = |quarters: f64| (quarters * 960.0).round() as Tick;
            let start = ticks(number(clip, "time") + number(note, "time"));
            let velocity = (number(note, "vel") * 127.0).round() as u8;
            found.push((start, number(note, "key") as u8, ticks(number(note, "duration")), velocity));
        }
    }
    found
}

/// The notes of all items of a REAPER project with one tempo of 120, in ticks from the song's beginning; each ends at the
/// first note-off of its pitch.
fn notes_in_items(text: &str) -> Vec<(Tick, u8, Tick, u8)> {
    let (mut now, mut found, mut open) = (0, Vec::<(Tick, u8, Tick, u8)>::new(), Vec::<usize>::new());
    for line in text.lines().map(str::trim) {
        let words: Vec<_> = line.split(' ').collect();
        match words[0] {
            "POSITION" => now = (words[1].parse::<f64>().unwrap() * 2.0 * 960.0).round() as Tick,
            "E" => {
                now += words[1].parse::<Tick>().unwrap();
                let byte = |index: usize| u8::from_str_radix(words[index], 16).unwrap();
                match byte(2) >> 4 {
                    9 => {
                        open.push(found.len());
                        found.push((now, byte(3), 0, byte(4)));
                    }
                    8 => {
                        let place = open.iter().position(|&index| found[index].1 == byte(3)).unwrap();
                        let index = open.remove(place);
                        found[index].2 = now - found[index].0;
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
    assert!(open.is_empty(), "a note hangs");
    found
}

fn note_strategy() -> impl Strategy<Value = Note> {
    (0_i64..40_000, 0_u8..128, 1_i64..6000, 1_u8..128).prop_map(|(start, pitch, length, velocity)| Note {
        start,
        pitch,
        length,
        velocity,
    })
}

proptest! {
    #[test]
    fn every_note_is_in_a_clip_that_holds_it_whole(
        mut list in prop::collection::vec(note_strategy(), 0..60),
        borders in prop::collection::vec(0_i64..12, 0..6),
    ) {
        list.sort_by_key(|note| note.start);
        let meters = MeterMap::new(Meter::COMMON);
        let phrases: Vec<_> = borders
            .iter()
            .map(|bar| PhraseSpan { start: bar * BAR, end: bar * BAR + BAR, meter: Meter::COMMON })
            .collect();
        let file = OutputFile { tracks: vec![track("Bass", 1, list.clone(), None)], ..OutputFile::default() };
        let song = FinishedSong::new(&file, &meters, &phrases, None, None);
        let bytes = ProjectFormat::DawProject.write(&song).unwrap();
        let text = entry(&bytes, "project.xml");
        let expected: Vec<_> = list.iter().map(|note| (note.start, note.pitch, note.length, note.velocity)).collect();
        prop_assert_eq!(notes_in(&Document::parse(&text).unwrap(), "track0"), expected.clone());
        // Of notes on one pitch that overlap, MIDI does not say which one ends.
        let overlap = |(index, note): (usize, &Note)| {
            list[..index].iter().any(|before| before.pitch == note.pitch && before.end() > note.start)
        };
        if !list.iter().enumerate().any(overlap) {
            let text = String::from_utf8(ProjectFormat::Reaper.write(&song).unwrap()).unwrap();
            prop_assert_eq!(notes_in_items(&text), expected);
        }
    }
}

fn with_stems(path: &str) -> FinishedSong {
    let mut song = song();
    let name = song.tracks[0].name.clone();
    song.stems =
        vec![Stem { name, path: path.to_owned(), bytes: b"RIFF".to_vec(), seconds: 3.25, sample_rate: 44_100 }];
    song
}

#[test]
fn seconds_become_the_position_that_is_played_then() {
    let song = song();
    for tick in [0, 1, 960, 2 * BAR, 2 * BAR + 1, 5 * BAR] {
        assert!((song.tick_at(song.seconds(tick)) - tick).abs() <= 1, "{tick}");
    }
}

#[test]
fn a_dawproject_holds_the_sound_of_its_tracks() {
    let song = with_stems("audio/Melody.wav");
    let bytes = ProjectFormat::DawProject.write(&song).unwrap();
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name("project.xml").unwrap().read_to_string(&mut text).unwrap();
    let document = Document::parse(&text).unwrap();
    let audio = document.descendants().find(|node| node.has_tag_name("Audio")).unwrap();
    assert_eq!((audio.attribute("duration"), audio.attribute("sampleRate")), (Some("3.25"), Some("44100")));
    let path = audio.first_element_child().and_then(|file| file.attribute("path")).unwrap();
    let mut held = Vec::new();
    archive.by_name(path).unwrap().read_to_end(&mut held).unwrap();
    assert_eq!(held, b"RIFF");
    let clip = audio.parent().unwrap();
    assert_eq!((clip.attribute("time"), clip.attribute("contentTimeUnit")), (Some("0"), Some("seconds")));
    let lanes = clip.ancestors().find_map(|node| node.attribute("track")).unwrap();
    let track = document.descendants().find(|node| node.attribute("id") == Some(lanes)).unwrap();
    assert_eq!((track.attribute("contentType"), track.attribute("name")), (Some("audio"), Some("Melody (sound)")));
}

#[test]
fn a_reaper_project_names_the_sound_of_its_tracks() {
    let text = String::from_utf8(ProjectFormat::Reaper.write(&with_stems("stems/Melody.flac")).unwrap()).unwrap();
    assert!(text.contains("<SOURCE FLAC\n") && text.contains("FILE \"stems/Melody.flac\"\n"), "{text}");
    assert!(text.contains("LENGTH 3.2500000000\n"), "{text}");
}
