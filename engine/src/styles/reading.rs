//! Reads a style from MIDI files: their tracks are divided into a melody and parts, then cut into windows; the style
//! encoder reads each window, and the style is the mean.

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
    pickup,
    song::{Song, TrackError, Warning},
    time::{TICKS_PER_QUARTER, Tick},
};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A file with more tracks is not a song.
pub const MOST_TRACKS: usize = 128;
/// The largest number of files that are read.
pub const MOST_FILES: usize = 1000;
/// The largest number of windows that are read from one file, evenly from beginning to end, so that a symphony does not
/// outweigh songs and takes no longer than a second.
const MOST_WINDOWS: usize = 24;
/// A window is this many bars long.
const BARS: u8 = 4;
/// How the names of MIDI files end: `.kar` is karaoke, `.rmi` is in a RIFF file.
const ENDINGS: [&str; 5] = ["mid", "midi", "smf", "kar", "rmi"];
/// How many windows the encoder reads at once.
const BATCH: usize = 16;
/// A part belongs to the style if it plays in at least one window in this many.
const ONE_WINDOW_IN: usize = 6;

/// Why a file has no usable style. The other files are still read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileFault {
    /// The file is broken, too large, or unreadable.
    #[error(transparent)]
    MidiFile(#[from] MidiFileError),
    /// The file has no notes.
    #[error("the file holds no notes")]
    NoNotes,
    /// The file has only drums.
    #[error("the file holds only drums; a style needs a melody and an accompaniment")]
    OnlyDrums,
    /// The file has only a melody.
    #[error("the file holds a melody but no accompaniment")]
    OnlyMelody,
    /// The file has more tracks than a song.
    #[error("the file has {0} tracks with notes, but at most {MOST_TRACKS} are read; split it")]
    TooManyTracks(usize),
    /// The folder has no MIDI files.
    #[error("the folder holds no MIDI files (.mid, .midi, .smf, .kar or .rmi)")]
    EmptyFolder,
    /// The file is beyond the largest number of files.
    #[error("it was not read: {MOST_FILES} files are enough for a style")]
    TooManyFiles,
}

/// Why no style could be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadStyleError {
    /// No file was given.
    #[error("no file was given to read a style from")]
    NoFiles,
    /// No file is usable; never empty.
    #[error("{}", summary(.0))]
    NothingUsable(Vec<(PathBuf, FileFault)>),
    /// The encoder failed.
    #[error("the style could not be read: {0}")]
    Encoder(#[from] InferenceError),
    /// The caller stopped the reading.
    #[error("reading the style was stopped")]
    Stopped,
}

/// The first fault, and the number of further ones.
fn summary(faults: &[(PathBuf, FileFault)]) -> String {
    let Some((path, fault)) = faults.first() else { return "no file was given to read a style from".to_owned() };
    match faults.len() - 1 {
        0 => format!("{}: {fault}", path.display()),
        more => format!("none of the files can be used; {}: {fault}; and {more} more", path.display()),
    }
}

/// A style read from MIDI files, without a name or a slot.
#[derive(Debug)]
pub struct StyleReading {
    /// A vector as long as the model's style vectors.
    pub vector: Vec<f32>,
    /// The parts that play in the music.
    pub parts: PartMap<bool>,
    /// Zero-based General MIDI programs: those of the music, or of the model's default genre where it has none.
    pub programs: PartMap<u8>,
    /// The names of the files that were used.
    pub sources: Vec<String>,
    /// The files that were not used, with the reason.
    pub refused: Vec<(PathBuf, FileFault)>,
    /// The damaged files that were used as far as they go, with what is missing.
    pub damaged: Vec<(PathBuf, Warning)>,
    /// How many windows were averaged.
    pub windows: usize,
    style_space: String,
}

impl StyleReading {
    /// The reading as a style for [`StyleFolder::keep`](super::StyleFolder::keep), which assigns its slot.
    pub fn into_style(self, name: &str) -> OwnStyle {
        let name = name.trim().to_owned();
        let genre = Genre { id: name.clone(), name, style: self.vector, parts: self.parts, programs: self.programs };
        OwnStyle { genre, style_space: self.style_space, slot: FIRST_OWN_SLOT, sources: self.sources }
    }
}

