//! Runs the built `continuo` on real files.

use continuo_music::{
    meter::Meter,
    midi_file::{OutputFile, OutputTrack, marked_sections, read},
    note::Note,
    part::Part,
    song::{MeterEvent, Song, Text, Track},
    tempo::{TempoChange, TempoMap},
};
use serde_json::Value;
use std::{
    error::Error,
    fs,
    io::Read,
    path::Path,
    process::{Command, Output},
};

type Outcome = Result<(), Box<dyn Error>>;

fn continuo(folder: &Path, arguments: &[&str]) -> Result<Output, std::io::Error> {
    Command::new(env!("CARGO_BIN_EXE_continuo"))
        .current_dir(folder)
        .env("CONTINUO_DATA", folder.join("data"))
        .env_remove("CONTINUO_MODEL")
        .args(arguments)
        .output()
}

/// A melody of eight bars in 4/4 and four in 3/4, with a change of tempo, and a bass that is not the melody.
fn song() -> OutputFile {
    const SCALE: [u8; 8] = [72, 74, 76, 77, 79, 77, 76, 74];
    let line = |step: i64, transpose: u8| -> Vec<Note> {
        (0..(8 * 4 + 4 * 3) * 960 / step)
            .map(|index| Note {
                start: index * step,
                pitch: SCALE[index as usize % 8] - transpose,
                length: step - 60,
                velocity: 70 + (index % 5) as u8 * 8,
            })
            .collect()
    };
    let track = |name: &str, channel, notes| OutputTrack {
        track: Track { name: Some(name.to_owned()), channel, notes, ..Track::default() },
        ..OutputTrack::default()
    };
    OutputFile {
        title: Some("Scales".to_owned()),
        tempos: TempoMap::from_changes([
            TempoChange { tick: 0, microseconds: 500_000 },
            TempoChange { tick: 3840, microseconds: 600_000 },
        ]),
        meters: vec![
            MeterEvent::new(0, Meter::COMMON),
            MeterEvent::new(8 * 3840, Meter { numerator: 3, denominator: 4 }),
        ],
        tracks: vec![track("Bass", 1, line(960, 36)), track("Flute", 4, line(480, 0))],
        end: 8 * 3840 + 4 * 2880,
        ..OutputFile::default()
    }
}

fn arrange(folder: &Path, more: &[&str]) -> Result<(Value, Song), Box<dyn Error>> {
    arrange_file(folder, &song(), more)
}

fn arrange_file(folder: &Path, song: &OutputFile, more: &[&str]) -> Result<(Value, Song), Box<dyn Error>> {
    fs::write(folder.join("in.mid"), song.to_bytes())?;
    let arguments = [&["arrange", "in.mid", "-o", "out.mid", "--backend", "tract", "--json"], more].concat();
    let output = continuo(folder, &arguments)?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok((serde_json::from_slice(&output.stdout)?, read(&fs::read(folder.join("out.mid"))?)?))
}

#[test]
fn a_song_is_arranged_with_its_melody_tempos_and_meters_kept() -> Outcome {
    let folder = tempfile::tempdir()?;
    let (report, out) = arrange(folder.path(), &[])?;
    let input = song();
    assert_eq!(out.tempos, input.tempos);
    assert_eq!(out.meter_events, input.meters);
    assert_eq!(out.title, input.title);
    assert_eq!(out.end, input.end, "the song ends with its last bar");
    let melody = out.tracks.iter().find(|track| track.label() == "Melody").ok_or("no melody")?;
    assert_eq!(melody.notes, input.tracks[1].track.notes);
    assert_eq!(melody.channel, 0);
    assert_eq!(report["melody_track"], 2);
    let choice = &report["melody_choice"];
    assert_eq!((&choice["name"], &choice["reasons"][0]), (&Value::from("Flute"), &Value::from("name")));
    assert_eq!(choice["next_best"], serde_json::json!({"track": 1, "name": "Bass"}));
    assert_eq!(report["backend"], "tract");
    assert!(report["model"].is_string());
    let phrases = report["phrases"].as_u64().ok_or("no phrases")?;
    assert_eq!(phrases, 3);
    assert_eq!(report["seconds"].as_array().map(Vec::len), Some(3));
    let parts: Vec<_> = report["parts"].as_array().ok_or("no parts")?.iter().filter_map(Value::as_str).collect();
    assert_eq!(parts, Part::ALL.map(Part::id), "the default genre plays all parts");
    for part in Part::ALL {
        let track = out.tracks.iter().find(|track| track.label() == part.name());
        let count = track.map_or(0, |track| track.notes.len());
        assert_eq!(report["notes"][part.id()], count, "{}", part.name());
        let silent = format!("{} plays nothing in this arrangement", part.name());
        let warnings = report["warnings"].as_array().ok_or("no warnings")?;
        assert_eq!(warnings.iter().any(|warning| warning == &silent), count == 0, "{warnings:?}");
        if let Some(track) = track {
            assert_eq!(track.channel, part.default_channel());
            assert!(track.notes.iter().all(|note| note.end() <= out.end));
        }
    }
    assert!(out.tracks.len() > 2, "at least one part plays");
    Ok(())
}

