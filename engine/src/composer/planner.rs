//! Decides which phrase to make when, and from which knowledge: the time rules of the three modes.
//!
//! A plain state machine on the composer's thread: facts in, deliveries out. Its only clock is the rolled time, so that
//! live playing and an offline bounce get the same decisions.

use super::{
    around_edit::AroundEdit, evidence::Evidence, guarded_model::GuardedModel, known_form::KnownForm,
    known_keys::KnownKeys, known_swing::KnownSwing, lead_desk::LeadDesk, loader::Loader, part_rewrite::PartRewrite,
    pass::Pass, policy::Occasion, settings_timeline::SettingsTimeline, shared::Shared, workshop::Workshop,
};
use crate::{
    arranging::whole_song::SongQueue,
    realtime::queues::{Delivery, Fact, PHRASE_CAPACITY, PLAY_AT_ONCE, PlayableMelody, RolledTick},
    score::score::Score,
};
use continuo_music::{
    melody::{heard_ticks, onsets},
    meter::{Meter, PhraseSpan},
    part::Part,
    settings::{Mode, Settings},
    time::{LEAD, TICKS_PER_QUARTER, Tick},
};
use std::{collections::VecDeque, ops::Range, sync::Arc};

/// How late a host may report a change of the meter, in ticks: hosts do so with the next block.
const METER_DELAY: Tick = TICKS_PER_QUARTER;

/// The composer's decisions. Owned by the composer thread.
pub struct Planner {
    pub(super) shared: Arc<Shared>,
    pub(super) model: GuardedModel,
    pub(super) settings: Settings,
    /// The settings around the beginning of the phrase at the playhead.
    pub(super) timeline: SettingsTimeline,
    /// The current pass; `None` while the transport stands.
    pub(super) pass: Option<Pass>,
    /// Where the transport stands.
    located: Option<Tick>,
    /// Something changed while the transport stands: the phrase at the playhead may have to be made again.
    outdated: bool,
    /// The boundary whose next phrase was prepared in this pass, and where that phrase begins: elsewhere if a loop ends
    /// there.
    prepared_for: Option<(Tick, Tick)>,
    /// The meter that the host reported last.
    pub(super) host_meter: Option<Meter>,
    /// Where one of the bars begins in which the transport is, if the host reported it with that meter.
    host_bar: Option<Tick>,
    /// Rolled time up to where this pass was processed.
    pub(super) rolled: RolledTick,
    /// A stretch over the end of a phrase, which is not final before the next fact shows that the host did not leave
    /// within it: up to where, and the rolled time there.
    unconfirmed: Option<(Tick, RolledTick)>,
    /// How often the score had been replaced at the last look.
    pub(super) seen_replacements: u64,
    /// The whole song that is being arranged.
    pub(super) song: SongQueue,
    /// Phrases that may have to follow an earlier one that the player changed, in order.
    pub(super) followers: VecDeque<PhraseSpan>,
    /// Phrases that are being made again around what the player edited.
    pub(super) around_edit: Option<AroundEdit>,
    /// The keys of the melody.
    pub(super) keys: KnownKeys,
    /// How the melody swings.
    pub(super) swing: KnownSwing,
    /// What this pass says about where the melody is played.
    pub(super) evidence: Evidence,
    /// Whether the host played a melody that was known in the last pass that was not silent.
    pub(super) host_plays: bool,
    /// The form of the melody.
    pub(super) form: KnownForm,
    /// The tool that works.
    pub(super) workshop: Workshop,
    /// The part that is being written again.
    pub(super) part_rewrite: Option<PartRewrite>,
    /// The melody that was sent to the audio thread last; `None` while it does not play the score's.
    pub(super) sent_melody: Option<PlayableMelody>,
    /// What Lead's making remembers.
    pub(super) lead: LeadDesk,
    /// Deliveries that wait for the audio thread.
    pub outbox: VecDeque<Delivery>,
}

