//! What is found in the melody, found once for each melody.

use crate::score::chords::keys_of;
use continuo_music::{
    key::{Key, KeyMap},
    meter::MeterMap,
    note::Note,
    swing::SwingMap,
    time::Tick,
};
use std::{cell::RefCell, ops::Range, sync::Arc};

/// Keeps the keys and the swing of the last melody: most phrases are made from the same one. Owned by the composer thread.
#[derive(Default)]
pub struct KnownMelody(RefCell<Option<Known>>);

struct Known {
    melody: Vec<Note>,
    heard: Vec<Range<Tick>>,
    meters: MeterMap,
    found: Found,
}

/// What is found in a melody as far as it is known.
#[derive(Clone)]
struct Found {
    keys: Arc<KeyMap>,
    swings: Arc<SwingMap>,
}

impl KnownMelody {
    /// The keys of a melody as far as it is known, or the key that the player chose.
    pub fn keys(&self, chosen: Option<Key>, melody: &[Note], heard: &[Range<Tick>], meters: &MeterMap) -> Arc<KeyMap> {
        match chosen {
            Some(key) => Arc::new(KeyMap::constant(key)),
            None => self.found(melody, heard, meters).keys,
        }
    }

    /// How a melody swings as far as it is known.
    pub fn swings(&self, melody: &[Note], heard: &[Range<Tick>], meters: &MeterMap) -> Arc<SwingMap> {
        self.found(melody, heard, meters).swings
    }

    fn found(&self, melody: &[Note], heard: &[Range<Tick>], meters: &MeterMap) -> Found {
        let mut last = self.0.borrow_mut();
        match &*last {
            Some(known) if known.melody == melody && known.heard == heard && known.meters == *meters => {
                known.found.clone()
            }
            _ => {
                let keys = Arc::new(keys_of(melody, heard, meters));
                let swings = Arc::new(SwingMap::of(melody, heard, meters));
                let found = Found { keys, swings };
                let (melody, heard, meters) = (melody.to_vec(), heard.to_vec(), meters.clone());
                *last = Some(Known { melody, heard, meters, found: found.clone() });
                found
            }
        }
    }
}
