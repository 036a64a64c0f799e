//! Writes REAPER projects (`.rpp`): text in nested blocks.
//!
//! Format: what REAPER saves, as its users have written it down in *State Chunk Definitions*
//! (<https://github.com/ReaTeam/Doc>). Positions of items, markers and tempos are in seconds, those of notes in ticks of a
//! quarter note. Chord symbols are the notes of empty items on a track of their own, where REAPER shows them as text.

mod messages;
mod text;

use super::{
    clips::Clip,
    finished_song::{FinishedSong, NamedChord, ProjectTrack, Stem, Tempo},
};
use crate::{
    meter::MeterChange,
    time::{TICKS_PER_QUARTER, Tick},
};
use messages::messages;
use midly::MidiMessage;
use std::ops::Range;
use text::{Document, quoted};

/// The colour of the track with the symbols of chords.
const CHORDS_COLOUR: [u8; 3] = [0x9a, 0x9a, 0x9a];
/// A tempo that holds until the next: the shape *square*.
const HOLD: u8 = 1;
/// The flag of a point that begins a meter, and the one that lets it begin where the bar before is not over.
const BEGINS_METER: u8 = 1;
const AFTER_SHORT_BAR: u8 = 4;

/// The bytes of an `.rpp` file. The same song gives the same bytes.
pub(super) fn write(song: &FinishedSong) -> Vec<u8> {
    let mut document = Document::default();
    document.block("REAPER_PROJECT 0.1 \"6.0\" 0", |document| {
        if !song.title.is_empty() {
            document.line(&format!("TITLE {}", quoted(&song.title)));
        }
        tempos(document, song);
        markers(document, song);
        if !song.chords.is_empty() {
            chord_track(document, song);
        }
        for each in &song.tracks {
            track(document, song, each);
        }
        for stem in &song.stems {
            sound(document, song, stem);
        }
    });
    document.into_bytes()
}

/// A position or a length in seconds, to a tenth of a nanosecond.
fn in_seconds(seconds: f64) -> String {
    format!("{seconds:.10}")
}

/// The tempo and meter map. A meter is written as its beats plus 65,536 times the value of a beat.
fn tempos(document: &mut Document, song: &FinishedSong) {
    let tempo_at = |tick| song.tempos.iter().rfind(|tempo| tempo.tick <= tick).or(song.tempos.first());
    let (Some(Tempo { quarters_per_minute, .. }), Some(first)) = (song.tempos.first(), song.meters.first()) else {
        return;
    };
    document.line(&format!("TEMPO {quarters_per_minute} {} {}", first.meter.numerator, first.meter.denominator));
    let mut places: Vec<Tick> = song.tempos.iter().map(|tempo| tempo.tick).collect();
    places.extend(song.meters.iter().map(|change| change.tick));
    places.sort_unstable();
    places.dedup();
    document.block("TEMPOENVEX", |document| {
        document.line("ACT 1 -1");
        for place in places {
            let Some(tempo) = tempo_at(place) else { continue };
            let meter =
                song.meters.iter().position(|change| change.tick == place).map(|index| meter(&song.meters, index));
            let (position, tempo) = (in_seconds(song.seconds(place)), tempo.quarters_per_minute);
            document.line(&format!("PT {position} {tempo} {HOLD}{}", meter.unwrap_or_default()));
        }
    });
}

/// The fields of a point where a meter begins.
fn meter(meters: &[MeterChange], index: usize) -> String {
    let MeterChange { tick, meter } = meters[index];
    let before = index.checked_sub(1).map(|before| meters[before]);
    let is_cut = before.is_some_and(|before| (tick - before.tick) % before.meter.bar_ticks() != 0);
    let flags = BEGINS_METER | if is_cut { AFTER_SHORT_BAR } else { 0 };
    let code = (u32::from(meter.denominator) << 16) | u32::from(meter.numerator);
    format!(" {code} 0 {flags}")
}

