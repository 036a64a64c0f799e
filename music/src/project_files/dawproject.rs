//! Writes DAWproject 1.0: a ZIP file with `project.xml` and `metadata.xml`.
//!
//! Format: <https://github.com/bitwig/dawproject>, whose schemas the tests check the documents against. Positions are in
//! quarter notes, which the format calls beats. It has no place for chord symbols, key signatures and lyrics: the
//! symbols are the names of empty clips on a track of their own.

mod controllers;

use super::{
    clips::Clip,
    error::ProjectFileError,
    finished_song::{FinishedSong, NamedChord, ProjectTrack, Stem, Tempo},
};
use crate::time::{Tick, quarters_from_ticks};
use controllers::Curve;
use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};
use std::io::{self, Cursor, Write};
use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

const MASTER: &str = "master";
const MASTER_CHANNEL: &str = "master-channel";
const CHORDS: &str = "chords";
const TEMPO: &str = "tempo";
const METER: &str = "meter";
/// The colour of the track with the symbols of chords.
const CHORDS_COLOUR: [u8; 3] = [0x9a, 0x9a, 0x9a];

type Xml = Writer<Vec<u8>>;

/// The bytes of a `.dawproject` file. The same song gives the same bytes: the entries have no time of their own.
///
/// # Errors
/// If the documents could not be written or packed.
pub(super) fn write(song: &FinishedSong) -> Result<Vec<u8>, ProjectFileError> {
    let mut container = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    for (name, document) in [("metadata.xml", metadata(song)?), ("project.xml", project(song)?)] {
        container.start_file(name, options)?;
        container.write_all(&document)?;
    }
    for stem in &song.stems {
        container.start_file(&stem.path, options)?;
        container.write_all(&stem.bytes)?;
    }
    Ok(container.finish()?.into_inner())
}

/// A document with this root.
fn document(root: impl FnOnce(&mut Xml) -> io::Result<()>) -> io::Result<Vec<u8>> {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), Some("yes"))))?;
    root(&mut xml)?;
    let mut bytes = xml.into_inner();
    bytes.push(b'\n');
    Ok(bytes)
}

fn metadata(song: &FinishedSong) -> io::Result<Vec<u8>> {
    document(|xml| {
        if song.title.is_empty() {
            return xml.create_element("MetaData").write_empty().map(drop);
        }
        let title =
            |xml: &mut Xml| xml.create_element("Title").write_text_content(BytesText::new(&song.title)).map(drop);
        xml.create_element("MetaData").write_inner_content(title).map(drop)
    })
}

fn project(song: &FinishedSong) -> io::Result<Vec<u8>> {
    let content = |xml: &mut Xml| {
        let application = [("name", "Continuo"), ("version", env!("CARGO_PKG_VERSION"))];
        xml.create_element("Application").with_attributes(application).write_empty()?;
        transport(xml, song)?;
        xml.create_element("Structure").write_inner_content(|xml| structure(xml, song))?;
        xml.create_element("Arrangement")
            .with_attribute(("id", "arrangement"))
            .write_inner_content(|xml| arrangement(xml, song))?;
        Ok(())
    };
    document(|xml| {
        xml.create_element("Project").with_attribute(("version", "1.0")).write_inner_content(content).map(drop)
    })
}

/// The tempo and meter at the beginning.
fn transport(xml: &mut Xml, song: &FinishedSong) -> io::Result<()> {
    xml.create_element("Transport").write_inner_content(|xml| {
        if let Some(tempo) = song.tempos.first() {
            let value = tempo.quarters_per_minute.to_string();
            let attributes = [("unit", "bpm"), ("value", &value), ("id", TEMPO), ("name", "Tempo")];
            xml.create_element("Tempo").with_attributes(attributes).write_empty()?;
        }
        if let Some(change) = song.meters.first() {
            let (numerator, denominator) = (change.meter.numerator.to_string(), change.meter.denominator.to_string());
            let attributes = [("denominator", &*denominator), ("numerator", &numerator), ("id", METER)];
            xml.create_element("TimeSignature").with_attributes(attributes).write_empty()?;
        }
        Ok(())
    })?;
    Ok(())
}

fn structure(xml: &mut Xml, song: &FinishedSong) -> io::Result<()> {
    if !song.chords.is_empty() {
        track(xml, CHORDS, "Chord symbols", CHORDS_COLOUR, "notes", None)?;
    }
    for (index, ProjectTrack { name, colour, program, .. }) in song.tracks.iter().enumerate() {
        let comment = program.map(|program| format!("General MIDI program {}", u16::from(program) + 1));
        track(xml, &track_id(index), name, *colour, "notes", comment.as_deref())?;
    }
    for (index, stem) in song.stems.iter().enumerate() {
        let (name, colour) = (sound_name(stem), song.colour_of(&stem.name));
        track(xml, &stem_id(index), &name, colour, "audio", None)?;
    }
    let attributes = [("contentType", "audio notes"), ("loaded", "true"), ("id", MASTER), ("name", "Master")];
    xml.create_element("Track").with_attributes(attributes).write_inner_content(|xml| {
        let attributes = [("audioChannels", "2"), ("role", "master"), ("id", MASTER_CHANNEL)];
        xml.create_element("Channel").with_attributes(attributes).write_inner_content(mixer)?;
        Ok(())
    })?;
    Ok(())
}

