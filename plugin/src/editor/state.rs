//! All that the editor keeps: a copy of what the engine holds, and where the player is looking.

pub mod time_axis;

use crate::editor::{files::dialog::Files, gesture::Pending, platform::drag_and_drop::Drags, state::time_axis::View};
use crate::{files::take_folder::Standing, process::wiring::Wiring};
use continuo_engine::{
    edit::Edit, history::Step, monitor::Reading, note::Note, score::Score, shared::Status, time::Tick,
};
use std::time::{Duration, Instant};

/// How long a remark stays once it was drawn.
const REMARK_STAYS: Duration = Duration::from_secs(8);

/// A copy of what the composer holds, made when it changed.
#[derive(Default)]
pub struct Snapshot {
    /// The count of changes it was made at.
    seen: Option<u64>,
    /// The count of the score's changes it was made at.
    seen_score: Option<u64>,
    /// Melody, phrases, takes.
    pub score: Score,
    /// What is being played and is not in the score yet.
    pub hearing: Vec<Note>,
    /// For each phrase of the score: it was made for the melody as it is known now.
    pub settled: Vec<bool>,
    /// What the composer tells.
    pub status: Status,
    /// The slots of the genres and own styles that can be chosen, each with its name.
    pub genres: Vec<(i32, String)>,
    /// Steps that can be undone and redone.
    pub history: (usize, usize),
    /// What undoing and redoing would do, for people.
    pub undo: Option<String>,
    /// As `undo`.
    pub redo: Option<String>,
}

impl Snapshot {
    /// Copies what changed.
    fn update(&mut self, wiring: &Wiring) {
        let shared = &wiring.shared;
        let changes = shared.changes();
        if self.seen == Some(changes) {
            return;
        }
        self.seen = Some(changes);
        let score_changes = shared.score_changes();
        if self.seen_score != Some(score_changes) {
            self.seen_score = Some(score_changes);
            self.score = shared.score();
            self.settled = self.score.phrases().iter().map(|phrase| self.score.is_settled(phrase)).collect();
        }
        self.hearing = shared.hearing();
        self.status = shared.status();
        self.genres = wiring.params.named_genres();
        let words = |step: &Step| super::undo::words(step, wiring, &self.score);
        (self.history, self.undo, self.redo) = shared.read_history(|history| {
            (history.depth(), history.last_done().map(words), history.last_undone().map(words))
        });
    }

    /// What a slot of the genre parameters is called.
    pub fn genre(&self, slot: i32) -> String {
        let known = self.genres.iter().find(|(known, _)| *known == slot);
        known.map_or_else(|| format!("Slot {}", slot + 1), |(_, name)| name.clone())
    }
}

/// Something that the editor tells for a while.
#[derive(Clone, Debug)]
pub struct Remark {
    /// The sentence.
    pub text: String,
    /// It is a fault.
    pub fault: bool,
    /// When it was first drawn; on a busy machine that may be long after it was told.
    drawn: Option<Instant>,
}

/// The editor's state.
#[derive(Default)]
pub struct State {
    /// A copy of what the composer holds.
    pub snapshot: Snapshot,
    /// Where the audio thread is.
    pub reading: Reading,
    /// Which part of the song is seen.
    pub view: View,
    /// The first tick of the phrase that was chosen; `None` for the one at the playhead.
    pub selected: Option<Tick>,
    /// Parameters on their way to the host.
    pub pending: Pending,
    /// Files that are dragged.
    pub drags: Drags,
    /// Where files are held over the window, in points.
    pub over: Option<egui::Pos2>,
    /// Saving and opening files.
    pub files: Files,
    /// What becomes of the takes.
    pub takes: Standing,
    /// The lowest key of the on-screen keyboard, as an octave's number; 4 begins with middle C.
    pub octave: i8,
    /// A file is being read.
    pub opening: bool,
    /// The keys that the mouse and the computer's keyboard hold down, with what holds them.
    pub pressed: Vec<(KeySource, u8)>,
    remark: Option<Remark>,
    /// Until when the composer is expected to answer an edit.
    busy_until: Option<Instant>,
}

/// What holds a key of the on-screen keyboard down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// The mouse.
    Mouse,
    /// A key of the computer's keyboard.
    Computer(egui::Key),
}

impl State {
    /// The state of a window that was just opened, with middle C as the keyboard's lowest key.
    pub fn new() -> Self {
        Self { octave: 4, ..Self::default() }
    }

    /// Takes in what changed since the last frame.
    pub fn update(&mut self, wiring: &Wiring) {
        self.snapshot.update(wiring);
        self.reading = wiring.monitor.read();
        self.opening = wiring.file_reader.is_reading();
        let now = Instant::now();
        // What was told during the last frame is drawn in this one.
        self.remark.take_if(|remark| now - *remark.drawn.get_or_insert(now) > REMARK_STAYS);
        self.takes = wiring.takes();
        if let Some(fault) = wiring.take_folder.fault()
            && self.remark.is_none()
        {
            self.complain(format!("Takes are not saved: {fault}."));
        }
        if self.busy_until.is_some_and(|until| now > until) {
            self.busy_until = None;
        }
    }

    /// Tells something in the status line.
    pub fn tell(&mut self, text: impl Into<String>) {
        self.remark = Some(Remark { text: text.into(), fault: false, drawn: None });
    }

    /// Tells what went wrong.
    pub fn complain(&mut self, text: impl Into<String>) {
        self.remark = Some(Remark { text: text.into(), fault: true, drawn: None });
    }

    /// What is told at this moment.
    pub fn remark(&self) -> Option<&Remark> {
        self.remark.as_ref()
    }

    /// Asks the composer for something.
    pub fn ask(&mut self, edit: Edit, wiring: &Wiring) {
        if wiring.shared.ask(edit) {
            self.expect_answer();
        } else {
            self.complain("The composer has too much to do: wait a moment and ask again.");
        }
    }

    /// The composer was asked for something: its answer is looked for without waiting for the host.
    pub fn expect_answer(&mut self) {
        self.busy_until = Some(Instant::now() + Duration::from_secs(2));
    }

    /// When the window has to be drawn again though nothing moves.
    pub fn next_look(&self) -> Option<Duration> {
        let arranging = self.snapshot.status.arranging.is_some();
        if self.busy_until.is_some() || arranging || self.opening || !self.pending.is_empty() {
            return Some(Duration::from_millis(30));
        }
        self.remark.as_ref().map(|remark| match remark.drawn {
            None => Duration::ZERO,
            Some(drawn) => REMARK_STAYS.saturating_sub(drawn.elapsed()) + Duration::from_millis(50),
        })
    }

    /// The phrase that edits are about: the chosen one, or else the one at the playhead.
    pub fn focus(&self) -> Tick {
        self.selected.unwrap_or(self.reading.playhead)
    }
}