#[test]
fn a_melody_over_the_strings_of_a_guitar_is_arranged_whole_with_its_program() -> Outcome {
    let folder = tempfile::tempdir()?;
    let whole = song().tracks[1].track.clone();
    let strings = (0..6).map(|string| {
        let mine = whole.notes.iter().filter(|note| (note.pitch % 6) == string).copied().collect();
        let track = Track { channel: 10 + string, notes: mine, name: Some("Guitar".to_owned()), ..whole.clone() };
        OutputTrack { track, program: Some(25), volume: None }
    });
    let file = OutputFile { tracks: strings.filter(|string| !string.track.notes.is_empty()).collect(), ..song() };
    // All channels in one track, as type 0 has them.
    let bytes = one_track(&file.to_bytes())?;
    fs::write(folder.path().join("guitar.mid"), bytes)?;
    let report = json_of(folder.path(), &["arrange", "guitar.mid", "-o", "out.mid", "--backend", "tract"])?;
    assert_eq!(report["notes"]["melody"], whole.notes.len());
    let warnings = report["warnings"].to_string();
    assert!(warnings.contains("channels of one instrument were read as one track"), "{warnings}");
    let out = read(&fs::read(folder.path().join("out.mid"))?)?;
    assert_eq!((&out.tracks[0].notes, out.tracks[0].program()), (&whole.notes, Some(25)));
    Ok(())
}

/// The file with all its tracks in one.
fn one_track(bytes: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut smf = midly::Smf::parse(bytes)?;
    let mut events = Vec::new();
    for track in &smf.tracks {
        let mut now = 0;
        for event in track {
            now += event.delta.as_int();
            events.push((now, event.kind));
        }
    }
    events.retain(|(_, kind)| !matches!(kind, midly::TrackEventKind::Meta(midly::MetaMessage::EndOfTrack)));
    events.sort_by_key(|(tick, _)| *tick);
    let mut now = 0;
    let mut track = Vec::new();
    for (tick, kind) in events {
        track.push(midly::TrackEvent { delta: (tick - now).into(), kind });
        now = tick;
    }
    let kind = midly::TrackEventKind::Meta(midly::MetaMessage::EndOfTrack);
    track.push(midly::TrackEvent { delta: 0.into(), kind });
    smf.header.format = midly::Format::SingleTrack;
    smf.tracks = vec![track];
    let mut merged = Vec::new();
    smf.write_std(&mut merged)?;
    Ok(merged)
}

#[test]
fn a_file_of_type_0_has_the_song_in_one_track() -> Outcome {
    let folder = tempfile::tempdir()?;
    let (_, whole) = arrange(folder.path(), &[])?;
    let (_, song) = arrange(folder.path(), &["--type-0"])?;
    let bytes = fs::read(folder.path().join("out.mid"))?;
    assert_eq!(&bytes[8..12], [0, 0, 0, 1], "type 0, one track");
    let notes = |song: &Song| {
        let mut notes: Vec<_> = song.tracks.iter().map(|track| (track.channel, track.notes.clone())).collect();
        notes.sort_by_key(|(channel, _)| *channel);
        notes
    };
    assert_eq!(notes(&song), notes(&whole));
    assert_eq!((song.markers, song.tempos), (whole.markers, whole.tempos));
    Ok(())
}

#[test]
fn the_same_settings_give_the_same_file() -> Outcome {
    let folder = tempfile::tempdir()?;
    let mut files = Vec::new();
    for _ in 0..2 {
        arrange(folder.path(), &["--seed", "7", "--phrase", "2", "--temperature", "1.3"])?;
        files.push(fs::read(folder.path().join("out.mid"))?);
    }
    assert_eq!(files[0], files[1]);
    Ok(())
}