/// Reads a style from MIDI files, and from all MIDI files in the given folders and their subfolders. Files without a
/// usable style are listed in [`StyleReading::refused`], and the rest are used.
///
/// Before each file, `go_on` is called with the number of finished files and the number of all files; reading stops if
/// it returns `false`. A file takes up to a second.
///
/// # Errors
/// When no file is usable, the encoder fails, or `go_on` returns `false`.
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
    let (mut sources, mut damaged) = (Vec::new(), Vec::new());
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
                damaged.extend(read.damage.into_iter().map(|damage| (file.clone(), damage)));
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
        parts: PartMap::from_fn(|part| sum.plays[part] * ONE_WINDOW_IN >= sum.windows),
        programs: PartMap::from_fn(|part| sum.programs[part].unwrap_or(default.programs[part])),
        sources,
        refused,
        damaged,
        windows: sum.windows,
        style_space: encoder.card().style_space.clone(),
    })
}

/// The sums over the windows of all files.
#[derive(Default)]
struct Sum {
    vector: Vec<f64>,
    windows: usize,
    /// In how many windows each part plays.
    plays: PartMap<usize>,
    /// For each part, the program in the first file that has one.
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

/// The files that the paths name; a folder is replaced by the MIDI files in it, sorted by name.
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

/// Collects the MIDI files in a folder and its subfolders, down to a depth that bounds links to a folder above.
fn in_folder(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    const DEEPEST: usize = 8;
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
        if found.len() > MOST_FILES {
            return;
        }
        let midi = |extension: &std::ffi::OsStr| ENDINGS.iter().any(|ending| extension.eq_ignore_ascii_case(ending));
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

struct UsableFile {
    windows: Vec<Window>,
    programs: PartMap<Option<u8>>,
    damage: Vec<Warning>,
}

fn read_file(encoder: &StyleEncoder, path: &Path) -> Result<UsableFile, FileFault> {
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
    let damage: Vec<Warning> = song.warnings.iter().filter(|warning| warning.is_damage()).cloned().collect();
    let spans: Vec<(PhraseSpan, PartMap<bool>)> = spans(song).into_iter().filter_map(sounding).collect();
    if spans.is_empty() {
        return Err(FileFault::OnlyMelody);
    }
    // Evenly from the beginning to the end.
    let kept = spans.len().min(MOST_WINDOWS);
    let chosen = (0..kept).map(|index| spans[index * spans.len() / kept]);
    let windows = chosen.map(|(span, playing)| window(&ensemble, span, playing, voices)).collect();
    Ok(UsableFile { windows, programs: ensemble.programs, damage })
}

/// The four-bar phrases of the song, whose bars are counted from its pickup if it shows one.
fn spans(mut song: Song) -> Vec<PhraseSpan> {
    if let Some(pickup) = song.melody_track(None).ok().and_then(|melody| pickup::find(&song, melody)) {
        pickup::apply(&mut song, pickup.bar_line);
    }
    song.meters.phrases_until(song.end, BARS).collect()
}

/// The parts that begin notes in the span; `None` unless the melody and at least one part do.
fn playing(ensemble: &Ensemble, span: &PhraseSpan) -> Option<PartMap<bool>> {
    let begins = |notes: &[Note]| {
        let first = notes.partition_point(|note| note.start < span.start);
        notes.get(first).is_some_and(|note| note.start < span.end)
    };
    let playing = PartMap::from_fn(|part| begins(&ensemble.parts[part]));
    (begins(&ensemble.melody) && playing != PartMap::default()).then_some(playing)
}

fn window(ensemble: &Ensemble, span: PhraseSpan, playing: PartMap<bool>, voices: &[u8; DRUM_VOICES]) -> Window {
    // Notes that begin longer than this before a window are ignored.
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
