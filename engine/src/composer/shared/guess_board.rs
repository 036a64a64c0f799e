//! What the network would choose for the chord that the player looks at.

use super::changes::Changes;
use crate::arranging::ChordGuesses;
use parking_lot::Mutex;
use std::sync::Arc;

/// Written by the composer's thread, read by the editor. The lock is held for short copies only.
#[derive(Debug)]
pub struct GuessBoard {
    changes: Arc<Changes>,
    guesses: Mutex<Option<ChordGuesses>>,
}

impl GuessBoard {
    pub(super) fn new(changes: Arc<Changes>) -> Self {
        Self { changes, guesses: Mutex::default() }
    }

    /// The guesses that were asked for last; `None` before the first.
    pub fn get(&self) -> Option<ChordGuesses> {
        self.guesses.lock().clone()
    }

    /// Shows guesses.
    pub fn set(&self, guesses: ChordGuesses) {
        *self.guesses.lock() = Some(guesses);
        self.changes.count();
    }
}
