//! Decides which phrase is made when, from which knowledge: the time rules of the three modes.
//!
//! A plain state machine on the composer's thread: facts in, deliveries out. It knows no clock but the rolled time,
//! so that live playing and an offline bounce decide alike.

use super::{
    guarded_model::GuardedModel, loader::Loader, pass::Pass, policy::Occasion, settings_timeline::SettingsTimeline,
    shared::Shared,
};
use crate::{
    arranging::whole_song::SongQueue,
    realtime::queues::{Delivery, Fact, PHRASE_CAPACITY, RolledTick},
    score::score::Score,
};
use continuo_music::{
    melody::{heard_ticks, onsets},
    meter::Meter,
    settings::{Mode, Settings},
    time::{LEAD, TICKS_PER_QUARTER, Tick},
};
use std::{collections::VecDeque, ops::Range, sync::Arc};

/// How long behind a change of the meter a host may tell of it, in ticks: hosts do so with the next block.
const METER_DELAY: Tick = TICKS_PER_QUARTER;

/// The composer's decisions. Owned by the composer thread.
pub struct Planner {
    pub(super) shared: Arc<Shared>,
    pub(super) model: GuardedModel,
    pub(super) settings: Settings,
    /// What they were where the phrase at the playhead began.
    pub(super) timeline: SettingsTimeline,
    /// The unbroken rolling that is going on; `None` while the transport stands.
    pub(super) pass: Option<Pass>,
    /// Where the transport stands.
    located: Option<Tick>,
    /// Something changed while the transport stands: the phrase at the playhead may have to be made again.
    unsettled: bool,
    /// The boundary whose next phrase was prepared in this pass, and where that begins: elsewhere at the end of a loop.
    prepared_for: Option<(Tick, Tick)>,
    /// The meter that the host told last.
    pub(super) told_meter: Option<Meter>,
    /// Rolled time up to where this pass was worked off.
    rolled: RolledTick,
    pub(super) restored: u64,
    /// The whole song that is being arranged.
    pub(super) song: SongQueue,
    /// What waits for the audio thread.
    pub outbox: VecDeque<Delivery>,
}

impl Planner {
    /// Knows nothing yet.
    pub fn new(shared: Arc<Shared>, loader: Loader) -> Self {
        Self {
            model: GuardedModel::new(Arc::clone(&shared), loader),
            shared,
            settings: Settings::default(),
            timeline: SettingsTimeline::default(),
            pass: None,
            located: None,
            unsettled: false,
            prepared_for: None,
            told_meter: None,
            rolled: 0,
            restored: u64::MAX,
            song: SongQueue::default(),
            outbox: VecDeque::new(),
        }
    }

    /// Sends the whole score if it is another one than before, and fills the gap it may have at a rolling playhead.
    pub fn look_for_restored_score(&mut self) {
        let restored = self.shared.score.replacements();
        if restored != self.restored {
            self.restored = restored;
            self.song.clear();
            // What was prepared was prepared in the score before.
            self.prepared_for = None;
            self.tell_origin();
            self.send_table();
            self.unsettled = true;
            self.ensure_here();
        }
    }

    /// Looks whether the user's own styles changed.
    pub fn refresh_styles(&mut self) {
        self.unsettled |= self.shared.refresh_styles();
    }

    /// Fills the gaps that were left while there was no model.
    pub fn look_again(&mut self) {
        self.unsettled = true;
        self.prepared_for = None;
        self.ensure_here();
    }

    /// Works off one fact.
    pub fn take(&mut self, fact: Fact) {
        match fact {
            Fact::Settings(settings) => {
                self.settings = settings.within_ranges();
                self.unsettled = true;
            }
            Fact::Meter { tick, meter } => {
                self.told_meter = Some(meter);
                if self.shared.score.edit(|score| score.meters.learn(tick, meter)) {
                    self.unsettled = true;
                    self.ensure_here();
                }
            }
            Fact::Located { tick } => {
                self.pass = None;
                self.located = Some(tick);
                self.timeline.forget();
                self.unsettled = true;
                self.send_table();
            }
            Fact::Started { tick, rolled } => {
                // What was told while the transport stood, such as a genre, counts for the first phrase, wherever it stood.
                self.unsettled |= self.located.is_some_and(|located| located != tick);
                self.located = self.located.map(|_| tick);
                self.settle();
                self.located = None;
                self.rolled = rolled;
                self.prepared_for = None;
                self.pass = Some(Pass::new(tick));
                self.timeline.leave();
                self.ensure_here();
            }
            Fact::NoteOn { tick, pitch, velocity } => self.with_pass(|pass, score| {
                pass.note_on(tick, pitch, velocity, score);
            }),
            Fact::NoteOff { tick, pitch } => self.with_pass(|pass, score| pass.note_off(tick, pitch, score)),
            Fact::Rolled { to, rolled, cycle, .. } => self.roll(to, rolled, cycle),
            Fact::Left { tick } => self.leave(tick),
            Fact::Generate { tick } => {
                self.make_current(tick, Occasion::Generate);
            }
        }
    }

    /// Makes what a change while the transport stands calls for.
    pub fn settle(&mut self) {
        if !std::mem::take(&mut self.unsettled) {
            return;
        }
        if let (None, Some(tick)) = (&self.pass, self.located) {
            self.prepare(tick, tick, tick, Occasion::Here);
            let boundary = self.boundary(tick, None);
            if boundary - LEAD < tick {
                self.prepare(boundary, boundary, tick, Occasion::Soon);
            }
        }
    }

