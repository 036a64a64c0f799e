//! The keys of the melody, found once for each melody.

use crate::score::chords::keys_of;
use continuo_music::{
    key::{Key, KeyMap},
    meter::MeterMap,
    note::Note,
    time::Tick,
};
use std::{cell::RefCell, ops::Range, sync::Arc};

/// Keeps the keys of the last melody: most phrases are made from the same one. Owned by the composer thread.
#[derive(Default)]
pub struct KnownKeys(RefCell<Option<Known>>);

struct Known {
    melody: Vec<Note>,
    heard: Vec<Range<Tick>>,
    meters: MeterMap,
    keys: Arc<KeyMap>,
}

impl KnownKeys {
    /// The keys of a melody as far as it is known, or the key that the player chose.
    pub fn of(&self, chosen: Option<Key>, melody: &[Note], heard: &[Range<Tick>], meters: &MeterMap) -> Arc<KeyMap> {
        if let Some(key) = chosen {
            return Arc::new(KeyMap::constant(key));
        }
        let mut last = self.0.borrow_mut();
        match &*last {
            Some(known) if known.melody == melody && known.heard == heard && known.meters == *meters => {
                Arc::clone(&known.keys)
            }
            _ => {
                let keys = Arc::new(keys_of(melody, heard, meters));
                let (melody, heard, meters) = (melody.to_vec(), heard.to_vec(), meters.clone());
                *last = Some(Known { melody, heard, meters, keys: Arc::clone(&keys) });
                keys
            }
        }
    }
}
