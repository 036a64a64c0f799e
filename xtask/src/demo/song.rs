//! The tune that is played to the plugin, and what comes back, as songs.

use crate::picture::{Picture, Voice};
use anyhow::{Result, anyhow, bail};
use continuo_engine::{
    arrange,
    arranger::PartNotes,
    midi_file::{self, OutputFile, write::PartTrack},
    model::Genre,
    note::Note,
    part::{MELODY_CHANNEL, Part, PartMap},
    song::{self, Track},
    time::{Tick, quarters_from_ticks, ticks_from_quarters},
};
use continuo_harness::{MelodyNote, NoteEventKind, Song, SongEvent};
use std::{collections::BTreeMap, path::Path};

/// How long a phrase is by default, in bars; a pass is a whole number of them.
const PHRASE_BARS: u8 = 4;

/// A tune, as a file and as a host plays it.
pub struct Tune {
    /// The file.
    pub file: song::Song,
    /// Which of its tracks is the melody.
    pub melody: usize,
    /// The same for the host.
    pub song: Song,
}

/// What one part played.
pub struct PlayedPart {
    /// The melody has none.
    pub part: Option<Part>,
    /// Its name.
    pub name: &'static str,
    /// Zero-based MIDI channel.
    pub channel: u8,
    /// Its notes, sorted.
    pub notes: Vec<Note>,
}

/// Reads a tune.
pub fn read(path: &Path) -> Result<Tune> {
    // Not as causes: these errors' sentences hold their causes already.
    let file = midi_file::read_file(path).map_err(|error| anyhow!("{}: {error}", path.display()))?;
    let melody = file.melody_track(None).map_err(|error| anyhow!("{}: {error}", path.display()))?;
    let notes = &file.tracks[melody].notes;
    let Some(end) = arrange::phrases(notes, &file.meters, PHRASE_BARS).last().map(|phrase| phrase.end) else {
        bail!("{} has no melody", path.display());
    };
    let song = Song {
        melody: notes
            .iter()
            .map(|note| MelodyNote {
                start: quarters_from_ticks(note.start),
                length: quarters_from_ticks(note.length),
                pitch: note.pitch,
                velocity: note.velocity,
            })
            .collect(),
        tempos: file
            .tempos
            .changes()
            .iter()
            .map(|change| (quarters_from_ticks(change.tick), change.quarters_per_minute()))
            .collect(),
        meters: file
            .meters
            .changes()
            .iter()
            .map(|change| {
                let meter = (u16::from(change.meter.numerator), u16::from(change.meter.denominator));
                (quarters_from_ticks(change.tick), meter)
            })
            .collect(),
        length: quarters_from_ticks(end),
    };
    Ok(Tune { file, melody, song })
}

/// What was played, by part, the melody first.
pub fn parts(tune: &Tune, played: &[SongEvent], sample_rate: f64) -> Vec<PlayedPart> {
    let tick = |sample: u64| -> Tick {
        ticks_from_quarters(tune.song.position_at(sample as f64, sample_rate)).round() as Tick
    };
    let mut sounding: BTreeMap<(u8, u8), (Tick, u8)> = BTreeMap::new();
    let mut channels: BTreeMap<u8, Vec<Note>> = BTreeMap::new();
    let mut finish = |(channel, pitch): (u8, u8), (start, velocity): (Tick, u8), end: Tick| {
        let note = Note { start, pitch, length: (end - start).max(1), velocity };
        channels.entry(channel).or_default().push(note);
    };
    for SongEvent { sample, event } in played {
        let key = (event.channel, event.pitch);
        match event.kind {
            NoteEventKind::On(velocity) => {
                if let Some(before) = sounding.insert(key, (tick(*sample), velocity)) {
                    finish(key, before, tick(*sample));
                }
            }
            NoteEventKind::Off => {
                if let Some(begun) = sounding.remove(&key) {
                    finish(key, begun, tick(*sample));
                }
            }
            NoteEventKind::Program => {}
        }
    }
    // The ends of what still sounds came when the transport stopped.
    let end = ticks_from_quarters(tune.song.length).round() as Tick;
    for (key, begun) in sounding {
        finish(key, begun, end);
    }

    let mut of_channel = |part, name, channel| {
        let mut notes = channels.remove(&channel).unwrap_or_default();
        notes.sort_unstable();
        PlayedPart { part, name, channel, notes }
    };
    let melody = of_channel(None, "Melody", MELODY_CHANNEL);
    let parts = Part::ALL.map(|part| of_channel(Some(part), part.name(), part.default_channel()));
    std::iter::once(melody).chain(parts).collect()
}

/// Writes what was played as a file with one track a part, in the genre's sounds.
pub fn write(path: &Path, tune: &Tune, played: &[SongEvent], sample_rate: f64, genre: &Genre) -> Result<()> {
    let mut file = tune.file.clone();
    let mut notes = PartNotes::default();
    for played in parts(tune, played, sample_rate) {
        match played.part {
            Some(part) => notes[part] = played.notes,
            None => file.tracks[tune.melody] = Track { notes: played.notes, ..file.tracks[tune.melody].clone() },
        }
    }
    let tracks = PartMap::from_fn(|part: Part| {
        Some(PartTrack { channel: part.default_channel(), program: Some(genre.programs[part]) })
    });
    let output = OutputFile::arranged(&file, tune.melody, &notes, &tracks);
    midi_file::save(path, &output.to_bytes())?;
    Ok(())
}

/// Draws what was played.
pub fn draw(path: &Path, tune: &Tune, parts: &[PlayedPart], subtitle: &str) -> Result<()> {
    let voices: Vec<Voice<'_>> = parts
        .iter()
        .map(|played| Voice { part: played.part, channel: played.channel + 1, notes: &played.notes })
        .collect();
    let picture = Picture {
        title: tune.file.title.as_deref().unwrap_or("Continuo"),
        subtitle,
        voices: &voices,
        meters: &tune.file.meters,
        end: ticks_from_quarters(tune.song.length).round() as Tick,
    };
    picture.draw(path)
}
