//! Finds new takes and writes them; runs on the thread of the take folder.

use crate::files::take_folder::{error::TakeError, permission::Permission};
use crate::params::ContinuoParams;
use continuo_engine::{
    composer::Shared,
    realtime::Monitor,
    score::{Phrase, Score, phrase_file},
    storage::save_new,
};
use continuo_music::{settings::Mode, time::Tick};
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

/// How long a project must name a folder before takes are written: a host loads a project field by field, and the score
/// may still be the previous one.
const LOADING: Duration = Duration::from_millis(500);

/// Where takes come from.
pub struct TakeSource {
    /// Holds the score.
    pub shared: Arc<Shared>,
    /// The settings for the export, and the project's folder for takes.
    pub params: Arc<ContinuoParams>,
    /// Knows the tempo.
    pub monitor: Arc<Monitor>,
}

/// Owned by the thread.
pub struct Writer {
    source: TakeSource,
    permission: Arc<Permission>,
    /// Set to end the thread.
    stop: Arc<AtomicBool>,
    /// The project's folder, and since when it has been this one.
    folder: Option<PathBuf>,
    since: Instant,
    /// The score's count of changes up to which all takes are written.
    seen: Option<u64>,
    /// What was written to this folder, by position and content.
    written: HashSet<(Tick, u64)>,
    /// Whether the folder was allowed at the last check.
    permitted: bool,
    /// `folder` or `permitted` has changed since the last call of `status_changed`.
    changed: bool,
}

impl Writer {
    /// A writer that has not looked at the score yet.
    pub fn new(source: TakeSource, permission: Arc<Permission>, stop: Arc<AtomicBool>) -> Self {
        let (folder, since) = (None, Instant::now());
        let written = HashSet::new();
        Self { source, permission, stop, folder, since, seen: None, written, permitted: false, changed: false }
    }

    /// Writes the takes that are new, if the project names a folder that the user chose.
    pub fn write_new_takes(&mut self) -> Result<(), TakeError> {
        let named = self.source.params.editor.read().takes_folder.clone();
        if named != self.folder {
            (self.folder, self.since, self.seen, self.permitted) = (named, Instant::now(), None, false);
            self.written.clear();
            self.changed = true;
        }
        let Some(folder) = self.folder.clone() else { return Ok(()) };
        if !folder.is_absolute() {
            return Err(TakeError::NoFullPath(folder));
        }
        let permitted = self.permission.check(&folder);
        self.changed |= permitted != self.permitted;
        self.permitted = permitted;
        // The tempo is unknown before the first block: the files would differ from those in the folder.
        let ready = self.since.elapsed() >= LOADING && self.source.monitor.read().blocks > 0;
        let changes = self.source.shared.score.changes();
        if permitted && ready && self.seen != Some(changes) {
            self.seen = None;
            if self.write_all(&folder)? {
                self.seen = Some(changes);
            }
        }
        Ok(())
    }

    /// Whether the folder or its permission has changed since the last call.
    pub fn status_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    /// Whether takes still belong in this folder.
    fn goes_on(&self, folder: &Path) -> bool {
        !self.stop.load(Relaxed) && self.source.params.editor.read().takes_folder.as_deref() == Some(folder)
    }

    /// Returns whether all takes were written.
    fn write_all(&mut self, folder: &Path) -> Result<bool, TakeError> {
        let score = self.source.shared.score.copy();
        let kept = score.all_takes().flat_map(|(_, takes)| takes.list()).map(|take| &*take.phrase);
        for phrase in kept.chain(score.phrases()) {
            let key = (phrase.span.start, content(phrase));
            if self.written.contains(&key) || !is_worth(&score, phrase) {
                continue;
            }
            // Checked after the score was copied: the host may have loaded another project meanwhile.
            if !self.goes_on(folder) {
                return Ok(false);
            }
            let (settings, tempo) = (self.source.params.settings(), self.source.monitor.read().tempo);
            if let Ok(file) = phrase_file(&score, phrase, &settings, tempo) {
                save_new(folder, &file.name, &file.bytes)?;
            }
            self.written.insert(key);
        }
        Ok(true)
    }
}

/// Whether a phrase deserves a file. A prediction that will be replaced does not, nor does the rest of a phrase that
/// was cut.
fn is_worth(score: &Score, phrase: &Phrase) -> bool {
    phrase.recipe.as_ref().is_some_and(|recipe| recipe.mode != Mode::Arrange || score.is_settled(phrase))
}

fn content(phrase: &Phrase) -> u64 {
    let mut hasher = DefaultHasher::new();
    (phrase.span, phrase.take, &phrase.parts).hash(&mut hasher);
    hasher.finish()
}
