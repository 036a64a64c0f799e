//! Keys that are played in the window, on their way to the audio thread.

use continuo_engine::realtime::KeyStroke;
use crossbeam_channel::{Receiver, Sender, bounded};

/// More than two hands can play in a block.
const CAPACITY: usize = 256;

/// A bounded queue from the editor to the audio thread. Neither side waits, and since nobody ever sleeps in `recv`,
/// neither takes a lock.
pub struct WindowKeys {
    sender: Sender<KeyStroke>,
    receiver: Receiver<KeyStroke>,
}

impl Default for WindowKeys {
    fn default() -> Self {
        let (sender, receiver) = bounded(CAPACITY);
        Self { sender, receiver }
    }
}

impl WindowKeys {
    /// A key goes down, with a MIDI velocity.
    pub fn press(&self, pitch: u8, velocity: u8) {
        // The queue fills up only while the host does not process; then nobody hears the key anyway.
        let _ = self.sender.try_send(KeyStroke::down(0, 0, pitch, velocity));
    }

    /// A key goes up.
    pub fn release(&self, pitch: u8) {
        let event = KeyStroke::up(0, 0, pitch);
        if self.sender.try_send(event).is_err() {
            // The host does not process, so the queued keys are old. The note-off must not be lost: the key would hang.
            while self.receiver.try_recv().is_ok() {}
            let _ = self.sender.try_send(event);
        }
    }

    /// The keys since the last block, placed at the start of this one. Called by the audio thread.
    pub fn played(&self) -> impl Iterator<Item = KeyStroke> + '_ {
        // Bounded, so that a busy editor cannot keep the audio thread here.
        self.receiver.try_iter().take(CAPACITY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_arrive_in_order_and_a_full_queue_still_releases_them() {
        let keys = WindowKeys::default();
        keys.press(60, 90);
        keys.release(60);
        let kinds: Vec<_> = keys.played().collect();
        assert_eq!(kinds, [KeyStroke::down(0, 0, 60, 90), KeyStroke::up(0, 0, 60)]);
        (0..1000).for_each(|_| keys.press(60, 90));
        keys.release(60);
        assert_eq!(keys.played().last().unwrap(), KeyStroke::up(0, 0, 60));
    }
}
