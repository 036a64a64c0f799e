//! The score and the history in the host's project.

use continuo_engine::{composer::Shared, score::History};
use nice_plug::{params::persist::PersistentField, prelude::*};
use std::sync::Arc;

/// Saves the composer's score, and passes a loaded one to the composer. Used on the host's main thread; [`Shared`]
/// makes that safe.
pub struct SavedScore(Arc<Shared>);

impl SavedScore {
    /// The field for the score in `shared`.
    pub fn new(shared: Arc<Shared>) -> Self {
        Self(shared)
    }
}

impl PersistentField<'_, String> for SavedScore {
    fn set(&self, saved: String) {
        // The project still opens, with its parameters and an empty score: the host offers no way to report an error.
        if let Err(error) = self.0.restore(&saved) {
            nice_error!("{error}");
        }
    }

    fn map<F, R>(&self, read: F) -> R
    where
        F: Fn(&String) -> R,
    {
        read(&self.0.save())
    }
}

/// Saves the history. Used on the host's main thread.
pub struct SavedHistory(Arc<Shared>);

impl SavedHistory {
    /// The field for the history in `shared`.
    pub fn new(shared: Arc<Shared>) -> Self {
        Self(shared)
    }
}

impl PersistentField<'_, String> for SavedHistory {
    fn set(&self, saved: String) {
        let saved = History::from_json(&saved);
        self.0.history.edit(|history| *history = saved);
    }

    fn map<F, R>(&self, read: F) -> R
    where
        F: Fn(&String) -> R,
    {
        // A copy, so that nobody waits for the lock while it is written as text.
        read(&self.0.history.copy().to_json())
    }
}
