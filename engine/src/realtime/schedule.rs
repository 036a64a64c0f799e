//! Which phrase plays where, and its notes in order.
//!
//! Owned by the audio thread alone. Deliveries only change the table; notes start in [`Schedule::play`], one segment at
//! a time.

mod lead_track;
mod melody_line;
mod placed;
mod table;

use crate::realtime::{
    note_tracker::{Claim, NoteTracker, Source},
    queues::{Delivery, LeadNote, MelodyNote, PLAY_AT_ONCE, PartNote, PlayablePhrase, RolledTick},
    transport::Segment,
};
use continuo_music::{
    meter::PhraseSpan,
    note::Note,
    part::{PART_COUNT, Part},
    time::{TICKS_PER_STEP, Tick},
};
use lead_track::LeadTrack;
use melody_line::MelodyLine;
use std::ops::Range;
use table::Table;

/// How the notes of the parts sound.
pub trait Voicing {
    /// The channel, pitch and velocity of a note as it sounds; `None` if its part is silent.
    fn voice(&self, note: &PartNote) -> Option<(u8, u8, u8)>;
    /// The channel, pitch and velocity of a note of the score's melody; `None` if it does not play.
    fn melody(&self, note: &Note) -> Option<(u8, u8, u8)>;
    /// The channel, pitch and velocity of a note of Lead's as it sounds; `None` if Lead is silent.
    fn lead(&self, note: &Note) -> Option<(u8, u8, u8)>;
    /// Called when a phrase begins to play, to choose its sounds.
    fn programs(&mut self, programs: [u8; 4], time: u64, tracker: &mut NoteTracker);
    /// Called when Lead's notes change, to choose its sound.
    fn lead_program(&mut self, program: u8, time: u64, tracker: &mut NoteTracker);
}

/// Where the playhead is in the table.
#[derive(Clone, Copy, Debug)]
struct Inside {
    /// The slot, or `None` in a place without a phrase.
    slot: Option<usize>,
    /// First tick after the place.
    end: Tick,
    /// The next note of the slot's current phrase.
    note: usize,
    /// Whether a phrase plays.
    plays: bool,
}

/// The phrases and where the playhead is among them.
#[derive(Debug)]
pub struct Schedule {
    table: Table,
    melody: MelodyLine,
    lead: LeadTrack,
    inside: Option<Inside>,
    /// First tick since the last start, jump or wrap.
    run_start: Tick,
    /// First tick not played, and the rolled time there.
    next: Tick,
    rolled: RolledTick,
    rolling: bool,
    /// The table changed since the last segment.
    changed: bool,
    /// Replace what plays at the playhead now.
    at_once: bool,
    /// Parts whose notes under way start with the next segment.
    chase: [bool; PART_COUNT],
    late: u32,
}

impl Default for Schedule {
    fn default() -> Self {
        Self {
            table: Table::new(),
            melody: MelodyLine::default(),
            lead: LeadTrack::default(),
            inside: None,
            run_start: 0,
            next: 0,
            rolled: 0,
            rolling: false,
            changed: false,
            at_once: false,
            chase: [false; PART_COUNT],
            late: 0,
        }
    }
}

impl Schedule {
    /// Whether there is room for one more delivery.
    pub fn has_room(&self) -> bool {
        self.table.has_room()
    }

    /// Accepts a delivery from the composer.
    pub fn accept(&mut self, delivery: Delivery) {
        let delivery = match delivery {
            Delivery::Melody(melody) => {
                if let Some(old) = self.melody.replace(melody) {
                    self.table.keep_delivery(old);
                }
                return;
            }
            Delivery::Lead(lead) => {
                let (news, at) = (lead.news.clone(), self.next);
                let enters = news.start.max(self.run_start);
                self.late += u32::from(self.rolling && enters < at && at < news.end);
                if let Some(old) = self.lead.replace(lead) {
                    self.table.keep_delivery(old);
                }
                return;
            }
            other => other,
        };
        self.changed = true;
        let (playhead, rolling, rolled) = (self.next, self.rolling, self.rolled);
        match delivery {
            Delivery::Phrase(phrase) => {
                self.at_once |= phrase.ready_at == PLAY_AT_ONCE && phrase.span.contains(playhead);
                let run_start = self.run_start;
                self.table.insert(phrase, |slot| match &slot.current {
                    _ if !rolling || !slot.span.contains(playhead) => rolled,
                    Some(_) => PLAY_AT_ONCE,
                    // It waited for a place that plays nothing yet.
                    None => rolled + slot.span.start.max(run_start) - playhead,
                });
            }
            Delivery::Table(mut phrases) => {
                self.at_once = true;
                self.table.replace(&mut phrases);
                self.table.keep_delivery(Delivery::Table(phrases));
            }
            Delivery::Melody(_) | Delivery::Lead(_) => {}
        }
    }

