//! The history of edits behind its lock.

use super::changes::Changes;
use crate::score::history::History;
use parking_lot::Mutex;
use std::sync::Arc;

/// Written by the composer's thread and the editor, read by the editor and the host's main thread.
#[derive(Debug)]
pub struct HistoryStore {
    changes: Arc<Changes>,
    history: Mutex<History>,
}

impl HistoryStore {
    pub(super) fn new(changes: Arc<Changes>) -> Self {
        Self { changes, history: Mutex::default() }
    }

    /// Changes the history.
    pub fn edit<T>(&self, work: impl FnOnce(&mut History) -> T) -> T {
        let result = work(&mut self.history.lock());
        self.changes.count();
        result
    }

    /// Reads the history without copying it.
    pub fn read<T>(&self, work: impl FnOnce(&History) -> T) -> T {
        work(&self.history.lock())
    }

    /// A copy of the history.
    pub fn copy(&self) -> History {
        self.history.lock().clone()
    }
}
