//! Reads a style from MIDI files: their tracks are sorted into a melody and parts, cut into windows, and each window
//! is shown to the style encoder. The style is the mean.

use super::{ensemble::Ensemble, own::OwnStyle, slots::FIRST_OWN_SLOT};
use crate::network::{
    contract::{DRUM_VOICES, PLANE},
    fit::Fit,
    model::Genre,
    roll::{self, add_weights},
    runtime::InferenceError,
    style_encoder::{MusicWindows, StyleEncoder},
};
use continuo_music::{
    key::Key,
    meter::PhraseSpan,
    midi_file::{self, MidiFileError},
    note::Note,
    part::{Part, PartMap},
    song::{Song, TrackError},
    time::{TICKS_PER_QUARTER, Tick},
};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A song with more tracks than this is a collection of something else.
pub const MOST_TRACKS: usize = 128;
/// So many files are read at most.
pub const MOST_FILES: usize = 1000;
/// So many windows are read of one file at most, evenly from its beginning to its end, so that a symphony among songs
/// does not outweigh them, nor take longer than a second.
const MOST_WINDOWS: usize = 24;
/// How many windows the encoder reads at once.
const BATCH: usize = 16;
/// A part belongs to the style if it plays in at least one of so many windows.
const RARELY: usize = 6;

/// Why a file gives no style. The others are read all the same.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileFault {
    /// Broken, too large, or unreadable.
    #[error(transparent)]
    MidiFile(#[from] MidiFileError),
    /// No notes at all.
    #[error("the file holds no notes")]
    NoNotes,
    /// Nothing but drums.
    #[error("the file holds only drums (channel 10); a style needs a melody and what accompanies it")]
    OnlyDrums,
    /// Nothing but a melody.
    #[error("the file holds a melody and nothing that accompanies it")]
    OnlyMelody,
    /// More tracks than a song has.
    #[error("the file has {0} tracks with notes, and songs have at most {MOST_TRACKS}; split it")]
    TooManyTracks(usize),
    /// A folder without MIDI files.
    #[error("the folder holds no MIDI files (.mid or .midi)")]
    EmptyFolder,
    /// More files than are read.
    #[error("it was not read: {MOST_FILES} files are enough for a style")]
    TooManyFiles,
}

/// Why no style could be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadStyleError {
    /// No file was named.
    #[error("no file was given to read a style from")]
    NoFiles,
    /// No file is of use. There is at least one.
    #[error("{}", told(.0))]
    NothingUsable(Vec<(PathBuf, FileFault)>),
    /// The encoder failed.
    #[error("the style could not be read: {0}")]
    Encoder(#[from] InferenceError),
    /// Nobody wanted it any more.
    #[error("the style was not read to its end")]
    Stopped,
}

/// The first fault, and how many more there are.
fn told(faults: &[(PathBuf, FileFault)]) -> String {
    let Some((path, fault)) = faults.first() else { return "there is no file to read a style from".to_owned() };
    match faults.len() - 1 {
        0 => format!("{}: {fault}", path.display()),
        more => format!("none of the files is of use; {}: {fault}; and {more} more", path.display()),
    }
}

/// A style as it was read.
#[derive(Debug)]
pub struct StyleReading {
    /// As long as the model's style vectors.
    pub vector: Vec<f32>,
    /// The parts that play in the music.
    pub parts: PartMap<bool>,
    /// Zero-based General MIDI programs: those of the music, or of the model's default genre where it tells none.
    pub programs: PartMap<u8>,
    /// The names of the files that were of use.
    pub sources: Vec<String>,
    /// The files that were of none, with the reason.
    pub refused: Vec<(PathBuf, FileFault)>,
    /// How many windows the style is the mean of.
    pub windows: usize,
    style_space: String,
}

impl StyleReading {
    /// The reading as a style, to be given to [`StyleFolder::keep`](super::StyleFolder::keep), which finds its slot.
    pub fn into_style(self, name: &str) -> OwnStyle {
        let name = name.trim().to_owned();
        let genre = Genre { id: name.clone(), name, style: self.vector, parts: self.parts, programs: self.programs };
        OwnStyle { genre, style_space: self.style_space, slot: FIRST_OWN_SLOT, sources: self.sources }
    }
}

