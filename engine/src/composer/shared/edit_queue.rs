//! The edits that the editor asks for.

use crate::score::edit::Edit;
use parking_lot::Mutex;
use std::collections::VecDeque;

/// How many edits may wait for the composer. An editor cannot queue more in the time that one phrase takes.
const MAX_EDITS: usize = 256;

/// The waiting edits. The editor pushes, the composer's thread pops; the lock is held for one push or pop only.
#[derive(Debug, Default)]
pub struct EditQueue(Mutex<VecDeque<Edit>>);

impl EditQueue {
    /// Asks the composer for an edit; `false` if too many wait already.
    pub fn push(&self, edit: Edit) -> bool {
        let mut edits = self.0.lock();
        let room = edits.len() < MAX_EDITS;
        if room {
            edits.push_back(edit);
        }
        room
    }

    pub(crate) fn pop(&self) -> Option<Edit> {
        self.0.lock().pop_front()
    }
}
