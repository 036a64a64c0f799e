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

/// Owned by the plugin instance, shared with its composer thread. The locks are held for short copies only, and by
/// threads that may wait: host's main thread, editor, composer.
#[derive(Debug, Default)]
pub struct Shared {
    score: Mutex<Score>,
    /// The text of a saved score that could not be read. It goes back into the project with the next save, so that
    /// nothing is lost by opening a project in an older Continuo.
    unread: Mutex<Option<String>>,
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
    ///
    /// A saved score that could not be read is given back as it came, or, once there is something new to save, kept
    /// inside of what is saved.
    pub fn save(&self) -> String {
        let score = self.score.lock().clone();
        match self.unread.lock().clone() {
            Some(unread) if score.melody().is_empty() && score.phrases().is_empty() => unread,
            unread => score.to_json_beside(unread),
        }
    }

    /// Puts a saved score in the place of the present one. A running composer picks it up by itself.
    ///
    /// # Errors
    /// When the text is no saved score; the present one stays, and the status tells why.
    pub fn restore(&self, saved: &str) -> Result<(), ScoreError> {
        match Score::from_json_beside(saved) {
            Ok((score, set_aside)) => {
                *self.unread.lock() = set_aside;
                self.replace(score);
                Ok(())
            }
            Err(error) => {
                *self.unread.lock() = Some(saved.to_owned());
                self.with_status(|status| status.fault = Some(error.to_string()));
                Err(error)
            }
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note::Note;

    fn newer() -> String {
        Score::default().to_json().replace("\"version\":1", "\"version\":99")
    }

    #[test]
    fn a_score_that_cannot_be_read_goes_back_into_the_project_as_it_came() {
        for text in [newer(), "not a score".to_owned(), String::new()] {
            let shared = Shared::new();
            assert!(shared.restore(&text).is_err());
            assert!(shared.status().fault.is_some());
            assert_eq!(shared.save(), text);
        }
    }

    #[test]
    fn beside_something_new_it_is_kept_through_saves_and_loads() {
        let shared = Shared::new();
        assert!(shared.restore(&newer()).is_err());
        shared.with_score(|score| score.hear(&[Note { start: 0, pitch: 60, length: 960, velocity: 90 }], 0..3840));
        let mut saved = shared.save();
        for _ in 0..3 {
            let reopened = Shared::new();
            reopened.restore(&saved).unwrap();
            assert_eq!(reopened.score(), shared.score());
            saved = reopened.save();
        }
        let (score, set_aside) = Score::from_json_beside(&saved).unwrap();
        assert_eq!((score.melody().len(), set_aside), (1, Some(newer())));
        shared.restore(&Score::default().to_json()).unwrap();
        assert_eq!(shared.save(), Score::default().to_json(), "another project's score is not kept with this one's");
    }
}