/// Reads a style from MIDI files; of a folder, from all MIDI files in it and in its folders. A file without a usable
/// style is listed in [`StyleReading::refused`], and the rest is used.
///
/// Before each file, `go_on` is called with the number of files that are done and the number of all files; reading stops
/// when it returns `false`. A file takes up to a second.
///
/// # Errors
/// When no file is usable, when the encoder fails, or when `go_on` returned `false`.
pub fn read_style(
    encoder: &StyleEncoder,
    paths: &[PathBuf],
    mut go_on: impl FnMut(usize, usize) -> bool,
) -> Result<StyleReading, ReadStyleError> {
    if paths.is_empty() {
        return Err(ReadStyleError::NoFiles);
    }
    let (files, mut refused) = files(paths);
    let mut sum = Sum::default();
    let mut sources = Vec::new();
    let all = files.len();
    for (done, file) in files.into_iter().enumerate() {
        if !go_on(done, all) {
            return Err(ReadStyleError::Stopped);
        }
        match read_file(encoder, &file) {
            Ok(read) => {
                let windows = read.windows;
                let styles = windows
                    .chunks(BATCH)
                    .map(|windows| encoder.read(&stacked(windows)))
                    .collect::<Result<Vec<_>, _>>()?;
                sum.add(
                    &styles.concat(),
                    encoder.card().style_size,
                    windows.iter().map(|window| window.playing),
                    &read.programs,
                );
                sources.push(file.file_name().unwrap_or_default().to_string_lossy().into_owned());
            }
            Err(fault) => refused.push((file, fault)),
        }
    }
    if sum.windows == 0 {
        return Err(ReadStyleError::NothingUsable(refused));
    }
    let default = encoder.card().genre(u8::MAX);
    Ok(StyleReading {
        vector: sum.vector.iter().map(|number| (number / sum.windows as f64) as f32).collect(),
        parts: PartMap::from_fn(|part| sum.plays[part] * RARELY >= sum.windows),
        programs: PartMap::from_fn(|part| sum.programs[part].unwrap_or(default.programs[part])),
        sources,
        refused,
        windows: sum.windows,
        style_space: encoder.card().style_space.clone(),
    })
}

/// What the windows of all files have together.
#[derive(Default)]
struct Sum {
    vector: Vec<f64>,
    windows: usize,
    /// In how many windows each part plays.
    plays: PartMap<usize>,
    /// Those of the first file that tells.
    programs: PartMap<Option<u8>>,
}

impl Sum {
    fn add(
        &mut self,
        styles: &[f32],
        size: usize,
        playing: impl Iterator<Item = PartMap<bool>>,
        programs: &PartMap<Option<u8>>,
    ) {
        self.vector.resize(size, 0.0);
        for style in styles.chunks(size) {
            for (sum, number) in self.vector.iter_mut().zip(style) {
                *sum += f64::from(*number);
            }
        }
        for playing in playing {
            self.windows += 1;
            for part in Part::ALL {
                self.plays[part] += usize::from(playing[part]);
            }
        }
        self.programs = PartMap::from_fn(|part| self.programs[part].or(programs[part]));
    }
}

/// The files that the paths name, folders replaced by what is in them, in the order of their names.
fn files(paths: &[PathBuf]) -> (Vec<PathBuf>, Vec<(PathBuf, FileFault)>) {
    let (mut files, mut refused) = (Vec::new(), Vec::new());
    for path in paths {
        if path.is_dir() {
            let mut found = Vec::new();
            in_folder(path, 0, &mut found);
            found.sort_unstable();
            if found.is_empty() {
                refused.push((path.clone(), FileFault::EmptyFolder));
            }
            files.extend(found);
        } else {
            files.push(path.clone());
        }
    }
    if files.len() > MOST_FILES {
        refused.extend(files.drain(MOST_FILES..).map(|path| (path, FileFault::TooManyFiles)));
    }
    (files, refused)
}

/// Collects the MIDI files in a folder and its folders, which may be nested so deep that a link to a folder above does
/// not matter.
fn in_folder(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    const DEEPEST: usize = 8;
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
        if found.len() > MOST_FILES {
            return;
        }
        let midi = |extension: &std::ffi::OsStr| {
            extension.eq_ignore_ascii_case("mid") || extension.eq_ignore_ascii_case("midi")
        };
        if path.is_dir() {
            if depth < DEEPEST {
                in_folder(&path, depth + 1, found);
            }
        } else if path.extension().is_some_and(midi) {
            found.push(path);
        }
    }
}

