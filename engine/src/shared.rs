//! What the composer shares with the host's main thread and the editor. The audio thread never comes here: its side
//! is [`crate::queues`].

use crate::score::{Score, ScoreError};
use parking_lot::Mutex;
use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// What the composer tells people about itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Status {
    /// Name and version of the model, once it is loaded.
    pub model: Option<String>,
    /// The runtime that runs it, such as `onnxruntime 1.24.4`.
    pub backend: Option<String>,
    /// Something worth knowing that is no fault, such as why the built-in runtime is used.
    pub remark: Option<String>,
    /// What is wrong and what to do about it.
    pub fault: Option<String>,
    /// How long the last phrase took to generate.
    pub last_generation: Option<Duration>,
    /// How long the slowest phrase took to generate.
    pub slowest_generation: Option<Duration>,
    /// Phrases generated since the composer was started.
    pub generated: u64,
}

/// Owned by the plugin instance, shared with its composer thread. Both locks are held for short copies only, and by
/// threads that may wait: host's main thread, editor, composer.
#[derive(Debug, Default)]
pub struct Shared {
    score: Mutex<Score>,
    /// Counts [`Shared::restore`]s, so that the composer sees that the score is another one.
    restored: AtomicU64,
    status: Mutex<Status>,
}

impl Shared {
    /// An empty score.
    pub fn new() -> Self {
        Self::default()
    }

    /// The score as text for the host's project.
    pub fn save(&self) -> String {
        let score = self.score.lock().clone();
        score.to_json()
    }

    /// Puts a saved score in the place of the present one. A running composer picks it up by itself.
    ///
    /// # Errors
    /// When the text is no saved score; the present one stays, and the status tells why.
    pub fn restore(&self, saved: &str) -> Result<(), ScoreError> {
        let score = Score::from_json(saved);
        if let Err(error) = &score {
            self.with_status(|status| status.fault = Some(error.to_string()));
        }
        self.replace(score?);
        Ok(())
    }

    /// Puts another score in the place of the present one.
    pub fn replace(&self, score: Score) {
        let mut current = self.score.lock();
        *current = score;
        // Under the lock, so that nobody sees the new score with the old count.
        self.restored.fetch_add(1, Ordering::Release);
    }

    /// A copy of the score.
    pub fn score(&self) -> Score {
        self.score.lock().clone()
    }

    /// What the composer tells about itself.
    pub fn status(&self) -> Status {
        self.status.lock().clone()
    }

    pub(crate) fn restored(&self) -> u64 {
        self.restored.load(Ordering::Acquire)
    }

    pub(crate) fn with_score<T>(&self, work: impl FnOnce(&mut Score) -> T) -> T {
        work(&mut self.score.lock())
    }

    pub(crate) fn with_status(&self, change: impl FnOnce(&mut Status)) {
        change(&mut self.status.lock());
    }
}