impl Planner {
    /// A planner that has received nothing yet.
    pub fn new(shared: Arc<Shared>, loader: Loader) -> Self {
        Self {
            model: GuardedModel::new(Arc::clone(&shared), loader),
            shared,
            settings: Settings::default(),
            timeline: SettingsTimeline::default(),
            pass: None,
            located: None,
            outdated: false,
            prepared_for: None,
            host_meter: None,
            host_bar: None,
            rolled: 0,
            unconfirmed: None,
            seen_replacements: u64::MAX,
            song: SongQueue::default(),
            followers: VecDeque::new(),
            around_edit: None,
            keys: KnownKeys::default(),
            swing: KnownSwing::default(),
            evidence: Evidence::default(),
            host_plays: false,
            form: KnownForm::default(),
            workshop: Workshop::default(),
            part_rewrite: None,
            sent_melody: None,
            lead: LeadDesk::default(),
            outbox: VecDeque::new(),
        }
    }

    /// Sends the whole score if it was replaced, and fills a gap at the rolling playhead.
    pub fn follow_replaced_score(&mut self) {
        let replacements = self.shared.score.replacements();
        if replacements != self.seen_replacements {
            self.seen_replacements = replacements;
            self.song.clear();
            self.followers.clear();
            self.around_edit = None;
            // What was prepared belongs to the score before.
            self.prepared_for = None;
            self.forget_proposal();
            self.begin_listening();
            self.host_plays = false;
            self.report_origin();
            self.send_table();
            self.send_melody(PLAY_AT_ONCE);
            self.send_other_lead();
            self.outdated = true;
            self.ensure_playing();
        }
    }

    /// Reads the user's own styles again if they changed.
    pub fn refresh_styles(&mut self) {
        self.outdated |= self.shared.refresh_styles();
    }

    /// Fills the gaps left while no model was loaded.
    pub fn fill_gaps(&mut self) {
        self.outdated = true;
        self.prepared_for = None;
        self.ensure_playing();
    }

    /// Processes one fact.
    pub fn receive(&mut self, fact: Fact) {
        if !fact.is_note() && !matches!(fact, Fact::Left { .. }) {
            self.confirm(Tick::MAX);
        }
        match fact {
            Fact::Settings(settings) => {
                let kept = self.settings.keep_song;
                self.settings = settings.within_ranges();
                if self.settings.lead.plays() {
                    // Before it is needed, since loading takes a while.
                    self.model.load_soloist();
                }
                self.outdated = true;
                if self.settings.keep_song && !kept {
                    self.wake(PLAY_AT_ONCE);
                }
                self.send_melody(PLAY_AT_ONCE);
            }
            Fact::Meter { tick, meter, bar } => {
                self.host_meter = Some(meter);
                self.host_bar = bar;
                self.learn_meter(tick, meter);
            }
            Fact::Located { tick } => {
                self.pass = None;
                self.located = Some(tick);
                self.timeline.forget();
                self.outdated = true;
                self.send_table();
            }
            Fact::Started { tick, rolled } => {
                // Changes made while the transport stood, such as a genre, count for the first phrase, wherever it is.
                self.outdated |= self.located.is_some_and(|located| located != tick);
                self.located = self.located.map(|_| tick);
                self.update();
                self.located = None;
                self.rolled = rolled;
                self.prepared_for = None;
                self.pass = Some(Pass::new(tick));
                self.begin_listening();
                self.timeline.leave();
                self.ensure_playing();
            }
            // Where the score's melody plays, it stays.
            Fact::NoteOn { tick, .. } if self.keeps_melody_at(tick) => {}
            Fact::NoteOn { tick, pitch, velocity } => {
                self.lead.strike(tick);
                self.with_pass(|pass, score| pass.note_on(tick, pitch, velocity, score));
            }
            Fact::NoteOff { tick, pitch } => self.with_pass(|pass, score| pass.note_off(tick, pitch, score)),
            Fact::PartOn { part, tick, pitch, velocity } => self.with_pass(|pass, score| {
                pass.own_note_on(part, tick, pitch, velocity, score);
            }),
            Fact::PartOff { part, tick, pitch } => {
                self.with_pass(|pass, score| pass.own_note_off(part, tick, pitch, score));
            }
            Fact::Rolled { to, rolled, cycle: None, .. } => self.roll_without_a_loop(to, rolled),
            Fact::Rolled { to, rolled, cycle, .. } => self.roll(to, rolled, cycle),
            Fact::Left { tick } => self.leave(tick),
            Fact::Generate { tick } => {
                self.make_current(tick, Occasion::Generate);
            }
        }
    }

