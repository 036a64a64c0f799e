//! Keys that are played in the window, on their way to the audio thread.

use continuo_engine::capture::{MelodyEvent, MelodyEventKind};
use crossbeam_channel::{Receiver, Sender, bounded};

/// More than a hand can play in a block.
const CAPACITY: usize = 256;

/// A bounded queue. The editor sends, the audio thread takes; neither waits, and as nobody ever sleeps in `recv`,
/// neither takes a lock.
pub struct Keys {
    sender: Sender<MelodyEventKind>,
    receiver: Receiver<MelodyEventKind>,
}

impl Default for Keys {
    fn default() -> Self {
        let (sender, receiver) = bounded(CAPACITY);
        Self { sender, receiver }
    }
}

impl Keys {
    /// A key goes down, with a MIDI velocity.
    pub fn press(&self, pitch: u8, velocity: u8) {
        // While a host does not process, the queue fills up; then nobody hears the key anyway.
        let _ = self.sender.try_send(MelodyEventKind::NoteOn { channel: 0, pitch, velocity });
    }

    /// A key goes up.
    pub fn release(&self, pitch: u8) {
        let event = MelodyEventKind::NoteOff { channel: 0, pitch };
        if self.sender.try_send(event).is_err() {
            // Nobody processes: what waits there is old, and a key must not hang.
            while self.receiver.try_recv().is_ok() {}
            let _ = self.sender.try_send(event);
        }
    }

    /// What was played since the last block, at its start. Called by the audio thread.
    pub fn played(&self) -> impl Iterator<Item = MelodyEvent> + '_ {
        // Bounded, so that a hand that never rests cannot hold the audio thread.
        self.receiver.try_iter().take(CAPACITY).map(|kind| MelodyEvent { offset: 0, kind })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_arrive_in_order_and_a_full_queue_still_lets_go() {
        let keys = Keys::default();
        keys.press(60, 90);
        keys.release(60);
        let kinds: Vec<_> = keys.played().map(|event| event.kind).collect();
        assert_eq!(
            kinds,
            [
                MelodyEventKind::NoteOn { channel: 0, pitch: 60, velocity: 90 },
                MelodyEventKind::NoteOff { channel: 0, pitch: 60 }
            ]
        );
        (0..1000).for_each(|_| keys.press(60, 90));
        keys.release(60);
        assert_eq!(keys.played().last().unwrap().kind, MelodyEventKind::NoteOff { channel: 0, pitch: 60 });
    }
}
