//! The audio thread's side of the queues to the composer.

use crate::realtime::{
    queues::{AudioEnds, Delivery, FACT_CAPACITY, Fact, PHRASE_CAPACITY, RolledTick},
    schedule::Schedule,
};
use continuo_music::time::Tick;
use std::{
    sync::atomic::Ordering::{Acquire, Relaxed, Release},
    thread,
    time::{Duration, Instant},
};

/// How many deliveries one block accepts, to bound its work.
const DELIVERIES_PER_BLOCK: usize = 32;

/// How long one block may wait for the composer when offline, by default: long enough for a slow machine to load a
/// model, since a bounce without its parts has to be repeated.
const OFFLINE_PATIENCE: Duration = Duration::from_mins(1);

/// Pause between two checks of the composer's progress when offline.
const OFFLINE_PAUSE: Duration = Duration::from_micros(100);

/// A played stretch, to be sent as a [`Fact::Rolled`].
#[derive(Clone, Copy)]
struct Stretch {
    from: Tick,
    to: Tick,
    rolled: RolledTick,
    cycle: Option<(Tick, Tick)>,
}

/// Sends facts and receives deliveries. Never blocks in real time: if the queue is full, the fact is lost and counted.
pub(super) struct Link {
    ends: AudioEnds,
    /// The stretch that was played in this block and not sent yet.
    played: Option<(Tick, Tick)>,
    /// What earlier blocks played, held back while the queue is over half full; sent before any other fact.
    waiting: Option<Stretch>,
    /// Rolled time up to which the audio thread last waited for the composer.
    waited_until: RolledTick,
    /// A fact was sent that may change what plays next.
    must_wait: bool,
    /// The composer's progress when a wait for it timed out.
    gave_up_at: Option<u64>,
    /// How long one block may wait offline.
    pub patience: Duration,
}

impl Link {
    pub fn new(ends: AudioEnds) -> Self {
        Self {
            ends,
            played: None,
            waiting: None,
            waited_until: 0,
            must_wait: false,
            gave_up_at: None,
            patience: OFFLINE_PATIENCE,
        }
    }

    /// Sends a fact; `false` if it was lost.
    pub fn send(&mut self, fact: Fact) -> bool {
        self.send_waiting();
        if !fact.is_note() && !matches!(fact, Fact::Rolled { .. }) {
            self.must_wait = true;
        }
        self.try_send(fact)
    }

    fn try_send(&mut self, fact: Fact) -> bool {
        let sent = self.ends.facts.try_send(fact).is_ok();
        let counter = if sent { &self.ends.progress.sent } else { &self.ends.progress.lost };
        counter.fetch_add(1, Release);
        sent
    }

    /// Records a played stretch, which [`Link::send_played`] sends.
    pub fn record_played(&mut self, from: Tick, to: Tick) {
        let from = self.played.map_or(from, |(from, _)| from);
        self.played = Some((from, to));
    }

    /// Sends what was played since the last call, up to the rolled time `rolled`.
    ///
    /// A composer that loads its model, or runs on a slow machine, does not empty the queue. While it is over half
    /// full, adjacent stretches with no fact between them are joined, so that thousands of small blocks do not crowd
    /// out the notes of a melody.
    pub fn send_played(&mut self, rolled: RolledTick, cycle: Option<(Tick, Tick)>) {
        let Some((from, to)) = self.played.take() else { return };
        if from >= to {
            return;
        }
        let mut stretch = Stretch { from, to, rolled, cycle };
        match self.waiting.take() {
            Some(earlier) if earlier.to == from && earlier.cycle == cycle => stretch.from = earlier.from,
            earlier => {
                self.waiting = earlier;
                self.send_waiting();
            }
        }
        self.waiting = Some(stretch);
        if self.has_room() {
            self.send_waiting();
        }
    }

    /// Whether the queue is at most half full: then facts that could wait are sent at once.
    pub fn has_room(&self) -> bool {
        self.ends.facts.len() <= FACT_CAPACITY / 2
    }

    fn send_waiting(&mut self) {
        if let Some(Stretch { from, to, rolled, cycle }) = self.waiting.take() {
            self.try_send(Fact::Rolled { from, to, rolled, cycle });
        }
    }

