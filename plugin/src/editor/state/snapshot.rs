//! A copy of what the composer holds.

use crate::{
    editor::state::{
        chords::{self, LaneChord},
        form::Form,
        step_description::describe,
    },
    process::wiring::Wiring,
};
use continuo_engine::{
    arranging::ChordGuesses,
    composer::Status,
    score::{Edit, Score, Step},
};
use continuo_music::{meter::PhraseSpan, note::Note, part::Part, time::Tick};

/// A copy of what the composer holds, renewed when that has changed.
#[derive(Default)]
pub struct Snapshot {
    /// The composer's count of changes at the time of the copy.
    seen: Option<u64>,
    /// The score's count of changes at the time of the copy.
    seen_score: Option<u64>,
    /// Melody, phrases, takes.
    pub score: Score,
    /// Notes of the current pass that the score does not hold yet.
    pub hearing: Vec<Note>,
    /// For each phrase of the score: whether it was made for the melody as it is known now.
    pub settled: Vec<bool>,
    /// The song's form: the letter of each phrase.
    pub form: Form,
    /// The chords of the lane.
    pub lane: Vec<LaneChord>,
    /// What the band would choose for the chord that the player looked at last.
    pub guesses: Option<ChordGuesses>,
    /// The composer's status.
    pub status: Status,
    /// The slots of the genres and own styles that can be chosen, with their names.
    pub genres: Vec<(i32, String)>,
    /// How many steps can be undone and redone.
    pub history: (usize, usize),
    /// The step that undo would reverse, in words.
    pub undo: Option<String>,
    /// The step that redo would repeat, in words.
    pub redo: Option<String>,
}

impl Snapshot {
    /// Copies what has changed.
    pub fn update(&mut self, wiring: &Wiring) {
        let shared = &wiring.shared;
        let changes = shared.changes();
        if self.seen == Some(changes) {
            return;
        }
        self.seen = Some(changes);
        let score_changes = shared.score.changes();
        if self.seen_score != Some(score_changes) {
            self.seen_score = Some(score_changes);
            self.score = shared.score.copy();
            self.settled = self.score.phrases().iter().map(|phrase| self.score.is_settled(phrase)).collect();
            self.form.update(&self.score);
            self.lane = chords::lane(&self.score, &self.form);
        }
        self.guesses = shared.guesses.get();
        self.hearing = shared.status.hearing();
        self.status = shared.status.get();
        self.genres = wiring.params.named_genres();
        let describe = |step: &Step| describe(step, wiring, &self.score);
        (self.history, self.undo, self.redo) = shared
            .history
            .read(|history| (history.depth(), history.last_done().map(describe), history.last_undone().map(describe)));
    }

    /// Shows an edit of chords or of the melody before the composer has carried it out: the next one builds on it.
    pub fn anticipate(&mut self, edit: &Edit) {
        match edit {
            Edit::Chords(edit) => {
                self.score.edit_chords(edit);
                self.lane = chords::lane(&self.score, &self.form);
            }
            Edit::Melody(edit) => self.score.anticipate_melody(edit),
            _ => {}
        }
    }

    /// The name of a slot of the genre parameters.
    pub fn genre(&self, slot: i32) -> String {
        let known = self.genres.iter().find(|(known, _)| *known == slot);
        known.map_or_else(|| format!("Slot {}", slot + 1), |(_, name)| name.clone())
    }

    /// Whether a settled phrase was made for silence: its bars were heard, and no note was played in them.
    pub fn is_silent(&self, span: &PhraseSpan) -> bool {
        let inside = |note: &Note| note.start < span.end && span.start < note.end();
        !self.score.melody().iter().chain(&self.hearing).any(inside)
    }

    /// The tick after the last note or phrase.
    pub fn end(&self) -> Tick {
        let phrases = self.score.phrases().last().map_or(0, |phrase| phrase.span.end);
        let melody = self.score.melody().iter().map(Note::end).max().unwrap_or(0);
        phrases.max(melody)
    }

    /// Whether no melody was played yet. There may be drums: they are made before the melody.
    pub fn is_unplayed(&self) -> bool {
        let has_pitches = || {
            self.score.phrases().iter().any(|phrase| Part::PITCHED.iter().any(|&part| !phrase.parts[part].is_empty()))
        };
        self.score.melody().is_empty() && self.hearing.is_empty() && !has_pitches()
    }

    /// The number of the bar at a tick, counted from 1.
    pub fn bar(&self, tick: Tick) -> i64 {
        self.score.meters.bar_number(tick)
    }

    /// The beat within its bar at a tick, counted from 1.
    pub fn beat(&self, tick: Tick) -> i64 {
        let meters = &self.score.meters;
        (tick - meters.bar_start(tick)) / meters.at(tick).meter.beat_ticks() + 1
    }

    /// The bars of a phrase, such as `5-8`.
    pub fn bars(&self, span: &PhraseSpan) -> String {
        self.score.meters.bar_numbers(span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use continuo_music::meter::Meter;

    #[test]
    fn a_tick_has_a_bar_and_a_beat() {
        let snapshot = Snapshot::default();
        assert_eq!((snapshot.bar(4800), snapshot.beat(4800)), (2, 2));
        assert_eq!(snapshot.bars(&PhraseSpan { start: 0, end: 2 * 3840, meter: Meter::COMMON }), "1-2");
    }
}