    /// Hands replaced deliveries back until `send` refuses one.
    pub fn hand_back(&mut self, send: impl FnMut(Delivery) -> Result<(), Delivery>) {
        self.table.hand_back(send);
    }

    /// The playhead leaves its place. The caller ends the sounding notes.
    pub fn leave(&mut self) {
        self.inside = None;
        self.rolling = false;
        self.melody.forget_strokes();
        self.lead.leave();
    }

    /// Starts Lead's note that is under way with the next segment.
    pub const fn chase_lead(&mut self) {
        self.lead.chase = true;
    }

    /// Lead's last note before a tick, unless Lead was silent for so long before it.
    pub fn last_of_lead(&self, tick: Tick, silence: Tick) -> Option<Note> {
        self.lead.last_before(tick, silence)
    }

    /// The player strikes a key of the melody: Lead is silent where it fills rests.
    pub fn hush_lead(&mut self, tick: Tick, time: u64, tracker: &mut NoteTracker) {
        self.lead.strike(tick);
        let lead = &self.lead;
        tracker.release(time, |claim| claim.source == Source::Lead && lead.ends_at(claim.start, claim.written, tick));
    }

    /// Starts the notes of the score's melody that are under way with the next segment.
    pub fn chase_melody(&mut self) {
        self.melody.chase = true;
    }

    /// Whether the score has a melody in the bar at a tick, which is reached at this rolled time.
    pub fn keeps_melody(&self, tick: Tick, rolled: RolledTick) -> bool {
        self.melody.keeps(tick, rolled)
    }

    /// Whether the score's melody has just struck a pitch, or does so at this tick and rolled time.
    pub fn has_melody_note(&self, pitch: u8, tick: Tick, rolled: RolledTick) -> bool {
        self.melody.has(pitch, tick, rolled)
    }

    /// The player struck a pitch over the score's melody, which does not strike it again then.
    pub fn strike_melody(&mut self, pitch: u8, tick: Tick) {
        self.melody.strike(pitch, tick);
    }

    /// Starts a part's notes that are under way with the next segment.
    pub fn chase(&mut self, part: Part) {
        self.chase[part.index()] = true;
    }

    /// Returns the number of late phrases since the last call. A phrase is late if the rolling playhead has already
    /// entered its place and found nothing ready to play, or if a new rest arrives after the beat from which on it plays.
    /// It is counted when it arrives, once for each entry; if no phrase ever arrives, that is silence, not lateness.
    pub fn drain_late(&mut self) -> u32 {
        std::mem::take(&mut self.late)
    }

    /// The span of the phrase at a tick.
    pub fn span_at(&self, tick: Tick) -> Option<PhraseSpan> {
        self.table.slot(self.table.find(tick)?).map(|slot| slot.span)
    }