    /// Counts late phrases.
    pub fn count_late(&self, late: u32) {
        if late > 0 {
            self.ends.progress.late.fetch_add(late, Relaxed);
        }
    }

    /// Late phrases so far.
    pub fn late(&self) -> u32 {
        self.ends.progress.late.load(Relaxed)
    }

    /// Receives what the composer sent, and hands back what is no longer needed.
    pub fn exchange(&mut self, schedule: &mut Schedule) {
        self.receive(schedule, DELIVERIES_PER_BLOCK);
    }

    fn receive(&mut self, schedule: &mut Schedule, most: usize) {
        let returns = &self.ends.returns;
        let mut send =
            |delivery: Delivery| returns.try_send(delivery).map_err(crossbeam_channel::TrySendError::into_inner);
        schedule.hand_back(&mut send);
        for _ in 0..most {
            if !schedule.has_room() {
                return;
            }
            let Ok(delivery) = self.ends.deliveries.try_recv() else { return };
            schedule.accept(delivery);
            schedule.hand_back(&mut send);
        }
    }

    /// Whether to wait for the composer before playing offline up to `rolled`. A phrase's generation begins a lead
    /// before its start, so one wait in half a lead is enough, except after a fact that may change what plays at once.
    pub fn should_wait(&self, rolled: RolledTick, allowed: Tick) -> bool {
        self.must_wait || rolled - self.waited_until > allowed
    }

    /// Waits until the composer has processed every fact that was sent, up to the rolled time `rolled`.
    ///
    /// This is the only place where the audio thread waits, and it does so only while the host renders offline: then
    /// nobody listens, and the result must not depend on the machine's speed. All waits of a block share one deadline;
    /// after a timeout the audio thread does not wait again until the composer makes progress.
    pub fn wait_for_composer(&mut self, rolled: RolledTick, deadline: &mut Option<Instant>, schedule: &mut Schedule) {
        self.send_waiting();
        loop {
            let done = self.ends.progress.done.load(Acquire);
            self.receive(schedule, PHRASE_CAPACITY);
            if done >= self.ends.progress.sent.load(Acquire) {
                self.gave_up_at = None;
                break;
            }
            if self.gave_up_at == Some(done) {
                break;
            }
            let deadline = *deadline.get_or_insert_with(|| Instant::now() + self.patience);
            if Instant::now() >= deadline {
                self.gave_up_at = Some(done);
                break;
            }
            thread::sleep(OFFLINE_PAUSE);
        }
        self.waited_until = rolled;
        self.must_wait = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::realtime::queues::queues;

    #[test]
    fn a_composer_that_stalls_receives_everything_when_it_goes_on() {
        const BLOCK: Tick = 5;
        let (audio, composer) = queues();
        let mut link = Link::new(audio);
        let blocks = 10 * FACT_CAPACITY as Tick;
        let cycle_from = blocks / 2;
        let mut struck = 0;
        link.send(Fact::Started { tick: 0, rolled: 0 });
        for block in 0..blocks {
            let from = block * BLOCK;
            if block % 100 == 0 {
                link.send(Fact::NoteOn { tick: from, pitch: 60, velocity: 90 });
                struck += 1;
            }
            link.record_played(from, from + BLOCK);
            link.send_played(from + BLOCK, (block >= cycle_from).then_some((0, blocks * BLOCK)));
        }
        link.send(Fact::Left { tick: blocks * BLOCK });

        assert_eq!(link.ends.progress.lost.load(Relaxed), 0);
        let (mut at, mut notes, mut left) = (0, 0, false);
        while let Ok(fact) = composer.facts.try_recv() {
            match fact {
                Fact::NoteOn { tick, .. } => {
                    assert_eq!(tick, at, "what was played before a note is sent before it");
                    notes += 1;
                }
                Fact::Rolled { from, to, rolled, cycle } => {
                    assert_eq!((from, to), (at, rolled));
                    assert_eq!(cycle.is_some(), from >= cycle_from * BLOCK, "a stretch has one cycle");
                    at = to;
                }
                Fact::Left { tick } => {
                    assert_eq!(tick, at);
                    left = true;
                }
                _ => assert_eq!(at, 0),
            }
        }
        assert_eq!((at, notes, left), (blocks * BLOCK, struck, true));
    }
}
