//! Reads the MIDI files that the player drops or opens, on a thread of its own: a melody to arrange, or music to make a
//! style from. Neither the window nor the composer waits for a disk or for the network that reads styles.

use continuo_engine::{
    composer::Shared,
    network::{BackendChoice, Genre, ModelSource, StyleEncoder},
    score::WholeSong,
    storage::is_name,
    styles::{OwnStyle, read_style},
};
use continuo_music::{
    groove_template::GrooveTemplate,
    midi_file,
    song::{Song, melody_line},
};
use parking_lot::Mutex;
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread::{self, JoinHandle},
};

/// The longest style name that is made from a file's name, in letters; below the limit for names, so that a number fits
/// behind it.
const LONGEST_NAME: usize = 52;

/// What to read, and for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadRequest {
    /// A song, to arrange its melody.
    Melody(PathBuf),
    /// Music whose groove other notes take over.
    Groove(PathBuf),
    /// Music, to make an own style from.
    Style {
        /// Files, or folders of files.
        files: Vec<PathBuf>,
        /// Select the style as the second genre, not as the first.
        second: bool,
    },
}

/// What the files contained.
#[derive(Debug)]
pub enum ReadContent {
    /// A melody.
    Melody(Box<WholeSong>),
    /// A groove, with a name.
    Groove(String, Arc<GrooveTemplate>),
    /// A style, which the shelf holds already.
    Style {
        /// Its slot.
        slot: u8,
        /// As in the request.
        second: bool,
    },
}

/// The content with a sentence about it for the player, or an error as a sentence.
pub type ReadResult = Result<(ReadContent, String), String>;

/// Reads one request at a time. Owned by the plugin instance; dropping it joins the thread.
#[derive(Default)]
pub struct FileReader {
    worker: Mutex<Option<Worker>>,
}

struct Worker {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<ReadResult>,
}

impl FileReader {
    /// Starts to read.
    ///
    /// # Errors
    /// Another request is still being read, or the system cannot start another thread.
    pub fn start(&self, request: ReadRequest, shared: &Arc<Shared>) -> Result<(), String> {
        let mut worker = self.worker.lock();
        if worker.is_some() {
            return Err("Another file is still being read: wait a moment and try again.".to_owned());
        }
        let stop = Arc::new(AtomicBool::new(false));
        let (stopped, shared) = (Arc::clone(&stop), Arc::clone(shared));
        let work = move || -> ReadResult {
            match request {
                ReadRequest::Melody(file) => read_melody(&file),
                ReadRequest::Groove(file) => read_groove(&file),
                ReadRequest::Style { files, second } => {
                    let go_on = || !stopped.load(Relaxed);
                    let (slot, message) = make_style(&files, &ModelSource::from_environment(), &shared, go_on)?;
                    Ok((ReadContent::Style { slot, second }, message))
                }
            }
        };
        let thread = thread::Builder::new().name("continuo files".to_owned()).spawn(work);
        let thread = thread.map_err(|error| format!("The file was not read: {error}."))?;
        *worker = Some(Worker { stop, thread });
        Ok(())
    }

    /// Whether something is being read.
    pub fn is_reading(&self) -> bool {
        self.worker.lock().is_some()
    }

    /// The result, once it is there. Returns it only once, and does not wait.
    pub fn result(&self) -> Option<ReadResult> {
        let finished = self.worker.lock().take_if(|worker| worker.thread.is_finished())?;
        let failed =
            |_| Err("The file could not be read: reading it failed unexpectedly. Nothing was changed.".to_owned());
        Some(finished.thread.join().unwrap_or_else(failed))
    }

    /// Stops reading and waits until the thread ends: at most as long as one file takes.
    pub fn stop(&self) {
        if let Some(worker) = self.worker.lock().take() {
            worker.stop.store(true, Relaxed);
            // A panic was reported where it happened.
            let _ = worker.thread.join();
        }
    }
}

