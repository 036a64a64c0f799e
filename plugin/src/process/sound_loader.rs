//! Loads the instruments on threads of its own, tells what it loaded, and frees what the audio thread gives back.

use crate::process::instruments::Instruments;
use continuo_engine::storage::{DataFolder, Preferences};
use continuo_sounds::{Font, FontError, Player};
use crossbeam_channel::{Receiver, Sender, bounded};
use nice_plug::prelude::{nice_error, nice_warn};
use parking_lot::Mutex;
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::SeqCst},
    },
    thread::{Builder, JoinHandle},
    time::{Duration, Instant},
};

/// How long a host that renders offline waits for the instruments.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a thread waits for the instruments that its own replace, to free them at once.
const RETURN: Duration = Duration::from_secs(5);

/// What the player asks for.
enum Wish {
    /// What is chosen on this machine.
    Usual,
    /// This SoundFont, from now on.
    Font(PathBuf),
    /// The SoundFont of the data folder or the built-in one, from now on.
    NoFont,
}

/// What became of a player's choice: a sentence.
pub type Outcome = Result<String, String>;

/// Loads instruments. The audio thread calls [`SoundLoader::loaded`] and [`SoundLoader::give_back`], which use two bounded
/// queues that nobody sleeps on, and atomics: no lock, and in real time no wait. All else belongs to other threads.
pub struct SoundLoader {
    inner: Arc<Inner>,
    /// The threads that load. Never locked by the audio thread.
    threads: Mutex<Vec<JoinHandle<()>>>,
}

struct Inner {
    data: Option<DataFolder>,
    made: (Sender<Box<Instruments>>, Receiver<Box<Instruments>>),
    used: (Sender<Box<Instruments>>, Receiver<Box<Instruments>>),
    /// The sample rate in Hz as bits, 0 before the first activation.
    rate: AtomicU64,
    /// Threads that load.
    loading: AtomicUsize,
    /// The number of the last request: what was loaded for an earlier one is thrown away.
    request: AtomicUsize,
    stopping: AtomicBool,
    /// What the window shows: the SoundFont's name, what is wrong, and what became of the last choice.
    shown: Mutex<Shown>,
}

#[derive(Default)]
struct Shown {
    name: Option<String>,
    fault: Option<String>,
    outcome: Option<Outcome>,
}

impl SoundLoader {
    /// Loads nothing yet. `data` may hold a SoundFont of the user's, and the choice of one.
    pub fn new(data: Option<DataFolder>) -> Self {
        let inner = Inner {
            data,
            made: bounded(4),
            used: bounded(8),
            rate: AtomicU64::new(0),
            loading: AtomicUsize::new(0),
            request: AtomicUsize::new(0),
            stopping: AtomicBool::new(false),
            shown: Mutex::default(),
        };
        Self { inner: Arc::new(inner), threads: Mutex::default() }
    }

    /// Starts to load instruments for a sample rate, in Hz.
    pub fn start(&self, sample_rate: f64) {
        self.inner.rate.store(sample_rate.to_bits(), SeqCst);
        self.load(Wish::Usual);
    }

    /// Plays a SoundFont from now on, in this instance at once and in others when they are opened; `None` for what is
    /// usual. If it cannot be played, nothing changes. [`SoundLoader::outcome`] tells.
    pub fn choose(&self, font: Option<PathBuf>) {
        self.load(font.map_or(Wish::NoFont, Wish::Font));
    }

    /// What became of the last choice, once.
    pub fn outcome(&self) -> Option<Outcome> {
        self.inner.shown.lock().outcome.take()
    }

    /// The name of the SoundFont that plays.
    pub fn font_name(&self) -> Option<String> {
        self.inner.shown.lock().name.clone()
    }

    /// What is wrong with the sounds.
    pub fn fault(&self) -> Option<String> {
        self.inner.shown.lock().fault.clone()
    }

    /// Whether instruments are being loaded.
    pub fn is_loading(&self) -> bool {
        self.inner.loading.load(SeqCst) > 0
    }

    /// Instruments that were loaded, for the audio thread. With `patient`, waits for them.
    pub fn loaded(&self, patient: bool) -> Option<Box<Instruments>> {
        if patient {
            let begun = Instant::now();
            while self.inner.made.1.is_empty() && self.is_loading() && begun.elapsed() < PATIENCE {
                std::thread::sleep(Duration::from_millis(1));
            }
        }
        self.inner.made.1.try_recv().ok()
    }

    /// Takes instruments that the audio thread does not need. They are freed later.
    pub fn give_back(&self, instruments: Box<Instruments>) {
        if let Err(error) = self.inner.used.0.try_send(instruments) {
            // Better never freed than freed here.
            std::mem::forget(error.into_inner());
        }
    }

    /// Waits for the threads, and frees what was loaded and given back. Nothing is loaded from then on: a window that the host
    /// never closed starts no thread that outlives the library.
    pub fn stop(&self) {
        self.inner.stopping.store(true, SeqCst);
        let threads = std::mem::take(&mut *self.threads.lock());
        for thread in threads {
            let _ = thread.join();
        }
        self.inner.free();
    }

    fn load(&self, wish: Wish) {
        if self.inner.stopping.load(SeqCst) {
            return;
        }
        let inner = Arc::clone(&self.inner);
        let request = inner.request.fetch_add(1, SeqCst) + 1;
        inner.loading.fetch_add(1, SeqCst);
        match Builder::new().name("continuo-sounds".to_owned()).spawn(move || inner.work(wish, request)) {
            Ok(thread) => {
                let mut threads = self.threads.lock();
                threads.retain(|thread| !thread.is_finished());
                threads.push(thread);
            }
            Err(error) => {
                self.inner.loading.fetch_sub(1, SeqCst);
                self.inner.fail(format!("no sound: its thread could not be started: {error}"));
            }
        }
    }
}

