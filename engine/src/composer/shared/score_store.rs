//! The score behind its lock, and the saved score that could not be read.

use super::changes::Changes;
use crate::score::score::Score;
use parking_lot::{Mutex, MutexGuard};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// Written by the composer's thread and by whoever restores a project, read by the editor and the host's main thread.
#[derive(Debug)]
pub struct ScoreStore {
    changes: Arc<Changes>,
    /// Counts changes of the score alone, the largest part of the shared data.
    score_changes: Changes,
    score: Mutex<Score>,
    /// The text of a saved score that could not be read. It goes back into the project with the next save, so that
    /// opening a project in an older Continuo loses nothing.
    unread: Mutex<Option<String>>,
    /// Counts how often the score was replaced, so that the composer notices.
    replacements: AtomicU64,
}

impl ScoreStore {
    pub(super) fn new(changes: Arc<Changes>) -> Self {
        Self {
            changes,
            score_changes: Changes::default(),
            score: Mutex::default(),
            unread: Mutex::default(),
            replacements: AtomicU64::new(0),
        }
    }

    /// A copy of the score.
    pub fn copy(&self) -> Score {
        self.score.lock().clone()
    }

    /// Reads the score without copying it.
    pub fn read<T>(&self, work: impl FnOnce(&Score) -> T) -> T {
        work(&self.score.lock())
    }

    /// A count that goes up with every change of the score. Callable on any thread.
    pub fn changes(&self) -> u64 {
        self.score_changes.get()
    }

    pub(crate) fn edit<T>(&self, work: impl FnOnce(&mut Score) -> T) -> T {
        let result = work(&mut self.score.lock());
        self.count_change();
        result
    }

    /// A count that goes up whenever the score is replaced.
    pub(crate) fn replacements(&self) -> u64 {
        self.replacements.load(Ordering::Acquire)
    }

    /// Replaces the score; `before_shown` sees the new one before any other thread does.
    pub(super) fn replace(&self, score: Score, before_shown: impl FnOnce(&Score)) {
        let mut current = self.score.lock();
        *current = score;
        before_shown(&current);
        // Under the lock, so that no thread sees the new score with the old count.
        self.replacements.fetch_add(1, Ordering::Release);
        self.count_change();
    }

    /// The score as text for the host's project. A saved score that could not be read is returned unchanged or, once
    /// there is something new to save, kept inside the new text.
    pub(super) fn save(&self) -> String {
        let score = self.copy();
        match self.unread.lock().clone() {
            Some(unread)
                if score.melody().is_empty() && score.phrases().is_empty() && score.hand_chords().is_empty() =>
            {
                unread
            }
            unread => score.to_json_with_set_aside(unread),
        }
    }

    pub(super) fn set_unread(&self, text: Option<String>) {
        *self.unread.lock() = text;
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Score> {
        self.score.lock()
    }

    pub(super) fn count_change(&self) {
        self.score_changes.count();
        self.changes.count();
    }
}
