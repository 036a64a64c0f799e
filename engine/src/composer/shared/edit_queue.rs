//! The edits that the editor asks for.

use crate::score::edit::Edit;
use parking_lot::Mutex;
use std::collections::VecDeque;

/// How many edits may wait for the composer. An editor cannot queue more in the time that one phrase takes.
const MAX_EDITS: usize = 256;

/// The waiting edits. The editor pushes, the composer's thread pops; the lock is held for one push or pop only.
#[derive(Debug, Default)]
pub struct EditQueue(Mutex<Edits>);

#[derive(Debug, Default)]
struct Edits {
    waiting: VecDeque<Edit>,
    /// The composer is carrying one out.
    at_work: bool,
    /// A composer runs, so what waits will be carried out.
    attended: bool,
}

impl EditQueue {
    /// Asks the composer for an edit; `false` if too many wait already.
    pub fn push(&self, edit: Edit) -> bool {
        let edits = &mut self.0.lock().waiting;
        let room = edits.len() < MAX_EDITS;
        if room {
            edits.push_back(edit);
        }
        room
    }

    /// Whether the composer has carried out all edits, so that the history holds the step of each, or no composer runs. A
    /// tool's step comes when the tool is done.
    pub fn is_settled(&self) -> bool {
        let edits = self.0.lock();
        !edits.attended || edits.waiting.is_empty() && !edits.at_work
    }

    /// A composer begins to carry out edits, or ends.
    pub(crate) fn attend(&self, on: bool) {
        let mut edits = self.0.lock();
        edits.attended = on;
        edits.at_work = false;
    }

    /// The next edit, which counts as being carried out until [`EditQueue::finish`].
    pub(crate) fn pop(&self) -> Option<Edit> {
        let mut edits = self.0.lock();
        let edit = edits.waiting.pop_front();
        edits.at_work |= edit.is_some();
        edit
    }

    /// The edit that was popped last is carried out.
    pub(crate) fn finish(&self) {
        self.0.lock().at_work = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_settled_when_the_last_edit_is_carried_out() {
        let queue = EditQueue::default();
        assert!(queue.push(Edit::Clear));
        assert!(queue.is_settled(), "nobody would carry it out");
        queue.attend(true);
        assert!(!queue.is_settled());
        assert!(queue.pop().is_some());
        assert!(!queue.is_settled(), "it is being carried out");
        queue.finish();
        assert!(queue.is_settled());
        assert!(queue.pop().is_none() && queue.is_settled());
    }
}