#[test]
fn the_parts_of_a_swung_melody_swing_unless_they_are_asked_not_to() -> Outcome {
    let folder = tempfile::tempdir()?;
    let mut swung = song();
    for note in &mut swung.tracks[1].track.notes {
        if note.start % 960 == 480 {
            (note.start, note.length) = (note.start + 160, note.length - 160);
        }
    }
    let half_way = |out: &Song, second: i64| {
        let starts = out.tracks.iter().skip(2).flat_map(|track| &track.notes).map(|note| note.start);
        starts.filter(|start| (start % 960 - second).abs() < 40).count()
    };
    let (report, out) = arrange_file(folder.path(), &swung, &["--genre", "rock", "--takes", "1"])?;
    assert_eq!(report["swing"], serde_json::json!({"level": "eighths", "percent": 67}));
    assert!(half_way(&out, 640) > 4 * half_way(&out, 480), "{} {}", half_way(&out, 640), half_way(&out, 480));
    let straight = ["--genre", "rock", "--takes", "1", "--swing", "50"];
    let (report, out) = arrange_file(folder.path(), &swung, &straight)?;
    assert_eq!(report["chosen_swing"], 50);
    assert!(half_way(&out, 480) > half_way(&out, 640));
    Ok(())
}

/// The notes of each part.
fn parts_of(out: &Song) -> Vec<&[Note]> {
    out.tracks.iter().filter(|track| track.label() != "Melody").map(|track| &*track.notes).collect()
}

#[test]
fn a_melody_that_is_rounded_a_little_late_gets_the_same_parts() -> Outcome {
    let folder = tempfile::tempdir()?;
    let (_, expected) = arrange(folder.path(), &[])?;
    for ticks in [1, 24] {
        let mut late = song();
        for note in &mut late.tracks[1].track.notes {
            note.start += ticks;
        }
        let (_, out) = arrange_file(folder.path(), &late, &[])?;
        assert_eq!(parts_of(&out), parts_of(&expected), "{ticks} ticks");
    }
    Ok(())
}

#[test]
fn parts_and_track_are_chosen() -> Outcome {
    let folder = tempfile::tempdir()?;
    let (report, out) = arrange(folder.path(), &["--parts", "Bass,drums", "--track", "1"])?;
    assert_eq!(report["parts"], serde_json::json!(["drums", "bass"]));
    assert!(out.tracks.iter().all(|track| ["Melody", "Drums", "Bass"].contains(&track.label().as_str())));
    assert_eq!(out.tracks[0].notes, song().tracks[0].track.notes);
    Ok(())
}

#[test]
fn the_summary_for_people_names_what_was_arranged() -> Outcome {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("in.mid"), song().to_bytes())?;
    let output = continuo(folder.path(), &["arrange", "in.mid", "-o", "out.mid", "--backend", "tract"])?;
    let text = String::from_utf8(output.stdout)?;
    assert!(text.contains("out.mid") && text.contains("Melody") && text.contains("3 phrases"), "{text}");
    assert!(text.contains("track 2 (Flute): its name"), "{text}");
    assert!(text.contains("next best: track 1 (Bass), with --track 1"), "{text}");
    Ok(())
}

#[test]
fn a_damaged_file_is_arranged_as_far_as_it_goes() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path();
    let whole = song().to_bytes();
    fs::write(path.join("cut.mid"), &whole[..whole.len() - 50])?;
    let report = json_of(path, &["arrange", "cut.mid", "-o", "out.mid", "--backend", "tract", "--track", "2"])?;
    let warning = report["warnings"][0].as_str().ok_or("no warning")?;
    assert!(warning.contains("breaks off in bar") && warning.contains("(byte "), "{warning}");
    let melody = song().tracks[1].track.notes.clone();
    let kept = read(&fs::read(path.join("out.mid"))?)?.tracks[0].notes.clone();
    assert!(!kept.is_empty() && kept.len() < melody.len());
    assert_eq!(kept[..kept.len() - 1], melody[..kept.len() - 1], "only the last note may be cut short");
    Ok(())
}

#[test]
fn one_broken_note_leaves_the_accompaniment_alone() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path();
    let arranged = |file: &OutputFile, name: &str, cut: Option<usize>| -> Result<(Value, Song), Box<dyn Error>> {
        let mut bytes = file.to_bytes();
        // A note-off of the melody becomes a controller that says nothing.
        if let Some(note) = cut {
            let offs = (0..bytes.len() - 3).filter(|&at| bytes[at] == 0x84 && bytes[at + 2] == 64);
            let at = offs.clone().nth(note).ok_or("no such note")?;
            bytes[at..at + 3].copy_from_slice(&[0xb4, 3, 0]);
        }
        fs::write(path.join(name), bytes)?;
        let arguments = ["arrange", name, "-o", "out.mid", "--backend", "tract", "--takes", "1", "--track", "2"];
        Ok((json_of(path, &arguments)?, read(&fs::read(path.join("out.mid"))?)?))
    };
    let (_, whole) = arranged(&song(), "whole.mid", None)?;
    let (report, unended) = arranged(&song(), "unended.mid", Some(9))?;
    assert!(report["warnings"][0].as_str().is_some_and(|warning| warning.contains("no note-off")), "{report}");
    assert_eq!(unended.tracks[1..], whole.tracks[1..]);
    let mut file = song();
    let hanging = Note { start: 960, pitch: 100, length: 40 * 960, velocity: 80 };
    file.tracks[1].track.notes.push(hanging);
    let (report, hung) = arranged(&file, "hanging.mid", None)?;
    assert!(report["warnings"][0].as_str().is_some_and(|warning| warning.contains("many bars")), "{report}");
    assert!(hung.tracks[0].notes.contains(&hanging), "the melody itself is written as it was read");
    assert_eq!(hung.tracks[1..], whole.tracks[1..]);
    Ok(())
}