    /// Replaces a full outbox by one delivery that says it all.
    pub fn keep_outbox_small(&mut self) {
        if self.outbox.len() > PHRASE_CAPACITY {
            self.outbox.clear();
            self.send_table();
        }
    }

    fn with_pass(&mut self, work: impl FnOnce(&mut Pass, &mut Score)) {
        if let Some(pass) = &mut self.pass {
            self.shared.score.edit(|score| work(pass, score));
        }
    }

    /// Where the phrase at `tick` ends: the phrase that plays keeps its length, also when another one was chosen.
    fn boundary(&self, tick: Tick, cycle: Option<(Tick, Tick)>) -> Tick {
        let end = self.shared.score.read(|score| {
            let grid = score.meters.phrase_at(tick, self.settings.phrase_bars);
            match score.phrase_at(tick) {
                // Never beyond a place where the meter changes.
                Some(phrase) if phrase.recipe.is_some() => {
                    phrase.span.end.min(score.meters.phrase_at(tick, u8::MAX).end)
                }
                _ => grid.end,
            }
        });
        match cycle {
            Some((_, cycle_end)) if tick < cycle_end => end.min(cycle_end),
            _ => end,
        }
    }

    /// Follows the transport: prepares each next phrase at its cut, and finishes each phrase at its end.
    fn roll(&mut self, to: Tick, rolled: RolledTick, cycle: Option<(Tick, Tick)>) {
        while let Some(pass) = &self.pass {
            let at = pass.at;
            if at < to {
                self.timeline.enter(at, &self.settings);
            }
            let boundary = self.boundary(at, cycle);
            let rolled_at_boundary = rolled - (to - boundary);
            let cut = (boundary - LEAD).max(at.min(boundary));
            let entry = match cycle {
                Some((start, end)) if end == boundary && at < end => start,
                _ => boundary,
            };
            if to > cut && self.prepared_for != Some((boundary, entry)) {
                self.prepared_for = Some((boundary, entry));
                self.prepare(entry, boundary, cut, Occasion::Entry(rolled_at_boundary));
            }
            if to < boundary {
                break;
            }
            self.rolled = rolled_at_boundary;
            self.finish(boundary);
            self.timeline.leave();
            if let Some(pass) = &mut self.pass {
                pass.at = boundary;
            }
        }
        self.rolled = rolled;
        if let Some(pass) = &mut self.pass {
            pass.at = pass.at.max(to);
        }
        self.follow_meter();
    }

    /// Where the playhead has gone past a change of the meter that the host no longer knows, its own holds on.
    fn follow_meter(&mut self) {
        let (Some(pass), Some(told)) = (&self.pass, self.told_meter) else { return };
        let (start, at) = (pass.start, pass.at);
        let news = self.shared.score.edit(|score| {
            let change = score.meters.at(at);
            // A loop that wraps comes upon another meter as well.
            let since = change.tick.max(start);
            change.meter != told && at - since >= METER_DELAY && score.meters.learn(since, told)
        });
        if news {
            self.unsettled = true;
            self.ensure_here();
        }
    }

    /// The transport left this place.
    fn leave(&mut self, tick: Tick) {
        let Some(mut pass) = self.pass.take() else { return };
        let new = pass.uncommitted(tick);
        self.shared.score.edit(|score| pass.close(tick, score));
        if pass.at < tick || self.boundary(tick - 1, None) != tick {
            self.make_heard(new);
        }
    }

    /// The playhead reached the end of a phrase.
    fn finish(&mut self, end: Tick) {
        let Some(pass) = &mut self.pass else { return };
        let new = pass.uncommitted(end);
        self.shared.score.edit(|score| pass.commit(end, score));
        self.make_heard(new);
    }

    /// In Arrange mode, makes the phrase in which `new` ends with the knowledge of its melody. What the score newly heard
    /// is usually this phrase; it reaches back behind it where the host restored a score with other phrases meanwhile.
    /// Then those that are missing there are made too.
    fn make_heard(&mut self, new: Range<Tick>) {
        if self.settings.mode != Mode::Arrange {
            return;
        }
        let mut tick = new.start;
        while tick < new.end {
            let (span, needed) = self.shared.score.read(|score| {
                let span = score.span_at(tick, self.settings.phrase_bars);
                let stretch = span.start..span.end;
                let any_note = !onsets(score.melody(), &stretch).is_empty();
                let worth = any_note || heard_ticks(score.heard(), &stretch) * 2 >= span.ticks();
                (span, worth && (span.end >= new.end || score.phrase_at(tick).is_none()))
            });
            if needed {
                let knowledge = self.song_knowledge(&span, new.end);
                self.make(span, &knowledge, Occasion::Heard(self.rolled));
            }
            tick = span.end;
        }
    }

    /// Sees to it that something plays where the playhead is, and that what comes next is ready.
    fn ensure_here(&mut self) {
        let Some(pass) = &self.pass else { return };
        let (tick, at_rolled) = (pass.at, self.rolled);
        let grid = self.shared.score.read(|score| {
            let grid = score.meters.phrase_at(tick, self.settings.phrase_bars);
            let plays = score.phrase_at(tick).is_some_and(|phrase| phrase.span.meter == grid.meter);
            (!plays).then_some(grid)
        });
        if grid.is_some() {
            self.prepare(tick, tick, tick, Occasion::Here);
        }
        let boundary = self.boundary(tick, None);
        if boundary - LEAD < tick && self.prepared_for != Some((boundary, boundary)) {
            self.prepared_for = Some((boundary, boundary));
            self.prepare(boundary, boundary, tick, Occasion::Entry(at_rolled + boundary - tick));
        }
    }
}
