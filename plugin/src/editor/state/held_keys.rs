//! The keys of the on-screen keyboard that are held down.

use crate::process::window_keys::WindowKeys;

/// What holds a key down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// The mouse.
    Mouse,
    /// A key of the computer's keyboard.
    Computer(egui::Key),
}

/// The keys that are held down, each with what holds it: two sources may hold the same key. Owned by the editor's
/// thread; the audio thread tracks for itself which notes are on.
#[derive(Default)]
pub struct HeldKeys(Vec<(KeySource, u8)>);

impl HeldKeys {
    /// Whether no key is held.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether any source holds a pitch.
    pub fn contains(&self, pitch: u8) -> bool {
        self.0.iter().any(|&(_, other)| other == pitch)
    }

    /// The pitch that a source holds.
    pub fn held_by(&self, source: KeySource) -> Option<u8> {
        self.0.iter().find(|(other, _)| *other == source).map(|&(_, pitch)| pitch)
    }

    /// Presses a key.
    pub fn press(&mut self, source: KeySource, pitch: u8, velocity: u8, keys: &WindowKeys) {
        keys.press(pitch, velocity);
        self.0.push((source, pitch));
    }

    /// Releases the key that a source holds; the note ends when no other source holds it.
    pub fn release(&mut self, source: KeySource, keys: &WindowKeys) {
        if let Some(index) = self.0.iter().position(|(other, _)| *other == source) {
            let (_, pitch) = self.0.remove(index);
            if !self.contains(pitch) {
                keys.release(pitch);
            }
        }
    }

    /// Releases all keys.
    pub fn release_all(&mut self, keys: &WindowKeys) {
        while let Some((_, pitch)) = self.0.pop() {
            keys.release(pitch);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_two_sources_hold_ends_with_the_second() {
        let (keys, mut held) = (WindowKeys::default(), HeldKeys::default());
        let computer = KeySource::Computer(egui::Key::A);
        held.press(KeySource::Mouse, 60, 90, &keys);
        held.press(computer, 60, 90, &keys);
        held.release(KeySource::Mouse, &keys);
        assert_eq!((held.held_by(KeySource::Mouse), held.held_by(computer)), (None, Some(60)));
        assert_eq!(keys.played().count(), 2, "two note-ons and no note-off");
        held.release(computer, &keys);
        assert_eq!(keys.played().count(), 1);
        assert!(held.is_empty());
    }
}