#[test]
fn karaoke_words_and_a_title_in_another_encoding_are_written_as_they_were_read() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path();
    let mut file = song();
    file.title = None;
    file.title_bytes = Some(b"\x82\xb3\x82\xad\x82\xe7".to_vec());
    file.tracks[1].track.lyrics = [b"\\la ", b"/la "].map(|word| Text { tick: 0, bytes: word.to_vec() }).to_vec();
    let mut bytes = file.to_bytes();
    // The lyrics become texts, as karaoke files have them.
    for at in 0..bytes.len() - 6 {
        if matches!(bytes[at..at + 6], [0xff, 5, 4, b'\\' | b'/', b'l', b'a']) {
            bytes[at + 1] = 1;
        }
    }
    fs::write(path.join("in.kar"), bytes)?;
    json_of(path, &["arrange", "in.kar", "-o", "out.mid", "--backend", "tract"])?;
    let out = read(&fs::read(path.join("out.mid"))?)?;
    assert_eq!(out.title_bytes, file.title_bytes);
    let words = &file.tracks[1].track.lyrics;
    assert!(out.tracks.iter().any(|track| track.lyrics == *words), "{:?}", out.tracks[0].lyrics);
    Ok(())
}

#[test]
fn wrong_input_is_reported_in_one_line_and_nothing_is_written() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path();
    let whole = song().to_bytes();
    fs::write(path.join("in.mid"), &whole)?;
    fs::write(path.join("cut.mid"), &whole[..60])?;
    fs::write(path.join("text.mid"), "no song")?;
    fs::write(path.join("empty.mid"), OutputFile::default().to_bytes())?;
    fs::write(path.join("patterns.mid"), [&whole[..9], &[2], &whole[10..]].concat())?;
    fs::create_dir(path.join("folder"))?;
    let before = fs::read_dir(path)?.count();
    for (arguments, cause) in [
        (["none.mid", "-o", "out.mid"].as_slice(), "none.mid: it could not be read"),
        (&["cut.mid", "-o", "out.mid"], "(byte "),
        (&["text.mid", "-o", "out.mid"], "not a MIDI file"),
        (&["empty.mid", "-o", "out.mid"], "no notes"),
        (&["patterns.mid", "-o", "out.mid"], "type 2"),
        (&["in.mid", "-o", "nowhere/out.mid"], "nowhere does not exist"),
        (&["in.mid", "-o", "folder"], "is a folder"),
        (&["in.mid", "-o", "nowhere/"], "nowhere/ does not exist"),
        (&["in.mid", "-o", "in.mid"], "replace the input"),
        (&["in.mid", "-o", "out.mid", "--track", "3"], "1 (Bass, 44 notes), 2 (Flute, 88 notes)"),
        (&["in.mid", "-o", "out.mid", "--genre", "noise"], "there is no genre \"noise\"; available: "),
        (&["in.mid", "-o", "out.mid", "--parts", "bass,harp"], "there is no part \"harp\"; available: drums"),
        (&["in.mid", "-o", "out.mid", "--parts", ","], "names no part"),
        (&["in.mid", "-o", "out.mid", "--temperature", "3"], "0 to 2"),
        (&["in.mid", "-o", "out.rpp", "--type-0"], "another ending than .rpp"),
        (&["in.mid"], "--output"),
    ] {
        let output = continuo(path, &[&["arrange"], arguments].concat())?;
        let line = String::from_utf8(output.stderr)?;
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {line}");
        assert!(line.contains(cause), "{arguments:?}: {line}");
        assert_eq!(line.lines().count(), 1, "{line}");
        assert!(output.stdout.is_empty());
    }
    assert_eq!(fs::read(path.join("in.mid"))?, whole);
    assert_eq!(fs::read_dir(path)?.count(), before, "nothing was written");
    Ok(())
}

