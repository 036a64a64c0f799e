//! A folder that fills with each take, one MIDI file a phrase.

use crate::params::ContinuoParams;
use continuo_engine::{
    export,
    melody::{fingerprint, heard_ticks, heard_until},
    midi_file::{self, SaveError},
    monitor::Monitor,
    score::{Phrase, Score},
    settings::Mode,
    shared::Shared,
    time::Tick,
};
use parking_lot::Mutex;
use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

/// How often it is looked whether there is a new take.
const PAUSE: Duration = Duration::from_millis(200);

/// Writes takes in a thread of its own, so that neither composer nor window waits for a disk. Owned by the plugin
/// instance; dropping it joins the thread.
#[derive(Default)]
pub struct TakeFolder {
    worker: Mutex<Option<Worker>>,
    /// Why the last file could not be written. Written by the thread, read by the editor.
    fault: Arc<Mutex<Option<String>>>,
}

struct Worker {
    folder: PathBuf,
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl TakeFolder {
    /// Fills this folder from now on, beginning with the takes that there are; `None` fills none.
    pub fn set(
        &self,
        folder: Option<PathBuf>,
        shared: &Arc<Shared>,
        params: &Arc<ContinuoParams>,
        monitor: &Arc<Monitor>,
    ) {
        let mut worker = self.worker.lock();
        if worker.as_ref().map(|worker| &worker.folder) == folder.as_ref() {
            return;
        }
        if let Some(worker) = worker.take() {
            worker.end();
        }
        *self.fault.lock() = None;
        let Some(folder) = folder else { return };
        let stop = Arc::new(AtomicBool::new(false));
        let mut writer = Writer {
            folder: folder.clone(),
            shared: Arc::clone(shared),
            params: Arc::clone(params),
            monitor: Arc::clone(monitor),
            written: HashSet::new(),
        };
        let (stopped, fault) = (Arc::clone(&stop), Arc::clone(&self.fault));
        let work = move || {
            let mut seen = None;
            while !stopped.load(Relaxed) {
                let changes = writer.shared.changes();
                if seen != Some(changes) {
                    seen = Some(changes);
                    let outcome = writer.write_new();
                    *fault.lock() = outcome.err().map(|error| error.to_string());
                }
                thread::park_timeout(PAUSE);
            }
        };
        // Without a thread there are no files; everything else works.
        if let Ok(thread) = thread::Builder::new().name("continuo takes".to_owned()).spawn(work) {
            *worker = Some(Worker { folder, stop, thread });
        }
    }

    /// Fills no folder any more, and waits for the thread's end.
    pub fn stop(&self) {
        if let Some(worker) = self.worker.lock().take() {
            worker.end();
        }
    }

    /// Why the last file could not be written.
    pub fn fault(&self) -> Option<String> {
        self.fault.lock().clone()
    }
}

impl Drop for TakeFolder {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Worker {
    fn end(self) {
        self.stop.store(true, Relaxed);
        self.thread.thread().unpark();
        // A panic was reported where it happened.
        let _ = self.thread.join();
    }
}

/// Owned by the thread.
struct Writer {
    folder: PathBuf,
    shared: Arc<Shared>,
    params: Arc<ContinuoParams>,
    monitor: Arc<Monitor>,
    /// What was written, by place and content.
    written: HashSet<(Tick, u64)>,
}

impl Writer {
    fn write_new(&mut self) -> Result<(), SaveError> {
        let score = self.shared.score();
        let kept = score.all_takes().flat_map(|(_, takes)| takes.list()).map(|take| &*take.phrase);
        for phrase in kept.chain(score.phrases()) {
            let key = (phrase.span.start, content(phrase));
            if self.written.contains(&key) || !is_worth(&score, phrase) {
                continue;
            }
            let (settings, tempo) = (self.params.settings(), self.monitor.read().tempo);
            if let Ok(file) = export::phrase_file(&score, phrase, &settings, tempo) {
                midi_file::save(&free_name(&self.folder, &file.name), &file.bytes)?;
            }
            self.written.insert(key);
        }
        Ok(())
    }
}

/// A prediction that is about to be overtaken is not worth a file.
fn is_worth(score: &Score, phrase: &Phrase) -> bool {
    let Some(recipe) = &phrase.recipe else { return false };
    let span = phrase.span;
    let heard = heard_until(score.heard(), span.end);
    let known = heard_ticks(&heard, &(span.start..span.end)) > 0;
    recipe.mode != Mode::Arrange || (known && recipe.melody == fingerprint(score.melody(), &heard, &span))
}

fn content(phrase: &Phrase) -> u64 {
    let mut hasher = DefaultHasher::new();
    (phrase.span, phrase.take, &phrase.parts).hash(&mut hasher);
    hasher.finish()
}

/// A name that no file has yet.
fn free_name(folder: &Path, name: &str) -> PathBuf {
    let stem = name.strip_suffix(".mid").unwrap_or(name);
    let named = |number: u32| match number {
        1 => folder.join(name),
        number => folder.join(format!("{stem} ({number}).mid")),
    };
    (1..=u32::MAX).map(named).find(|path| !path.exists()).unwrap_or_else(|| folder.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_take_never_overwrites_another() {
        let folder = tempfile::tempdir().unwrap();
        for expected in ["a.mid", "a (2).mid", "a (3).mid"] {
            let path = free_name(folder.path(), "a.mid");
            assert_eq!(path, folder.path().join(expected));
            std::fs::write(path, "").unwrap();
        }
    }
}