fn track_id(index: usize) -> String {
    format!("track{index}")
}

fn stem_id(index: usize) -> String {
    format!("stem{index}")
}

/// The name of the track with the sound of another.
fn sound_name(stem: &Stem) -> String {
    format!("{} (sound)", stem.name)
}

/// A track for notes, without an instrument, or for sound: its `content`.
fn track(
    xml: &mut Xml,
    id: &str,
    name: &str,
    [red, green, blue]: [u8; 3],
    content: &str,
    comment: Option<&str>,
) -> io::Result<()> {
    let (colour, channel) = (format!("#{red:02x}{green:02x}{blue:02x}"), format!("{id}-channel"));
    let attributes = [("contentType", content), ("loaded", "true"), ("id", id), ("name", name), ("color", &colour)];
    let attributes = attributes.into_iter().chain(comment.map(|comment| ("comment", comment)));
    xml.create_element("Track").with_attributes(attributes).write_inner_content(|xml| {
        let attributes =
            [("audioChannels", "2"), ("destination", MASTER_CHANNEL), ("role", "regular"), ("id", &channel)];
        xml.create_element("Channel").with_attributes(attributes).write_inner_content(mixer)?;
        Ok(())
    })?;
    Ok(())
}

/// A fader at 0 dB in the middle.
fn mixer(xml: &mut Xml) -> io::Result<()> {
    xml.create_element("Mute").with_attributes([("value", "false"), ("name", "Mute")]).write_empty()?;
    let pan = [("max", "1"), ("min", "0"), ("unit", "normalized"), ("value", "0.5"), ("name", "Pan")];
    xml.create_element("Pan").with_attributes(pan).write_empty()?;
    let volume = [("max", "2"), ("min", "0"), ("unit", "linear"), ("value", "1"), ("name", "Volume")];
    xml.create_element("Volume").with_attributes(volume).write_empty()?;
    Ok(())
}

fn arrangement(xml: &mut Xml, song: &FinishedSong) -> io::Result<()> {
    xml.create_element("Lanes").with_attributes([("timeUnit", "beats"), ("id", "lanes")]).write_inner_content(
        |xml| {
            if !song.chords.is_empty() {
                lane(xml, CHORDS, |xml| song.chords.iter().try_for_each(|chord| chord_clip(xml, chord)))?;
            }
            for (index, track) in song.tracks.iter().enumerate() {
                lane(xml, &track_id(index), |xml| {
                    track.clips.iter().try_for_each(|each| clip(xml, each, track.channel))
                })?;
            }
            for (index, stem) in song.stems.iter().enumerate() {
                lane(xml, &stem_id(index), |xml| sound_clip(xml, stem, song))?;
            }
            Ok(())
        },
    )?;
    markers(xml, song)?;
    automation(xml, "TempoAutomation", TEMPO, Some("bpm"), |xml| {
        song.tempos.iter().try_for_each(|Tempo { tick, quarters_per_minute }| {
            let (time, value) = (beats(*tick), quarters_per_minute.to_string());
            let attributes = [("time", &*time), ("value", &value), ("interpolation", "hold")];
            xml.create_element("RealPoint").with_attributes(attributes).write_empty().map(drop)
        })
    })?;
    automation(xml, "TimeSignatureAutomation", METER, None, |xml| {
        song.meters.iter().try_for_each(|change| {
            let (numerator, denominator) = (change.meter.numerator.to_string(), change.meter.denominator.to_string());
            let time = beats(change.tick);
            let attributes = [("time", &*time), ("numerator", &numerator), ("denominator", &denominator)];
            xml.create_element("TimeSignaturePoint").with_attributes(attributes).write_empty().map(drop)
        })
    })
}

/// The clips of a track.
fn lane(xml: &mut Xml, track: &str, clips: impl FnOnce(&mut Xml) -> io::Result<()>) -> io::Result<()> {
    let (lanes, list) = (format!("{track}-lanes"), format!("{track}-clips"));
    xml.create_element("Lanes").with_attributes([("track", track), ("id", &lanes)]).write_inner_content(|xml| {
        xml.create_element("Clips").with_attribute(("id", &*list)).write_inner_content(clips)?;
        Ok(())
    })?;
    Ok(())
}