/// The text of an entry of a ZIP file.
fn entry(path: &Path, name: &str) -> Result<String, Box<dyn Error>> {
    let mut text = String::new();
    zip::ZipArchive::new(fs::File::open(path)?)?.by_name(name)?.read_to_string(&mut text)?;
    Ok(text)
}

#[test]
fn a_name_with_the_ending_of_a_project_gives_a_project_with_the_same_notes() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path();
    let sections = ["--sections", "Verse 8 | Ending 4"];
    let (_, midi) = arrange(path, &sections)?;
    let project = ["arrange", "in.mid", "-o", "song.dawproject", "--backend", "tract"];
    let report = json_of(path, &[project.as_slice(), &sections].concat())?;
    assert_eq!(report["output"], "song.dawproject");
    let project = path.join("song.dawproject");
    assert!(entry(&project, "metadata.xml")?.contains("<Title>Scales</Title>"));
    let text = entry(&project, "project.xml")?;
    let document = roxmltree::Document::parse(&text)?;
    let elements = |name| document.descendants().filter(move |node| node.has_tag_name(name));
    let names: Vec<_> = elements("Track").filter_map(|track| track.attribute("name")).collect();
    assert_eq!(names, ["Chord symbols", "Melody", "Drums", "Bass", "Chords", "Strings", "Counter", "Master"]);
    let markers: Vec<_> = elements("Marker").filter_map(|marker| marker.attribute("name")).collect();
    assert_eq!(markers, ["Verse", "Ending"]);
    for (index, track) in midi.tracks.iter().enumerate() {
        let place = names.iter().position(|name| track.name.as_deref() == Some(*name)).ok_or("a track is missing")?;
        let id = elements("Track").nth(place).and_then(|track| track.attribute("id"));
        let lanes = elements("Lanes").find(|lanes| lanes.attribute("track") == id).ok_or("a lane is missing")?;
        let mut keys: Vec<u8> = lanes.descendants().filter_map(|note| note.attribute("key")?.parse().ok()).collect();
        let mut expected: Vec<u8> = track.notes.iter().map(|note| note.pitch).collect();
        keys.sort_unstable();
        expected.sort_unstable();
        assert_eq!(keys, expected, "track {index}");
    }
    Ok(())
}

#[test]
fn a_reaper_project_has_the_tracks_and_the_sections_of_the_song() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path();
    let sections = ["--sections", "Verse 8 | Ending 4"];
    let (_, midi) = arrange(path, &sections)?;
    let project = ["arrange", "in.mid", "-o", "song.RPP", "--backend", "tract"];
    json_of(path, &[project.as_slice(), &sections].concat())?;
    let text = fs::read_to_string(path.join("song.RPP"))?;
    for name in midi.tracks.iter().filter_map(|track| track.name.as_deref()) {
        assert!(text.contains(&format!("\n    NAME \"{name}\"\n")), "{name}");
    }
    // A bar at 120 beats a minute, the rest of eight bars at 100, then waltzes.
    let border = 2.0 + 28.0 * 0.6;
    let verse = format!("  MARKER 1 0.0000000000 \"Verse\" 1 0 1 R\n  MARKER 1 {border:.10} \"\" 1\n");
    assert!(text.contains(&verse), "{text:.600}");
    assert!(text.contains(&format!("PT {border:.10} 100 1 262147 0 1")), "{text:.600}");
    let messages = text.lines().filter_map(|line| line.trim().strip_prefix("E ")?.split(' ').nth(1));
    let beginnings = messages.filter(|status| status.starts_with('9'));
    assert_eq!(beginnings.count(), midi.tracks.iter().map(|track| track.notes.len()).sum::<usize>());
    Ok(())
}

#[test]
fn written_notes_hold_the_song_and_a_lead_sheet_only_the_melody() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path();
    let sections = ["--sections", "Verse 8 | Ending 4"];
    let (_, midi) = arrange(path, &sections)?;
    let parts = |name: &str, more: &[&str]| -> Result<Vec<String>, Box<dyn Error>> {
        let score = ["arrange", "in.mid", "-o", name, "--backend", "tract"];
        json_of(path, &[score.as_slice(), &sections, more].concat())?;
        let text = fs::read_to_string(path.join(name))?;
        let options = roxmltree::ParsingOptions { allow_dtd: true, ..roxmltree::ParsingOptions::default() };
        let document = roxmltree::Document::parse_with_options(&text, options)?;
        let elements = |name| document.descendants().filter(move |node| node.has_tag_name(name));
        assert_eq!(elements("rehearsal").filter_map(|node| node.text()).collect::<Vec<_>>(), ["Verse", "Ending"]);
        assert!(elements("harmony").count() > 0);
        Ok(elements("part-name").filter_map(|node| Some(node.text()?.to_owned())).collect())
    };
    let mut written = parts("song.musicxml", &[])?;
    let named = midi.tracks.iter().filter(|track| !track.notes.is_empty()).filter_map(|track| track.name.clone());
    let mut expected: Vec<String> = named.collect();
    written.sort_unstable();
    expected.sort_unstable();
    assert_eq!(written, expected);
    assert_eq!(parts("lead.musicxml", &["--lead-sheet"])?, ["Melody"]);
    Ok(())
}

