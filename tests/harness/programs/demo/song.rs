//! The tune that the demonstration plays to the plugin, and what the plugin plays.

use anyhow::{Result, anyhow, bail};
use continuo_engine::{network::Genre, storage};
use continuo_harness::{
    SongEvent, Tune,
    picture::{SongPicture, Voice},
    played, songs,
};
use continuo_music::{
    midi_file::{self, OutputFile, PartTrack},
    note::Note,
    part::{MELODY_CHANNEL, Part, PartMap, PartNotes},
    song::{self, Track},
    time::{Tick, ticks_from_quarters},
};
use continuo_sounds::{Font, Performance, audio_file::AudioFormat, mixer::mixed, render};
use std::path::Path;

/// A tune, as a file and as a host plays it.
pub struct LoadedTune {
    /// The file.
    pub file: song::Song,
    /// Which of its tracks is the melody.
    pub melody_track: usize,
    /// The melody for the host.
    pub melody: Tune,
}

/// What one part played.
pub struct PlayedPart {
    /// `None` for the melody.
    pub part: Option<Part>,
    /// Its name.
    pub name: &'static str,
    /// Zero-based MIDI channel.
    pub channel: u8,
    /// Its notes, sorted.
    pub notes: Vec<Note>,
}

/// Reads a tune.
pub fn read(path: &Path) -> Result<LoadedTune> {
    // Not as causes: these errors' sentences hold their causes already.
    let file = midi_file::read_file(path).map_err(|error| anyhow!("{}: {error}", path.display()))?;
    let melody = file.melody_track(None).map_err(|error| anyhow!("{}: {error}", path.display()))?;
    let Some(tune) = songs::of_file(&file, melody) else { bail!("{} has no melody", path.display()) };
    Ok(LoadedTune { file, melody_track: melody, melody: tune })
}

/// What was played, by part, the melody first.
pub fn parts(tune: &LoadedTune, played: &[SongEvent], sample_rate: f64) -> Vec<PlayedPart> {
    // A plugin that begins a note twice is still drawn.
    let notes = played::notes(&tune.melody, sample_rate, played, |_| {});
    let of_channel = |part, name, channel| {
        let of_this = notes.iter().filter(|note| note.channel == channel);
        let note = |note: &played::PlayedNote| Note {
            start: note.start,
            pitch: note.pitch,
            length: (note.end - note.start).max(1),
            velocity: note.velocity,
        };
        let mut notes: Vec<Note> = of_this.map(note).collect();
        notes.sort_unstable();
        PlayedPart { part, name, channel, notes }
    };
    let melody = of_channel(None, "Melody", MELODY_CHANNEL);
    let parts = Part::ALL.map(|part| of_channel(Some(part), part.name(), part.default_channel()));
    std::iter::once(melody).chain(parts).collect()
}

/// Writes what was played as sound.
pub fn write_sound(
    path: &Path,
    tune: &LoadedTune,
    played: &[SongEvent],
    sample_rate: f64,
    genre: &Genre,
) -> Result<()> {
    let song =
        render::song(&Performance::of(&mixed(&output(tune, played, sample_rate, genre))), &Font::built_in()?, 44_100)?;
    storage::save(path, &AudioFormat::of(path)?.encode(&song.sound)?)?;
    Ok(())
}

/// Writes what was played as a file with a track for each part, with the genre's sounds.
pub fn write(path: &Path, tune: &LoadedTune, played: &[SongEvent], sample_rate: f64, genre: &Genre) -> Result<()> {
    storage::save(path, &output(tune, played, sample_rate, genre).to_bytes())?;
    Ok(())
}

fn output(tune: &LoadedTune, played: &[SongEvent], sample_rate: f64, genre: &Genre) -> OutputFile {
    let mut file = tune.file.clone();
    let mut notes = PartNotes::default();
    for played in parts(tune, played, sample_rate) {
        match played.part {
            Some(part) => notes[part] = played.notes,
            None => {
                file.tracks[tune.melody_track] = Track { notes: played.notes, ..file.tracks[tune.melody_track].clone() }
            }
        }
    }
    let tracks = PartMap::from_fn(|part: Part| {
        Some(PartTrack { channel: part.default_channel(), program: Some(genre.programs[part]), kept: None })
    });
    OutputFile::arranged(&file, tune.melody_track, &notes, &tracks)
}

/// Draws what was played.
pub fn draw(path: &Path, tune: &LoadedTune, parts: &[PlayedPart], subtitle: &str) -> Result<()> {
    let voices: Vec<Voice<'_>> = parts
        .iter()
        .map(|played| Voice { part: played.part, channel: played.channel + 1, notes: &played.notes })
        .collect();
    let picture = SongPicture {
        title: tune.file.title.as_deref().unwrap_or("Continuo"),
        subtitle,
        voices: &voices,
        meters: &tune.file.meters,
        end: ticks_from_quarters(tune.melody.length).round() as Tick,
    };
    picture.draw(path)
}
