//! Which bars the host plays no more: their song was moved, or their clip deleted.
//!
//! Silence alone says little, since a player who has played a melody by hand listens to it afterwards. But what plays the
//! melody again at the same ticks is no hand: where it is silent in a pass, its melody is gone. A pass that is silent as
//! a whole counts after one in which the melody came again in this way.

use super::{evidence::Evidence, pass::Pass, planner::Planner, playable::playable, policy::Occasion};
use crate::{
    realtime::queues::{Delivery, PLAY_AT_ONCE, RolledTick},
    score::{history::Step, phrase::Phrase, score::Score},
};
use continuo_music::{
    melody::{begins_in, same_in},
    meter::PhraseSpan,
    note::Note,
    settings::Mode,
    time::{LEAD, Tick},
};
use std::ops::Range;

impl Planner {
    /// A pass begins.
    pub(super) fn begin_listening(&mut self) {
        self.evidence = self.shared.score.read(Evidence::of);
    }

    /// Notes what this pass newly heard up to `end`. Call it before the pass is committed.
    pub(super) fn note_silence(&mut self, end: Tick) {
        let Some(pass) = &self.pass else { return };
        let stretch = pass.uncommitted(end);
        if !stretch.is_empty() {
            let notes = pass.notes_until(end);
            let new: Vec<Note> = notes.into_iter().filter(|note| begins_in(note, &stretch)).collect();
            self.evidence.hear(&new, &stretch);
        }
    }

    /// A loop is about to begin again: its last phrase counts as silent if nothing was played in it until now.
    pub(super) fn rest_before_wrap(&mut self, cut: Tick, boundary: Tick, ready_at: RolledTick) {
        let Some(pass) = &self.pass else { return };
        let stretch = pass.uncommitted(boundary);
        if !stretch.is_empty() && !pass.notes_until(cut).iter().any(|note| begins_in(note, &stretch)) {
            self.evidence.hear(&[], &stretch);
        }
        self.rest_silent_bars(ready_at);
    }

    /// The pass has ended: bars whose melody is played no more rest.
    pub(super) fn end_listening(&mut self) {
        self.rest_silent_bars(self.rolled + LEAD);
        if !self.evidence.is_silent() {
            self.host_plays = self.evidence.is_replay();
        }
        self.evidence = Evidence::default();
    }

    fn rest_silent_bars(&mut self, ready_at: RolledTick) {
        let gone = if self.evidence.is_silent() { self.host_plays } else { self.evidence.is_replay() };
        if !gone
            || self.settings.keep_song
            || self.settings.melody_source.plays_score()
            || self.evidence.silent().is_empty()
        {
            return;
        }
        let silent = self.shared.score.read(|score| {
            // What a file brought was never the host's.
            let silent = if score.end().is_some() { vec![] } else { whole_bars(score, self.evidence.silent()) };
            let concerned = score.melody().iter().any(|note| silent.iter().any(|bars| begins_in(note, bars)));
            concerned.then_some(silent)
        });
        let Some(silent) = silent else { return };
        // In the other modes the band answers what was just played, and silence gets the answer that it would always get.
        if self.settings.mode != Mode::Arrange {
            self.shared.score.edit(|score| score.forget_melody(&silent));
            return;
        }
        let changed = self.rest(&silent, ready_at);
        // A loop that begins again goes on with its pass, whose last phrase the score does not have yet.
        let known = self.pass.as_ref().map_or(Tick::MAX, Pass::committed);
        self.shared.history.edit(|history| history.record(Step::Rest { bars: silent }));
        for span in changed {
            let knowledge = self.song_knowledge(&span, known);
            self.make(span, &knowledge, Occasion::Heard(ready_at - LEAD));
        }
    }

    /// Lets bars rest from where they are entered at this rolled time or later. Returns the phrases that lost a part of
    /// their melody.
    fn rest(&mut self, bars: &[Range<Tick>], ready_at: RolledTick) -> Vec<PhraseSpan> {
        let parts = self.settings.parts;
        let (left, changed) = self.shared.score.edit(|score| score.rest(bars, |part| parts[part].lock));
        self.send(&left, ready_at);
        changed
    }

    /// Lets bars rest again, or brings back what rests in them, as the player redoes or undoes it.
    pub(super) fn rest_again(&mut self, bars: &[Range<Tick>], on: bool) {
        if on {
            self.rest(bars, PLAY_AT_ONCE);
        } else {
            let woken: Vec<Phrase> =
                self.shared.score.edit(|score| bars.iter().flat_map(|bars| score.wake(bars)).collect());
            self.send(&woken, PLAY_AT_ONCE);
        }
    }

    /// Brings everything back that rests if what was played up to `cut` is the melody that rests there. What comes back
    /// plays where it is entered at this rolled time or later.
    pub(super) fn wake_at(&mut self, cut: Tick, ready_at: RolledTick) {
        let Some(pass) = &self.pass else { return };
        let stretch = pass.uncommitted(cut);
        let notes: Vec<Note> = pass.notes_until(cut).into_iter().filter(|note| begins_in(note, &stretch)).collect();
        if stretch.is_empty() || notes.is_empty() {
            return;
        }
        let comes_back = self.shared.score.read(|score| {
            let mut resting = score.resting().stretches().iter();
            let place = resting.find(|resting| resting.start < stretch.end && stretch.start < resting.end)?;
            let place = place.start.max(stretch.start)..place.end.min(stretch.end);
            Some(same_in(score.resting().melody(), &notes, &place))
        });
        match comes_back {
            Some(true) => self.wake(ready_at),
            Some(false) => self.shared.score.edit(|score| score.drop_rest(&stretch)),
            None => {}
        }
    }

    /// Brings everything back that rests. It plays where it is entered at this rolled time or later.
    pub(super) fn wake(&mut self, ready_at: RolledTick) {
        if self.shared.score.read(|score| score.resting().stretches().is_empty()) {
            return;
        }
        let woken = self.shared.score.edit(|score| score.wake(&(Tick::MIN..Tick::MAX)));
        self.send(&woken, ready_at);
    }

    /// Sends phrases that play where they are entered at this rolled time or later.
    pub(super) fn send(&mut self, phrases: &[Phrase], ready_at: RolledTick) {
        let key = self.home_key();
        for phrase in phrases {
            self.outbox.push_back(Delivery::Phrase(Box::new(playable(phrase, ready_at, key))));
        }
    }
}

/// The whole bars in these stretches.
fn whole_bars(score: &Score, stretches: &[Range<Tick>]) -> Vec<Range<Tick>> {
    let bars = stretches.iter().map(|stretch| {
        let first = score.meters.bar_start(stretch.start);
        let length = score.meters.at(stretch.start).meter.bar_ticks();
        let start = if first < stretch.start { first + length } else { first };
        start..score.meters.bar_start(stretch.end)
    });
    bars.filter(|bars| bars.start < bars.end).collect()
}