    /// Plays a segment: starts and ends notes in the tracker.
    pub fn play(&mut self, segment: &Segment, voicing: &mut impl Voicing, tracker: &mut NoteTracker) {
        let mut tick = segment.ticks.start;
        self.next = tick;
        self.rolled = segment.rolled;
        if segment.starts || !self.rolling {
            self.inside = None;
            self.run_start = tick;
            self.rolling = true;
            self.melody.chase = true;
            self.lead.chase = true;
        }
        if tick >= segment.ticks.end {
            return;
        }
        if std::mem::take(&mut self.changed) {
            self.refresh(segment, voicing, tracker);
        }
        self.at_once = false;
        self.refresh_melody(segment, voicing, tracker);
        self.refresh_lead(segment, voicing, tracker);
        if self.chase.contains(&true) {
            let wanted = std::mem::take(&mut self.chase);
            if self.inside.is_some_and(|inside| inside.end > tick) {
                self.start_under_way(tick, segment.samples.start, |part| wanted[part.index()], voicing, tracker);
            }
        }
        while tick < segment.ticks.end {
            if self.inside.is_none_or(|inside| inside.end <= tick) {
                self.enter(tick, segment.sample(tick), voicing, tracker);
            }
            let end = self.inside.map_or(segment.ticks.end, |inside| inside.end.min(segment.ticks.end));
            self.play_notes(tick..end, segment, voicing, tracker);
            tick = end;
        }
        self.rolled += tick - self.next;
        self.next = tick;
    }

    /// Starts and ends the notes in some ticks, in order, ends first.
    fn play_notes(
        &mut self,
        ticks: Range<Tick>,
        segment: &Segment,
        voicing: &mut impl Voicing,
        tracker: &mut NoteTracker,
    ) {
        let end = ticks.end;
        let mut melody = self.melody.from(ticks.start);
        let mut lead = self.lead.from(ticks.start);
        let notes = self.current().map_or(&[][..], |phrase| &phrase.notes);
        let mut index = self.inside.map_or(0, |inside| inside.note);
        // What began and ended in a longer dropout is not heard any more.
        let late = segment.due - segment.ticks.start > TICKS_PER_STEP / 2;
        let lost = |note: &Note| late && note.end() <= segment.due;
        loop {
            let next_note = notes.get(index).filter(|note| note.note.start < end);
            let next_melody = melody.first().filter(|note| note.note.start < end);
            let next_lead = lead.first().filter(|note| note.note.start < end);
            let next_end = tracker.next_end();
            let enters = next_lead.map_or(Tick::MAX, |note| note.note.start);
            let start = next_note.map_or(Tick::MAX, |note| note.note.start);
            match (next_note, next_melody) {
                (_, Some(note)) if note.note.start < next_end && note.note.start <= start.min(enters) => {
                    melody = melody.get(1..).unwrap_or_default();
                    if !lost(&note.note) && !self.melody.is_struck(note) {
                        self.strike_melody_note(note, segment.sample(note.note.start), voicing, tracker);
                    }
                }
                _ if let Some(note) = next_lead.filter(|_| enters < next_end && enters <= start) => {
                    lead = lead.get(1..).unwrap_or_default();
                    if !lost(&note.note) && !self.lead.is_hushed(note) {
                        strike_lead(note, segment.sample(enters), voicing, tracker);
                    }
                }
                (Some(note), _) if start < next_end => {
                    index += 1;
                    if !lost(&note.note) {
                        strike(note, segment.sample(start), voicing, tracker);
                    }
                }
                _ if next_end < end => tracker.release(segment.sample(next_end), |claim| claim.end <= next_end),
                _ => break,
            }
        }
        if let Some(inside) = &mut self.inside {
            inside.note = index;
        }
    }

    /// Starts a note of the score's melody, if it is ready where the playhead reaches it.
    fn strike_melody_note(&self, note: &MelodyNote, time: u64, voicing: &impl Voicing, tracker: &mut NoteTracker) {
        let MelodyNote { note, ready_at } = note;
        if *ready_at > self.rolled_at(note.start.max(self.run_start)) {
            return;
        }
        if let Some((channel, pitch, velocity)) = voicing.melody(note) {
            let (source, written) = (Source::Score, note.pitch);
            let claim = Claim { source, channel, pitch, written, start: note.start, end: note.end() };
            tracker.strike(claim, velocity, time);
        }
    }