#[test]
fn an_ardour_session_is_a_folder_that_is_never_replaced() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path();
    let (_, midi) = arrange(path, &[])?;
    let arguments = ["arrange", "in.mid", "-o", "song.ardour", "--backend", "tract"];
    let report = json_of(path, &arguments)?;
    assert_eq!(report["output"], Path::new("song").join("song.ardour").display().to_string());
    let text = fs::read_to_string(path.join("song/song.ardour"))?;
    let session = roxmltree::Document::parse(&text)?;
    for track in &midi.tracks {
        let name = track.name.as_deref().unwrap_or_default();
        assert!(session.descendants().any(|node| node.has_tag_name("Route") && node.attribute("name") == Some(name)));
        let file = path.join("song/interchange/song/midifiles").join(name).with_extension("mid");
        let written = read(&fs::read(&file)?)?;
        let notes: Vec<Note> = written.tracks.into_iter().flat_map(|track| track.notes).collect();
        assert_eq!(notes, track.notes, "{name}");
    }
    let again = continuo(path, &arguments)?;
    let line = String::from_utf8(again.stderr)?;
    assert!(again.status.code() == Some(2) && line.contains("song exists already"), "{line}");
    assert_eq!(fs::read_to_string(path.join("song/song.ardour"))?, text);
    Ok(())
}

#[test]
fn an_ending_that_no_format_has_is_refused_before_the_work() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path();
    fs::write(path.join("in.mid"), song().to_bytes())?;
    fs::write(path.join("song.docx"), "old")?;
    let refused = |arguments: &[&str], reason: &str| -> Outcome {
        let output = continuo(path, &[&["arrange", "in.mid", "-o"], arguments].concat())?;
        let line = String::from_utf8(output.stderr)?;
        assert!(output.status.code() == Some(2) && line.contains(reason), "{arguments:?}: {line}");
        Ok(())
    };
    refused(&["song.docx"], "no format has the ending .docx; choose .mid or one of .dawproject, .rpp, .musicxml")?;
    refused(&["song.mid", "--lead-sheet"], "--lead-sheet is for written notes")?;
    refused(&["song.musicxml", "--type-0"], "--type-0 is for MIDI files")?;
    assert_eq!(fs::read(path.join("song.docx"))?, b"old");
    Ok(())
}

#[test]
fn a_project_that_cannot_be_written_leaves_the_file_that_was_there() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path();
    fs::write(path.join("in.mid"), song().to_bytes())?;
    let old = path.join("song.dawproject");
    fs::write(&old, "old")?;
    let arguments = ["arrange", "in.mid", "-o", "song.dawproject", "--backend", "tract", "--genre", "noise"];
    assert_eq!(continuo(path, &arguments)?.status.code(), Some(2));
    assert_eq!(fs::read(&old)?, b"old");
    let missing = continuo(path, &["arrange", "in.mid", "-o", "nowhere/song.dawproject"])?;
    let line = String::from_utf8(missing.stderr)?;
    assert!(line.contains("nowhere does not exist"), "{line}");
    let mut permissions = fs::metadata(&old)?.permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&old, permissions)?;
    let protected = continuo(path, &["arrange", "in.mid", "-o", "song.dawproject"])?;
    let line = String::from_utf8(protected.stderr)?;
    assert!(line.contains("is write-protected"), "{line}");
    assert_eq!(fs::read(&old)?, b"old");
    Ok(())
}

/// Linux has a file that acts as a full disk.
#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_a_failure_and_not_a_panic() -> Outcome {
    let folder = tempfile::tempdir()?;
    let run = |arguments: &[&str], full_errors: bool| {
        let full = fs::File::options().write(true).open("/dev/full")?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_continuo"));
        command.current_dir(folder.path()).env("CONTINUO_DATA", folder.path().join("data")).args(arguments);
        if full_errors { command.stderr(full).output() } else { command.stdout(full).output() }
    };
    assert_eq!(run(&["arrange", "none.mid", "-o", "out.mid"], true)?.status.code(), Some(2));
    for arguments in [["model", "--json"].as_slice(), &["--help"]] {
        let output = run(arguments, false)?;
        let line = String::from_utf8(output.stderr)?;
        assert_eq!((output.status.code(), line.lines().count()), (Some(2), 1), "{arguments:?}: {line}");
        assert!(line.contains("could not be written"), "{arguments:?}: {line}");
    }
    Ok(())
}

