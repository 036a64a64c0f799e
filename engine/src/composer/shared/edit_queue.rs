//! What the editor asks of the composer.

use crate::score::edit::Edit;
use parking_lot::Mutex;
use std::collections::VecDeque;

/// How many edits may wait for the composer. An editor cannot make more in the time that one phrase takes.
const MOST_EDITS: usize = 256;

/// The edits that wait. The editor pushes, the composer's thread pops; the lock is held for one of either only.
#[derive(Debug, Default)]
pub struct EditQueue(Mutex<VecDeque<Edit>>);

impl EditQueue {
    /// Asks the composer for an edit. Returns `false` when too many wait already.
    pub fn push(&self, edit: Edit) -> bool {
        let mut edits = self.0.lock();
        let room = edits.len() < MOST_EDITS;
        if room {
            edits.push_back(edit);
        }
        room
    }

    pub(crate) fn pop(&self) -> Option<Edit> {
        self.0.lock().pop_front()
    }
}