/// One window of a song.
struct Window {
    span: PhraseSpan,
    notes: PartMap<Vec<Note>>,
    playing: PartMap<bool>,
    melody: Vec<f32>,
    shift: i64,
    meter: [f32; 2],
    voices: [u8; DRUM_VOICES],
}

struct Read {
    windows: Vec<Window>,
    programs: PartMap<Option<u8>>,
}

fn read_file(encoder: &StyleEncoder, path: &Path) -> Result<Read, FileFault> {
    let song = midi_file::read_file(path)?;
    if song.tracks.len() > MOST_TRACKS {
        return Err(FileFault::TooManyTracks(song.tracks.len()));
    }
    let voices = &encoder.card().drum_voices;
    let ensemble = Ensemble::of(&song, voices).map_err(|error| match error {
        TrackError::OnlyDrums => FileFault::OnlyDrums,
        _ => FileFault::NoNotes,
    })?;
    let sounding = |span: PhraseSpan| playing(&ensemble, &span).map(|playing| (span, playing));
    let spans: Vec<(PhraseSpan, PartMap<bool>)> = spans(&song).into_iter().filter_map(sounding).collect();
    if spans.is_empty() {
        return Err(FileFault::OnlyMelody);
    }
    // Evenly from the beginning to the end.
    let kept = spans.len().min(MOST_WINDOWS);
    let chosen = (0..kept).map(|index| spans[index * spans.len() / kept]);
    let windows = chosen.map(|(span, playing)| window(&ensemble, span, playing, voices)).collect();
    Ok(Read { windows, programs: ensemble.programs })
}

/// The phrases of four bars from the song's beginning to its end.
fn spans(song: &Song) -> Vec<PhraseSpan> {
    const BARS: u8 = 4;
    let mut spans: Vec<PhraseSpan> = Vec::new();
    let mut at = 0;
    while at < song.end {
        let span = song.meters.phrase_at(at, BARS);
        at = span.end;
        spans.push(span);
    }
    spans
}

/// The parts that begin notes in a stretch, if the melody does too and at least one part.
fn playing(ensemble: &Ensemble, span: &PhraseSpan) -> Option<PartMap<bool>> {
    let begins = |notes: &[Note]| {
        let first = notes.partition_point(|note| note.start < span.start);
        notes.get(first).is_some_and(|note| note.start < span.end)
    };
    let playing = PartMap::from_fn(|part| begins(&ensemble.parts[part]));
    (begins(&ensemble.melody) && playing != PartMap::default()).then_some(playing)
}

fn window(ensemble: &Ensemble, span: PhraseSpan, playing: PartMap<bool>, voices: &[u8; DRUM_VOICES]) -> Window {
    // Notes that sound longer than this before a window are not looked for.
    const REACH: Tick = 64 * TICKS_PER_QUARTER;
    let fit = Fit::new(&span);
    let (cells, before) = (fit.window(0), fit.context(0));
    let near = |notes: &[Note]| -> Vec<Note> {
        let first = notes.partition_point(|note| note.start < span.start - REACH);
        let after = notes.partition_point(|note| note.start < span.end);
        notes[first..after].to_vec()
    };
    let heard = near(&ensemble.melody);
    let notes = PartMap::from_fn(|part| near(&ensemble.parts[part]));
    let mut planes = vec![0.0; 2 * PLANE];
    let mut weights = [0.0; 12];
    roll::write(&heard, before, 0, &mut planes);
    add_weights(&planes, &mut weights);
    planes.fill(0.0);
    roll::write(&heard, cells, 0, &mut planes);
    add_weights(&planes, &mut weights);
    let shift = Key::estimate(&weights).shift();
    planes.fill(0.0);
    roll::write(&heard, cells, shift, &mut planes);
    let mut meter = [0.0; 2];
    meter[usize::from(fit.in_three())] = 1.0;
    Window { span, notes, playing, melody: planes, shift, meter, voices: *voices }
}

fn stacked(windows: &[Window]) -> MusicWindows {
    let mut music = MusicWindows::default();
    for window in windows {
        music.melody.extend_from_slice(&window.melody);
        music.meter.extend_from_slice(&window.meter);
        let fit = Fit::new(&window.span);
        music.played.push(&window.notes, window.playing, fit.window(0), window.shift, &window.voices);
    }
    music
}

#[cfg(all(test, feature = "runtimes"))]
mod tests;