#[test]
fn info_shows_the_model_and_the_runtime() -> Outcome {
    let folder = tempfile::tempdir()?;
    let output = continuo(folder.path(), &["info", "--json", "--backend", "tract"])?;
    let info: Value = serde_json::from_slice(&output.stdout)?;
    assert!(info["model"].as_str().is_some_and(|model| !model.is_empty()));
    assert_eq!(info["parts"], serde_json::json!(Part::ALL.map(Part::id)));
    assert!(info["genres"].as_array().is_some_and(|genres| genres.iter().all(|genre| genre["id"].is_string())));
    assert_eq!(info["backend"], "tract");
    assert!(info["library"].is_null());
    let text = String::from_utf8(continuo(folder.path(), &["info", "--backend", "tract"])?.stdout)?;
    assert!(text.contains("backend  tract"), "{text}");
    Ok(())
}

/// Installs the hand-made networks in `tests/models` in the data folder of `folder`.
fn install(folder: &Path, name: &str) -> std::io::Result<()> {
    let (from, to) =
        (Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/models"), folder.join("data/models").join(name));
    fs::create_dir_all(&to)?;
    for file in ["continuo.onnx", "conductor.onnx", "style-encoder.onnx"] {
        fs::copy(from.join(file), to.join(file))?;
    }
    Ok(())
}

/// The output of the command as JSON.
fn json_of(folder: &Path, arguments: &[&str]) -> Result<Value, Box<dyn Error>> {
    let output = continuo(folder, &[arguments, &["--json"]].concat())?;
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(serde_json::from_slice(&output.stdout)?)
}

#[test]
fn an_own_style_is_made_listed_played_mixed_and_removed() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path();
    install(path, "hand made")?;
    fs::write(path.join("in.mid"), song().to_bytes())?;
    fs::write(path.join("broken.mid"), "no song")?;
    let model = ["--model", "hand made", "--backend", "tract"];
    let reading = [&["style", "in.mid", "broken.mid", "--name", "coulton"][..], &model[..]].concat();
    let style = json_of(path, &reading)?;
    assert_eq!((style["slot"].as_u64(), style["sources"][0].as_str()), (Some(16), Some("in.mid")));
    assert!(style["refused"][0]["reason"].as_str().is_some_and(|reason| reason.contains("not a MIDI file")), "{style}");
    let listed = json_of(path, &["style", "--list"])?;
    assert_eq!(listed["styles"][0]["parts"], serde_json::json!(["bass"]));
    let info = json_of(path, &[&["info"][..], &model[..]].concat())?;
    let genres = info["genres"].as_array().ok_or("no genres")?;
    assert!(genres.iter().any(|genre| genre["id"] == "coulton" && genre["own"] == true), "{info}");
    assert_eq!(info["models"][0]["conductor"], true);
    let play = |more: &[&str]| {
        let arrange = ["arrange", "in.mid", "-o", "out.mid", "--genre", "Coulton"];
        json_of(path, &[&arrange[..], &model[..], more].concat())
    };
    let alone = play(&["--takes", "4"])?;
    assert_eq!((alone["genre"].as_str(), &alone["parts"]), (Some("coulton"), &serde_json::json!(["bass"])));
    assert_eq!(alone["conductor"], "hand-made conductor 1.0.0");
    let mixed = play(&["--genre-b", "busy", "--blend", "0.25"])?;
    assert_eq!((mixed["genre_b"].as_str(), mixed["blend"].as_f64()), (Some("busy"), Some(0.25)));
    assert_eq!(mixed["parts"], serde_json::json!(["drums", "bass", "chords"]));
    json_of(path, &["style", "--remove", "coulton"])?;
    assert_eq!(json_of(path, &["style", "--list"])?["styles"], serde_json::json!([]));
    Ok(())
}

