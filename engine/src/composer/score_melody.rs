//! Sends the score's melody to the audio thread while it plays, and says where it stays whatever the player plays.

use super::planner::Planner;
use crate::{
    realtime::queues::{Delivery, MelodyBar, MelodyNote, PLAY_AT_ONCE, PlayableMelody, RolledTick},
    score::score::Score,
};
use continuo_music::{note::Note, step_grid::StepGrid, time::Tick};
use std::ops::Range;

impl Planner {
    /// Sends the score's melody if it plays and has changed. What is new plays from this rolled time on.
    pub(super) fn send_melody(&mut self, ready_at: RolledTick) {
        if !self.settings.melody_source.plays_score() {
            self.sent_melody = None;
            return;
        }
        let playable = self.shared.score.read(|score| playable_melody(score, self.sent_melody.as_ref(), ready_at));
        if self.sent_melody.as_ref() != Some(&playable) {
            self.outbox.push_back(Delivery::Melody(Box::new(playable.clone())));
            self.sent_melody = Some(playable);
        }
    }

    /// Whether the melody at a tick is the score's, whatever the player plays there.
    pub(super) fn keeps_melody_at(&self, tick: Tick) -> bool {
        self.settings.melody_source.plays_score()
            && self.shared.score.read(|score| {
                let bar = bar_at(score, tick);
                let first = score.melody().partition_point(|note| note.start < bar.start - (bar.end - bar.start));
                let near = score.melody()[first..].iter().take_while(|note| note.start < bar.end);
                near.map(|note| bar_of(score, note)).any(|other| other.start == bar.start)
            })
    }
}

fn bar_at(score: &Score, tick: Tick) -> Range<Tick> {
    let bar = score.meters.phrase_at(tick, 1);
    bar.start..bar.end
}

/// The bar that a note belongs to: one that begins a little early belongs to the next.
fn bar_of(score: &Score, note: &Note) -> Range<Tick> {
    bar_at(score, StepGrid::FROM_ZERO.rounded(note.start))
}

/// The score's melody. Bars that are as they were `sent` play as before; the others play from this rolled time on. If
/// nothing was sent, all of them play at once.
fn playable_melody(score: &Score, sent: Option<&PlayableMelody>, ready_at: RolledTick) -> PlayableMelody {
    let (mut bars, mut notes): (Vec<MelodyBar>, Vec<MelodyNote>) = (vec![], vec![]);
    let melody = score.melody();
    let mut at = 0;
    while let Some(first) = melody.get(at) {
        let bar = bar_of(score, first);
        let count = melody[at..].iter().take_while(|note| bar_of(score, note) == bar).count().max(1);
        let here = &melody[at..at + count];
        let ready_at = sent.map_or(PLAY_AT_ONCE, |sent| sent.ready_again(&bar, here).unwrap_or(ready_at));
        bars.push(MelodyBar { start: bar.start, end: bar.end, ready_at });
        notes.extend(here.iter().map(|&note| MelodyNote { note, ready_at }));
        at += count;
    }
    PlayableMelody { bars: bars.into(), notes: notes.into() }
}

impl PlayableMelody {
    /// From when on a bar plays if it had exactly these notes.
    fn ready_again(&self, bar: &Range<Tick>, notes: &[Note]) -> Option<RolledTick> {
        let at = self.bars.binary_search_by_key(&bar.start, |bar| bar.start).ok()?;
        let known = self.bars.get(at).filter(|known| known.end == bar.end)?;
        let first = self.notes.partition_point(|known| known.note < *notes.first().unwrap_or(&known.note));
        let same = self.notes.get(first..first + notes.len())?;
        let next = self.notes.get(first + notes.len()).map(|next| next.note.start);
        let is_all = next.is_none_or(|next| StepGrid::FROM_ZERO.rounded(next) >= bar.end);
        (is_all && same.iter().map(|known| &known.note).eq(notes)).then_some(known.ready_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BAR: Tick = 3840;

    fn note(start: Tick, pitch: u8) -> Note {
        Note { start, pitch, length: 480, velocity: 90 }
    }

    #[test]
    fn only_bars_that_changed_wait() {
        let mut score = Score::default();
        // The last note of the first bar is a little early in the second.
        score.hear(&[note(0, 60), note(960, 62), note(BAR - 10, 64)], 0..2 * BAR);
        let first = playable_melody(&score, None, 77);
        assert_eq!(
            first.bars.iter().map(|bar| (bar.start, bar.ready_at)).collect::<Vec<_>>(),
            [(0, PLAY_AT_ONCE), (BAR, PLAY_AT_ONCE)]
        );
        assert_eq!(playable_melody(&score, Some(&first), 77), first);
        score.hear(&[note(2 * BAR, 67)], 2 * BAR..3 * BAR);
        score.edit_melody(&crate::score::melody_edit::MelodyEdit { gone: vec![], new: vec![note(1920, 65)] });
        let second = playable_melody(&score, Some(&first), 77);
        let ready: Vec<_> = second.bars.iter().map(|bar| bar.ready_at).collect();
        assert_eq!(ready, [77, PLAY_AT_ONCE, 77]);
        assert_eq!(second.notes.len(), 5);
    }
}