impl Drop for FileReader {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Refuses what is not a file, such as a pipe: reading it could wait for ever.
fn check_exists(path: &Path) -> Result<(), String> {
    if path.is_file() || path.is_dir() { Ok(()) } else { Err(format!("There is no file {}.", path.display())) }
}

/// A file's name for messages.
fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// Reads one MIDI file, of what the message says.
fn read_song(path: &Path, of_what: &str) -> Result<Song, String> {
    let name = file_name(path);
    if path.is_dir() {
        return Err(format!("The file {name} is a folder: choose one MIDI file of {of_what}."));
    }
    check_exists(path)?;
    midi_file::read_file(path).map_err(|error| format!("The file {name} was not read: {error}. Nothing was changed."))
}

fn read_groove(path: &Path) -> ReadResult {
    let name = file_name(path);
    let template = GrooveTemplate::of_song(&read_song(path, "drums or another part")?)
        .ok_or_else(|| format!("The file {name} has no notes to play like. Nothing was changed."))?;
    let bars = if template.bars() == 1 { "its bar".to_owned() } else { format!("its {} bars", template.bars()) };
    let message = format!("Groove plays like {bars} in {name} now.");
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Ok((ReadContent::Groove(stem, Arc::new(template)), message))
}

fn read_melody(path: &Path) -> ReadResult {
    let name = file_name(path);
    let song = read_song(path, "a melody")?;
    let track = song
        .melody_track(None)
        .map_err(|error| format!("The file {name} was not read: {error}. Nothing was changed."))?;
    let track = &song.tracks[track];
    let melody = melody_line(&track.notes);
    // The line has room for one fault; a damaged file often has more.
    let damage = song.warnings.iter().find(|warning| warning.is_damage());
    let damage = damage.map(|damage| format!(" The file is damaged: {damage}.")).unwrap_or_default();
    let message = format!("Arranging {} notes of the track {} in {name}.{damage}", melody.len(), track.label());
    let sections = midi_file::marked_sections(&song);
    let whole = WholeSong { melody, meters: song.meters, chords: song.chords, sections, ..WholeSong::default() };
    Ok((ReadContent::Melody(Box::new(whole)), message))
}

/// Makes a style, saves it in the data folder and puts it onto the shelf. Returns its slot and a message.
fn make_style(
    files: &[PathBuf],
    model: &ModelSource,
    shared: &Shared,
    go_on: impl Fn() -> bool,
) -> Result<(u8, String), String> {
    let folder = shared.styles.folder().ok_or("This system has no folder for your data: set CONTINUO_DATA to one.")?;
    files.iter().try_for_each(|file| check_exists(file))?;
    let encoder =
        StyleEncoder::load(model, BackendChoice::Auto).map_err(|error| format!("No style was made: {error}."))?;
    let reading =
        read_style(&encoder, files, |_, _| go_on()).map_err(|error| format!("No style was made: {error}."))?;
    let genres = &encoder.card().genres;
    let name = style_name(files, &reading.sources, genres, &folder.list().styles);
    let left_out = reading.refused.first().map(|(path, fault)| format!(" Not used: {}: {fault}.", file_name(path)));
    let kept =
        folder.keep(genres, reading.into_style(&name)).map_err(|error| format!("No style was made: {error}."))?;
    let name = kept.genre.name;
    // The composer reads the folder too, and may at this moment put an older list of styles onto the shelf.
    let slot = (0..3).find_map(|_| {
        shared.refresh_styles();
        shared.styles.read_shelf(|shelf| shelf.slot(&name))
    });
    let slot = slot.ok_or_else(|| format!("The style {name} was saved, but this project has no free slot for it."))?;
    Ok((slot, format!("The style {name} was made.{}", left_out.unwrap_or_default())))
}

/// A name for a style: that of its first file, in the letters that names may have. A number follows if a genre or a
/// style from other files has that name already.
fn style_name(files: &[PathBuf], sources: &[String], genres: &[Genre], styles: &[OwnStyle]) -> String {
    let stem = files.first().and_then(|file| file.file_stem()).unwrap_or_default().to_string_lossy();
    let allowed = |letter: char| is_name(&format!("x{letter}x"));
    let letters: String =
        stem.chars().map(|letter| if allowed(letter) { letter } else { '_' }).take(LONGEST_NAME).collect();
    let letters = letters.trim_matches([' ', '.']);
    let first = if is_name(letters) { letters } else { "style" };
    let free = |name: &str| {
        let taken = |other: &str| other.eq_ignore_ascii_case(name);
        !genres.iter().any(|genre| taken(&genre.id) || taken(&genre.name))
            && !styles.iter().any(|style| taken(&style.genre.name) && style.sources != sources)
    };
    let numbered = |number: u32| if number == 1 { first.to_owned() } else { format!("{first} {number}") };
    (1..=u32::MAX).map(numbered).find(|name| free(name)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
