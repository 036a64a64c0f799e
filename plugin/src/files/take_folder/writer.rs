//! What the thread does: looks which takes are new, and writes them.

use crate::files::take_folder::{TakeError, permission::Permission};
use crate::params::ContinuoParams;
use continuo_engine::{
    export,
    midi_file::save_new,
    monitor::Monitor,
    score::{Phrase, Score},
    settings::Mode,
    shared::Shared,
    time::Tick,
};
use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

/// How long a folder has to be named before it is filled: a project is loaded field by field, and while its folder is
/// here, the score may still be the one before.
const LOADING: Duration = Duration::from_millis(500);

/// Where takes come from.
pub struct Source {
    /// The score.
    pub shared: Arc<Shared>,
    /// What the parts are exported with, and the folder that the project names.
    pub params: Arc<ContinuoParams>,
    /// The tempo.
    pub monitor: Arc<Monitor>,
}

/// Owned by the thread.
pub struct Writer {
    source: Source,
    permission: Arc<Permission>,
    /// Set when the thread is to end.
    stop: Arc<AtomicBool>,
    /// The folder that the project named last, and since when.
    folder: Option<PathBuf>,
    since: Instant,
    /// The count of the score's changes whose takes are all written.
    seen: Option<u64>,
    /// What was written to this folder, by place and content.
    written: HashSet<(Tick, u64)>,
    /// Whether the folder may be filled, as it was found last.
    permitted: bool,
    /// The folder or that has changed since it was asked.
    anew: bool,
}

impl Writer {
    /// Nothing was looked at yet.
    pub fn new(source: Source, permission: Arc<Permission>, stop: Arc<AtomicBool>) -> Self {
        let (folder, since) = (None, Instant::now());
        let written = HashSet::new();
        Self { source, permission, stop, folder, since, seen: None, written, permitted: false, anew: false }
    }

    /// Writes what is new, if there is a folder for it.
    pub fn look(&mut self) -> Result<(), TakeError> {
        let named = self.source.params.editor.read().takes_folder.clone();
        if named != self.folder {
            (self.folder, self.since, self.seen, self.permitted) = (named, Instant::now(), None, false);
            self.written.clear();
            self.anew = true;
        }
        let Some(folder) = self.folder.clone() else { return Ok(()) };
        if !folder.is_absolute() {
            return Err(TakeError::NoFullPath(folder));
        }
        let permitted = self.permission.look(&folder);
        self.anew |= permitted != self.permitted;
        self.permitted = permitted;
        // Before the first block nobody knows the tempo: the files would differ from those that are there already.
        let ready = self.since.elapsed() >= LOADING && self.source.monitor.read().blocks > 0;
        let changes = self.source.shared.score_changes();
        if permitted && ready && self.seen != Some(changes) {
            self.seen = None;
            if self.write_new(&folder)? {
                self.seen = Some(changes);
            }
        }
        Ok(())
    }

    /// Whether the folder, or whether it may be filled, has changed since this was asked last.
    pub fn asks_anew(&mut self) -> bool {
        std::mem::take(&mut self.anew)
    }

    /// Whether takes still belong into this folder.
    fn goes_on(&self, folder: &Path) -> bool {
        !self.stop.load(Relaxed) && self.source.params.editor.read().takes_folder.as_deref() == Some(folder)
    }

    /// Returns whether it came to the end.
    fn write_new(&mut self, folder: &Path) -> Result<bool, TakeError> {
        let score = self.source.shared.score();
        let kept = score.all_takes().flat_map(|(_, takes)| takes.list()).map(|take| &*take.phrase);
        for phrase in kept.chain(score.phrases()) {
            let key = (phrase.span.start, content(phrase));
            if self.written.contains(&key) || !is_worth(&score, phrase) {
                continue;
            }
            // Looked at after the score was copied: it may be another project's by now.
            if !self.goes_on(folder) {
                return Ok(false);
            }
            let (settings, tempo) = (self.source.params.settings(), self.source.monitor.read().tempo);
            if let Ok(file) = export::phrase_file(&score, phrase, &settings, tempo) {
                save_new(folder, &file.name, &file.bytes)?;
            }
            self.written.insert(key);
        }
        Ok(true)
    }
}

/// A prediction that is about to be overtaken is not worth a file; nor is what is left of a phrase that was cut.
fn is_worth(score: &Score, phrase: &Phrase) -> bool {
    phrase.recipe.as_ref().is_some_and(|recipe| recipe.mode != Mode::Arrange || score.is_settled(phrase))
}

fn content(phrase: &Phrase) -> u64 {
    let mut hasher = DefaultHasher::new();
    (phrase.span, phrase.take, &phrase.parts).hash(&mut hasher);
    hasher.finish()
}
