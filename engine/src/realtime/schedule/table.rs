//! The phrases of the score by their place in the song.

use crate::realtime::queues::{Delivery, PlayablePhrase, RolledTick, TABLE_CAPACITY};
use continuo_music::{meter::PhraseSpan, time::Tick};

/// How many boxes may wait here to be sent back to the composer.
const KEPT_CAPACITY: usize = 4 * TABLE_CAPACITY;

/// A place in the song with its phrase.
#[derive(Debug)]
pub(super) struct Slot {
    pub span: PhraseSpan,
    /// The phrase that plays there.
    pub current: Option<Box<PlayablePhrase>>,
    /// The phrase that plays from the next entry on, once it is ready.
    pub pending: Option<Box<PlayablePhrase>>,
}

/// The phrases, sorted, without overlaps. All memory is allocated at creation; a replaced box waits in `kept` until the
/// queue to the composer has room.
#[derive(Debug)]
pub(super) struct Table {
    slots: Vec<Slot>,
    /// Empty and as large as `slots`; the two are swapped when the whole table is replaced.
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

    /// Hands replaced deliveries back until `send` refuses one.
    pub fn hand_back(&mut self, mut send: impl FnMut(Delivery) -> Result<(), Delivery>) {
        while let Some(delivery) = self.kept.pop() {
            if let Err(refused) = send(delivery) {
                self.kept.push(refused);
                return;
            }
        }
    }

    /// Whether there is room for one more delivery, even if it replaces every phrase.
    pub fn has_room(&self) -> bool {
        self.kept.len() + 2 * self.slots.len() + 3 <= KEPT_CAPACITY
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

    /// Inserts a phrase that plays when its place is entered next. A phrase that waited there and is ready by `ready`
    /// plays until then.
    pub fn insert(&mut self, phrase: Box<PlayablePhrase>, ready: impl Fn(&Slot) -> RolledTick) {
        let span = phrase.span;
        let first = self.slots.partition_point(|slot| slot.span.end <= span.start);
        let same = |slot: &Slot| slot.span.start == span.start && slot.span.end == span.end;
        if !self.slots.get(first).is_some_and(same) {
            // The composer does not send overlapping phrases one by one; if it did, the newer one would win.
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

    /// Lets the waiting phrase of a slot play.
    pub fn promote(&mut self, index: usize) {
        if let Some(slot) = self.slots.get_mut(index)
            && let Some(phrase) = slot.pending.take()
        {
            let replaced = slot.current.replace(phrase);
            self.keep(replaced);
        }
    }

    /// Replaces the whole table. The vector that brought the new phrases carries the old ones back, as far as it has
    /// room.
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

    /// Keeps a processed delivery until it is sent back.
    pub fn keep_delivery(&mut self, delivery: Delivery) {
        self.kept.push(delivery);
    }

    fn keep(&mut self, phrase: Option<Box<PlayablePhrase>>) {
        if let Some(phrase) = phrase {
            self.kept.push(Delivery::Phrase(phrase));
        }
    }
}
