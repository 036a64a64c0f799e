//! Writes MusicXML 4.0: the song as written notes, for notation programs.
//!
//! Format: <https://www.w3.org/2021/06/musicxml40/>. Each track is a part: the melody first, with the chord symbols,
//! sections, tempos and words of the whole score, the drums last. What readers get wrong is not written: there is no
//! `transpose`, and tempos, meters and keys change only at bar lines.

mod beams;
mod drums;
mod dynamics;
mod harmony;
mod measure;
mod part;
mod signs;
mod spelling;
mod staff;
mod words;
mod xml;

use super::{
    error::ProjectFileError,
    finished_song::{FinishedSong, ProjectTrack},
};
use crate::{notation::Bars, part::Part};
use part::Staves;
use quick_xml::events::{BytesDecl, BytesText, Event};
use signs::Signs;
use std::io::{self, Cursor, Write};
use xml::{Xml, element, number, text};
use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

const DOCTYPE: &str = "score-partwise PUBLIC \"-//Recordare//DTD MusicXML 4.0 Partwise//EN\" \
                       \"http://www.musicxml.org/dtds/partwise.dtd\"";
/// So many staves have the size that the reader gives them.
const FEW_STAVES: usize = 4;
/// How high the staves of a full score are, in millimetres: two systems of a band then fit on a page.
const SMALL_STAFF: &str = "5.5";
/// The name of the score in a compressed file.
const SCORE: &str = "score.musicxml";

/// The bytes of a `.musicxml` file. The same song gives the same bytes.
///
/// # Errors
/// If the document could not be written.
pub(super) fn write(song: &FinishedSong) -> Result<Vec<u8>, ProjectFileError> {
    Ok(score(song)?)
}

/// The bytes of an `.mxl` file: the score in a ZIP file that says where it is.
///
/// # Errors
/// If the documents could not be written or packed.
pub(super) fn write_compressed(song: &FinishedSong) -> Result<Vec<u8>, ProjectFileError> {
    let mut container = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().last_modified_time(DateTime::default());
    let (stored, packed) = (
        options.compression_method(CompressionMethod::Stored),
        options.compression_method(CompressionMethod::Deflated),
    );
    let place = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<container>\n  <rootfiles>\n    <rootfile full-path=\"{SCORE}\" \
         media-type=\"application/vnd.recordare.musicxml+xml\"/>\n  </rootfiles>\n</container>\n"
    );
    let entries = [
        ("mimetype", b"application/vnd.recordare.musicxml".to_vec(), stored),
        ("META-INF/container.xml", place.into_bytes(), packed),
        (SCORE, score(song)?, packed),
    ];
    for (name, content, options) in entries {
        container.start_file(name, options)?;
        container.write_all(&content)?;
    }
    Ok(container.finish()?.into_inner())
}

fn score(song: &FinishedSong) -> io::Result<Vec<u8>> {
    let bars = Bars::of(&song.meters, song.end);
    let signs = Signs::of(song, &bars);
    let staves: Vec<Staves> = tracks(song).into_iter().map(|track| Staves::of(song, track, &bars)).collect();
    let mut xml = Xml::new_with_indent(Vec::new(), b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), Some("no"))))?;
    xml.write_event(Event::DocType(BytesText::from_escaped(DOCTYPE)))?;
    element(&mut xml, "score-partwise", &[("version", "4.0")], |xml| {
        if !song.title.is_empty() {
            element(xml, "work", &[], |xml| text(xml, "work-title", &song.title))?;
        }
        element(xml, "identification", &[], |xml| {
            let software = concat!("Continuo ", env!("CARGO_PKG_VERSION"));
            element(xml, "encoding", &[], |xml| text(xml, "software", software))
        })?;
        if staves.iter().map(Staves::count).sum::<usize>() > FEW_STAVES {
            element(xml, "defaults", &[], small_staves)?;
        }
        element(xml, "part-list", &[], |xml| {
            staves.iter().enumerate().try_for_each(|(index, staves)| staves.describe(xml, index + 1))
        })?;
        let mut signs = Some(&signs);
        staves.iter().enumerate().try_for_each(|(index, staves)| {
            let id = format!("P{}", index + 1);
            element(xml, "part", &[("id", &id)], |xml| staves.write(xml, index + 1, &bars, signs.take()))
        })
    })?;
    let mut bytes = xml.into_inner();
    bytes.push(b'\n');
    Ok(bytes)
}

/// Says how high a staff of a full score is. The page stays the reader's.
fn small_staves(xml: &mut Xml) -> io::Result<()> {
    element(xml, "scaling", &[], |xml| {
        text(xml, "millimeters", SMALL_STAFF)?;
        number(xml, "tenths", 40)
    })
}

/// The tracks in the order of a score; those without notes are left out, unless there are no others.
fn tracks(song: &FinishedSong) -> Vec<&ProjectTrack> {
    let order = |track: &&ProjectTrack| match Part::ALL.into_iter().find(|part| part.name() == track.name) {
        None => 0,
        Some(Part::Counter) => 1,
        Some(Part::Strings) => 2,
        Some(Part::Chords) => 3,
        Some(Part::Bass) => 4,
        Some(Part::Drums) => 5,
    };
    let has_notes = |track: &&ProjectTrack| track.clips.iter().any(|clip| !clip.notes.is_empty());
    let mut tracks: Vec<&ProjectTrack> = song.tracks.iter().filter(has_notes).collect();
    if tracks.is_empty() {
        tracks.extend(song.tracks.first());
    }
    tracks.sort_by_key(order);
    tracks
}

#[cfg(test)]
mod tests;