impl Drop for SoundLoader {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Inner {
    /// A thread's work.
    fn work(&self, wish: Wish, request: usize) {
        let replaces = !matches!(wish, Wish::Usual);
        let done = match wish {
            Wish::Usual => self.usual(),
            Wish::Font(path) => self.chosen(&path),
            Wish::NoFont => self.keep(None).and_then(|()| self.usual()),
        };
        let sent = match done {
            Ok(font) => self.deliver(&font, request),
            Err(error) => Err(error),
        };
        if let Err(error) = &sent {
            nice_error!("Continuo's sounds: {error}");
        }
        if replaces {
            let name = self.shown.lock().name.clone().unwrap_or_default();
            self.shown.lock().outcome = Some(sent.map(|()| format!("The sounds are those of {name}")));
        } else if let Err(error) = sent {
            self.fail(format!("no sound: {error}"));
        }
        self.loading.fetch_sub(1, SeqCst);
        let begun = Instant::now();
        while replaces && self.used.1.is_empty() && begun.elapsed() < RETURN && !self.stopping.load(SeqCst) {
            std::thread::sleep(Duration::from_millis(20));
        }
        while self.used.1.try_recv().is_ok() {}
    }

    /// The font that is chosen on this machine, or, where that cannot be used, the built-in one.
    fn usual(&self) -> Result<Font, String> {
        let installed = self.data.as_ref().and_then(Preferences::sound_font_of);
        let font = Font::chosen(None, installed.as_deref()).or_else(|error: FontError| {
            nice_warn!("Continuo plays its built-in sounds: {error}");
            self.fail(format!("the built-in sounds play: {error}"));
            Font::built_in()
        });
        font.map_err(|error| error.to_string())
    }

    /// The font that the player chooses, if it can be played; remembered then.
    fn chosen(&self, path: &Path) -> Result<Font, String> {
        let font = Font::read(path).map_err(|error| error.to_string())?;
        self.keep(Some(path.to_owned()))?;
        self.shown.lock().fault = None;
        Ok(font)
    }

    fn keep(&self, font: Option<PathBuf>) -> Result<(), String> {
        let Some(data) = &self.data else { return Ok(()) };
        Preferences::change(data, |preferences| preferences.sound_font = font).map_err(|error| error.to_string())?;
        self.shown.lock().fault = None;
        Ok(())
    }

    /// Makes instruments of a font for the audio thread. Before the first activation there is none, and nothing to make.
    fn deliver(&self, font: &Font, request: usize) -> Result<(), String> {
        let sample_rate = f64::from_bits(self.rate.load(SeqCst));
        if sample_rate > 0.0 {
            let made = Instruments::new(sample_rate, || Player::new(font, sample_rate));
            let made = made.map_err(|error| error.to_string())?;
            if self.request.load(SeqCst) != request {
                return Ok(());
            }
            drop(self.made.0.try_send(Box::new(made)));
        }
        self.shown.lock().name = Some(font.name().trim().to_owned());
        Ok(())
    }

    fn fail(&self, fault: String) {
        self.shown.lock().fault = Some(fault);
    }

    fn free(&self) {
        while self.made.1.try_recv().is_ok() || self.used.1.try_recv().is_ok() {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waited<T>(mut what: impl FnMut() -> Option<T>) -> T {
        let begun = Instant::now();
        loop {
            if let Some(found) = what() {
                return found;
            }
            assert!(begun.elapsed() < Duration::from_mins(1), "nothing came");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn a_font_that_is_chosen_plays_at_once_and_is_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::at(folder.path().join("data"));
        let loader = SoundLoader::new(Some(data.clone()));
        loader.start(48_000.0);
        let first = waited(|| loader.loaded(false));
        let usual = waited(|| loader.font_name());
        let own = folder.path().join("mine.sf2");
        std::fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/../sounds/soundfont/continuo.sf2"), &own).unwrap();
        loader.choose(Some(own.clone()));
        let second = waited(|| loader.loaded(false));
        loader.give_back(first);
        assert!(waited(|| loader.outcome()).unwrap().contains(&usual));
        assert_eq!(Preferences::read(&data).unwrap().sound_font, Some(own));
        loader.choose(None);
        waited(|| loader.loaded(false));
        loader.give_back(second);
        waited(|| loader.outcome()).unwrap();
        assert_eq!(Preferences::read(&data).unwrap().sound_font, None);
        assert_eq!(loader.fault(), None);
    }

    #[test]
    fn a_broken_font_is_told_and_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::at(folder.path().join("data"));
        let loader = SoundLoader::new(Some(data.clone()));
        loader.start(48_000.0);
        waited(|| loader.loaded(false));
        let broken = folder.path().join("broken.sf2");
        std::fs::write(&broken, b"RIFF....sfbk").unwrap();
        loader.choose(Some(broken.clone()));
        let told = waited(|| loader.outcome()).unwrap_err();
        assert!(told.contains("broken.sf2"), "{told}");
        assert_eq!(Preferences::read(&data).unwrap(), Preferences::default());
        assert!(loader.loaded(false).is_none());
        // One that was chosen and is gone since: the built-in sounds play, and the window says why.
        Preferences::change(&data, |preferences| preferences.sound_font = Some(broken)).unwrap();
        loader.start(48_000.0);
        waited(|| loader.loaded(false));
        assert!(loader.fault().is_some_and(|fault| fault.contains("the built-in sounds play")));
    }
}
