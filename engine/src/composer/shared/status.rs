//! What the composer shows: its status, and the notes that it hears.

use super::changes::Changes;
use crate::tools::Proposal;
use continuo_music::note::Note;
use parking_lot::Mutex;
use std::{sync::Arc, time::Duration};

/// What the tool does that was asked for last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToolStatus {
    /// It works.
    Working {
        /// Its name.
        name: &'static str,
        /// How much is done.
        done: usize,
        /// How much there is to do; 0 while that is not known.
        all: usize,
    },
    /// It is done; says what it did.
    Done(String),
    /// It would change the melody, if the player agrees.
    Proposed(Arc<Proposal>),
    /// It made nothing; says why.
    Failed(String),
}

/// The composer's status, for display.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Status {
    /// Name and version of the model, once it is loaded.
    pub model: Option<String>,
    /// The runtime that runs it, such as `onnxruntime 1.24.4`.
    pub backend: Option<String>,
    /// Name and version of the conductor that judges takes; `None` if one take of each phrase is drawn.
    pub conductor: Option<String>,
    /// Whether the loaded model keeps to chords and tells its own; `None` until one is loaded.
    pub knows_chords: Option<bool>,
    /// A remark that is not a fault, such as why the built-in runtime is used.
    pub remark: Option<String>,
    /// What is wrong and what to do about it.
    pub fault: Option<String>,
    /// What is wrong with the saved score that the project holds, and what to do about it. Stays until the score is
    /// replaced, whatever the model does.
    pub score_fault: Option<String>,
    /// Which other models the score was arranged with, if the loaded one did not make all of it.
    pub score_remark: Option<String>,
    /// Invalid files in the folder of styles, each with the reason.
    pub refused_styles: Vec<String>,
    /// How long the last phrase took to generate.
    pub last_generation: Option<Duration>,
    /// How much processor time the last phrase took; `None` where the system does not tell.
    pub last_processor_time: Option<Duration>,
    /// How long the slowest phrase took to generate.
    pub slowest_generation: Option<Duration>,
    /// Phrases generated since the composer was started.
    pub generated: u64,
    /// While a whole song is arranged: the phrases that are done, and the phrases in all.
    pub arranging: Option<(usize, usize)>,
    /// The tool that was asked for last.
    pub tool: Option<ToolStatus>,
}

/// Written by the composer's thread and by whoever restores a score, read by the editor and the host's main thread. The
/// locks are held for short copies only.
#[derive(Debug)]
pub struct StatusBoard {
    changes: Arc<Changes>,
    status: Mutex<Status>,
    /// The notes that are being played and are not in the score yet.
    hearing: Mutex<Vec<Note>>,
}

impl StatusBoard {
    pub(super) fn new(changes: Arc<Changes>) -> Self {
        Self { changes, status: Mutex::default(), hearing: Mutex::default() }
    }

    /// A copy of the status.
    pub fn get(&self) -> Status {
        self.status.lock().clone()
    }

    /// Forgets what the tool did that was asked for last, such as a proposal that the player has answered.
    pub fn forget_tool(&self) {
        self.update(|status| status.tool = None);
    }

    pub(crate) fn update(&self, update: impl FnOnce(&mut Status)) {
        update(&mut self.status.lock());
        self.changes.count();
    }

    /// The notes that are being played and are not in the score yet; notes that still sound end at the playhead.
    pub fn hearing(&self) -> Vec<Note> {
        self.hearing.lock().clone()
    }

    pub(crate) fn set_hearing(&self, notes: Vec<Note>) {
        let mut hearing = self.hearing.lock();
        if *hearing != notes {
            *hearing = notes;
            drop(hearing);
            self.changes.count();
        }
    }
}