    /// Starts the melody's notes that are under way, where that is wanted, and ends those that are no longer in it.
    fn refresh_melody(&mut self, segment: &Segment, voicing: &impl Voicing, tracker: &mut NoteTracker) {
        let (tick, time) = (segment.ticks.start, segment.samples.start);
        let changed = std::mem::take(&mut self.melody.changed);
        if changed {
            let end = |claim: &Claim| match claim.source {
                Source::Score => self.melody.end_of(claim.start, claim.written).filter(|&end| end > tick),
                _ => Some(claim.end),
            };
            tracker.release(time, |claim| end(claim).is_none());
            tracker.set_ends(|claim| end(claim).unwrap_or(claim.end));
        }
        if !std::mem::take(&mut self.melody.chase) && !changed {
            return;
        }
        for note in self.melody.under_way(tick) {
            let sounds = |claim: &Claim| {
                claim.written == note.note.pitch && matches!(claim.source, Source::Score | Source::Melody { .. })
            };
            if !tracker.sounding().iter().any(sounds) {
                self.strike_melody_note(note, time, voicing, tracker);
            }
        }
    }

    /// Starts Lead's note that is under way, where that is wanted, and ends what it plays no more.
    fn refresh_lead(&mut self, segment: &Segment, voicing: &mut impl Voicing, tracker: &mut NoteTracker) {
        let (tick, time) = (segment.ticks.start, segment.samples.start);
        let changed = std::mem::take(&mut self.lead.changed);
        if changed {
            if let Some(program) = self.lead.program() {
                voicing.lead_program(program, time, tracker);
            }
            let end = |claim: &Claim| match claim.source {
                Source::Lead => self.lead.end_of(claim.start, claim.written).filter(|&end| end > tick),
                _ => Some(claim.end),
            };
            tracker.release(time, |claim| end(claim).is_none());
            tracker.set_ends(|claim| end(claim).unwrap_or(claim.end));
        }
        if !std::mem::take(&mut self.lead.chase) && !changed {
            return;
        }
        if let Some(note) = self.lead.under_way(tick).filter(|note| !self.lead.is_over(note)) {
            let sounds = |claim: &Claim| claim.source == Source::Lead && claim.written == note.note.pitch;
            if !tracker.sounding().iter().any(sounds) {
                strike_lead(note, time, voicing, tracker);
            }
        }
    }

    /// Enters the place that holds `tick`.
    fn enter(&mut self, tick: Tick, time: u64, voicing: &mut impl Voicing, tracker: &mut NoteTracker) {
        let rolled = self.rolled_at(tick);
        let slot = self.table.find(tick);
        if let Some(index) = slot
            && self.ready(index, rolled)
        {
            self.table.promote(index);
        }
        self.arrive(slot, tick);
        if let Some(phrase) = self.current() {
            voicing.programs(phrase.programs, time, tracker);
            self.start_under_way(tick, time, |_| true, voicing, tracker);
        }
    }

    /// Looks again at the place under the playhead, after the table changed.
    fn refresh(&mut self, segment: &Segment, voicing: &mut impl Voicing, tracker: &mut NoteTracker) {
        let (tick, time) = (segment.ticks.start, segment.samples.start);
        let Some(before) = self.inside.filter(|inside| inside.end > tick) else { return };
        let slot = self.table.find(tick);
        let mut replaced = self.at_once;
        if let Some((index, span)) = slot.and_then(|index| Some((index, self.table.slot(index)?.span))) {
            let entered_at = span.start.max(self.run_start);
            let latest = if before.plays { PLAY_AT_ONCE } else { self.rolled_at(entered_at) };
            if self.ready(index, latest) {
                self.table.promote(index);
                let rest = self.table.slot(index).and_then(|slot| slot.current.as_ref()).map(|new| new.differs_from);
                self.late += u32::from(before.plays && rest.is_some_and(|rest| span.start < rest && rest < tick));
            }
            if !before.plays && self.table.slot(index).is_some_and(|slot| slot.current.is_some()) {
                replaced = true;
                self.late += u32::from(entered_at < tick);
            }
        }
        // Slots may have moved, and with them the note that comes next.
        self.arrive(slot, tick);
        if !replaced {
            return;
        }
        let phrase = slot.and_then(|index| self.table.slot(index)).and_then(|slot| slot.current.as_deref());
        // A sounding note that the new phrase has too plays on, so that kept parts are not cut.
        let goes_on = |claim: &Claim| {
            let Source::Part(part) = claim.source else { return Some(claim.end) };
            let same = |note: &&PartNote| {
                note.part == part && note.note.start == claim.start && note.note.pitch == claim.written
            };
            under_way(phrase?, tick).iter().find(same).map(|note| note.note.end()).filter(|&end| end > tick)
        };
        tracker.release(time, |claim| goes_on(claim).is_none());
        tracker.set_ends(|claim| goes_on(claim).unwrap_or(claim.end));
        if let Some(phrase) = phrase {
            voicing.programs(phrase.programs, time, tracker);
        }
        self.start_under_way(tick, time, |_| true, voicing, tracker);
    }

