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

/// How many deliveries a block takes in: a bound on its work.
const DELIVERIES_PER_BLOCK: usize = 32;

/// How long one block may wait for the composer when offline, unless told otherwise: long enough for a slow machine to
/// load a model, since what is rendered in vain has to be rendered again.
const OFFLINE_PATIENCE: Duration = Duration::from_mins(1);

/// Pause between two looks at the composer's progress when offline.
const OFFLINE_PAUSE: Duration = Duration::from_micros(100);

/// A stretch that was played, as [`Fact::Rolled`] tells it.
#[derive(Clone, Copy)]
struct Stretch {
    from: Tick,
    to: Tick,
    rolled: RolledTick,
    cycle: Option<(Tick, Tick)>,
}

/// Sends facts and takes deliveries. Never blocks in real time: a fact that finds the queue full is lost and counted.
pub(super) struct Link {
    ends: AudioEnds,
    /// The stretch that was played in this block and not told yet.
    played: Option<(Tick, Tick)>,
    /// What earlier blocks played, while the queue is rather full; told before anything else is.
    waiting: Option<Stretch>,
    /// Rolled time up to which the composer is known to have worked everything off.
    settled: RolledTick,
    /// Something was told that may change what plays next.
    unsettled: bool,
    /// The composer's progress when it was waited for in vain.
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
            settled: 0,
            unsettled: false,
            gave_up_at: None,
            patience: OFFLINE_PATIENCE,
        }
    }

    /// Tells the composer; `false` if the fact was lost.
    pub fn tell(&mut self, fact: Fact) -> bool {
        self.tell_waiting();
        if !matches!(fact, Fact::NoteOn { .. } | Fact::NoteOff { .. } | Fact::Rolled { .. }) {
            self.unsettled = true;
        }
        self.send(fact)
    }

    fn send(&mut self, fact: Fact) -> bool {
        let sent = self.ends.facts.try_send(fact).is_ok();
        let counter = if sent { &self.ends.progress.told } else { &self.ends.progress.lost };
        counter.fetch_add(1, Release);
        sent
    }

    /// Notes that a stretch was played; it is told by [`Link::tell_played`].
    pub fn note_played(&mut self, from: Tick, to: Tick) {
        let from = self.played.map_or(from, |(from, _)| from);
        self.played = Some((from, to));
    }

    /// Tells what was played since it was told last, up to the rolled time `rolled`.
    ///
    /// A composer that loads its model, or that runs on a slow machine, leaves the queue standing. From half full on,
    /// stretches that follow each other with nothing between them are told as one, so that thousands of small blocks
    /// do not crowd out the notes of a melody.
    pub fn tell_played(&mut self, rolled: RolledTick, cycle: Option<(Tick, Tick)>) {
        let Some((from, to)) = self.played.take() else { return };
        if from >= to {
            return;
        }
        let mut stretch = Stretch { from, to, rolled, cycle };
        match self.waiting.take() {
            Some(earlier) if earlier.to == from && earlier.cycle == cycle => stretch.from = earlier.from,
            earlier => {
                self.waiting = earlier;
                self.tell_waiting();
            }
        }
        self.waiting = Some(stretch);
        if self.has_room() {
            self.tell_waiting();
        }
    }

    /// Whether the queue is less than half full: then what can wait is told at once.
    pub fn has_room(&self) -> bool {
        self.ends.facts.len() <= FACT_CAPACITY / 2
    }

    fn tell_waiting(&mut self) {
        if let Some(Stretch { from, to, rolled, cycle }) = self.waiting.take() {
            self.send(Fact::Rolled { from, to, rolled, cycle });
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

    /// Takes what the composer sent, and hands back what is no longer needed.
    pub fn exchange(&mut self, schedule: &mut Schedule) {
        self.take_in(schedule, DELIVERIES_PER_BLOCK);
    }

    fn take_in(&mut self, schedule: &mut Schedule, most: usize) {
        let returns = &self.ends.returns;
        let mut send =
            |delivery: Delivery| returns.try_send(delivery).map_err(crossbeam_channel::TrySendError::into_inner);
        schedule.hand_back(&mut send);
        for _ in 0..most {
            if !schedule.accepts() {
                return;
            }
            let Ok(delivery) = self.ends.deliveries.try_recv() else { return };
            schedule.take(delivery);
            schedule.hand_back(&mut send);
        }
    }

    /// Whether the composer has to be waited for before the stretch up to `rolled` is played offline. A phrase's
    /// generation begins a lead before its start, so that it is enough to wait once in half a lead; but after anything
    /// that may change what plays at once, always.
    pub fn behind(&self, rolled: RolledTick, allowed: Tick) -> bool {
        self.unsettled || rolled - self.settled > allowed
    }

    /// Waits until the composer has worked off everything it was told, up to the rolled time `rolled`.
    ///
    /// This is the one place where the audio thread waits, and it does so only while the host renders offline: then
    /// nobody listens, and what is rendered must not depend on the machine's speed. The wait is bounded, for all of a
    /// block together; a composer that does not move is not waited for again until it does.
    pub fn settle(&mut self, rolled: RolledTick, deadline: &mut Option<Instant>, schedule: &mut Schedule) {
        self.tell_waiting();
        loop {
            let done = self.ends.progress.done.load(Acquire);
            self.take_in(schedule, PHRASE_CAPACITY);
            if done >= self.ends.progress.told.load(Acquire) {
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
        self.settled = rolled;
        self.unsettled = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::realtime::queues::queues;

    #[test]
    fn a_composer_that_stands_still_hears_of_everything_when_it_goes_on() {
        const BLOCK: Tick = 5;
        let (audio, composer) = queues();
        let mut link = Link::new(audio);
        let blocks = 10 * FACT_CAPACITY as Tick;
        let cycle_from = blocks / 2;
        let mut struck = 0;
        link.tell(Fact::Started { tick: 0, rolled: 0 });
        for block in 0..blocks {
            let from = block * BLOCK;
            if block % 100 == 0 {
                link.tell(Fact::NoteOn { tick: from, pitch: 60, velocity: 90 });
                struck += 1;
            }
            link.note_played(from, from + BLOCK);
            link.tell_played(from + BLOCK, (block >= cycle_from).then_some((0, blocks * BLOCK)));
        }
        link.tell(Fact::Left { tick: blocks * BLOCK });

        assert_eq!(link.ends.progress.lost.load(Relaxed), 0);
        let (mut at, mut notes, mut left) = (0, 0, false);
        while let Ok(fact) = composer.facts.try_recv() {
            match fact {
                Fact::NoteOn { tick, .. } => {
                    assert_eq!(tick, at, "what was played before a note is told before it");
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
