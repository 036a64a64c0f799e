//! Reads MIDI files that were given to the window, in a thread of its own: a melody to be arranged, or music to make a
//! style of. So neither the window nor the composer waits for a disk or for the network that reads styles.

use continuo_engine::{
    data_folder::is_name,
    edit::WholeSong,
    generator::BackendChoice,
    midi_file,
    model::{Genre, ModelSource},
    shared::Shared,
    song::melody_line,
    style::{OwnStyle, StyleEncoder, reading::read_style_while},
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

/// The longest name that is made of a file's, in letters: shorter than names may be, so that a number fits behind it.
const LONGEST_NAME: usize = 52;

/// What files are read for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// The melody of a song, to be arranged.
    Melody(PathBuf),
    /// A style of the user's own.
    Style {
        /// The files, or folders of them.
        files: Vec<PathBuf>,
        /// It is to be the second genre rather than the first.
        second: bool,
    },
}

/// What was read.
#[derive(Debug)]
pub enum Found {
    /// A melody.
    Melody(WholeSong),
    /// A style, which is on the shelf by now.
    Style {
        /// Its slot.
        slot: u8,
        /// As it was wished for.
        second: bool,
    },
}

/// What was read with a sentence that tells it, or what is wrong.
pub type Outcome = Result<(Found, String), String>;

/// Owned by the plugin instance; reads one thing at a time. Dropping it joins the thread.
#[derive(Default)]
pub struct FileReader {
    worker: Mutex<Option<Worker>>,
}

struct Worker {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Outcome>,
}

impl FileReader {
    /// Begins to read.
    ///
    /// # Errors
    /// While something else is read, and when the system has no more threads to give.
    pub fn read(&self, wish: Wish, shared: &Arc<Shared>) -> Result<(), String> {
        let mut worker = self.worker.lock();
        if worker.is_some() {
            return Err("Another file is still being read; wait a moment and give this one again.".to_owned());
        }
        let stop = Arc::new(AtomicBool::new(false));
        let (stopped, shared) = (Arc::clone(&stop), Arc::clone(shared));
        let work = move || -> Outcome {
            match wish {
                Wish::Melody(file) => melody(&file),
                Wish::Style { files, second } => {
                    let wanted = || !stopped.load(Relaxed);
                    let (slot, told) = style(&files, &ModelSource::from_environment(), &shared, wanted)?;
                    Ok((Found::Style { slot, second }, told))
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

    /// What came of it, once. Does not wait.
    pub fn outcome(&self) -> Option<Outcome> {
        let finished = self.worker.lock().take_if(|worker| worker.thread.is_finished())?;
        let failed =
            |_| Err("The file could not be read: reading failed unexpectedly. Nothing was changed.".to_owned());
        Some(finished.thread.join().unwrap_or_else(failed))
    }

    /// Reads nothing more, and waits for the thread's end: at most as long as one file takes.
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

/// Sees to it that nobody waits for something that is no file, such as a pipe.
fn there_is(path: &Path) -> Result<(), String> {
    if path.is_file() || path.is_dir() { Ok(()) } else { Err(format!("There is no file {}.", path.display())) }
}

/// A file's name for people.
fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn melody(path: &Path) -> Outcome {
    let name = name_of(path);
    if path.is_dir() {
        return Err(format!("{name} is a folder: give one MIDI file of a melody."));
    }
    there_is(path)?;
    let song = midi_file::read_file(path).map_err(|error| format!("{name}: {error}. Nothing was changed."))?;
    let track = song.melody_track(None).map_err(|error| format!("{name}: {error}. Nothing was changed."))?;
    let track = &song.tracks[track];
    let melody = melody_line(&track.notes);
    let told = format!("{name}: arranging {} notes of the track {}.", melody.len(), track.label());
    Ok((Found::Melody(WholeSong { melody, meters: song.meters }), told))
}

/// Reads a style, keeps it, and sees to it that it is on the shelf. Returns its slot and what is told.
fn style(
    files: &[PathBuf],
    model: &ModelSource,
    shared: &Shared,
    wanted: impl Fn() -> bool,
) -> Result<(u8, String), String> {
    let folder = shared.style_folder().ok_or("This system has no folder for your data; name one in CONTINUO_DATA.")?;
    files.iter().try_for_each(|file| there_is(file))?;
    let encoder =
        StyleEncoder::load(model, BackendChoice::Auto).map_err(|error| format!("No style was made: {error}."))?;
    let reading = read_style_while(&encoder, files, wanted).map_err(|error| format!("No style was made: {error}."))?;
    let genres = &encoder.card().genres;
    let name = style_name(files, &reading.sources, genres, &folder.list().styles);
    let left_out = reading.refused.first().map(|(path, fault)| format!(" Not used: {}: {fault}.", name_of(path)));
    let kept =
        folder.keep(genres, reading.into_style(&name)).map_err(|error| format!("No style was made: {error}."))?;
    let name = kept.genre.name;
    // The composer looks into the folder as well, and may just be putting what it saw before onto the shelf.
    let slot = (0..3).find_map(|_| {
        shared.look_for_styles();
        shared.read_shelf(|shelf| shelf.slot(&name))
    });
    let slot = slot.ok_or_else(|| format!("The style {name} was kept, but this project has no slot left for it."))?;
    Ok((slot, format!("The style {name} was made.{}", left_out.unwrap_or_default())))
}

/// A name for a style: that of its first file in the letters that names may have, and a number behind it where it is a
/// genre's already, or a style's that was read from other files.
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