/// A chord's symbol as the name of a clip without notes.
fn chord_clip(xml: &mut Xml, chord: &NamedChord) -> io::Result<()> {
    let (time, duration) = (beats(chord.span.start), beats(chord.span.end - chord.span.start));
    let attributes = [("time", &*time), ("duration", &duration), ("playStart", "0"), ("name", &chord.symbol)];
    xml.create_element("Clip").with_attributes(attributes).write_inner_content(|xml| {
        xml.create_element("Notes").write_empty()?;
        Ok(())
    })?;
    Ok(())
}

/// The sound of a track as a clip, which plays at its own speed: it follows the song's tempos already.
fn sound_clip(xml: &mut Xml, stem: &Stem, song: &FinishedSong) -> io::Result<()> {
    let (duration, name) = (beats(song.tick_at(stem.seconds)), sound_name(stem));
    let attributes = [("time", "0"), ("duration", &duration), ("contentTimeUnit", "seconds"), ("playStart", "0")];
    let attributes = attributes.into_iter().chain([("name", &*name)]);
    xml.create_element("Clip").with_attributes(attributes).write_inner_content(|xml| {
        let (seconds, rate) = (stem.seconds.to_string(), stem.sample_rate.to_string());
        let attributes = [("duration", &*seconds), ("channels", "2"), ("sampleRate", &rate)];
        xml.create_element("Audio").with_attributes(attributes).write_inner_content(|xml| {
            xml.create_element("File").with_attribute(("path", &*stem.path)).write_empty()?;
            Ok(())
        })?;
        Ok(())
    })?;
    Ok(())
}

/// A clip; inside it, time counts from its beginning.
fn clip(xml: &mut Xml, clip: &Clip, channel: u8) -> io::Result<()> {
    let (time, duration) = (beats(clip.span.start), beats(clip.span.end - clip.span.start));
    let attributes = [("time", &*time), ("duration", &duration), ("playStart", "0"), ("name", &clip.name)];
    let curves = Curve::all(&clip.events);
    xml.create_element("Clip").with_attributes(attributes).write_inner_content(|xml| {
        if curves.is_empty() {
            return notes(xml, clip, channel);
        }
        xml.create_element("Lanes").write_inner_content(|xml| {
            notes(xml, clip, channel)?;
            curves.iter().try_for_each(|curve| curve.write(xml, channel, clip.span.start))
        })?;
        Ok(())
    })?;
    Ok(())
}

fn notes(xml: &mut Xml, clip: &Clip, channel: u8) -> io::Result<()> {
    let channel = channel.to_string();
    if clip.notes.is_empty() {
        return xml.create_element("Notes").write_empty().map(drop);
    }
    xml.create_element("Notes").write_inner_content(|xml| {
        clip.notes.iter().try_for_each(|note| {
            let (time, duration) = (beats(note.start - clip.span.start), beats(note.length));
            let (key, velocity) = (note.pitch.to_string(), (f64::from(note.velocity) / 127.0).to_string());
            let attributes = [
                ("time", &*time),
                ("duration", &duration),
                ("channel", &channel),
                ("key", &key),
                ("vel", &velocity),
                ("rel", "0.5"),
            ];
            xml.create_element("Note").with_attributes(attributes).write_empty().map(drop)
        })
    })?;
    Ok(())
}

/// The sections, with `-` where none follows, and the song's other markers.
fn markers(xml: &mut Xml, song: &FinishedSong) -> io::Result<()> {
    let mut all: Vec<(Tick, &str)> = song.markers.iter().map(|marker| (marker.tick, &*marker.name)).collect();
    for (index, section) in song.sections.iter().enumerate() {
        all.push((section.span.start, section.name()));
        let next = song.sections.get(index + 1).map_or(song.end, |next| next.span.start);
        if next > section.span.end {
            all.push((section.span.end, "-"));
        }
    }
    all.sort_by_key(|(tick, _)| *tick);
    // The format has no empty list of markers.
    if all.is_empty() {
        return Ok(());
    }
    xml.create_element("Markers").with_attributes([("timeUnit", "beats"), ("id", "markers")]).write_inner_content(
        |xml| {
            all.iter().try_for_each(|(tick, name)| {
                let time = beats(*tick);
                xml.create_element("Marker").with_attributes([("time", &*time), ("name", name)]).write_empty().map(drop)
            })
        },
    )?;
    Ok(())
}

/// How a value of the transport changes.
fn automation(
    xml: &mut Xml,
    name: &str,
    target: &str,
    unit: Option<&str>,
    points: impl FnOnce(&mut Xml) -> io::Result<()>,
) -> io::Result<()> {
    let id = format!("{target}-automation");
    let attributes = [("timeUnit", "beats"), ("id", &*id)].into_iter().chain(unit.map(|unit| ("unit", unit)));
    xml.create_element(name).with_attributes(attributes).write_inner_content(|xml| {
        xml.create_element("Target").with_attribute(("parameter", target)).write_empty()?;
        points(xml)
    })?;
    Ok(())
}

/// A position or a length in quarter notes.
fn beats(ticks: Tick) -> String {
    quarters_from_ticks(ticks).to_string()
}