/// The sections as regions, each with its end, and the other markers.
fn markers(document: &mut Document, song: &FinishedSong) {
    for (index, section) in song.sections.iter().enumerate() {
        let (number, name) = (index + 1, quoted(section.name()));
        let (start, end) = (song.seconds(section.span.start), song.seconds(section.span.end));
        document.line(&format!("MARKER {number} {} {name} 1 0 1 R", in_seconds(start)));
        document.line(&format!("MARKER {number} {} \"\" 1", in_seconds(end)));
    }
    for (index, marker) in song.markers.iter().enumerate() {
        let (number, name) = (index + 1, quoted(&marker.name));
        document.line(&format!("MARKER {number} {} {name} 0", in_seconds(song.seconds(marker.tick))));
    }
}

/// A track's name, colour and items. A colour is blue, green and red under a bit that says that there is one.
fn track_block(document: &mut Document, name: &str, [red, green, blue]: [u8; 3], items: impl FnOnce(&mut Document)) {
    document.block("TRACK", |document| {
        document.line(&format!("NAME {}", quoted(name)));
        document.line(&format!("PEAKCOL {}", u32::from_le_bytes([red, green, blue, 1])));
        items(document);
    });
}

fn chord_track(document: &mut Document, song: &FinishedSong) {
    track_block(document, "Chord symbols", CHORDS_COLOUR, |document| {
        for NamedChord { span, symbol, .. } in &song.chords {
            document.block("ITEM", |document| {
                place(document, song, span);
                document.block("NOTES", |document| document.line(&format!("|{symbol}")));
            });
        }
    });
}

fn place(document: &mut Document, song: &FinishedSong, span: &Range<Tick>) {
    let (start, end) = (song.seconds(span.start), song.seconds(span.end));
    document.line(&format!("POSITION {}", in_seconds(start)));
    document.line(&format!("LENGTH {}", in_seconds(end - start)));
    document.line("LOOP 0");
}

/// A track with its clips; MIDI stays on the track's channel. The first clip chooses the track's program, unless the
/// track's own messages choose one.
fn track(document: &mut Document, song: &FinishedSong, track: &ProjectTrack) {
    let chooses =
        |clip: &Clip| clip.events.iter().any(|event| matches!(event.message, MidiMessage::ProgramChange { .. }));
    let mut program = track.program.filter(|_| !track.clips.iter().any(chooses));
    track_block(document, &track.name, track.colour, |document| {
        for clip in &track.clips {
            item(document, song, clip, track.channel, program.take());
        }
    });
}

/// A track with the sound of another, which lies in a file beside the project.
fn sound(document: &mut Document, song: &FinishedSong, stem: &Stem) {
    let name = format!("{} (sound)", stem.name);
    let is_flac = stem.path.rsplit('.').next().is_some_and(|ending| ending.eq_ignore_ascii_case("flac"));
    track_block(document, &name, song.colour_of(&stem.name), |document| {
        document.block("ITEM", |document| {
            document.line("POSITION 0");
            document.line(&format!("LENGTH {}", in_seconds(stem.seconds)));
            document.line("LOOP 0");
            document.line(&format!("NAME {}", quoted(&name)));
            document.block(if is_flac { "SOURCE FLAC" } else { "SOURCE WAVE" }, |document| {
                document.line(&format!("FILE {}", quoted(&stem.path)));
            });
        });
    });
}

/// A clip. Its last line ends the source where the clip ends.
fn item(document: &mut Document, song: &FinishedSong, clip: &Clip, channel: u8, program: Option<u8>) {
    document.block("ITEM", |document| {
        place(document, song, &clip.span);
        document.line(&format!("NAME {}", quoted(&clip.name)));
        document.block("SOURCE MIDI", |document| {
            document.line(&format!("HASDATA 1 {TICKS_PER_QUARTER} QN"));
            if let Some(program) = program {
                document.line(&format!("E 0 c{channel:x} {program:02x} 00"));
            }
            let mut now = clip.span.start;
            for (tick, bytes) in messages(clip, channel) {
                let bytes: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                document.line(&format!("E {} {}", tick - now, bytes.join(" ")));
                now = tick;
            }
            document.line(&format!("E {} b{channel:x} 7b 00", clip.span.end - now));
        });
    });
}