    /// Makes the phrases that a change calls for while the transport stands.
    pub fn update(&mut self) {
        if !std::mem::take(&mut self.outdated) {
            return;
        }
        if let (None, Some(tick)) = (&self.pass, self.located) {
            self.prepare(tick, tick, tick, Occasion::Here);
            let boundary = self.boundary(tick, None);
            if boundary - LEAD < tick {
                self.prepare(boundary, boundary, tick, Occasion::Soon);
            }
            self.make_lead_here(tick);
        }
    }

    /// Replaces a full outbox by one delivery of the whole score.
    pub fn keep_outbox_small(&mut self) {
        if self.outbox.len() > PHRASE_CAPACITY {
            self.outbox.clear();
            self.send_table();
            self.sent_melody = None;
            self.send_melody(PLAY_AT_ONCE);
            self.send_lead_again();
        }
    }

    fn with_pass(&mut self, work: impl FnOnce(&mut Pass, &mut Score)) {
        if let Some(pass) = &mut self.pass {
            self.shared.score.edit(|score| work(pass, score));
        }
    }

    /// Where the phrase at `tick` ends: the phrase that plays keeps its length, even after another one was chosen.
    fn boundary(&self, tick: Tick, cycle: Option<(Tick, Tick)>) -> Tick {
        let end = self.shared.score.read(|score| {
            let grid = score.meters.phrase_at(tick, self.settings.phrase_bars);
            match score.phrase_at(tick) {
                // But never beyond a change of the meter.
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

    /// As [`Planner::roll`], but the last phrase is not finished yet: a host that does not announce its loops may have
    /// wrapped one in this stretch.
    fn roll_without_a_loop(&mut self, to: Tick, rolled: RolledTick) {
        while let Some(pass) = &self.pass {
            let end = self.boundary(pass.at, None);
            // Up to exactly there, nothing was played that a loop could have misplaced.
            if end >= to {
                self.roll(to, rolled, None);
                return;
            }
            if self.boundary(end, None) > to {
                let before = (end - 1).max(pass.at);
                self.roll(before, rolled - (to - before), None);
                self.unconfirmed = Some((to, rolled));
                return;
            }
            self.roll(end, rolled - (to - end), None);
        }
    }

    /// Finishes what was not final up to `end`.
    fn confirm(&mut self, end: Tick) {
        if let Some((to, rolled)) = self.unconfirmed.take() {
            let end = end.min(to);
            self.roll(end, rolled - (to - end), None);
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
            self.make_second_cuts(to, boundary);
            self.make_lead(to, boundary);
            let cut = (boundary - LEAD).max(at.min(boundary));
            let entry = match cycle {
                Some((start, end)) if end == boundary && at < end => start,
                _ => boundary,
            };
            if to > cut && self.prepared_for != Some((boundary, entry)) {
                self.prepared_for = Some((boundary, entry));
                self.wake_at(cut, rolled_at_boundary);
                if entry != boundary {
                    self.rest_before_wrap(cut, boundary, rolled_at_boundary);
                }
                self.prepare(entry, boundary, cut, Occasion::Entry(rolled_at_boundary));
                self.make_lead_entry(entry, boundary);
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

    /// Past a change of the meter or of the bars that the host no longer has, the host's own hold.
    fn follow_meter(&mut self) {
        let (Some(pass), Some(host_meter)) = (&self.pass, self.host_meter) else { return };
        let (start, at) = (pass.start, pass.at);
        let bar = self.host_bar_at(at, host_meter);
        let outdated_since = self.shared.score.read(|score| {
            let change = score.meters.at(at);
            // A loop that wraps also arrives at another meter.
            let since = change.tick.max(start);
            let differs = change.meter != host_meter || bar.is_some_and(|bar| score.meters.bar_start(at) != bar);
            (differs && at - since >= METER_DELAY).then_some(since)
        });
        if let Some(since) = outdated_since {
            self.learn_meter(if bar.is_some() { at } else { since }, host_meter);
        }
    }

    /// Where the bar at a tick begins, if the host reported where one of its bars begins.
    fn host_bar_at(&self, tick: Tick, host_meter: Meter) -> Option<Tick> {
        let length = host_meter.bar_ticks();
        self.host_bar.map(|bar| bar + (tick - bar).div_euclid(length) * length).filter(|&bar| bar >= 0)
    }

    /// Counts the song's bars as the host does at a tick.
    fn learn_meter(&mut self, tick: Tick, meter: Meter) {
        let bar = self.host_bar_at(tick, meter);
        let rolled = self.pass.as_ref().map(|pass| pass.start..pass.at);
        let changed = self.shared.score.edit(|score| match bar {
            Some(bar) => {
                let heard = score.heard().iter().cloned().chain(rolled).filter(|range| range.start < bar);
                let known_until = heard.map(|range| range.end.min(bar)).max().unwrap_or(0);
                score.meters.learn_bar(tick, meter, bar, known_until)
            }
            None => score.meters.learn(tick, meter),
        });
        if changed {
            self.outdated = true;
            self.ensure_playing();
        }
    }

    /// The transport left this place.
    fn leave(&mut self, tick: Tick) {
        self.confirm(tick);
        self.wake_at(tick, self.rolled + LEAD);
        self.note_silence(tick);
        self.lead.leave();
        let Some(mut pass) = self.pass.take() else { return };
        let new = pass.uncommitted(tick);
        let own = self.settings.shape.own;
        self.shared.score.edit(|score| pass.close(tick, own, score));
        self.send_melody(self.rolled + LEAD);
        if pass.at < tick || self.boundary(tick - 1, None) != tick {
            self.make_heard(new);
        }
        self.end_listening();
    }

    /// The playhead reached the end of a phrase.
    fn finish(&mut self, end: Tick) {
        self.wake_at(end, self.rolled + LEAD);
        self.note_silence(end);
        let Some(pass) = &mut self.pass else { return };
        let new = pass.uncommitted(end);
        let own = self.settings.shape.own;
        self.shared.score.edit(|score| pass.commit(end, own, score));
        self.send_melody(self.rolled + LEAD);
        self.make_heard(new);
    }

    /// In Arrange mode, makes the phrase in which `new` ends, now that its melody is known. `new` is what the score
    /// newly heard, usually just this phrase; it reaches further back if the host meanwhile restored a score with other
    /// phrases. Then the phrases that are missing there are made too.
    fn make_heard(&mut self, new: Range<Tick>) {
        if self.settings.mode != Mode::Arrange {
            return;
        }
        let mut tick = new.start;
        while tick < new.end {
            let (span, needed) = self.shared.score.read(|score| {
                let span = score.span_at(tick, self.settings.phrase_bars);
                let stretch = span.start..span.end;
                let own = self.own();
                let played =
                    Part::ALL.into_iter().filter(|&part| own[part]).map(|part| score.own_parts()[part].notes());
                let mut lines = played.chain([score.melody()]);
                let any_note = lines.any(|notes| !onsets(notes, &stretch).is_empty());
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

    /// Ensures that a phrase plays at the playhead, and that the next one is ready.
    fn ensure_playing(&mut self) {
        let Some(pass) = &self.pass else { return };
        let (tick, at_rolled) = (pass.at, self.rolled);
        let grid = self.shared.score.read(|score| {
            let grid = score.meters.phrase_at(tick, self.settings.phrase_bars);
            let counted_from = |tick| score.meters.at(tick).tick;
            let plays = score.phrase_at(tick).is_some_and(|phrase| {
                let start = phrase.span.start;
                phrase.span.meter == grid.meter
                    && score.meters.bar_start(start) == start
                    && counted_from(start) == counted_from(tick)
            });
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
        self.make_lead_here(tick);
    }
}
