//! The phrases of the score by their place in the song.

use crate::realtime::queues::{Delivery, PlayablePhrase, RolledTick, TABLE_CAPACITY};
use continuo_music::{meter::PhraseSpan, time::Tick};

/// How many boxes may wait here for their way back to the composer.
const KEPT_CAPACITY: usize = 4 * TABLE_CAPACITY;

/// A place in the song with its phrase.
#[derive(Debug)]
pub(super) struct Slot {
    pub span: PhraseSpan,
    /// What is played there.
    pub current: Option<Box<PlayablePhrase>>,
    /// What is played from the next time on that the place is entered, once it is ready.
    pub pending: Option<Box<PlayablePhrase>>,
}

/// The phrases, sorted, without overlaps. Everything is allocated when it is made; a box that is replaced waits in
/// `kept` until the composer has room for it.
#[derive(Debug)]
pub(super) struct Table {
    slots: Vec<Slot>,
    /// As large as `slots`, empty; they change places when the whole table is replaced.
    spare: Vec<Slot>,
    kept: Vec<Delivery>,
}

impl Table {
    pub fn new() -> Self {
        Self {
            slots: Vec::with_capacity(TABLE_CAPACITY),
            spare: Vec::with_capacity(TABLE_CAPACITY),
            kept: Vec::with_capacity(KEPT_CAPACITY),
        }
    }

    /// Hands back what was replaced, as far as `send` takes it.
    pub fn hand_back(&mut self, mut send: impl FnMut(Delivery) -> Result<(), Delivery>) {
        while let Some(delivery) = self.kept.pop() {
            if let Err(refused) = send(delivery) {
                self.kept.push(refused);
                return;
            }
        }
    }

    /// Whether one more delivery can be taken, in the worst case of all it may replace.
    pub fn accepts(&self) -> bool {
        self.kept.len() + 2 * self.slots.len() + 2 <= KEPT_CAPACITY
    }

    /// Index of the slot that holds a tick.
    pub fn find(&self, tick: Tick) -> Option<usize> {
        let after = self.slots.partition_point(|slot| slot.span.start <= tick);
        after.checked_sub(1).filter(|&index| self.slots[index].span.contains(tick))
    }

    /// Start of the first slot after a tick; [`Tick::MAX`] if there is none.
    pub fn next_start(&self, tick: Tick) -> Tick {
        let after = self.slots.partition_point(|slot| slot.span.start <= tick);
        self.slots.get(after).map_or(Tick::MAX, |slot| slot.span.start)
    }

    pub fn slot(&self, index: usize) -> Option<&Slot> {
        self.slots.get(index)
    }

    /// Puts a phrase in its place, to be played when it is entered next. One that waited there and is ready at
    /// `ready` becomes the one that plays until then.
    pub fn insert(&mut self, phrase: Box<PlayablePhrase>, ready: impl Fn(&Slot) -> RolledTick) {
        let span = phrase.span;
        let first = self.slots.partition_point(|slot| slot.span.end <= span.start);
        let same = |slot: &Slot| slot.span.start == span.start && slot.span.end == span.end;
        if !self.slots.get(first).is_some_and(same) {
            // The composer does not send overlapping phrases one by one; if it did, the newer one would count.
            while self.slots.get(first).is_some_and(|slot| slot.span.start < span.end) {
                let Slot { current, pending, .. } = self.slots.remove(first);
                self.keep(current);
                self.keep(pending);
            }
            if self.slots.len() >= TABLE_CAPACITY || span.end <= span.start {
                self.keep(Some(phrase));
                return;
            }
            self.slots.insert(first, Slot { span, current: None, pending: None });
        }
        let slot = &mut self.slots[first];
        let ready_at = ready(slot);
        let ready = slot.pending.as_ref().is_some_and(|waiting| waiting.ready_at <= ready_at);
        let waited = slot.pending.replace(phrase);
        let replaced = if ready { std::mem::replace(&mut slot.current, waited) } else { waited };
        self.keep(replaced);
    }

    /// Makes the waiting phrase of a place the one that is played.
    pub fn promote(&mut self, index: usize) {
        if let Some(slot) = self.slots.get_mut(index)
            && let Some(phrase) = slot.pending.take()
        {
            let replaced = slot.current.replace(phrase);
            self.keep(replaced);
        }
    }

    /// Replaces everything. The vector that the phrases came in takes the replaced ones, as far as it has room.
    #[allow(clippy::vec_box, reason = "a phrase keeps its box, so that nothing is allocated or freed here")]
    pub fn replace(&mut self, phrases: &mut Vec<Box<PlayablePhrase>>) {
        let count = phrases.len().min(TABLE_CAPACITY);
        let mut end = Tick::MIN;
        for phrase in phrases.drain(..count) {
            let span = phrase.span;
            if span.start >= end && span.end > span.start {
                end = span.end;
                self.spare.push(Slot { span, current: Some(phrase), pending: None });
            } else if self.kept.len() < KEPT_CAPACITY {
                self.kept.push(Delivery::Phrase(phrase));
            }
        }
        for slot in self.slots.drain(..) {
            for old in [slot.current, slot.pending].into_iter().flatten() {
                if phrases.len() < phrases.capacity() {
                    phrases.push(old);
                } else {
                    self.kept.push(Delivery::Phrase(old));
                }
            }
        }
        std::mem::swap(&mut self.slots, &mut self.spare);
    }

    /// Keeps a delivery that was worked off for its way back.
    pub fn keep_delivery(&mut self, delivery: Delivery) {
        self.kept.push(delivery);
    }

    fn keep(&mut self, phrase: Option<Box<PlayablePhrase>>) {
        if let Some(phrase) = phrase {
            self.kept.push(Delivery::Phrase(phrase));
        }
    }
}