    /// Records where the playhead is.
    fn arrive(&mut self, slot: Option<usize>, tick: Tick) {
        let place = slot.and_then(|index| self.table.slot(index));
        let end = place.map_or_else(|| self.table.next_start(tick), |slot| slot.span.end);
        let note = place.and_then(|slot| slot.current.as_deref()).map_or(0, |phrase| under_way(phrase, tick).len());
        let plays = place.is_some_and(|slot| slot.current.is_some());
        self.inside = Some(Inside { slot, end, note, plays });
    }

    /// Starts the notes of pitched parts that began before `tick` and have at least a step left.
    fn start_under_way(
        &self,
        tick: Tick,
        time: u64,
        wanted: impl Fn(Part) -> bool,
        voicing: &mut impl Voicing,
        tracker: &mut NoteTracker,
    ) {
        let Some(phrase) = self.current() else { return };
        for note in under_way(phrase, tick) {
            let sounds = |claim: &Claim| claim.source == Source::Part(note.part) && claim.written == note.note.pitch;
            if note.part != Part::Drums
                && note.note.end() >= tick + TICKS_PER_STEP
                && wanted(note.part)
                && !tracker.sounding().iter().any(sounds)
            {
                strike(note, time, voicing, tracker);
            }
        }
    }

    /// Whether the waiting phrase of a slot may play if its place was entered at this rolled time.
    fn ready(&self, index: usize, entered: RolledTick) -> bool {
        let waiting = self.table.slot(index).and_then(|slot| slot.pending.as_ref());
        waiting.is_some_and(|phrase| phrase.ready_at <= entered)
    }

    fn rolled_at(&self, tick: Tick) -> RolledTick {
        self.rolled + tick - self.next
    }

    /// The phrase that plays right before a tick or, where a loop has just begun again, at it.
    pub fn phrase_before(&self, tick: Tick) -> Option<&PlayablePhrase> {
        let at = || self.table.slot(self.table.find(tick)?)?.current.as_deref();
        self.current().or_else(at)
    }

    fn current(&self) -> Option<&PlayablePhrase> {
        let slot = self.table.slot(self.inside?.slot?)?;
        slot.current.as_deref()
    }
}

/// The notes of a phrase that start before a tick.
fn under_way(phrase: &PlayablePhrase, tick: Tick) -> &[PartNote] {
    &phrase.notes[..phrase.notes.partition_point(|note| note.note.start < tick)]
}

fn strike_lead(note: &LeadNote, time: u64, voicing: &impl Voicing, tracker: &mut NoteTracker) {
    let note = &note.note;
    if let Some((channel, pitch, velocity)) = voicing.lead(note) {
        let (source, written) = (Source::Lead, note.pitch);
        let claim = Claim { source, channel, pitch, written, start: note.start, end: note.end() };
        tracker.strike(claim, velocity, time);
    }
}

fn strike(note: &PartNote, time: u64, voicing: &impl Voicing, tracker: &mut NoteTracker) {
    if let Some((channel, pitch, velocity)) = voicing.voice(note) {
        let source = Source::Part(note.part);
        let written = note.note.pitch;
        let claim = Claim { source, channel, pitch, written, start: note.note.start, end: note.note.end() };
        tracker.strike(claim, velocity, time);
    }
}