#[test]
fn sections_are_given_reported_and_written_as_markers() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path();
    install(path, "hand made")?;
    fs::write(path.join("in.mid"), song().to_bytes())?;
    let arrange = |input: &str, output: &str, more: &[&str]| {
        let arguments = ["arrange", input, "-o", output, "--model", "hand made", "--backend", "tract"];
        json_of(path, &[&arguments[..], more].concat())
    };
    let report = arrange("in.mid", "out.mid", &["--sections", "Intro 2 | Wobble 2 | Chorus \"Big\" 8 | Ending 4"])?;
    let section = |bar: u64, bars: u64, kind: &str, name: &str| serde_json::json!({"bar": bar, "bars": bars, "kind": kind, "name": name});
    assert_eq!(
        report["sections"],
        serde_json::json!([section(1, 2, "intro", "Intro"), section(5, 8, "chorus", "Big")])
    );
    let warnings = report["warnings"].to_string();
    for said in ["Wobble", "the sections have 16 bars and the song 12"] {
        assert!(warnings.contains(said), "{said}: {warnings}");
    }
    // The file that was written names them by itself.
    let again = arrange("out.mid", "again.mid", &["--track", "1"])?;
    assert_eq!(again["sections"], report["sections"]);
    assert_eq!(
        arrange("out.mid", "none.mid", &["--track", "1", "--sections", "none"])?["sections"],
        serde_json::json!([])
    );
    assert!(marked_sections(&read(&fs::read(path.join("none.mid"))?)?).is_empty());
    let refused = continuo(path, &["arrange", "in.mid", "-o", "out.mid", "--sections"])?;
    assert_eq!(refused.status.code(), Some(2));
    Ok(())
}

#[test]
fn models_are_listed_with_their_faults_and_chosen() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path();
    assert_eq!(json_of(path, &["model"])?["chosen"], "built-in");
    install(path, "good")?;
    install(path, "bad")?;
    fs::write(path.join("data/models/bad/continuo.onnx"), "no model")?;
    let models = json_of(path, &["model"])?;
    assert!(models["models"][0]["refused"].as_str().is_some_and(|why| why.contains("not a whole ONNX file")));
    assert!(models["models"][1]["refused"].is_null(), "{models}");
    for (arguments, cause) in [
        (["model", "--use", "bad"].as_slice(), "not a whole ONNX file"),
        (&["model", "--use", "none"], "available: built-in, bad, good"),
        (&["info", "--model", "none"], "there is no model"),
        (&["style", "in.mid", "--name", "x", "--model", "built-in"], "in.mid"),
        (&["style", "--remove", "x"], "there is no style"),
    ] {
        let output = continuo(path, arguments)?;
        let line = String::from_utf8(output.stderr)?;
        assert_eq!((output.status.code(), line.lines().count()), (Some(2), 1), "{arguments:?}: {line}");
        assert!(line.contains(cause) || line.contains("style encoder"), "{arguments:?}: {line}");
    }
    assert_eq!(json_of(path, &["model", "--use", "GOOD"])?["chosen"], "good");
    assert_eq!(json_of(path, &["info", "--backend", "tract"])?["model"], "hand-made 1.0.0");
    assert_eq!(json_of(path, &["model", "--use", "built-in"])?["chosen"], "built-in");
    assert_ne!(json_of(path, &["info", "--backend", "tract"])?["model"], "hand-made 1.0.0");
    Ok(())
}

#[test]
fn a_kept_track_is_written_as_it_is_and_what_cannot_be_kept_is_refused() -> Outcome {
    let folder = tempfile::tempdir()?;
    let (report, out) = arrange(folder.path(), &["--keep", "bass=Bass"])?;
    let bass = out.tracks.iter().find(|track| track.label() == "Bass").ok_or("no bass")?;
    assert_eq!(bass.notes, song().tracks[0].track.notes, "note for note");
    assert_eq!(bass.channel, Part::Bass.default_channel());
    assert_eq!(report["melody_track"], 2);
    let kept = serde_json::json!([{"part": "bass", "track": 1, "name": "Bass", "notes": bass.notes.len()}]);
    assert_eq!(report["kept"], kept);
    let (other, alone) = arrange(folder.path(), &[])?;
    assert_eq!(other["kept"], serde_json::json!([]));
    let chords =
        |song: &Song| song.tracks.iter().find(|track| track.label() == "Chords").map(|track| track.notes.clone());
    assert_ne!(chords(&out), chords(&alone), "the others play around it");
    for (keep, cause) in [("bass=7", "no track 7"), ("chords=flute", "no track is left for the melody")] {
        let more: &[&str] =
            if keep.starts_with("chords") { &["--keep", keep, "--keep", "bass=1"] } else { &["--keep", keep] };
        let arguments = [&["arrange", "in.mid", "-o", "out.mid", "--backend", "tract"], more].concat();
        let output = continuo(folder.path(), &arguments)?;
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && error.contains(cause), "{keep}: {error}");
    }
    Ok(())
}
